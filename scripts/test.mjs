// Runs every test there is and ends with one line: N passed, N failed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installBrowser } from "./browser.mjs";
import { build, environment, install, must, root, say } from "./toolchain.mjs";

const results = join(root, "artifacts", "test-results");
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const unsteady = [];
const durations = [];

/** Runs a program and returns its output with the exit code and the seconds that it took. */
function capture(command, args, variables = {}) {
  const start = Date.now();
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, env: { ...environment(), ...variables }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
    child.on("error", failed);
    child.on("close", (code) => done({ code, output, seconds: Math.round((Date.now() - start) / 1000) }));
  });
}

/** Runs a program, whose output is shown as a whole once it has ended: others may run beside it. */
async function show(title, command, args, variables) {
  say(`Begun: ${title}`);
  const run = await capture(command, args, variables);
  say(`${title} (${run.seconds} s)`);
  process.stdout.write(run.output);
  durations.push({ title, seconds: run.seconds });
  return run;
}

/** A check that passes or fails as a whole. */
async function check(title, command, args, variables) {
  const { code, output } = await show(title, command, args, variables);
  if (code === 0) {
    totals.passed++;
  } else {
    totals.failed++;
    failures.push({ title, output });
  }
}

/** Runs all jobs, so many at a time. */
async function inLanes(lanes, jobs) {
  const queue = [...jobs];
  const lane = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** What a failed run says of its failures: the tests that failed, where it names them, else its last lines. */
function excerpt(output) {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const failed = plain.split(/^(?= {2}(?:Failed|Passed|Skipped) \S)/m).filter((block) => block.startsWith("  Failed "));
  const cut = failed.map((block) => block.split("\n").slice(0, 16).join("\n"));
  return cut.length > 0 ? cut.join("\n") : plain.trimEnd().split("\n").slice(-40).join("\n");
}

// The C# tests write random challenges with their answers here; the contracts verify them afterwards.
const cases = join(results, "random-cases.jsonl");
const money = join(results, "random-money.json");
const random = { RANDOM_CASES_FILE: cases, RANDOM_CASES_COUNT: "2000", RANDOM_MONEY_FILE: money };

// Tests of several processes, a chain and a browser share the machine with whatever else it does: the few that fail are tried once more, by themselves (ADR 24).
const wholeMachine = /\.(Web|Cli|EndToEnd)\./;
const mostUnsteady = 3;

const hardhat = ["--config", "hardhat/hardhat.config.ts", "test"];

async function contractTests(runner) {
  const title = `Contract tests (${runner})`;
  const { code, output } = await show(title, "hardhat", [...hardhat, runner]);
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const count = (word) => Number(plain.match(new RegExp(`^\\s*(\\d+) ${word}\\b`, "m"))?.[1] ?? 0);
  const passed = count("passing");
  const failed = count("failing");
  totals.passed += passed;
  totals.failed += failed;
  if (code !== 0 || passed === 0) {
    failures.push({ title, output });
    if (failed === 0) totals.failed++;
  }
}

/** Runs tests of a project; returns what they printed, how many there were of each kind, and the names of those that passed and failed. */
async function runDotnet(title, project, log, ...options) {
  const file = join(results, log);
  const { code, output } = await show(title, "dotnet", [
    "test", `tests/${project}`, "-c", "Release", "--no-build", "--nologo", "-v", "quiet",
    "--logger", `trx;LogFileName=${file}`, "--logger", "console;verbosity=minimal", ...options,
  ], random);
  // Without a result file the run itself failed.
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const counters = text.match(/<Counters [^>]*>/)?.[0] ?? "";
  const figure = (name) => Number(counters.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const tests = [...text.matchAll(/<UnitTestResult [^>]*>/g)].map(([result]) => result);
  const ended = (outcome) => tests.filter((result) => result.includes(`outcome="${outcome}"`)).map((result) => result.match(/ testName="([^"]+)"/)?.[1]);
  return {
    output, passed: figure("passed"), failed: figure("failed"), skipped: figure("total") - figure("executed"), isClean: code === 0 && figure("total") > 0,
    isWhole: !/aborted|crashed/i.test(output), passedTests: new Set(ended("Passed")), failedTests: ended("Failed"),
  };
}

async function dotnetTests(project) {
  const title = `Tests of ${project}`;
  const run = await runDotnet(title, project, `${project}.trx`);
  totals.passed += run.passed;
  totals.failed += run.failed;
  totals.skipped += run.skipped;
  if (run.isClean) return;
  if (wholeMachine.test(project) && run.isWhole && run.failed > 0 && run.failed <= mostUnsteady) {
    // All cases of a theory, whose arguments no filter takes.
    const names = [...new Set(run.failedTests.map((name) => name.split("(")[0]))];
    const again = await runDotnet(`${title}, again: ${names.join(", ")}`, project, `${project}.again.trx`, "--filter", names.map((name) => `FullyQualifiedName=${name}`).join("|"));
    if (again.isClean && run.failedTests.every((name) => again.passedTests.has(name))) {
      totals.failed -= run.failed;
      totals.passed += run.failed;
      unsteady.push({ title, output: run.output });
      return;
    }
  }
  failures.push({ title, output: run.output });
  if (run.failed === 0) totals.failed++;
}

/** The choice of kernels on lesser processors than this one. */
function kernelTests(lacking) {
  const kernels = ["FieldKernel", "ReedSolomon", "TreeHashing", "CounterKeystream", "FragmentMask"].map((name) => `FullyQualifiedName~${name}`);
  const args = [
    "test", "tests/Marketplace.Core.Tests", "-c", "Release", "--no-build", "--nologo", "-v", "quiet", "--filter", kernels.join("|"),
    "--", "RunConfiguration.TreatNoTestsAsError=true",
  ];
  return check(`Kernels with ${lacking}=0`, "dotnet", args, { [`DOTNET_${lacking}`]: "0" });
}

/** What the C# tests wrote down at random, before the contracts, which are compiled by then: two compilers at once would take each other's cache away. */
const vectorTests = (title, ...tests) => check(`Contracts: ${title} of the C# code`, "hardhat", [...hardhat, "mocha", "--no-compile", ...tests], random);

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await install();
await installBrowser();
await build();

const only = process.argv[2];
const projects = readdirSync(join(root, "tests")).filter((name) => name.endsWith(".Tests") && (!only || name.includes(only))).sort();
// A browser and all that it looks at take both processors.
const busy = projects.filter((name) => name.includes(".Web."));
// These mostly wait, for blocks and for processes that start.
const waiting = projects.filter((name) => /\.(Cli|EndToEnd)\./.test(name));
const others = projects.filter((name) => !busy.includes(name) && !waiting.includes(name));
const kernels = !only || "Marketplace.Core.Tests".includes(only) ? ["EnableAVX512", "EnableAVX2", "EnableHWIntrinsic"] : [];

say("Building all C# projects");
await must("dotnet", ["build", "Marketplace.sln", "-c", "Release", "-v", "quiet", "--nologo"]);
// Each keeps about one processor busy.
const working = [
  () => contractTests("solidity"),
  () => check("Contracts: at least 98 % of lines and branches are tested", "node", ["hardhat/scripts/coverage.mjs"]),
  async () => {
    await contractTests("mocha");
    await check("Contracts: committed ABI is current", "node", ["hardhat/scripts/export-abi.mjs", "--check"]);
  },
  () => check("Contracts: lint", "solhint", ["--max-warnings", "0", "--config", "hardhat/.solhint.json", "contracts/**/*.sol"]),
  () => check("Contracts: format", "prettier", ["--check", "contracts/**/*.sol", "hardhat/test/**/*.sol"]),
  () => check("Contracts: each test that the threat model names is there", "node", ["hardhat/scripts/check-threats.mjs"]),
  ...others.map((project) => () => dotnetTests(project)),
  ...kernels.map((lacking) => () => kernelTests(lacking)),
];
await Promise.all([inLanes(2, working), inLanes(1, waiting.map((project) => () => dotnetTests(project)))]);
await Promise.all([
  inLanes(1, busy.map((project) => () => dotnetTests(project))),
  inLanes(1, [
    async () => existsSync(cases) && vectorTests("thousands of random trees", "hardhat/test/vectors.test.ts", "--grep", "random trees"),
    async () => existsSync(money) && vectorTests("random agreements and sums", "hardhat/test/money-vectors.test.ts"),
  ]),
]);

say("What took longest (seconds)");
for (const { title, seconds } of durations.sort((a, b) => b.seconds - a.seconds).slice(0, 8)) console.log(`${String(seconds).padStart(6)}  ${title}`);
for (const { title, output } of unsteady) console.error(`\n== Unsteady, passed when tried again: ${title}\n${excerpt(output)}`);
for (const { title, output } of failures) console.error(`\n== Failed: ${title}\n${excerpt(output)}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
process.exit(totals.failed === 0 ? 0 : 1);
