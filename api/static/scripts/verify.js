// Drop a file anywhere on its card; see its digest and how far it has come. The form works without.
const form = document.querySelector("#upload");
const file = form.elements.file;
const one = (id) => document.getElementById(id);

form.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (event.dataTransfer.files.length === 0) return;
  file.files = event.dataTransfer.files;
  form.requestSubmit();
});

async function showDigest(chosen) {
  if (!crypto.subtle) return;
  const digest = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
  one("digest").textContent = [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

// The answer is a page of ours; nothing in a page that is taken over this way can run.
function show(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  document.title = answer.title;
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  window.scrollTo(0, 0);
}

form.addEventListener("submit", (event) => {
  if (file.files.length === 0) return;
  event.preventDefault();
  one("sending").hidden = false;
  form.querySelector("button").disabled = true;
  showDigest(file.files[0]);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    one("sent").value = loaded / total;
    one("share").value = `${Math.floor((100 * loaded) / total)} %`;
  });
  request.upload.addEventListener("load", () => (one("judging").hidden = false));
  request.addEventListener("load", () => show(request.responseText));
  // Without a connection the browser says so better than we could.
  request.addEventListener("error", () => form.submit());
  request.open("POST", form.action);
  request.send(new FormData(form));
});
