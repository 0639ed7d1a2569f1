/* Small helps on top of pages that work without them: the error summary is read first, one press sends once,
   and a person is told before a long silence ends the visit. Nothing moves, blocks or disables. */
(function () {
  "use strict";
  var say = document.getElementById("say");
  var errors = document.getElementById("errors");
  if (errors && document.activeElement !== errors) { errors.focus(); }
  if (!say) { return; }

  /* The region moves to its place first and speaks afterwards: a region that arrives with its words is not read. */
  function speak(text, place, link) {
    place();
    setTimeout(function () {
      say.textContent = text;
      if (link) { say.appendChild(link); }
    }, 150);
  }

  /* One press sends once. After 15 seconds a second try is allowed: the line may have dropped. */
  var sentAt = 0;
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.method !== "post") { return; }
    var now = Date.now();
    if (now - sentAt < 15000) { event.preventDefault(); return; }
    sentAt = now;
    speak(say.dataset.sending, function () { event.target.appendChild(say); });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { sentAt = 0; say.textContent = ""; }
  });

  /* Ten minutes before the visit ends by itself, say so where the person is reading. */
  var idle = Number(document.body.dataset.idleSeconds);
  if (!idle) { return; }
  var title = document.title;
  var timer;
  function inView() {
    var parts = document.querySelectorAll("main > *, main form > *");
    for (var i = 0; i < parts.length; i++) {
      if (parts[i] !== say && parts[i].getBoundingClientRect().top >= 0) {
        parts[i].parentNode.insertBefore(say, parts[i]);
        return;
      }
    }
  }
  function goOn(event) {
    event.preventDefault();
    fetch(this.href, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { return; }
      document.title = title;
      say.textContent = say.dataset.kept;
      wait();
    });
  }
  function warn() {
    var link = document.createElement("a");
    link.href = say.dataset.keepHref;
    link.className = "tap";
    link.textContent = say.dataset.keep;
    link.addEventListener("click", goOn);
    document.title = say.dataset.idle + " - " + title;
    speak(say.dataset.idle, inView, link);
  }
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(warn, Math.max(idle - 600, 1) * 1000);
  }
  wait();
})();
