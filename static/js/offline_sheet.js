/* One sheet on this device: a passphrase opens it, what is typed is saved encrypted, leaving or ten idle minutes lock
   it. Sent with network by an ordinary post; it leaves the device when the server has said that it was taken. */
(function () {
  "use strict";
  var root = document.getElementById("offline");
  if (!root || !offlineStore.can) { return; }
  var serial = root.dataset.serial, days = Number(root.dataset.days);
  var told = document.getElementById("offline-told"), title = document.title;
  var row = null, from = null, idleTimer, saveTimer, writing = Promise.resolve();

  function form() { return document.getElementById("sheet-form"); }
  function part(name) { return root.querySelector("[data-state=" + name + "]"); }
  function say(key, link) {
    told.textContent = told.dataset[key] || key;
    if (link) { told.appendChild(document.createTextNode(" ")); told.appendChild(link); }
  }
  function show(state) {
    root.querySelectorAll("[data-state]").forEach(function (one) { one.hidden = one.dataset.state !== state; });
  }
  function focus(element) {
    if (!element.matches("input, button, a, textarea")) { element.tabIndex = -1; }
    element.focus();
  }
  function fault(input, key) {
    say(key);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-errormessage", "offline-told");
    input.focus();
  }

  /* What stands in the form, as it would be posted, without what only the server gives. */
  function typed() {
    var list = [];
    new FormData(form()).forEach(function (text, name) {
      if (name !== "csrf_token" && typeof text === "string") { list.push([name, text]); }
    });
    return list;
  }
  function fill(list) {
    var left = {};
    list.forEach(function (pair) { (left[pair[0]] = left[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(form().elements, function (one) {
      if (!one.name || one.name === "csrf_token" || one.tagName === "BUTTON") { return; }
      var given = left[one.name] || [];
      if (one.type === "radio" || one.type === "checkbox") { one.checked = given.indexOf(one.value) >= 0; }
      else { one.value = given.length ? given[0] : ""; }
    });
  }

  /* One after the other: a slower save never overwrites a later one. */
  function save() {
    clearTimeout(saveTimer);
    if (!from) { return writing; }
    var with_ = from, list = typed();
    writing = writing.then(function () { return offlineStore.seal(with_, list, row); });
    return writing;
  }
  function lock(key) {
    if (!from) { return writing; }
    var done = save();
    from = null;
    clearTimeout(idleTimer);
    fill([]);
    document.title = title;
    show("locked");
    say(key);
    return done;
  }
  function wait() {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(function () {
      lock("idle").then(function () { focus(document.getElementById("passphrase")); });
    }, Number(root.dataset.idle) * 60000);
  }
  function open(secret, list) {
    from = secret;
    fill(list);
    show("open");
    part("open").querySelector("[data-left]").textContent =
      told.dataset.left.replace("{days}", String(offlineStore.daysLeft(row, days)));
    focus(document.getElementById("filling"));
    wait();
  }

  function choose(event) {
    var first = document.getElementById("chosen"), second = document.getElementById("again");
    event.preventDefault();
    [first, second].forEach(function (one) { one.removeAttribute("aria-invalid"); });
    if (first.value.length < Number(root.dataset.shortest)) { fault(first, "short"); return; }
    if (first.value !== second.value) { fault(second, "differs"); return; }
    say("working");
    var fresh = { serial: serial, service: root.dataset.service, kept: Date.now() }, secret;
    offlineStore.start().then(function () { return offlineStore.keepPages(serial); }).then(function () {
      return offlineStore.secret(first.value);
    }).then(function (made) {
      secret = made;
      return offlineStore.seal(secret, typed(), fresh);
    }).then(function () {
      row = fresh;
      first.value = second.value = "";
      open(secret, typed());
      say("ready");
    }).catch(function () { offlineStore.remove(serial); say("notKept"); });
  }
  function unlock(event) {
    var input = document.getElementById("passphrase"), secret;
    event.preventDefault();
    input.removeAttribute("aria-invalid");
    say("working");
    offlineStore.find(serial).then(function (found) {
      row = found;
      return offlineStore.secret(input.value);
    }).then(function (made) {
      secret = made;
      return offlineStore.open(secret, row);
    }).then(function (list) {
      input.value = "";
      open(secret, list);
      say("opened");
    }, function () { fault(input, "wrong"); });
  }

  function refuse(page) {
    var heading = page.querySelector("main h1");
    say(told.dataset.notTaken + (heading ? " " + heading.textContent.trim() : ""));
    focus(told);
  }
  /* The server's page with what is wrong; what was typed comes from here, whole. */
  function mend(page, list) {
    var fresh = document.importNode(page.getElementById("sheet-questions"), true);
    var errors = page.getElementById("errors"), old = document.getElementById("errors");
    document.getElementById("sheet-questions").replaceWith(fresh);
    if (old) { old.remove(); }
    fill(list);
    say("mend");
    document.title = page.title;
    if (errors) {
      errors = document.importNode(errors, true);
      root.insertBefore(errors, root.firstChild);
      errors.focus();
    }
  }
  function taken(where) {
    from = null;
    clearTimeout(idleTimer);
    clearTimeout(saveTimer);
    fill([]);
    return writing.then(function () { return offlineStore.remove(serial); }).then(function () {
      show("gone");
      say("taken");
      if (where) { location.assign(where); } else { focus(told); }
    });
  }
  function signIn() {
    var link = document.createElement("a");
    link.href = "/staff/sign-in?next=" + encodeURIComponent(location.pathname);
    link.className = "tap";
    link.textContent = told.dataset.signInLink;
    say("signIn", link);
    focus(told);
  }
  function read(answer) {
    return answer.text().then(function (text) { return new DOMParser().parseFromString(text, "text/html"); });
  }
  function received(answer, list) {
    var path = new URL(answer.url).pathname;
    if (answer.ok && path.indexOf("/desk/visits/") === 0) { return taken(answer.url); }
    if (answer.redirected && path.indexOf("/staff/") === 0) { return signIn(); }
    return read(answer).then(function (page) {
      if (answer.status === 422 && page.getElementById("sheet-questions")) { return mend(page, list); }
      if (page.querySelector("[data-sheet-taken]")) { return taken(); }
      return refuse(page);
    });
  }
  var isSending = false;
  function send() {
    var list = typed();
    if (isSending) { return; }
    isSending = true;
    say("working");
    save().then(function () {
      return fetch(root.dataset.home, { credentials: "same-origin", cache: "no-store" });
    }).then(function (answer) {
      if (answer.redirected) { return signIn(); }
      if (!answer.ok) { return read(answer).then(refuse); }
      return read(answer).then(function (page) {
        var body = new URLSearchParams(list);
        body.append("csrf_token", page.querySelector("input[name=csrf_token]").value);
        return fetch(location.pathname, { method: "POST", body: body, credentials: "same-origin", cache: "no-store" });
      }).then(function (answer) { return received(answer, list); });
    }).catch(function () { say("noNetwork"); focus(told); }).then(function () { isSending = false; });
  }

  var acts = {
    lock: function () { lock("locked").then(function () { focus(document.getElementById("passphrase")); }); },
    save: function () { save().then(function () { say("saved"); }); },
    send: send
  };
  root.addEventListener("click", function (event) {
    var act = event.target.dataset && acts[event.target.dataset.act];
    if (act) { act(); }
    if (event.target.dataset && event.target.dataset.shows) {
      event.target.dataset.shows.split(" ").forEach(function (id) {
        document.getElementById(id).type = event.target.checked ? "text" : "password";
      });
    }
  });
  root.addEventListener("submit", function (event) {
    event.preventDefault();
    if (event.target === form()) { acts.save(); }
    if (event.target.dataset.act === "choose") { choose(event); }
    if (event.target.dataset.act === "unlock") { unlock(event); }
  });
  ["input", "change", "keydown", "pointerdown"].forEach(function (name) {
    root.addEventListener(name, function (event) {
      if (!from) { return; }
      wait();
      if (name === "input" && form().contains(event.target)) {
        clearTimeout(saveTimer);
        saveTimer = setTimeout(save, 1000);
      }
    });
  });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { save(); } });
  window.addEventListener("pagehide", function () { lock("locked"); });

  offlineStore.sweep(days).then(function (gone) {
    if (gone.indexOf(serial) >= 0) { show("gone"); say("expired"); return null; }
    return offlineStore.find(serial).then(function (found) {
      row = found || null;
      show(row ? "locked" : "new");
    });
  });
})();
