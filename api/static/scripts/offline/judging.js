// The verdict on a code without a network, in three values, by what was kept of the regions.
// What it gives out are names; the page has the words.
import { Malformed } from "./base43.js";
import { endOf, isShownBy, kindOf, read } from "./codes.js";
import { isSignedBy } from "./sm2.js";
import { entry, freshness, readList } from "./status-lists.js";

const SHOWN_WITHIN = 90;
const CLOCK_SLACK = 300;
const STATES = ["", "ended", "suspended", "replaced"];

class Verdict extends Error {
  constructor(conclusion, reason) {
    super(reason);
    this.conclusion = conclusion;
  }
}

const fail = (reason) => {
  throw new Verdict("failed", reason);
};
const doubt = (reason) => {
  throw new Verdict("unknown", reason);
};

async function take(text) {
  const kind = kindOf(text);
  if (kind === "one-time") doubt("one-time");
  if (kind === "") doubt("strange");
  try {
    return await read(text);
  } catch (error) {
    if (error instanceof Malformed) fail("damaged");
    throw error;
  }
}

function regionOf(code, { regions }) {
  const issued = (region) => region.issuers.filter((issuer) => issuer.code === code.issuer);
  const found = regions.filter((region) => issued(region).length > 0);
  if (found.length !== 1) doubt("issuer-unknown");
  return { region: found[0], entries: issued(found[0]) };
}

function checkSigner(code, region, entries, now) {
  if (now >= Date.parse(region.until) / 1000) doubt("grounds-old");
  const keys = region.keys.filter((key) => key.role === "record" && key.kid === code.code.kid);
  if (keys.length === 0) doubt("key-unknown");
  const signer = keys.find((key) => isSignedBy(key.key, code.code, code.domain));
  if (signer === undefined) fail("signature");
  if (signer.organization !== code.issuer) fail("other-issuer");
  if (!entries.some((issuer) => issuer.types.includes(code.type))) fail("not-entitled");
}

async function checkTimes(code, now) {
  if (now >= endOf(code)) fail("license-expired");
  if (code.kind === "printed") return;
  if (now >= code.until) fail("expired");
  if (code.since > now + CLOCK_SLACK) fail("not-yet");
  if (code.device === null) return;
  if (code.proof === null) fail("copied");
  if (!(await isShownBy(code))) fail("other-device");
  if (Math.abs(now - code.proof.at) > SHOWN_WITHIN) fail("stale");
}

async function checkStatus(code, region, tokens, now) {
  const name = Object.keys(region.status_lists).find((key) => key.endsWith(`/status-lists/${code.list}`));
  const token = name === undefined ? undefined : tokens.get(name);
  if (token === undefined) doubt("list-missing");
  const keys = region.keys.filter((key) => key.role === "status");
  const list = await readList(token, name, keys);
  if (list === null) doubt("list-untrusted");
  const state = freshness(list, now);
  if (state === "expired") doubt("list-old");
  if (code.index >= list.entries.length * 4) fail("damaged");
  const value = entry(list, code.index);
  if (value !== 0) fail(STATES[value]);
  return { state, at: list.at };
}

function notesOf(code, status) {
  const notes = [];
  if (code.kind === "printed") notes.push("printed");
  if (code.kind === "shown" && code.device === null) notes.push("loose");
  if (status.state === "aging") notes.push("aging");
  return notes;
}

// Judge a scanned text. `grounds` is what the interface told, or null; `tokens` the status lists by
// name; `now` in seconds. A code that could not be judged names no fields: nobody vouches for them.
export async function judge(text, { grounds, tokens, now }) {
  let code = null;
  try {
    code = await take(text);
    if (grounds === null) doubt("no-grounds");
    const { region, entries } = regionOf(code, grounds);
    checkSigner(code, region, entries, now);
    await checkTimes(code, now);
    const status = await checkStatus(code, region, tokens, now);
    return {
      conclusion: "passed",
      reason: "passed",
      notes: notesOf(code, status),
      code,
      issuer: entries[0].name,
      statusAt: status.at,
    };
  } catch (error) {
    if (!(error instanceof Verdict)) throw error;
    return { conclusion: error.conclusion, reason: error.message, notes: [], code: null };
  }
}
