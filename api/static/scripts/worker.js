// Keeps the pages that work without a network, and nothing else: no answer about anybody is stored.
// Pages are asked for without cookies, so that what is kept is what anybody sees.
const SHELF = "yinxin-offline";
const PAGES = { "/verify": "/verify/offline", "/verify/offline": "/verify/offline", "/S": "/verify/offline", "/V": "/verify/offline", "/pass": "/pass" };
const SCRIPTS = ["base43", "cbor", "codes", "cose", "drawing", "grounds", "holder", "judging", "pass", "sm2", "status-lists", "store", "times", "verify", "worker-start"];
const FILES = [
  ...new Set(Object.values(PAGES)),
  ...SCRIPTS.map((name) => `/static/scripts/offline/${name}.js`),
  "/static/scripts/camera.js",
  "/static/vendor/barcode-detector.min.js",
  "/static/vendor/zxing-reader.wasm",
  "/static/vendor/sm2.min.js",
  "/static/vendor/qrcode.min.js",
  "/static/vendor/pico.min.css",
  "/static/yinxin.css",
  "/static/report.css",
  "/static/offline.css",
  "/static/seal.svg",
];

async function fill() {
  const shelf = await caches.open(SHELF);
  await shelf.addAll(FILES.map((file) => new Request(file, { credentials: "omit", cache: "no-cache" })));
}

async function fromNetworkOrShelf(request, kept) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(kept, { cacheName: SHELF });
    if (found === undefined) throw error;
    return found;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(fill().catch(() => {})));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const kept = request.mode === "navigate" ? PAGES[address.pathname] : address.pathname;
  if (FILES.includes(kept)) event.respondWith(fromNetworkOrShelf(request, kept));
});
