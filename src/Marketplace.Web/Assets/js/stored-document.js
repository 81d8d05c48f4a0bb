// Reads a stored PDF document in parts, as they are looked at: providers may be slow, away for a moment, and paid for what is read.
import { PDFDataRangeTransport } from "/assets/pdfjs/pdf.min.mjs";

export const part = 1 << 20;
/** Milliseconds between tries. */
const waits = [300, 1000, 3000];
/** Bytes that are read for opening a document, and more for each page that is looked at: a damaged one would be read whole in search of its pages. */
const toOpen = 64 << 20;
const toLook = 32 << 20;
/** Its mark stands near the beginning (ISO 32000). */
const mark = "%PDF-";
const longestPreface = 1024;

export class StoredDocument extends PDFDataRangeTransport {
  #url;
  #ending;
  #left = toOpen;
  #failed = Promise.withResolvers();

  /** What cannot be opened throws an error, whose name says why. */
  static async open(url, size, ending) {
    const first = size > 0 ? await read(url, 0, Math.min(size, part), ending) : new Uint8Array();
    if (!new TextDecoder("latin1").decode(first.subarray(0, longestPreface)).includes(mark)) throw named("InvalidPDFException");
    return new StoredDocument(url, size, first, ending);
  }

  constructor(url, size, first, ending) {
    super(size, first, first.length === size);
    this.#url = url;
    this.#ending = ending;
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when a part cannot be read: whoever waits for it would wait for ever. */
  get failed() {
    return this.#failed.promise;
  }

  /** Somebody looks at another page. */
  allowMore() {
    this.#left += toLook;
  }

  async requestDataRange(begin, end) {
    this.#left -= end - begin;
    try {
      if (this.#left < 0) throw named("TooMuch");
      const bytes = await read(this.#url, begin, end, this.#ending);
      if (!this.#ending.aborted) this.onDataRange(begin, bytes);
    } catch (fault) {
      this.#failed.reject(fault);
    }
  }
}

async function read(url, begin, end, ending) {
  for (const wait of [...waits, null]) {
    try {
      const answer = await fetch(url, { headers: { range: `bytes=${begin}-${end - 1}` }, signal: ending });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.status === 206 && bytes.length === end - begin) return bytes;
    } catch (fault) {
      if (ending.aborted) throw fault;
    }
    if (wait === null) throw named("Unreadable");
    await new Promise((go) => setTimeout(go, wait));
  }
}

const named = (name) => Object.assign(new Error(name), { name });
