// Changes the contracts in one place at a time and lists the changes that no test notices.
// npm run mutate -- [--only TEXT] [--again FILE] [--closest] [--jobs N] [--list] [--json FILE]
// --again: those alone that survived in the JSON file of an earlier run.
// --closest: by the tests alone that look at each contract most closely (mutation-tests.json): quick, and whoever passes is noticed by all.
import { fork, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutantsOf, nameOf } from "./mutants.mjs";
import { productionSources, root } from "./solidity-ast.mjs";
import { compile, dependentsOf, loadSources, substitute } from "./solidity-build.mjs";

const reasonsPath = join(root, "hardhat", "mutation-reasons.json");
const config = ["--config", "hardhat/hardhat.config.ts"];
/** Long enough for all tests on a machine with other work: a mutant that is only slow must not pass for one that was noticed. */
const LIMIT_MILLISECONDS = 1_200_000;

/** Tests that look at a contract most closely, tried first because they are the likeliest to notice. */
const closest = JSON.parse(readFileSync(join(root, "hardhat", "mutation-tests.json"), "utf8"));

/** A copy of what the tests need, in which artifacts can be overwritten. */
function workspace() {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const item of ["contracts", "hardhat", "tests/vectors", "package.json"]) {
    cpSync(join(root, item), join(folder, item), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function hardhat(folder, args) {
  return new Promise((done) => {
    const env = { ...process.env, INVARIANT_RUNS: "16" };
    const child = spawn("hardhat", [...config, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), LIMIT_MILLISECONDS);
    child.on("close", (code) => {
      clearTimeout(timer);
      done({ code, output });
    });
  });
}

const mocha = (folder, files) => hardhat(folder, ["test", "mocha", "--no-compile", "--bail", "--grep-exclude", ": (gas|deployment)", ...files]);

const isSolidity = (file) => file.endsWith(".t.sol");

/** The Solidity tests compile the contracts into themselves, so that they need the mutant's source. */
async function failSolidity(folder, mutant, files) {
  const source = join(folder, mutant.path);
  const before = readFileSync(source);
  writeFileSync(source, mutant.text);
  const { code } = await hardhat(folder, ["test", "solidity", ...files]);
  writeFileSync(source, before);
  return code !== 0;
}

/** Whether the tests notice a mutant whose artifacts are in place. A run that takes for ever counts as noticed. */
async function isNoticed(folder, mutant, closestAlone) {
  const files = closest[mutant.path] ?? [];
  const [solidity, typescript] = [files.filter(isSolidity), files.filter((file) => !isSolidity(file))];
  if (typescript.length > 0 && (await mocha(folder, typescript)).code !== 0) return true;
  if (solidity.length > 0 && (await failSolidity(folder, mutant, solidity))) return true;
  if (closestAlone) return false;
  return (await mocha(folder, [])).code !== 0 || failSolidity(folder, mutant, []);
}

/** A child process: takes one mutant at a time and answers "noticed", "survived" or "invalid" (it does not compile). */
async function work(closestAlone) {
  const folder = workspace();
  const sources = loadSources();
  const end = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  };
  process.on("disconnect", end);
  process.on("message", async ({ path, number }) => {
    const mutant = mutantsOf(path)[number];
    const changed = new Map(sources).set(path, mutant.text.toString("utf8"));
    const compiled = compile(changed, dependentsOf(sources, path));
    if (!compiled) return process.send("invalid");
    const restore = substitute(folder, compiled);
    const noticed = await isNoticed(folder, mutant, closestAlone);
    restore();
    process.send(noticed ? "noticed" : "survived");
  });
  process.send("ready");
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      again: { type: "string" },
      closest: { type: "boolean" },
      jobs: { type: "string" },
      list: { type: "boolean" },
      json: { type: "string" },
      worker: { type: "boolean" },
    },
  });
  if (values.worker) return work(values.closest);
  const jobs = values.jobs ? Number(values.jobs) : availableParallelism();
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) throw new Error("--jobs wants a number from 1 to 64.");

  const queue = productionSources().flatMap((path) => mutantsOf(path).map((mutant, number) => ({ ...mutant, number, name: nameOf(mutant) })));
  const before = values.again ? JSON.parse(readFileSync(values.again, "utf8")).filter(({ outcome }) => outcome === "survived") : null;
  const chosen = queue.filter(
    ({ path, name }) => `${path} ${name}`.includes(values.only ?? "") && (!before || before.some((one) => one.path === path && one.name === name)),
  );
  if (chosen.length === 0) throw new Error("No mutant fits --only and --again.");
  if (values.list) return chosen.forEach(({ path, line, name }) => console.log(`${path}:${line}  ${name}`));

  const reasons = existsSync(reasonsPath) ? JSON.parse(readFileSync(reasonsPath, "utf8")) : {};
  for (const name of Object.keys(reasons)) {
    if (!queue.some((mutant) => mutant.name === name)) throw new Error(`${basename(reasonsPath)} excuses a mutant that is not there: ${name}`);
  }

  console.log(`Building once and running the tests unchanged, ${chosen.length} mutants afterwards with ${jobs} jobs.`);
  const built = await hardhat(root, ["build"]);
  if (built.code !== 0) throw new Error(`The contracts do not compile:\n${built.output}`);
  const files = values.closest ? [...new Set(chosen.flatMap(({ path }) => closest[path] ?? []))] : [];
  const unchanged = await mocha(root, files.filter((file) => !isSolidity(file)));
  if (unchanged.code !== 0) throw new Error(`The tests fail without any change:\n${unchanged.output}`);

  const outcomes = await distribute(chosen, jobs, reasons, values.closest);
  report(outcomes, reasons, values.json);
}

/** Gives the mutants to child processes and tells each outcome as it comes. */
function distribute(chosen, jobs, reasons, closestAlone) {
  const outcomes = [];
  const waiting = [...chosen];
  const one = () =>
    new Promise((done, failed) => {
      const child = fork(fileURLToPath(import.meta.url), closestAlone ? ["--worker", "--closest"] : ["--worker"]);
      let current;
      child.on("error", failed);
      child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`A worker ended with exit code ${code}.`))));
      child.on("message", (outcome) => {
        if (outcome !== "ready") {
          outcomes.push({ ...current, outcome });
          const excused = outcome === "survived" && reasons[current.name] ? " (excused)" : "";
          console.log(`${outcomes.length}/${chosen.length} ${outcome}${excused}  ${current.path}:${current.line}  ${current.name}`);
        }
        current = waiting.shift();
        if (current) child.send({ path: current.path, number: current.number });
        else child.disconnect();
      });
    });
  return Promise.all(Array.from({ length: Math.min(jobs, chosen.length) }, one)).then(() => outcomes);
}

function report(outcomes, reasons, file) {
  const survivors = outcomes.filter(({ outcome }) => outcome === "survived");
  const unexcused = survivors.filter(({ name }) => !reasons[name]);
  const stale = outcomes.filter(({ outcome, name }) => outcome !== "survived" && reasons[name]);
  for (const { path, line, name } of unexcused) console.log(`SURVIVED  ${path}:${line}  ${name}`);
  for (const { name } of stale) console.log(`NO LONGER NEEDS AN EXCUSE  ${name}`);
  const invalid = outcomes.filter(({ outcome }) => outcome === "invalid").length;
  console.log(`${outcomes.length} mutants: ${outcomes.length - invalid - survivors.length} noticed, ${survivors.length} survived (${survivors.length - unexcused.length} with a reason), ${invalid} did not compile`);
  if (file) {
    const rows = outcomes.map(({ path, line, kind, name, outcome }) => ({ path, line, kind, name, outcome, reason: reasons[name] }));
    writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
  }
  process.exitCode = unexcused.length + stale.length > 0 ? 1 : 0;
}

try {
  await main();
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 2;
}
