// Draws PDF documents: each page while it is in view or near, so that a long one takes no more than a short one.
import { getDocument, GlobalWorkerOptions, TextLayer } from "/assets/pdfjs/pdf.min.mjs";

const library = "/assets/pdfjs/";
const chunk = 1 << 20;
/** What strangers may make of this page's memory: pixels of a page and of a picture on it, and pages. */
const mostPixels = 8 << 20;
const mostPicturePixels = 64 << 20;
const mostPages = 2000;
/** A page is shown no higher than so many times its width, nor wider than so many times its height. */
const mostStretched = 5;

GlobalWorkerOptions.workerSrc = `${library}pdf.worker.min.mjs`;

/** A document within a frame that scrolls. */
export function attach(frame, url) {
  const loading = getDocument({
    url, rangeChunkSize: chunk, disableAutoFetch: true, disableStream: true, maxImageSize: mostPicturePixels, enableXfa: false, verbosity: 0,
    useWasm: false, wasmUrl: library, useSystemFonts: false, standardFontDataUrl: `${library}fonts/`, cMapUrl: `${library}cmaps/`, cMapPacked: true,
  });
  const drawings = new Map();
  const inView = new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => (isIntersecting ? draw(target) : forget(target))), { root: frame, rootMargin: "100% 0px" },
  );
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => scaleText(target)));
  let paper;

  async function draw(place) {
    if (drawings.has(place)) return;
    const drawing = {};
    drawings.set(place, drawing);
    try {
      const page = await paper.getPage(Number(place.dataset.page));
      const natural = shape(place, page);
      const scale = Math.min((place.clientWidth * devicePixelRatio) / natural.width, Math.sqrt(mostPixels / (natural.width * natural.height)));
      const viewport = page.getViewport({ scale });
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.max(1, viewport.width), height: Math.max(1, viewport.height) });
      canvas.ariaHidden = "true";
      const text = Object.assign(document.createElement("div"), { className: "pdf-text" });
      if (drawings.get(place) !== drawing) return;
      drawing.task = page.render({ canvas, viewport });
      await drawing.task.promise;
      await new TextLayer({ textContentSource: await page.getTextContent(), container: text, viewport: page.getViewport({ scale: 1 }) }).render();
      if (drawings.get(place) !== drawing) return;
      place.replaceChildren(canvas, text);
      scaleText(place);
    } catch {
      if (drawings.get(place) === drawing) place.replaceChildren(`Page ${place.dataset.page} cannot be shown.`);
    }
  }

  function forget(place) {
    drawings.get(place)?.task?.cancel();
    drawings.delete(place);
    place.replaceChildren();
  }

  /** Its place gets the proportions of the page, within bounds. */
  function shape(place, page) {
    const natural = page.getViewport({ scale: 1 });
    place.naturalWidth = natural.width;
    place.style.aspectRatio = String(Math.min(Math.max(natural.width / natural.height, 1 / mostStretched), mostStretched));
    return natural;
  }

  const scaleText = (place) => place.style.setProperty("--total-scale-factor", place.clientWidth / place.naturalWidth);

  async function lay() {
    paper = await loading.promise;
    const first = await paper.getPage(1);
    const shown = Math.min(paper.numPages, mostPages);
    for (let number = 1; number <= shown; number++) {
      const place = Object.assign(document.createElement("div"), { className: "pdf-page" });
      Object.assign(place, { role: "group", ariaLabel: `Page ${number}` });
      place.dataset.page = number;
      shape(place, first);
      frame.append(place);
      inView.observe(place);
      sizes.observe(place);
    }
    return { pages: Math.min(paper.numPages, Number.MAX_SAFE_INTEGER), shown };
  }

  return {
    /** How many pages there are and are shown, or the kind of error that kept it from being opened. */
    open: () => lay().catch((fault) => ({ pages: 0, shown: 0, trouble: fault.name || "Error" })),
    end() {
      inView.disconnect();
      sizes.disconnect();
      return loading.destroy();
    },
  };
}
