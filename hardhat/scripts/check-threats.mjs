// Fails where docs/threat-model.md names a test that does not exist, or leaves out a test or a threat. Tests are named as `file: title` in
// backticks; the title has to stand in that file, outside of comments, as a string (a test's, or what tests are made from), a Solidity test or
// invariant, or a C# method. Files that skip tests show nothing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./solidity-ast.mjs";

/** The threats that concern the chain, and the invariants; a row that is lost must not go unnoticed. */
const EXPECTED = [
  ...[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 21, 26, 27, 28, 29].map((number) => `T${number}`),
  ...Array.from({ length: 21 }, (_, index) => `I${index + 1}`),
];
/** Rows that say why there is nothing to test. */
const WITHOUT_TEST = ["I20"];
const NAMED = /`((?:hardhat\/test|tests)\/[^`:]+): ([^`]+)`/g;

/** Comments are dropped; strings are kept, so that a `//` in one is no comment. */
function withoutComments(text, quotes) {
  const strings = quotes.map((quote) => `${quote}(?:\\\\[\\s\\S]|[^${quote}\\\\${quote === "`" ? "" : "\\n"}])*${quote}`).join("|");
  return text.replace(new RegExp(`(${strings})|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, "g"), (_, string) => string ?? " ");
}

const SKIPPING = {
  ts: /\b(?:it|describe|this|test)\.(?:skip|only)\s*\(|\bx(?:it|describe)\s*\(/,
  sol: /\bvm\.skip\s*\(/,
  cs: /\bSkip\s*=\s*"/,
};

function problemOf({ file, title }) {
  const path = join(root, file);
  if (!existsSync(path)) return `There is no file ${file}, where "${title}" should be.`;
  const kind = file.split(".").at(-1);
  const text = withoutComments(readFileSync(path, "utf8"), kind === "ts" ? ['"', "'", "`"] : ['"']);
  if (SKIPPING[kind].test(text)) return `${file} skips tests, or runs some alone.`;
  const isThere =
    kind === "ts"
      ? ['"', "'", "`"].some((quote) => text.includes(`${quote}${title}${quote}`))
      : kind === "sol"
        ? new RegExp(`\\bfunction ${title}\\s*\\(`).test(text)
        : // What a theory is tried with may hold any sign.
          new RegExp(`\\[(?:Fact|Theory)[^;{}]*\\s${title}\\s*\\(`).test(text.replace(/"(?:\\.|[^"\\\n])*"/g, '""'));
  return isThere ? undefined : `There is no test "${title}" in ${file}.`;
}

const page = readFileSync(join(root, "docs", "threat-model.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| (?!\||source |---)\S/.test(line))
  .map((line) => ({ name: line.slice(2).split(" | ")[0].trim(), tests: [...line.matchAll(NAMED)] }));
const named = [...page.matchAll(NAMED)].map(([, file, title]) => ({ file, title }));
const names = rows.map(({ name }) => name);

const problems = [
  ...named.map(problemOf).filter((problem) => problem !== undefined),
  ...rows
    .filter(({ name, tests }) => tests.length === 0 && !WITHOUT_TEST.includes(name))
    .map(({ name }) => `No test is named for ${name}.`),
  ...EXPECTED.filter((name) => !names.includes(name)).map((name) => `There is no row for ${name}.`),
  ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `There are two rows for ${name}.`),
  ...names
    .filter((name) => /^[TI]\d+$/.test(name) && !EXPECTED.includes(name))
    .map((name) => `${name} is not expected; add it to the list.`),
];

for (const problem of problems) console.error(problem);
console.log(`${rows.length} rows, ${named.length} tests named, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
