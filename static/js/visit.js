/* A page of somebody at the counter: never shown from the browser's memory, and asked for anew when another tab
   has ended the visit meanwhile. The server says 410 either way. */
(function () {
  "use strict";
  var visit = document.body.dataset.visit;

  function leave() {
    document.body.hidden = true;
    location.replace(visit);
  }

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { leave(); }
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { return; }
    fetch(visit, { method: "HEAD", credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { leave(); }
    });
  });
})();
