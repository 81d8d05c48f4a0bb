// Hands files over to the gateway on this machine, piece by piece; what becomes of them is shown by the page.
const piece = 4 << 20;
const atOnce = 3;
const waits = [1, 2, 4, 8, 15];
const betweenQuestions = 3000;
const betweenSigns = 15000;
const betweenTellings = 100;
const mostFailed = 5;

/** This page, for as long as it lives: when it is gone, the gateway says that its files have to be chosen again. */
const sender = crypto.randomUUID();

/** All that is not wholly handed over. */
const open = new Set();
const queue = [];
const failed = new Map();
let running = 0;
let keys = 0;
/** Files that the gateway does not know of yet, and whether it takes over nothing more for now. */
const unbegun = new Set();
let isFull = false;
let isDown = false;
/** Chosen files that wait until it is known that there is room for them, or until whoever chose them says that they go on. */
const held = [];
let weighing, isStale = false;
/** What is paused, with how often something had gone on or ended when the gateway said so; and how often by now, as far as it has said. */
const parked = new Map();
let turns = 0;
let isWatching = false;
let signs;
let telling;
let page;

const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body });
const tell = (method, ...values) => page?.invokeMethodAsync(method, ...values)?.catch(() => {});

/** A name without most of its middle, of which the page shows nothing. */
const brief = (name) => (name.length > 1024 ? `${name.slice(0, 512)}…${name.slice(-512)}` : name);

async function read(request) {
  const answer = await request;
  if (!answer.ok) throw new Error(`The gateway answers ${answer.status}.`);
  return answer.json();
}

const put = (job, bytes) => read(fetch(`/files/uploads/${job.id}/${job.at}`, { method: "PUT", body: bytes }));

/** Tries again, with growing waits; once all waits were in vain, others fail at their first try. */
async function insist(job, request) {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await request();
      isDown = false;
      return answer;
    } catch (trouble) {
      job.isTroubled = true;
      if (isDown || tries === waits.length) {
        isDown = true;
        throw trouble;
      }
      await sleep(waits[tries] * 1000);
    }
  }
}

const ask = (event) => event.preventDefault();

function start(job) {
  if (open.has(job)) return;
  open.add(job);
  if (open.size > 1) return;
  addEventListener("beforeunload", ask);
  signs = setInterval(() => post(`/files/uploads/senders/${sender}`).catch(() => {}), betweenSigns);
}

function end(job) {
  open.delete(job);
  if (open.size > 0) return;
  removeEventListener("beforeunload", ask);
  clearInterval(signs);
}

addEventListener("pagehide", () => {
  if (open.size > 0) navigator.sendBeacon(`/files/uploads/senders/${sender}/gone`);
});

/** Soon, once for all that fail together. */
function tellFailed() {
  telling ??= setTimeout(() => {
    telling = undefined;
    tell("OnFailed", failed.size, [...failed.values()].slice(0, mostFailed).map(({ key, path }) => ({ key, name: brief(path) })));
  }, betweenTellings);
}

function fail(job) {
  // It was given up meanwhile.
  if (!open.has(job)) return;
  end(job);
  failed.set(job.key, job);
  tellFailed();
  if (job.id) post(`/files/uploads/${job.id}/lost`).catch(() => {});
}

/** Without places for more, only what the gateway holds a part of already goes on. */
function nextJob() {
  const index = isFull ? queue.findIndex((job) => job.at > 0) : 0;
  return index < 0 ? undefined : queue.splice(index, 1)[0];
}

function enqueue(job) {
  queue.push(job);
  if (running < atOnce) work();
}

/** One question for all that wait, which the gateway answers when there are places. Where it does not answer, trying tells more. */
const places = (what) => post(`/files/uploads/senders/${sender}/places/${what}`).then((answer) => answer.ok || sleep(betweenQuestions), () => sleep(betweenQuestions));

async function wait(job) {
  queue.unshift(job);
  if (isFull) return;
  isFull = true;
  await places("ToArrive");
  isFull = false;
  while (running < atOnce && queue.length > 0) work();
}

/** It waits with all others that are paused, unless something went on since that was said: then it asks anew. */
function park(job, known) {
  if (isWatching && known < turns) return enqueue(job);
  parked.set(job, known);
  if (!isWatching) watchParked(known);
}

/** One question for all that is paused, which the gateway answers when something of it goes on, whichever page says so. */
async function watchParked(known) {
  isWatching = true;
  turns = known;
  while (parked.size > 0) {
    const answer = await read(post(`/files/uploads/senders/${sender}/paused/${turns}`)).catch(() => sleep(betweenQuestions));
    // After trouble it may be that the gateway began anew, and knows nothing of them.
    if (!answer) for (const job of parked.keys()) job.isTroubled = true;
    else goOn(answer);
  }
  isWatching = false;
}

function goOn(answer) {
  turns = answer.turns;
  const paused = new Set(answer.paused);
  // What was paused while the answer was on its way is not among them either.
  for (const [job] of [...parked].filter(([{ id, isTroubled }, known]) => (isTroubled || known < turns) && !paused.has(id))) {
    parked.delete(job);
    enqueue(job);
  }
}

async function send(job) {
  while (job.at < job.file.size) {
    const { reply, next, turns: known } = await insist(job, () => put(job, job.file.slice(job.at, job.at + piece)));
    // After trouble it may be that the gateway began anew, and knows nothing of it.
    if (reply === "Gone") return job.isTroubled ? fail(job) : end(job);
    job.at = next;
    if (reply === "Paused") return park(job, known);
    if (reply === "Later") return void wait(job);
    if (reply === "OutOfOrder") await sleep(waits[0] * 1000);
    job.isTroubled = false;
  }
  end(job);
}

async function work() {
  running++;
  for (let job = nextJob(); job; job = nextJob()) await send(job).catch(() => fail(job));
  running--;
}

async function register(job) {
  for (;;) {
    const answer = await insist(job, () => read(post("/files/uploads", JSON.stringify({ name: job.name, size: job.file.size, sender }))));
    if (answer.reply === "Locked") throw new Error("The vault was locked meanwhile.");
    if (answer.reply !== "Later") return answer;
    tell("OnWaiting", unbegun.size);
    await places("ToBegin");
    if (!open.has(job)) return {};
  }
}

async function begin(job) {
  start(job);
  try {
    if (job.id) await insist(job, () => post(`/files/uploads/${job.id}/lost`));
    const { id, refusal, isPaused, turns: known } = await register(job);
    Object.assign(job, { id, at: 0, isTroubled: false });
    if (refusal) tell("OnRefused", brief(job.path), refusal);
    if (id && !open.has(job)) fetch(`/files/uploads/${id}`, { method: "DELETE" }).catch(() => {});
    if (!id || job.file.size === 0 || !open.has(job)) return end(job);
    if (isPaused) park(job, known);
    else enqueue(job);
  } catch {
    fail(job);
  }
}

async function beginAll(jobs) {
  for (const job of jobs) {
    start(job);
    unbegun.add(job);
  }
  for (const job of jobs) {
    if (open.has(job)) await begin(job);
    unbegun.delete(job);
  }
  tell("OnWaiting", unbegun.size);
}

function take(files, folder) {
  for (const { file, path } of files) {
    const job = { key: ++keys, file, path, name: folder + path, id: null, at: 0, isTroubled: false };
    start(job);
    held.push(job);
  }
  return weigh();
}

/** One question for all that are held, whether there is room for them; where nobody can say, storing them does. */
async function weighHeld() {
  let weighed;
  do {
    isStale = false;
    const sizes = [...held, ...unbegun].map(({ file }) => file.size);
    weighed = await read(post("/files/uploads/room", JSON.stringify(sizes))).catch(() => null);
  } while (isStale);
  weighing = undefined;
  if (weighed?.missing > 0 && held.length > 0) return void tell("OnHeld", held.length, weighed);
  goOnHeld();
}

/** What is asked already may be answered by what there was before: it is asked again. */
export function weigh() {
  isStale = true;
  return (weighing ??= held.length > 0 ? weighHeld() : undefined);
}

/** Whatever room there is. */
export function goOnHeld() {
  tell("OnHeld", 0, null);
  beginAll(held.splice(0));
}

export function giveUpHeld() {
  held.splice(0).forEach(end);
  tell("OnHeld", 0, null);
}

const readEntries = (reader) => new Promise((done, failed) => reader.readEntries(done, failed));
const fileOf = (entry) => new Promise((done, failed) => entry.file(done, failed));

async function collect(entry, path, into) {
  try {
    if (entry.isFile) {
      into.push({ file: await fileOf(entry), path: path + entry.name });
      return;
    }
    const reader = entry.createReader();
    for (let entries = await readEntries(reader); entries.length > 0; entries = await readEntries(reader))
      for (const inner of entries) await collect(inner, `${path}${entry.name}/`, into);
  } catch {
    tell("OnRefused", brief(path + entry.name), "It cannot be read.");
  }
}

const chosen = (input) => [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

export function attach(zone, shownBy) {
  // The page has taken it away meanwhile.
  if (!zone?.isConnected) return { detach: () => {} };
  page = shownBy;
  if (failed.size > 0) tellFailed();
  if (unbegun.size > 0) tell("OnWaiting", unbegun.size);
  weigh();
  const folder = () => zone.dataset.folder ?? "";
  let depth = 0;
  const hover = (isOver) => zone.classList.toggle("is-over-zone", isOver);
  const listeners = {
    dragenter: (event) => { event.preventDefault(); depth++; hover(true); },
    dragleave: () => { if (--depth <= 0) { depth = 0; hover(false); } },
    dragover: (event) => event.preventDefault(),
    drop: async (event) => {
      event.preventDefault();
      depth = 0;
      hover(false);
      const into = folder();
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const files = [];
      if (entries.length > 0) for (const entry of entries) await collect(entry, "", files);
      else for (const file of event.dataTransfer.files) files.push({ file, path: file.name });
      await take(files, into);
    },
    change: async (event) => {
      if (event.target.type !== "file") return;
      const files = chosen(event.target);
      event.target.value = "";
      await take(files, folder());
    },
  };
  for (const [name, listener] of Object.entries(listeners)) zone.addEventListener(name, listener);
  // Whoever was faster than this script has chosen already.
  for (const input of zone.querySelectorAll("input[type=file]")) if (input.files.length > 0) listeners.change({ target: input });
  return {
    detach: () => {
      if (page === shownBy) page = undefined;
      for (const [name, listener] of Object.entries(listeners)) zone.removeEventListener(name, listener);
    },
  };
}

/** What failed is handed over from its beginning, one of them or with null all; whether that works is told as before. */
export function retry(key) {
  const jobs = key === null ? [...failed.values()] : [failed.get(key)].filter(Boolean);
  for (const job of jobs) failed.delete(job.key);
  tellFailed();
  isDown = false;
  beginAll(jobs);
}

export const countWaiting = () => unbegun.size + held.length;

/** Nothing is handed over any more of what was chosen until now. */
export function giveUp() {
  for (const files of [unbegun, parked]) files.clear();
  queue.length = held.length = 0;
  for (const job of open) end(job);
  tell("OnWaiting", 0);
  tell("OnHeld", 0, null);
}
