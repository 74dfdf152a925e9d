// The holder takes a code along: bound to a key of this browser, kept here, shown on /pass.
import { keep, publicKey } from "./holder.js";

const form = document.querySelector("#offline");
const trouble = document.querySelector("#offline-trouble");

async function take(chosen) {
  const answer = await fetch("/api/v1/display-codes/offline", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      license: form.dataset.license,
      fields: chosen.getAll("fields"),
      device: await publicKey(),
    }),
  });
  const told = await answer.json();
  if (!answer.ok) {
    trouble.textContent = told.detail ?? told.title;
    trouble.hidden = false;
    return;
  }
  await keep(told);
  location.assign("/pass");
}

// Where a browser keeps no keys, or came unsafely, the form is sent as it is: a code for ten minutes.
if (globalThis.crypto?.subtle && globalThis.indexedDB) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form, event.submitter);
    take(chosen).catch(() => {
      trouble.textContent = trouble.dataset.words;
      trouble.hidden = false;
    });
  });
}
