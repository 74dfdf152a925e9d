// Keeps the last checkpoint of each log that this browser saw, so that a log cannot be rewritten
// between two visits unnoticed. One that was not compared yet is never replaced: it is evidence.
const nameOf = (origin) => `yinxin-checkpoint:${origin}`;

for (const article of document.querySelectorAll("[data-origin]")) {
  const name = nameOf(article.dataset.origin);
  const kept = localStorage.getItem(name);
  if (kept === null) {
    localStorage.setItem(name, article.querySelector(".note").textContent);
    continue;
  }
  const form = article.querySelector(".since-last");
  form.elements.checkpoint.value = kept;
  form.hidden = false;
}

for (const section of document.querySelectorAll("[data-continues]")) {
  const name = nameOf(section.dataset.continues);
  // Only what was compared may give way: an older one that was pasted says less than it does.
  if (localStorage.getItem(name)?.startsWith(section.dataset.held)) {
    localStorage.setItem(name, section.querySelector(".note").textContent);
  }
}
