// A machine that slept, or was elsewhere, may hold a live connection that is dead: Blazor's script notices that after half a minute, and what is clicked
// until then is lost. So whoever comes back asks by that connection, and clicks wait for the answer.
const notice = document.getElementById("components-reconnect-modal");
const patience = 2000;
const longestTry = 10000;
let isAsking = false;
let clicked;

const isAlive = () => document.visibilityState === "visible" && !notice.open && document.querySelector("main:not([inert])");
const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

function hold(event) {
  event.stopImmediatePropagation();
  event.preventDefault();
  if (isPlain(event)) clicked = event.target;
}

const ask = () => DotNet.invokeMethodAsync("Marketplace.Web", "IsThere").then(() => "there", () => "there");
const wait = () => new Promise((go) => setTimeout(go, patience));
/** Whether plain requests arrive: then it is not the way that is slow. */
const tryAnother = () => fetch("/assets/app.webmanifest", { cache: "no-store", signal: AbortSignal.timeout(longestTry) }).then(() => "dead", () => "dead");

async function check() {
  if (isAsking || !isAlive()) return;
  isAsking = true;
  addEventListener("click", hold, true);
  const answer = ask();
  if (!(await Promise.race([answer, wait()]))) {
    clicked = undefined;
    notice.classList.add("is-silent");
    // Blazor's script takes over, and connects anew.
    if ((await Promise.race([answer, tryAnother()])) === "dead") await Blazor._internal.forceCloseConnection();
    notice.classList.remove("is-silent");
  }
  removeEventListener("click", hold, true);
  isAsking = false;
  if (clicked?.isConnected) clicked.click();
  clicked = undefined;
}

document.addEventListener("visibilitychange", check);
for (const name of ["pageshow", "online"]) addEventListener(name, check);
