// What stands behind the # of the address goes nowhere until somebody presses.
const form = document.querySelector("#ask");
if (location.hash.length > 1) {
  form.elements.text.value = location.href;
  form.hidden = false;
}
// The same on this very device: what was read stays behind the # there as well.
const here = document.querySelector("#here");
if (here !== null && location.hash.length > 1) {
  here.href = `/verify/offline#${location.pathname}${location.hash}`;
}
