/* At the counter: a still from the camera goes into the ordinary file control, which stays the way for everybody
   else. The camera stops when a picture is taken, when the page is left, hidden or sent, and with 下一位. */
(function () {
  "use strict";
  var words = document.getElementById("camera-words");
  if (!words || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !window.DataTransfer) { return; }
  words = words.dataset;
  var stopNow = function () { /* no camera is open */ };

  function button(text, kind) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = text;
    return made;
  }

  function offer(input, number) {
    var part = document.createElement("div"), open = button(words.open, "button second");
    var told = document.createElement("p"), video = document.createElement("video");
    var shoot = button(words.shoot, "button"), close = button(words.close, "button second"), steps = document.createElement("p");
    var stream = null, isWanted = false;
    told.setAttribute("role", "status");
    open.id = "camera-" + number;
    if (document.getElementById(input.id + "-title")) { open.setAttribute("aria-describedby", input.id + "-title"); }
    video.muted = true;
    video.playsInline = true;
    video.className = "camera";
    /* A picture without sound: what it is there for is said in words beside it, and nothing of it is to be heard. */
    video.setAttribute("aria-hidden", "true");
    steps.className = "actions";
    steps.appendChild(shoot);
    steps.appendChild(close);
    [open, told, video, steps].forEach(function (one) { part.appendChild(one); });
    video.hidden = steps.hidden = true;
    input.insertAdjacentElement("afterend", part);

    function stop() {
      if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
      stream = video.srcObject = null;
      isWanted = false;
      video.hidden = steps.hidden = true;
      open.hidden = false;
    }
    open.addEventListener("click", function () {
      stopNow();
      stopNow = stop;
      isWanted = true;
      told.textContent = words.opening;
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 2560 } } }).then(function (found) {
        stream = found;
        if (!isWanted) { stop(); return null; }
        video.srcObject = found;
        video.hidden = steps.hidden = false;
        open.hidden = true;
        return video.play();
      }).then(function () {
        if (!isWanted) { return; }
        told.textContent = words.ready;
        shoot.focus();
      }).catch(function () { stop(); told.textContent = words.failed; });
    });
    close.addEventListener("click", function () {
      stop();
      told.textContent = words.closed;
      open.focus();
    });
    shoot.addEventListener("click", function () {
      var canvas = document.createElement("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      canvas.toBlob(function (still) {
        stop();
        open.focus();
        if (!still) { told.textContent = words.failed; return; }
        var carried = new DataTransfer();
        carried.items.add(new File([still], "camera.jpg", { type: "image/jpeg" }));
        input.files = carried.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        told.textContent = words.taken;
      }, "image/jpeg", 0.92);
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("main input[type=file][accept*='image']"), offer);
  ["pagehide", "submit"].forEach(function (name) { window.addEventListener(name, function () { stopNow(); }); });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { stopNow(); } });
})();
