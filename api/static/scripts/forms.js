// A form is sent once: whoever presses twice, or impatiently, means the same.
// Without scripts the server decides what is sent twice; this spares most of it.
const WAIT_MS = 5000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // What is downloaded leaves the page as it is, and may be wanted again.
  setTimeout(() => delete form.dataset.sent, WAIT_MS);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
