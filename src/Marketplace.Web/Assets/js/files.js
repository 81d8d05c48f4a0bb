// Hands files over to the gateway on this machine, piece by piece; what becomes of them is shown by the page.
const piece = 4 << 20;
const waiting = new Map();
const queue = [];
let running = 0;
const atOnce = 3;

async function begin(file, name) {
  const answer = await fetch("/files/uploads", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name, size: file.size }),
  });
  return answer.json();
}

/** Waits until the page says that the transfer goes on, or is given up. */
const turned = (id) => new Promise((go) => waiting.set(id, go));

async function send(id, file) {
  let at = 0;
  while (at < file.size) {
    const answer = await fetch(`/files/uploads/${id}/${at}`, { method: "PUT", body: file.slice(at, at + piece) });
    const { reply, next } = answer.ok ? await answer.json() : { reply: "Gone" };
    if (reply === "Gone") return;
    if (reply === "Paused") await turned(id);
    at = next;
  }
}

async function work() {
  running++;
  try {
    for (let job = queue.shift(); job; job = queue.shift()) await send(job.id, job.file).catch(() => {});
  } finally {
    running--;
  }
}

async function take(files, folder, page) {
  for (const { file, path } of files) {
    const { id, refusal } = await begin(file, folder + path);
    if (refusal) await page.invokeMethodAsync("OnRefused", path.slice(0, 256), refusal);
    if (!id || file.size === 0) continue;
    queue.push({ id, file });
    if (running < atOnce) work();
  }
}

const readEntries = (reader) => new Promise((done, failed) => reader.readEntries(done, failed));
const fileOf = (entry) => new Promise((done, failed) => entry.file(done, failed));

async function collect(entry, path, into) {
  if (entry.isFile) {
    into.push({ file: await fileOf(entry), path: path + entry.name });
    return;
  }
  const reader = entry.createReader();
  for (let entries = await readEntries(reader); entries.length > 0; entries = await readEntries(reader))
    for (const inner of entries) await collect(inner, `${path}${entry.name}/`, into);
}

const chosen = (input) => [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

export function attach(zone, page) {
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
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const files = [];
      if (entries.length > 0) for (const entry of entries) await collect(entry, "", files);
      else for (const file of event.dataTransfer.files) files.push({ file, path: file.name });
      await take(files, folder(), page);
    },
    change: async (event) => {
      if (event.target.type !== "file") return;
      const files = chosen(event.target);
      event.target.value = "";
      await take(files, folder(), page);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) zone.addEventListener(name, listener);
  return { detach: () => { for (const [name, listener] of Object.entries(listeners)) zone.removeEventListener(name, listener); } };
}

export function turn(id) {
  waiting.get(id)?.();
  waiting.delete(id);
}
