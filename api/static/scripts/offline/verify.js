// The page that judges codes on this very device.
import { kept, renew } from "./grounds.js";
import { judge } from "./judging.js";
import { moment } from "./times.js";
import { startWorker } from "./worker-start.js";

const REMEMBERED_MS = 180000;
const one = (id) => document.getElementById(id);
const form = one("text").form;
const seen = new Map();
const at = (seconds) => moment(seconds * 1000);

const lastDay = ({ validTo }) =>
  validTo === undefined ? "长期" : new Date(validTo * 86400000).toISOString().slice(0, 10);

function only(selector, id) {
  for (const item of document.querySelectorAll(selector)) item.hidden = item.dataset.is !== id;
}

// The same screen twice within three minutes is somebody else's picture of it, or the same person.
function wasSeen({ code }) {
  if (code?.kind !== "shown") return false;
  const now = Date.now();
  for (const [name, when] of seen) if (now - when > REMEMBERED_MS) seen.delete(name);
  const name = (code.proof ?? code.code).signature.join();
  const again = seen.has(name);
  seen.set(name, now);
  return again;
}

function list(code) {
  const pairs = code === null ? [] : code.fields;
  one("fields").replaceChildren(
    ...pairs.map(([label, value]) => {
      const row = document.createElement("div");
      const [name, text] = [document.createElement("dt"), document.createElement("dd")];
      [name.textContent, text.textContent] = [label, value];
      row.append(name, text);
      return row;
    }),
  );
}

function show(verdict, again) {
  const { code } = verdict;
  one("verdict").hidden = false;
  one("verdict").dataset.conclusion = verdict.conclusion;
  only("#conclusion > *", verdict.conclusion);
  only("#reasons > *", verdict.reason);
  const notes = again ? [...verdict.notes, "again"] : verdict.notes;
  for (const note of document.querySelectorAll("#notes > *")) note.hidden = !notes.includes(note.dataset.is);
  one("what").hidden = code === null;
  one("issuer").textContent = verdict.issuer ?? "";
  one("type").textContent = code?.typeName ?? "";
  one("holder").textContent = code?.holder ?? "";
  one("identifier").textContent = code?.identifier ?? "";
  one("valid-to").textContent = code === null ? "" : lastDay(code);
  one("status-at").textContent = verdict.statusAt === undefined ? "" : at(verdict.statusAt);
  for (const row of document.querySelectorAll("#what [data-needs]")) {
    row.hidden = one(row.dataset.needs).textContent === "";
  }
  list(code);
  one("verdict").focus();
}

async function judgeText(text) {
  const verdict = await judge(text, { ...(await kept()), now: Date.now() / 1000 });
  show(verdict, wasSeen(verdict));
}

async function tellReadiness(isRenewed, isKept) {
  const { grounds, tokens } = await kept();
  only("#readiness > *", grounds === null ? "none" : isKept ? "ready" : "now");
  one("renewed").hidden = isRenewed || grounds === null;
  if (grounds === null) return;
  const speaking = grounds.regions.filter((region) => region.keys.length > 0);
  for (const item of document.querySelectorAll(".as-of")) item.textContent = at(Date.parse(grounds.made_at) / 1000);
  for (const item of document.querySelectorAll(".regions")) item.textContent = speaking.map((region) => region.name).join("、");
  for (const item of document.querySelectorAll(".lists")) item.textContent = tokens.size;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = one("text");
  one("text").value = "";
  judgeText(value.trim());
});

async function begin() {
  // A link brings the whole text behind the #; where this page stands in for another, it has its own.
  const brought = location.hash.slice(1);
  if (brought) judgeText(/\/[SV]#/.test(brought) ? brought : location.href);
  const isRenewed = await renew();
  await tellReadiness(isRenewed, await startWorker());
}

begin();
