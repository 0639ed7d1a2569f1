/* The service worker of /desk/offline/: gives the sheets that this device keeps, with their style and script, when
   there is no network. What is typed on them it never sees. */
"use strict";
var KEPT = "offline-sheets";
var DEVICE = "/desk/offline/device";

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

function kept(address) {
  return caches.open(KEPT).then(function (cache) {
    return cache.match(address, { ignoreVary: true, ignoreSearch: true });
  });
}

self.addEventListener("fetch", function (event) {
  var request = event.request, path = new URL(request.url).pathname;
  if (request.method !== "GET") { return; }
  if (path.indexOf("/static/") === 0 || path.indexOf("/desk/offline/sheets/") === 0) {
    event.respondWith(kept(path).then(function (found) { return found || fetch(request); }));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(function () {
      return kept(DEVICE).then(function (found) { return found || Response.error(); });
    }));
  }
});
