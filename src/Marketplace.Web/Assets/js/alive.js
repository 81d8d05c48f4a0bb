// A page is drawn by the gateway at once, and anew when its live connection is there. What was opened, focused or pressed beside the content in between
// stays so; the content itself takes nothing before.
const drawn = document.querySelector("main");
const targets = () => [...document.querySelectorAll(".skip-link, .top-bar a, .side-nav a, .side-nav button")];
const indexOf = (element) => targets().indexOf(element?.closest?.("a, button"));
let opened = document.querySelector(":popover-open")?.id;
let focused = indexOf(document.activeElement);
let pressed = -1;

const listeners = {
  beforetoggle: (event) => { opened = event.newState === "open" ? event.target.id : undefined; },
  focusin: (event) => { focused = indexOf(event.target); },
  pointerdown: (event) => { pressed = focused = indexOf(event.target); },
  pointerup: () => { pressed = -1; },
};

/** A press that began on what was drawn before ends on what is there now: browsers take that for no click. */
function release(event) {
  const target = targets()[pressed];
  if (indexOf(document.elementFromPoint(event.clientX, event.clientY)) === pressed) target?.click();
}

const watch = new MutationObserver(() => {
  if (drawn?.isConnected) return;
  watch.disconnect();
  for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener, true);
  if (opened) document.getElementById(opened)?.showPopover?.();
  if (document.activeElement === document.body && targets()[focused]) targets()[focused].focus({ preventScroll: true });
  if (pressed >= 0) document.addEventListener("pointerup", release, { once: true, capture: true });
});

for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener, true);
watch.observe(document.body, { childList: true, subtree: true });
