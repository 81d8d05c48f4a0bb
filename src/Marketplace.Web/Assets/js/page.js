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

/** Shows a dialog so that the rest of the page cannot be reached behind it, and moves the focus into it. */
export function showDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

export const copy = (words) => navigator.clipboard.writeText(words);
