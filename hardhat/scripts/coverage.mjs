// Line and branch coverage of the contracts by all their tests: npm run coverage [-- --json FILE]
// Left out are tests of gas ("...: gas"), since counting costs gas, those of deployments ("...: deployment"), which compare code, and all but the first of random walks.
// Hardhat counts lines and statements. For branches, the tests run on a copy of the sources in which both sides of every `if` have a statement of their own on a line of its own, so that a
// side that was never taken is a line that was never run.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { lineOf, parse, productionSources, replaced, root, span, walk } from "./solidity-ast.mjs";

const BAR = 98;
const MARK = "/*branch*/";
/** A statement without effect that the optimizer may drop and the counter of statements may not. */
const marker = (line, side) => `\n${MARK} assert(true); // ${line} ${side}\n`;

/** The source with a marked statement on both sides of every `if`. */
function instrumented(path) {
  const { text, tree } = parse(path);
  const edits = [];
  walk(tree, (node) => {
    if (node.nodeType !== "IfStatement") return;
    const line = lineOf(text, span(node).from);
    open(node.trueBody, "taken");
    if (node.falseBody) open(node.falseBody, "not taken");
    else edits.push({ ...after(node.trueBody), by: ` else {${marker(line, "not taken")}}` });

    function open(body, side) {
      const { from } = span(body);
      if (body.nodeType === "Block") {
        edits.push({ from: from + 1, to: from + 1, by: marker(line, side) });
      } else {
        edits.push({ from, to: from, by: `{${marker(line, side)}` }, { ...after(body), by: "\n}" });
      }
    }
  });

  /** Where a statement ends, with the semicolon that the tree leaves out. */
  function after(body) {
    let { to } = span(body);
    if (body.nodeType === "IfStatement") return after(body.falseBody ?? body.trueBody);
    if (body.nodeType !== "Block" && text[to] === ";".charCodeAt(0)) to++;
    return { from: to, to };
  }
  return replaced(text, edits);
}

function run(folder, args) {
  return new Promise((done) => {
    // Random markets and values show nothing more about coverage after a few runs.
    const child = spawn("hardhat", args, { cwd: folder, env: { ...process.env, INVARIANT_RUNS: "4", FUZZ_RUNS: "16" }, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => done({ code, output }));
  });
}

/** Reads a report in lcov's format: source to Map(line -> times run). */
function readLcov(text) {
  const files = new Map();
  let lines;
  for (const row of text.split("\n")) {
    if (row.startsWith("SF:")) files.set(row.slice(3), (lines = new Map()));
    else if (row.startsWith("DA:")) {
      const [line, count] = row.slice(3).split(",").map(Number);
      lines.set(line, count);
    }
  }
  return files;
}

/** Splits a copy's counts into those of its branches and those of the lines that the original has. */
function measure(path, copy, counts) {
  const result = { path, lines: 0, linesRun: 0, branches: 0, branchesRun: 0, missing: [] };
  copy.split("\n").forEach((text, index) => {
    const count = counts.get(index + 1);
    if (count === undefined) return;
    const isBranch = text.startsWith(MARK);
    result[isBranch ? "branches" : "lines"]++;
    if (count > 0) result[isBranch ? "branchesRun" : "linesRun"]++;
    else result.missing.push(isBranch ? `if in line ${text.split("// ")[1]}` : text.trim());
  });
  return result;
}

const percent = (part, whole) => (whole === 0 ? 100 : (100 * part) / whole);

async function main() {
  const { values } = parseArgs({ options: { json: { type: "string" } } });
  const folder = mkdtempSync(join(tmpdir(), "coverage-"));
  try {
    for (const item of ["contracts", "hardhat", "tests/vectors", "package.json"]) {
      cpSync(join(root, item), join(folder, item), { recursive: true, filter: (path) => !/hardhat\/(artifacts|cache|types)/.test(path) });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const sources = productionSources();
    for (const path of sources) writeFileSync(join(folder, path), instrumented(path));

    const { code, output } = await run(folder, ["--config", "hardhat/hardhat.config.ts", "--coverage", "test", "--grep-exclude", ": (gas|deployment)|\\(walk [2-9]\\)"]);
    if (code !== 0) throw new Error(`The tests fail on the instrumented contracts:\n${output}`);
    const counts = readLcov(readFileSync(join(folder, "coverage", "lcov.info"), "utf8"));
    const rows = sources
      .filter((path) => counts.has(path))
      .map((path) => measure(path, readFileSync(join(folder, path), "utf8"), counts.get(path)));
    report(rows, values.json);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(rows, file) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  for (const row of rows) {
    const figures = `${percent(row.linesRun, row.lines).toFixed(1).padStart(6)} %  ${percent(row.branchesRun, row.branches).toFixed(1).padStart(6)} %`;
    console.log(`${figures}  ${row.path}`);
    for (const missing of row.missing) console.log(`                      not run: ${missing}`);
  }
  const lines = percent(sum("linesRun"), sum("lines"));
  const branches = percent(sum("branchesRun"), sum("branches"));
  console.log(`Lines ${lines.toFixed(2)} %, branches ${branches.toFixed(2)} % of ${sum("branches")}; at least ${BAR} % are asked for.`);
  if (file) writeFileSync(file, `${JSON.stringify({ lines, branches, files: rows }, null, 2)}\n`);
  if (sum("branches") === 0 || lines < BAR || branches < BAR) process.exitCode = 1;
}

try {
  await main();
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 2;
}
