// base43: two bytes as three letters that stand both in a QR code's short mode and behind a #.
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:";
const BASE = LETTERS.length;
const MOST_BYTES = 4096;
const RAW = 0xd2;
const PACKED = 0x78;

export class Malformed extends Error {}

export function toLetters(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const odd = at + 1 === bytes.length;
    let value = odd ? bytes[at] : bytes[at] * 256 + bytes[at + 1];
    for (let left = odd ? 2 : 3; left > 0; left -= 1) {
      text += LETTERS[value % BASE];
      value = Math.floor(value / BASE);
    }
  }
  return text;
}

export function toBytes(text) {
  // One letter over holds no byte; letting it pass would give a code two texts.
  if (text.length > 2 * MOST_BYTES || text.length % 3 === 1) throw new Malformed("not base43");
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter));
    if (group.includes(-1)) throw new Malformed("not base43");
    const value = group.reduceRight((sum, digit) => sum * BASE + digit, 0);
    if (value >= 256 ** (group.length - 1)) throw new Malformed("not base43");
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

async function through(stream, bytes, most) {
  const chunks = [];
  let length = 0;
  const source = new Blob([bytes]).stream();
  for await (const chunk of readable(source.pipeThrough(stream))) {
    length += chunk.length;
    if (length > most) throw new Malformed("unpacks to more than a code holds");
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function* readable(stream) {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

// Whatever is wrong with a stream that others packed, it is no code.
export async function inflate(bytes, most) {
  try {
    return await through(new DecompressionStream("deflate"), bytes, most);
  } catch (error) {
    throw new Malformed(`not packed: ${error.message}`);
  }
}

export async function pack(bytes) {
  const packed = await through(new CompressionStream("deflate"), bytes, MOST_BYTES);
  return toLetters(packed.length < bytes.length ? packed : bytes);
}

export async function unpack(text) {
  const bytes = toBytes(text);
  if (bytes[0] === RAW) return bytes;
  if (bytes[0] !== PACKED) throw new Malformed("not a signed code");
  return inflate(bytes, MOST_BYTES);
}
