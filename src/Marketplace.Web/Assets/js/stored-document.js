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
  #missing = [];
  #asked = 0;
  #heard = performance.now();
  #failed = failure();

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
  }

  /** Milliseconds since the last part came; 0 while one is on its way. */
  get quiet() {
    return this.#asked > 0 ? 0 : performance.now() - this.#heard;
  }

  /** Rejects when a part cannot be read, which is not asked for again before {@link lookAgain}: whoever waits for it would wait for ever. */
  get failed() {
    return this.#failed.promise;
  }

  /** Somebody looks at another page, or tries once more: what could not be read is asked for again. */
  lookAgain() {
    this.#left += toLook;
    if (this.#missing.length === 0) return;
    this.#failed = failure();
    for (const [begin, end] of this.#missing.splice(0)) this.requestDataRange(begin, end);
  }

  async requestDataRange(begin, end) {
    this.#left -= end - begin;
    this.#asked++;
    try {
      if (this.#left < 0) throw named("TooMuch");
      const bytes = await read(this.#url, begin, end, this.#ending);
      if (!this.#ending.aborted) this.onDataRange(begin, bytes);
    } catch (fault) {
      this.#missing.push([begin, end]);
      this.#failed.reject(fault);
    } finally {
      this.#asked--;
      this.#heard = performance.now();
    }
  }
}

function failure() {
  const made = Promise.withResolvers();
  // Nobody may be waiting just now.
  made.promise.catch(() => {});
  return made;
}

/** Providers may be away for a moment, and a connection may break; what is refused is refused. */
async function read(url, begin, end, ending) {
  for (const wait of [...waits, null]) {
    const answer = await ask(url, begin, end, ending);
    if (answer.bytes?.length === end - begin) return answer.bytes;
    if (answer.status < 500 && answer.status !== 206) throw named("Refused");
    if (wait === null) throw named("Unreadable");
    await new Promise((go) => setTimeout(go, wait));
  }
}

/** Its bytes, or what stands in their way. */
async function ask(url, begin, end, ending) {
  try {
    const answer = await fetch(url, { headers: { range: `bytes=${begin}-${end - 1}` }, signal: ending });
    return answer.status === 206 ? { status: 206, bytes: new Uint8Array(await answer.arrayBuffer()) } : { status: answer.status };
  } catch (fault) {
    if (ending.aborted) throw fault;
    return { status: 503 };
  }
}

const named = (name) => Object.assign(new Error(name), { name });
