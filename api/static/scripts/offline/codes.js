// The two kinds of signed codes taken apart: printed on a license (/V#), shown by a phone (/S#).
import { Malformed, unpack } from "./base43.js";
import { decode } from "./cbor.js";
import { ES256, hasKeys, hex, parts, same, signed, structure } from "./cose.js";

export const PRINTED = "yinxin.qr/1";
export const SHOWN = "yinxin.show/1";
const HOLDER = "yinxin.holder/1";
const DAY = 86400;
const BEIJING = 8 * 3600;
const PRIME = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

export function kindOf(text) {
  if (text.includes("/V#")) return "printed";
  if (text.includes("/S#")) return "shown";
  if (/\/Q\/[A-Z2-7]{26}\b/i.test(text)) return "one-time";
  return "";
}

function check(isSo) {
  if (!isSo) throw new Malformed("not the claims of a code");
}

const isText = (value) => typeof value === "string";
const isTime = (value) => Number.isInteger(value) && value > 0 && value < 2 ** 33;

function license(identifier, status) {
  check(isText(identifier) && Array.isArray(status) && status.length === 2);
  check(status.every((number) => Number.isInteger(number) && number >= 0));
  // 1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>: type and issuer by their places.
  const places = identifier.split(".");
  check(places.length === 10 && identifier.startsWith("1.2.156.3005.2."));
  const [type, issuer] = [places[5], places[6]];
  const [list, index] = status;
  return { identifier, type, issuer, list, index };
}

// The end of a license's last day in Beijing, in seconds; one without an end never ends.
export const endOf = ({ validTo }) => (validTo === undefined ? Infinity : (validTo + 1) * DAY - BEIJING);

function printed(code) {
  const { claims } = code;
  const inner = claims.get(-1);
  check(hasKeys(claims, claims.has(4) ? [1, 4, 6, 65535, -1] : [1, 6, 65535, -1]));
  check(inner instanceof Map && hasKeys(inner, [1, 2]));
  check(inner.get(2) instanceof Uint8Array && inner.get(2).length === 32);
  const found = license(inner.get(1), claims.get(65535));
  check(claims.get(1) === found.issuer && Number.isInteger(claims.get(6)));
  check(!claims.has(4) || Number.isInteger(claims.get(4)));
  return { ...found, kind: "printed", domain: PRINTED, code, validTo: claims.get(4), fields: [] };
}

function shown(code, proof) {
  const { claims } = code;
  check(hasKeys(claims, claims.has(8) ? [4, 6, 8, 65535, -2] : [4, 6, 65535, -2]));
  const inner = claims.get(-2);
  check(inner instanceof Map && hasKeys(inner, inner.has(5) ? [1, 2, 3, 4, 5] : [1, 2, 3, 4]));
  const fields = inner.get(4);
  check(isText(inner.get(2)) && isText(inner.get(3)) && Array.isArray(fields));
  check(fields.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText)));
  check([4, 6].every((key) => isTime(claims.get(key))));
  check(!inner.has(5) || Number.isInteger(inner.get(5)));
  return {
    ...license(inner.get(1), claims.get(65535)),
    kind: "shown",
    domain: SHOWN,
    code,
    typeName: inner.get(2),
    holder: inner.get(3),
    fields,
    since: claims.get(6),
    until: claims.get(4),
    validTo: inner.get(5),
    device: claims.has(8) ? deviceKey(claims.get(8)) : null,
    proof,
  };
}

function deviceKey(confirmation) {
  const key = confirmation instanceof Map && hasKeys(confirmation, [1]) ? confirmation.get(1) : null;
  check(key instanceof Map && hasKeys(key, [1, -1, -2, -3]) && key.get(1) === 2 && key.get(-1) === 1);
  const [x, isOdd] = [key.get(-2), key.get(-3)];
  check(x instanceof Uint8Array && x.length === 32 && typeof isOdd === "boolean");
  return { x, isOdd };
}

function proofIn(bytes) {
  const found = parts(bytes);
  if (!same(found.header, ES256)) return null;
  const value = decode(found.payload);
  check(Array.isArray(value) && value.length === 2 && isTime(value[0]));
  check(value[1] instanceof Uint8Array);
  return { ...found, at: value[0], inner: value[1] };
}

// A code taken apart; whether it is signed by whom it must be is another question.
export async function read(text) {
  const kind = kindOf(text);
  const bytes = await unpack(text.slice(text.indexOf("#") + 1).trim());
  if (kind === "printed") return printed(signed(bytes));
  const proof = proofIn(bytes);
  return shown(signed(proof === null ? bytes : proof.inner), proof);
}

function power(base, exponent) {
  let found = 1n;
  for (let square = base; exponent > 0n; exponent >>= 1n, square = (square * square) % PRIME) {
    if (exponent & 1n) found = (found * square) % PRIME;
  }
  return found;
}

// The point of P-256 that a compressed one names (SEC 1 §2.3.4), as browsers take it, or null.
function point({ x, isOdd }) {
  const abscissa = BigInt(`0x${hex(x)}`);
  const square = (((abscissa ** 3n - 3n * abscissa + B) % PRIME) + PRIME) % PRIME;
  const root = power(square, (PRIME + 1n) / 4n);
  if (abscissa >= PRIME || (root * root) % PRIME !== square) return null;
  const y = root % 2n === BigInt(isOdd) ? root : PRIME - root;
  const digits = hex(x) + y.toString(16).padStart(64, "0");
  return Uint8Array.from([4, ...digits.match(/../g).map((pair) => Number.parseInt(pair, 16))]);
}

// Whether the very device that the code is bound to signed the proof.
export async function isShownBy({ device, proof }) {
  const key = point(device);
  if (key === null || proof.signature.length !== 64) return false;
  const kind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  try {
    const imported = await crypto.subtle.importKey("raw", key, kind, false, ["verify"]);
    const message = structure(ES256, HOLDER, proof.payload);
    return await crypto.subtle.verify(kind, imported, proof.signature, message);
  } catch {
    return false;
  }
}
