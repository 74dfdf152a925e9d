// Deterministic CBOR (RFC 8949 §4.2) of the few kinds that codes and status lists hold. Anything
// else is refused: other kinds, longer forms, maps out of order, bytes behind the end.
import { Malformed } from "./base43.js";

const MOST_DEPTH = 8;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(count) {
    if (this.at + count > this.bytes.length) throw new Malformed("cut short");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  head() {
    const first = this.take(1)[0];
    const short = first & 31;
    if (short < 24) return [first >> 5, short];
    if (short > 27) throw new Malformed("no definite length");
    const number = this.take(2 ** (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    const least = [24, 256, 65536, 4294967296][short - 24];
    if (number < least || number > Number.MAX_SAFE_INTEGER) throw new Malformed("not the shortest");
    return [first >> 5, number];
  }

  value(depth = 0) {
    if (depth > MOST_DEPTH) throw new Malformed("too deep");
    const [kind, number] = this.head();
    switch (kind) {
      case 0:
        return number;
      case 1:
        return -1 - number;
      case 2:
        return this.take(number);
      case 3:
        return this.text(number);
      case 4:
        return this.many(number, depth);
      case 5:
        return this.map(number, depth);
      case 6:
        return new Tagged(number, this.value(depth + 1));
      default:
        if (number !== 20 && number !== 21) throw new Malformed("not of these kinds");
        return number === 21;
    }
  }

  text(length) {
    try {
      return strict.decode(this.take(length));
    } catch {
      throw new Malformed("no text");
    }
  }

  many(count, depth) {
    if (count > this.bytes.length) throw new Malformed("cut short");
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  map(count, depth) {
    const found = new Map();
    let last = null;
    for (let left = count; left > 0; left -= 1) {
      const start = this.at;
      const key = this.value(depth + 1);
      const encoded = this.bytes.subarray(start, this.at);
      if (last !== null && !comesBefore(last, encoded)) throw new Malformed("keys out of order");
      last = encoded;
      found.set(key, this.value(depth + 1));
    }
    return found;
  }
}

// Shorter keys first, as RFC 7049 §3.9 has it and our issuers write.
function comesBefore(one, other) {
  if (one.length !== other.length) return one.length < other.length;
  const differs = one.findIndex((byte, at) => byte !== other[at]);
  return differs >= 0 && one[differs] < other[differs];
}

export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value();
  if (reader.at !== bytes.length) throw new Malformed("bytes behind the end");
  return value;
}

function head(kind, number) {
  const first = kind << 5;
  if (number < 24) return [first | number];
  if (number < 256) return [first | 24, number];
  if (number < 65536) return [first | 25, number >> 8, number & 255];
  return [first | 26, ...[24, 16, 8, 0].map((bits) => (number >>> bits) & 255)];
}

// Numbers from 0 to 2³², bytes, text, and arrays of these: what is signed, and what a phone shows.
export function encode(value) {
  if (typeof value === "number") return Uint8Array.from(head(0, value));
  if (value instanceof Uint8Array) return joined([head(2, value.length), value]);
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return joined([head(3, bytes.length), bytes]);
  }
  return joined([head(4, value.length), ...value.map(encode)]);
}

export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
