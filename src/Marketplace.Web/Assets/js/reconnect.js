// The notice of a lost connection, above everything, dialogs too. Blazor's script says by classes how it stands. Whether the gateway is there again, it asks
// ever more rarely, and whether it knows this browser still, it cannot tell; so both are asked here.
const notice = document.getElementById("components-reconnect-modal");
const away = ["is-silent", "components-reconnect-show", "components-reconnect-retrying", "components-reconnect-failed", "components-reconnect-rejected"];
const ends = ["components-reconnect-failed", "components-reconnect-rejected"];
const failure = document.getElementById("blazor-error-ui");
const pause = 2000;
// Whose text is what they stand for: boxes and choices would turn once more.
const texts = "textarea, select, input:not([type=checkbox], [type=radio], [type=file])";
const typed = new Set();
let asking;
let wasAway = false;

const isOver = () => failure.style.display === "block";

async function ask() {
  const answer = await fetch("/assets/app.webmanifest", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) {
    wasAway = true;
    return;
  }
  // What a page begins with, and only who is known is given.
  const known = await fetch("/_blazor/initializers", { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (!notice.open || !known) return;
  notice.classList.toggle("is-stranger", !known.ok);
  if (known.ok) goOn();
  else if (notice.dataset.signIn) leave();
}

/** The gateway is there and knows this browser: the page goes on, or, where the gateway was started anew, begins again where its address says. */
function goOn() {
  if (!isOver() && !ends.some((state) => notice.classList.contains(state))) {
    // Blazor's script waits no longer then.
    document.dispatchEvent(new Event("visibilitychange"));
    return;
  }
  // A page that failed by itself would do so again: its user says when.
  if (isOver() && !wasAway) return;
  clearInterval(asking);
  location.reload();
}

/** To where one signs in, and from there back. */
function leave() {
  clearInterval(asking);
  location.replace(`${notice.dataset.signIn}?return=${encodeURIComponent(location.pathname + location.search)}`);
}

function show() {
  if (notice.classList.contains("components-reconnect-rejected")) ask();
  const isAway = isOver() || away.some((state) => notice.classList.contains(state));
  if (isAway === notice.open) return;
  if (isAway) {
    wasAway = false;
    notice.showModal();
    asking = setInterval(ask, pause);
    // Somebody who was signed out elsewhere is not left with what is shown here.
    ask();
  } else {
    clearInterval(asking);
    notice.classList.remove("is-stranger");
    // The focus goes back to where it was.
    notice.close();
    tellTyped();
  }
}

/** What was typed while the connection was dead, and nobody had noticed, never arrived: it is told again, and again is no other than once. */
function tellTyped() {
  for (const field of typed) {
    if (!field.isConnected) {
      typed.delete(field);
      continue;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field !== document.activeElement) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

notice.addEventListener("click", (event) => event.target.closest("[data-load]") && location.reload());
document.addEventListener("input", (event) => event.target.matches(texts) && typed.add(event.target), true);
notice.addEventListener("cancel", (event) => event.preventDefault());
// Browsers close a dialog that is escaped from twice, whatever was prevented.
notice.addEventListener("close", show);
const watch = new MutationObserver(show);
watch.observe(notice, { attributes: true, attributeFilter: ["class"] });
watch.observe(failure, { attributes: true, attributeFilter: ["style"] });
