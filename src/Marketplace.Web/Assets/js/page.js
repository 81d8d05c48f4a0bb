// What pages need of the browser and components cannot say.
const year = 365 * 24 * 60 * 60;

/** light, dark, or null for the system's; kept as a cookie so that the first paint of later pages has it. */
export function chooseTheme(theme) {
  if (theme) {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${year}; samesite=strict`;
  } else {
    delete document.documentElement.dataset.theme;
    document.cookie = "theme=; path=/; max-age=0; samesite=strict";
  }
}

/**
 * Shows a dialog so that the rest of the page cannot be reached behind it, and moves the focus into it. What is typed has somewhere to go at any time: where
 * what had the focus goes away, the dialog's heading has it; when the page takes the dialog away, what opened it, or where that is gone the content.
 */
export function showDialog(dialog) {
  // Who is fast has closed it already.
  if (!dialog?.isConnected || dialog.open) return;
  const opener = document.activeElement;
  let held;
  dialog.addEventListener("focusin", (event) => { held = event.target; });
  dialog.showModal();
  const watch = new MutationObserver(() => {
    if (!dialog.isConnected) watch.disconnect();
    if (document.activeElement !== document.body && document.activeElement?.isConnected) return;
    if (dialog.isConnected) {
      if (held && !held.isConnected) dialog.querySelector("h2").focus({ preventScroll: true });
      return;
    }
    const target = opener?.isConnected && opener !== document.body ? opener : document.getElementById("content");
    target?.focus({ preventScroll: true });
  });
  watch.observe(document.body, { childList: true, subtree: true });
}

export const copy = (words) => navigator.clipboard.writeText(words);

/** Brings a part of the page into view and keeps it there while what is read later moves it, until the reader does something. */
export function show(element) {
  if (!element) return;
  const end = new AbortController();
  const bring = () => element.isConnected ? element.scrollIntoView({ block: "nearest" }) : end.abort();
  const watch = new ResizeObserver(bring);
  end.signal.addEventListener("abort", () => watch.disconnect());
  for (const act of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(act, () => end.abort(), { passive: true, capture: true, signal: end.signal });
  watch.observe(document.body);
}
