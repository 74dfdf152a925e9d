// The window by keyboard: Alt and a number go to a field; a scanner that types finds its own.
const FIELDS = { "1": "#code", "2": "#display", "3": ".rows a" };
const STEPS = ".steps a";

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = document.querySelectorAll(STEPS);
  const field = steps.length > 0
    ? steps[Number(event.key) - 1] ?? null
    : document.querySelector(FIELDS[event.key] ?? "none");
  if (field === null) return;
  event.preventDefault();
  if (steps.length > 0) goTo(document.querySelector(field.hash));
  else field.focus();
});

// A step begins where something is to be filled in or pressed.
const goTo = (place) => {
  place?.scrollIntoView({ block: "start" });
  place?.querySelector("[data-next], input:not([type=hidden]):not([readonly]), select, button, a")?.focus();
};

// A press changes the case and leaves the rest of the page; what is no case loads as a page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.target?.id !== "case") return;
  detail.shouldSwap = detail.serverResponse.includes('id="case"');
  detail.isError = false;
  if (!detail.shouldSwap) detail.requestConfig.elt.submit();
});
document.addEventListener("htmx:afterSettle", () => {
  document.querySelector("#case .notice.bad, #case [data-next]")?.scrollIntoView({ block: "center" });
  document.querySelector("#case [data-next]")?.focus({ preventScroll: true });
});

// Without a network a form that is sent is a form that is lost: it is said before somebody does.
const banner = document.querySelector("#no-network");
const tellNetwork = () => {
  banner.hidden = navigator.onLine;
};
window.addEventListener("online", tellNetwork);
window.addEventListener("offline", tellNetwork);
tellNetwork();
