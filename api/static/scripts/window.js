// The window by keyboard: Alt and a number go to a field; a scanner that types finds its own.
const FIELDS = { "1": "#code", "2": "#display", "3": ".rows a" };

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const field = document.querySelector(FIELDS[event.key] ?? "none");
  if (field === null) return;
  event.preventDefault();
  field.focus();
});

// Without a network a form that is sent is a form that is lost: it is said before somebody does.
const banner = document.querySelector("#no-network");
const tellNetwork = () => {
  banner.hidden = navigator.onLine;
};
window.addEventListener("online", tellNetwork);
window.addEventListener("offline", tellNetwork);
tellNetwork();
