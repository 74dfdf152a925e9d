// What this browser keeps for when there is no network: grounds of verification, and the holder's codes.
const NAME = "yinxin";
const VERSION = 1;
const SHELVES = ["grounds", "lists", "codes", "device"];

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => SHELVES.forEach((name) => request.result.createObjectStore(name));
  return settled(request);
}

async function on(shelf, mode, act) {
  const database = await open();
  try {
    return await settled(act(database.transaction(shelf, mode).objectStore(shelf)));
  } finally {
    database.close();
  }
}

export const get = (shelf, key) => on(shelf, "readonly", (store) => store.get(key));
export const put = (shelf, key, value) => on(shelf, "readwrite", (store) => store.put(value, key));
export const remove = (shelf, key) => on(shelf, "readwrite", (store) => store.delete(key));
export const all = (shelf) => on(shelf, "readonly", (store) => store.getAll());
