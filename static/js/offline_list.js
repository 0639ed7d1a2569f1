/* The sheets that lie on this device, with the days for which they stay, and the button that deletes them all. */
(function () {
  "use strict";
  var part = document.getElementById("on-device");
  if (!part || !offlineStore.can) { return; }
  var days = Number(part.dataset.days), told = part.querySelector("[data-told]");
  var list = part.querySelector("[data-sheets]"), sure = part.querySelector("[data-sure]");

  function line(row) {
    var item = document.createElement("li"), link = document.createElement("a");
    var number = row.serial.replace(/(\d{4})(?=\d)/g, "$1 ");
    link.href = part.dataset.base + row.serial;
    link.textContent = part.dataset.one.replace("{service}", row.service).replace("{number}", number)
      .replace("{day}", new Date(row.kept).toLocaleDateString(document.documentElement.lang))
      .replace("{days}", String(offlineStore.daysLeft(row, days)));
    item.appendChild(link);
    return item;
  }
  function show() {
    return offlineStore.all().then(function (rows) {
      list.textContent = "";
      rows.forEach(function (row) { list.appendChild(line(row)); });
      list.hidden = !rows.length;
      part.querySelector("[data-empty]").hidden = rows.length > 0;
      part.querySelector("[data-delete]").hidden = !rows.length;
      sure.hidden = true;
    });
  }
  part.querySelector("[data-without]").hidden = true;
  part.querySelector("[data-act=ask]").addEventListener("click", function () {
    sure.hidden = false;
    sure.querySelector("[data-act=keep]").focus();
  });
  function answer(words) {
    told.tabIndex = -1;
    told.focus();
    told.textContent = words;
  }
  part.querySelector("[data-act=keep]").addEventListener("click", function () {
    sure.hidden = true;
    answer(part.dataset.kept);
  });
  part.querySelector("[data-act=delete]").addEventListener("click", function () {
    offlineStore.removeAll().then(show).then(function () { answer(part.dataset.deleted); });
  });
  offlineStore.start().catch(function () { /* without network it is there already */ });
  offlineStore.sweep(days).then(show);
})();
