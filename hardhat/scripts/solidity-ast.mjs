// Syntax trees of the contracts, for the tools that rewrite them (mutation and branch coverage).
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Loading the compiler takes a second: only when asked for. */
export function compiler() {
  return require("solc");
}

/** The contracts with code of their own (no interfaces, types or mocks), as paths from the root. */
export function productionSources() {
  return readdirSync(join(root, "contracts"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sol"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/^contracts\/(interfaces|types|mocks)\//.test(path))
    .sort();
}

/** A source with its syntax tree. Positions in the tree count bytes of UTF-8, so the text is kept as a Buffer. */
export function parse(path) {
  const text = readFileSync(join(root, path));
  const input = {
    language: "Solidity",
    sources: { [path]: { content: text.toString("utf8") } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(compiler().compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  return { path, text, tree: output.sources[path].ast };
}

/** Calls visit(node, ancestors) for every node, parents first; ancestors begin with the source unit. */
export function walk(node, visit, ancestors = []) {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit, ancestors);
  } else if (node && typeof node === "object") {
    const isNode = typeof node.nodeType === "string";
    if (isNode) visit(node, ancestors);
    const below = isNode ? [...ancestors, node] : ancestors;
    for (const key of Object.keys(node)) if (key !== "src") walk(node[key], visit, below);
  }
}

/** Where a node stands: bytes [from, to). */
export function span(node) {
  const [from, length] = node.src.split(":").map(Number);
  return { from, to: from + length };
}

export function lineOf(text, position) {
  let line = 1;
  for (let index = 0; index < position; index++) if (text[index] === 10) line++;
  return line;
}

/** The text with replacements {from, to, by}, which may not overlap. */
export function replaced(text, replacements) {
  const parts = [];
  let done = 0;
  for (const { from, to, by } of [...replacements].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < done) throw new Error("Two replacements overlap.");
    parts.push(text.subarray(done, from), Buffer.from(by));
    done = to;
  }
  parts.push(text.subarray(done));
  return Buffer.concat(parts);
}
