// The holder's side: a key that this browser never gives out, and codes signed anew each minute.
import { pack, unpack } from "./base43.js";
import { encode } from "./cbor.js";
import { ES256, assemble, structure } from "./cose.js";
import { all, get, put, remove } from "./store.js";

const KIND = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DOMAIN = "yinxin.holder/1";
const KEY = "key";

async function key() {
  const kept = await get("device", KEY);
  if (kept !== undefined) return kept;
  const made = await crypto.subtle.generateKey(KIND, false, ["sign"]);
  await put("device", KEY, made);
  return made;
}

// The public key as the interface takes it: the uncompressed point, base64.
export async function publicKey() {
  const point = await crypto.subtle.exportKey("raw", (await key()).publicKey);
  return btoa(String.fromCharCode(...new Uint8Array(point)));
}

export const keep = (code) => put("codes", code.license, code);
export const forget = (license) => remove("codes", license);

export async function codes() {
  const found = await all("codes");
  const good = found.filter((code) => Date.parse(code.expires_at) > Date.now());
  for (const code of found) if (!good.includes(code)) await forget(code.license);
  return good;
}

// What the screen says now: the issuer's code and the time, signed by this device.
export async function present({ url }) {
  const [address, letters] = url.split("#");
  const payload = encode([Math.floor(Date.now() / 1000), await unpack(letters)]);
  const { privateKey } = await key();
  const value = await crypto.subtle.sign(KIND, privateKey, structure(ES256, DOMAIN, payload));
  return [`${address}#`, await pack(assemble(ES256, payload, new Uint8Array(value)))];
}
