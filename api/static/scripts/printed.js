// What stands behind the # of the address goes nowhere until somebody presses.
const form = document.querySelector("#ask");
if (location.hash.length > 1) {
  form.elements.text.value = location.href;
  form.hidden = false;
}
