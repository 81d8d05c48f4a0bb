// Draws PDF documents: each page while it is in view or near, so that a long one takes no more than a short one.
import { getDocument, PDFWorker, TextLayer } from "/assets/pdfjs/pdf.min.mjs";
import { part, StoredDocument } from "./stored-document.js";

const library = "/assets/pdfjs/";
/** What strangers may make of a browser's memory: pixels of a page, of a side of it and of a picture on it; pages, and pieces of text on one. */
const mostPixels = 8 << 20;
const longestSide = 8192;
const mostPicturePixels = 24 << 20;
const mostPages = 2000;
const mostPieces = 20000;
/** A page is shown no higher than so many times its width, nor wider than so many times its height. */
const mostStretched = 5;
/** Of a page whose proportions are none. */
const usualRatio = Math.SQRT1_2;
/** Milliseconds. What only passes by is neither read nor drawn; who ends waits no longer than this. */
const lingering = 120;
const farewell = 1000;
/** So long after all that it needs is there, what a document keeps its worker busy with may have no end. */
const longestThought = 30_000;

const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

const troubles = {
  Refused: "the vault is locked, or the file is another by now. Open it again.",
  Unreadable: "too few of its providers answer.",
  TooMuch: "too much of the document would have to be read for it.",
  Broken: "what draws it has failed. Open the file again.",
  TookTooLong: "it takes long to draw. It is shown once it is drawn.",
};

/** A stored document of so many bytes within a frame that scrolls; what goes wrong with its pages is also told where it is heard. */
export function attach(frame, told, url, size) {
  const ending = new AbortController();
  const drawings = new Map();
  const inView = new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => (isIntersecting ? draw(target) : forget(target))), { root: frame, rootMargin: "100% 0px" },
  );
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => scaleText(target)));
  let source, worker, broken, loading, paper;

  /** What is awaited comes, or it is known that it never will, or takes too long. */
  async function orFail(awaited) {
    const begun = performance.now();
    const late = Promise.withResolvers();
    const watch = setInterval(() => {
      if (Math.min(source.quiet, performance.now() - begun) > longestThought) late.reject(Object.assign(new Error("It takes too long."), { name: "TookTooLong" }));
    }, 1000);
    try {
      return await Promise.race([awaited, source.failed, broken, late.promise]);
    } finally {
      clearInterval(watch);
    }
  }

  async function load() {
    source = await StoredDocument.open(url, size, ending.signal);
    ending.signal.throwIfAborted();
    // Of its own: one that cannot be had must not make the page itself read what strangers wrote.
    worker = new Worker(`${library}pdf.worker.min.mjs`, { type: "module" });
    broken = new Promise((_, fail) => worker.addEventListener("error", () => fail(Object.assign(new Error("The worker failed."), { name: "Broken" }))));
    broken.catch(() => {});
    loading = getDocument({
      range: source, worker: PDFWorker.create({ port: worker }), rangeChunkSize: part, disableAutoFetch: true, disableStream: true,
      maxImageSize: mostPicturePixels, canvasMaxAreaInBytes: 4 * mostPicturePixels, enableXfa: false, verbosity: 0,
      useWasm: false, wasmUrl: library, useSystemFonts: false, standardFontDataUrl: `${library}fonts/`, cMapUrl: `${library}cmaps/`, cMapPacked: true,
    });
    paper = await orFail(loading.promise);
    const first = await orFail(paper.getPage(1));
    const shown = Math.min(paper.numPages, mostPages);
    for (let number = 1; number <= shown; number++) {
      const place = Object.assign(document.createElement("div"), { className: "pdf-page", role: "group", ariaLabel: `Page ${number}` });
      place.dataset.page = number;
      shape(place, first);
      frame.append(place);
      inView.observe(place);
      sizes.observe(place);
    }
    return { pages: Math.min(paper.numPages, Number.MAX_SAFE_INTEGER), shown };
  }

  async function draw(place) {
    if (drawings.has(place)) return;
    const drawing = {};
    const isWanted = () => drawings.get(place) === drawing;
    drawings.set(place, drawing);
    await sleep(lingering);
    if (!isWanted()) return;
    source.lookAgain();
    let awaited;
    const come = (promise) => orFail((awaited = promise));
    try {
      drawing.page = await come(paper.getPage(Number(place.dataset.page)));
      if (!isWanted()) return;
      const { width, height } = shape(place, drawing.page);
      const scale = Math.min((place.clientWidth * devicePixelRatio) / width, Math.sqrt(mostPixels / (width * height)), longestSide / Math.max(width, height));
      const viewport = drawing.page.getViewport({ scale });
      drawing.canvas = Object.assign(document.createElement("canvas"), { width: Math.max(1, viewport.width), height: Math.max(1, viewport.height), ariaHidden: "true" });
      drawing.task = drawing.page.render({ canvas: drawing.canvas, viewport });
      await come(drawing.task.promise);
      if (!isWanted()) return;
      place.replaceChildren(drawing.canvas);
      if (told.page === place) told.textContent = "";
      await addText(place, drawing, isWanted);
    } catch (fault) {
      if (!isWanted() || drawing.canvas?.isConnected) return;
      tell(place, fault);
      // Another page's part may have been what failed, and this one's is only slower.
      awaited?.then(() => isWanted() && drawAnew(place), () => {});
    }
  }

  function drawAnew(place) {
    forget(place);
    draw(place);
  }

  /** Why a page is not shown, with a way to try once more. */
  function tell(place, fault) {
    const page = place.dataset.page;
    const words = Object.assign(document.createElement("p"), { textContent: `Page ${page} cannot be shown now: ${troubles[fault?.name] ?? "it may be damaged."}` });
    place.replaceChildren(words);
    Object.assign(told, { textContent: words.textContent, page: place });
    if (fault?.name === "Broken" || fault?.name === "Refused") return;
    const again = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: "Try again", ariaLabel: `Try again to show page ${page}` });
    again.addEventListener("click", () => {
      // The button goes with what was said.
      frame.focus({ preventScroll: true });
      told.textContent = `Trying page ${page} again…`;
      drawAnew(place);
    });
    place.append(again);
  }

  /** For whoever chooses, searches or hears words; on a page whose proportions are not its own, for whoever hears them only. */
  async function addText(place, drawing, isWanted) {
    let pieces = 0;
    const limit = new TransformStream({
      transform(some, stream) {
        stream.enqueue(some);
        if ((pieces += some.items.length) > mostPieces) stream.terminate();
      },
    });
    const container = Object.assign(document.createElement("div"), { className: place.isStretched ? "visually-hidden" : "pdf-text" });
    const textContentSource = drawing.page.streamTextContent().pipeThrough(limit);
    drawing.text = new TextLayer({ textContentSource, container, viewport: drawing.page.getViewport({ scale: 1 }) });
    await orFail(drawing.text.render());
    if (!isWanted()) return;
    place.append(container);
    scaleText(place);
  }

  /** With all that it took. */
  function forget(place) {
    const drawing = drawings.get(place);
    drawings.delete(place);
    drawing?.task?.cancel();
    drawing?.text?.cancel();
    drawing?.page?.cleanup();
    if (drawing?.canvas) Object.assign(drawing.canvas, { width: 0, height: 0 });
    place.replaceChildren();
  }

  /** Its place gets the proportions of the page, within bounds. */
  function shape(place, page) {
    const natural = page.getViewport({ scale: 1 });
    const ratio = natural.width / natural.height || usualRatio;
    const shown = Math.min(Math.max(ratio, 1 / mostStretched), mostStretched);
    Object.assign(place, { isStretched: shown !== ratio, textWidth: natural.width / page.userUnit });
    place.style.aspectRatio = String(shown);
    return natural;
  }

  const scaleText = (place) => place.style.setProperty("--total-scale-factor", place.clientWidth / place.textWidth);

  return {
    /** How many pages there are and are shown, or the kind of error that kept it from being opened. */
    open: () =>
      load().catch((fault) => {
        worker?.terminate();
        return { pages: 0, shown: 0, trouble: fault?.name || "Error" };
      }),
    /** Nothing is read any more, and nothing left behind, whatever the document keeps its worker busy with. */
    async end() {
      ending.abort();
      inView.disconnect();
      sizes.disconnect();
      await Promise.race([loading?.destroy(), sleep(farewell)]).catch(() => {});
      worker?.terminate();
    },
  };
}
