/* What a device keeps of sheets for homes without network: the pages as they came, and what was typed, encrypted.
   The passphrase becomes a key that no script can read out; salt and iv are new for each save. */
var offlineStore = (function () {
  "use strict";
  var CACHE = "offline-sheets", ROUNDS = 600000, DAY = 86400000, BASE = "/desk/offline/";
  var can = window.isSecureContext && window.indexedDB && window.caches && navigator.serviceWorker &&
    window.crypto && crypto.subtle;

  function asked(request) {
    return new Promise(function (done, failed) {
      request.onsuccess = function () { done(request.result); };
      request.onerror = function () { failed(request.error); };
    });
  }
  function table(mode) {
    var opening = indexedDB.open("offline-sheets", 1);
    opening.onupgradeneeded = function () { opening.result.createObjectStore("sheets", { keyPath: "serial" }); };
    return asked(opening).then(function (base) { return base.transaction("sheets", mode).objectStore("sheets"); });
  }
  function all() { return table("readonly").then(function (rows) { return asked(rows.getAll()); }); }
  function find(serial) { return table("readonly").then(function (rows) { return asked(rows.get(serial)); }); }
  function put(row) { return table("readwrite").then(function (rows) { return asked(rows.put(row)); }); }
  function page(serial) { return BASE + "sheets/" + serial; }
  function remove(serial) {
    return table("readwrite").then(function (rows) { return asked(rows.delete(serial)); }).then(function () {
      return caches.open(CACHE);
    }).then(function (cache) { return cache.delete(page(serial), { ignoreVary: true }); });
  }
  function removeAll() {
    return table("readwrite").then(function (rows) { return asked(rows.clear()); }).then(function () {
      return caches.delete(CACHE);
    });
  }
  function daysLeft(row, days) { return Math.ceil((row.kept + days * DAY - Date.now()) / DAY); }

  /* What has lain here for too long goes unread; the serials of what went. */
  function sweep(days) {
    return all().then(function (rows) {
      var old = rows.filter(function (row) { return daysLeft(row, days) <= 0; });
      return Promise.all(old.map(function (row) { return remove(row.serial); })).then(function () {
        return old.map(function (row) { return row.serial; });
      });
    });
  }

  /* The page itself, the list of this device, and what both look like. */
  function keepPages(serial) {
    var parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    var names = Array.prototype.map.call(parts, function (one) { return new URL(one.href || one.src).pathname; });
    names = names.concat([page(serial), BASE + "device"]);
    return caches.open(CACHE).then(function (cache) {
      return Promise.all(names.map(function (name) {
        return fetch(name, { credentials: "same-origin" }).then(function (answer) {
          if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); }
          return cache.put(name, answer);
        });
      }));
    }).then(function () { return fetch(BASE + "device", { credentials: "same-origin" }); })
      .then(function (answer) { return answer.text(); })
      .then(function (text) { return keepScripts(text); });
  }
  function keepScripts(text) {
    var parsed = new DOMParser().parseFromString(text, "text/html");
    var names = Array.prototype.map.call(parsed.querySelectorAll("script[src]"), function (one) {
      return one.getAttribute("src");
    });
    return caches.open(CACHE).then(function (cache) { return cache.addAll(names); });
  }
  function start() {
    return navigator.serviceWorker.register(BASE + "worker.js", { scope: BASE }).then(function () {
      return navigator.serviceWorker.ready;
    });
  }

  function secret(passphrase) {
    var bytes = new TextEncoder().encode(passphrase.normalize("NFC"));
    return crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  }
  function key(from, salt, rounds, use) {
    var how = { name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: rounds };
    return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, [use]);
  }
  function seal(from, typed, row) {
    var salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
    var about = new TextEncoder().encode(row.serial);
    return key(from, salt, ROUNDS, "encrypt").then(function (made) {
      var plain = new TextEncoder().encode(JSON.stringify(typed));
      return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv, additionalData: about }, made, plain);
    }).then(function (box) {
      return put({ serial: row.serial, service: row.service, kept: row.kept, salt: salt, iv: iv, rounds: ROUNDS, box: box });
    });
  }
  function open(from, row) {
    var about = new TextEncoder().encode(row.serial);
    return key(from, row.salt, row.rounds, "decrypt").then(function (made) {
      return crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: about }, made, row.box);
    }).then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); });
  }

  return { can: Boolean(can), all: all, find: find, remove: remove, removeAll: removeAll, sweep: sweep, start: start,
    daysLeft: daysLeft, keepPages: keepPages, secret: secret, seal: seal, open: open };
})();
