// Status lists (draft-ietf-oauth-status-list, two bits an entry), verified here as they came.
import { Malformed, inflate } from "./base43.js";
import { hasKeys, signed } from "./cose.js";
import { isSignedBy } from "./sm2.js";

const DOMAIN = "yinxin.status/1";
const TYPE = "application/statuslist+cwt";
const BYTES = 2 ** 18;
const CLOCK_SLACK = 300;
const isTime = (value) => Number.isInteger(value) && value > 0 && value < 2 ** 33;

// What a token says, or null where it is not this very list, or none of the keys signed it.
export async function readList(bytes, name, keys) {
  try {
    const token = signed(bytes, TYPE);
    const { claims } = token;
    const list = claims.get(65533);
    const isWhole =
      hasKeys(claims, [2, 4, 6, 65533, 65534]) && claims.get(2) === name &&
      [4, 6, 65534].every((key) => isTime(claims.get(key))) &&
      list instanceof Map && list.get("bits") === 2 && list.get("lst") instanceof Uint8Array;
    const isSigned = keys.some((item) => item.kid === token.kid && isSignedBy(item.key, token, DOMAIN));
    if (!isWhole || !isSigned) return null;
    const entries = await inflate(list.get("lst"), BYTES);
    if (entries.length !== BYTES) return null;
    return { entries, at: claims.get(6), until: claims.get(4), ttl: claims.get(65534) };
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

export const entry = (list, index) => (list.entries[index >> 2] >> (2 * (index & 3))) & 3;

// "fresh", "aging" (people are told how old) or "expired": nothing can be said by it.
export function freshness(list, now) {
  if (now >= list.until || list.at > now + CLOCK_SLACK) return "expired";
  return now - list.at <= list.ttl ? "fresh" : "aging";
}
