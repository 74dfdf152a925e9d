// Read a code with the camera and send it as if it had been typed. Nothing is fetched for it, and
// no picture leaves the page, before and after somebody presses.
const DECODER = "/static/vendor/barcode-detector.min.js";
const MODULE = "/static/vendor/zxing-reader.wasm";
const PAUSE_MS = 200;
const PATIENCE_MS = 30000;

const start = document.getElementById("camera-start");
const panel = document.getElementById("camera");
const video = panel.querySelector("video");
const text = document.getElementById("text");
let stream = null;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function say(id) {
  for (const sentence of document.querySelectorAll("#camera-trouble > *")) {
    sentence.hidden = sentence.id !== id;
  }
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function openDetector() {
  if (!window.BarcodeDetectionAPI) await load(DECODER);
  const { BarcodeDetector, prepareZXingModule } = window.BarcodeDetectionAPI;
  await prepareZXingModule({ overrides: { locateFile: () => MODULE }, fireImmediately: true });
  return new BarcodeDetector({ formats: ["qr_code"] });
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  panel.hidden = true;
  start.hidden = false;
}

async function look(detector, mine) {
  const end = performance.now() + PATIENCE_MS;
  while (stream === mine && performance.now() < end) {
    const [found] = await detector.detect(video);
    if (stream !== mine) return;
    if (found?.rawValue) {
      stop();
      text.value = found.rawValue;
      text.form.requestSubmit();
      return;
    }
    await pause();
  }
  if (stream !== mine) return;
  stop();
  say("camera-nothing");
}

async function begin() {
  say("");
  start.hidden = true;
  let mine = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
    });
    mine = stream;
    video.srcObject = stream;
    panel.hidden = false;
    await video.play();
    await look(await openDetector(), mine);
  } catch (error) {
    // Whoever stopped it meanwhile needs no explanation.
    if (stream !== mine) return;
    stop();
    const troubles = { NotAllowedError: "camera-refused", NotFoundError: "camera-missing" };
    say(troubles[error.name] ?? "camera-broken");
  }
}

// Only pages that came safely may use a camera; elsewhere the button stays hidden.
if (navigator.mediaDevices?.getUserMedia) {
  start.hidden = false;
  start.addEventListener("click", begin);
  document.getElementById("camera-stop").addEventListener("click", stop);
  window.addEventListener("pagehide", stop);
}
