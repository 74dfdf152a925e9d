// SM2 signatures (GB/T 32918.2), by a library behind checks of our own: it takes values that are out
// of range, and throws at others.
import { sm2 } from "../../vendor/sm2.min.js";
import { hex, structure } from "./cose.js";

const SIGNATURE_BYTES = 64;
const POINT = /^04[0-9a-f]{128}$/;
// n of GB/T 32918.5.
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

const number = (bytes) => BigInt(`0x${hex(bytes)}`);

function isInRange(signature) {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const [r, s] = [number(signature.subarray(0, 32)), number(signature.subarray(32))];
  return r > 0n && r < ORDER && s > 0n && s < ORDER && (r + s) % ORDER !== 0n;
}

// Whether a key, 04‖x‖y in hexadecimal, signed a message; the signature value is r‖s.
export function verifies(message, signature, key) {
  if (!isInRange(signature) || !POINT.test(key)) return false;
  try {
    return sm2.verifyPublicKey(key) && sm2.doVerifySignature(message, hex(signature), key, { hash: true });
  } catch {
    return false;
  }
}

// Whether it signed a COSE_Sign1 for a domain.
export const isSignedBy = (key, { header, payload, signature }, domain) =>
  verifies(structure(header, domain, payload), signature, key);
