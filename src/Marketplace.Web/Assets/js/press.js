// What was typed counts when its field is left, often by the very press of a button, and may change the page before that press is over: a button that moved
// away under it would get no click, since the browser gives it to what lies around both places. It is the button's.
const slack = 4;
let press;

addEventListener("pointerdown", (event) => {
  const button = event.isPrimary && event.button === 0 ? event.target.closest("button") : null;
  press = button && { button, x: event.clientX, y: event.clientY };
}, true);

addEventListener("click", (event) => {
  const { button, x, y } = press ?? {};
  press = undefined;
  const wasMoved = button?.isConnected && event.target !== button && event.target.contains(button);
  // Whoever moves away from what was pressed does not want it.
  if (!wasMoved || event.detail === 0 || Math.hypot(event.clientX - x, event.clientY - y) > slack) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  button.click();
}, true);
