/* Passkeys: asks the device and sends its answer with an ordinary form. Forms that need it are hidden until here;
   without script, or where the browser cannot, password and code stay the way. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) { return; }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var found = new Uint8Array(plain.length);
    for (var i = 0; i < plain.length; i++) { found[i] = plain.charCodeAt(i); }
    return found.buffer;
  }
  function text(buffer) {
    var plain = "", found = new Uint8Array(buffer);
    for (var i = 0; i < found.length; i++) { plain += String.fromCharCode(found[i]); }
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    ["allowCredentials", "excludeCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return options;
  }
  function sendable(credential) {
    var answer = credential.response, parts = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (answer[part]) { parts[part] = text(answer[part]); }
    });
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts });
  }

  function prepare(form) {
    var told = form.querySelector("[role=status]"), busy = false;
    form.addEventListener("submit", function (event) {
      var named = form.elements.namedItem("name");
      /* A name that is missing is said by the server, before a device makes anything. */
      if (form.elements.namedItem("passkey").value || (named && !named.value.trim())) { return; }
      event.preventDefault();
      if (busy) { return; }
      busy = true;
      told.textContent = told.dataset.asking;
      var options = { publicKey: readable(JSON.parse(form.dataset.options)) };
      var asked = form.dataset.passkey === "make" ? navigator.credentials.create(options) : navigator.credentials.get(options);
      asked.then(function (credential) {
        form.elements.namedItem("passkey").value = sendable(credential);
        if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
      }, function () {
        busy = false;
        told.textContent = told.dataset.failed;
      });
    });
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) { busy = false; form.elements.namedItem("passkey").value = ""; told.textContent = ""; }
    });
    form.hidden = false;
  }

  document.querySelectorAll("form[data-passkey]").forEach(prepare);
  document.querySelectorAll("[data-with-passkeys]").forEach(function (part) { part.hidden = false; });
  document.querySelectorAll("[data-without-passkeys]").forEach(function (part) { part.hidden = true; });
})();
