// COSE_Sign1 (RFC 9052 §4.2) as codes and status lists use it: SM2 by whoever issued, ES256 by a phone.
import { Malformed } from "./base43.js";
import { Tagged, decode, encode, joined } from "./cbor.js";

const ALGORITHM = -65579;
const KEY_ID_BYTES = 8;
export const ES256 = Uint8Array.of(0xa1, 0x01, 0x26);

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (one, other) => one.length === other.length && hex(one) === hex(other);

export function structure(header, domain, payload) {
  return encode(["Signature1", header, new TextEncoder().encode(domain), payload]);
}

export function assemble(header, payload, signature) {
  return joined([[0xd2, 0x84], encode(header), [0xa0], encode(payload), encode(signature)]);
}

export function parts(bytes) {
  const tagged = decode(bytes);
  const found = tagged instanceof Tagged && tagged.tag === 18 ? tagged.value : null;
  if (!Array.isArray(found) || found.length !== 4) throw new Malformed("not a COSE_Sign1");
  const [header, others, payload, signature] = found;
  const areBytes = [header, payload, signature].every((part) => part instanceof Uint8Array);
  if (!areBytes || !(others instanceof Map) || others.size > 0) {
    throw new Malformed("not a COSE_Sign1");
  }
  return { header, payload, signature };
}

// What somebody signed with SM2; nothing is verified yet.
export function signed(bytes, contentType = "") {
  const found = parts(bytes);
  const header = decode(found.header);
  const wanted = contentType ? [1, 4, 16] : [1, 4];
  const isKnown =
    header instanceof Map && hasKeys(header, wanted) && header.get(1) === ALGORITHM &&
    header.get(4) instanceof Uint8Array && header.get(4).length === KEY_ID_BYTES &&
    (header.get(16) ?? "") === contentType;
  const claims = decode(found.payload);
  if (!isKnown || !(claims instanceof Map)) throw new Malformed("other headers or claims");
  return { ...found, kid: hex(header.get(4)), claims };
}

export function hasKeys(map, keys) {
  return map.size === keys.length && keys.every((key) => map.has(key));
}
