// The codes that the holder took along, each signed anew every half minute by this browser's key.
import { draw } from "./drawing.js";
import { codes, forget, present } from "./holder.js";
import { moment } from "./times.js";
import { startWorker } from "./worker-start.js";

const ANEW_MS = 30000;
const cards = document.querySelector("#cards");
const sample = document.querySelector("#card");
const one = (id) => document.getElementById(id);

function fill(card, code) {
  card.querySelector("h2").textContent = code.type_name;
  card.querySelector(".holder").textContent = code.holder;
  const list = card.querySelector("dl");
  for (const [label, value] of code.fields) {
    const row = document.createElement("div");
    const [name, text] = [document.createElement("dt"), document.createElement("dd")];
    [name.textContent, text.textContent] = [label, value];
    row.append(name, text);
    list.append(row);
  }
  card.querySelector(".until").textContent = moment(Date.parse(code.expires_at));
  card.querySelector(".forget").addEventListener("click", async () => {
    await forget(code.license);
    card.remove();
    one("none").hidden = cards.children.length > 0;
  });
}

async function showAnew(card, code) {
  if (!card.isConnected) return;
  if (Date.parse(code.expires_at) <= Date.now()) {
    card.remove();
    one("none").hidden = cards.children.length > 0;
    return;
  }
  const [address, letters] = await present(code);
  card.querySelector(".qr").replaceChildren(draw(address, letters, card.querySelector(".qr").dataset.label));
  card.querySelector(".shown").textContent = moment(Date.now());
}

async function begin() {
  const found = await codes();
  one("none").hidden = found.length > 0;
  for (const code of found) {
    const card = sample.content.firstElementChild.cloneNode(true);
    fill(card, code);
    cards.append(card);
    await showAnew(card, code);
    setInterval(() => showAnew(card, code), ANEW_MS);
  }
  one("ready").hidden = !(await startWorker());
}

begin();
