// The notice of a lost connection, above everything, dialogs too. Blazor's script says by classes how it stands; whether the gateway is there again, but
// knows this browser no more, it cannot tell.
const notice = document.getElementById("components-reconnect-modal");
const away = ["is-silent", "components-reconnect-show", "components-reconnect-retrying", "components-reconnect-failed", "components-reconnect-rejected"];
const pause = 2000;
let asking;

async function ask() {
  const answer = await fetch("/assets/app.webmanifest", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const page = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (notice.open && page && !page.ok) notice.classList.add("is-stranger");
}

function show() {
  const isAway = away.some((state) => notice.classList.contains(state));
  if (isAway === notice.open) return;
  if (isAway) {
    notice.showModal();
    asking = setInterval(ask, pause);
  } else {
    clearInterval(asking);
    notice.classList.remove("is-stranger");
    // The focus goes back to where it was.
    notice.close();
  }
}

notice.addEventListener("cancel", (event) => event.preventDefault());
// Browsers close a dialog that is escaped from twice, whatever was prevented.
notice.addEventListener("close", show);
new MutationObserver(show).observe(notice, { attributes: true, attributeFilter: ["class"] });
