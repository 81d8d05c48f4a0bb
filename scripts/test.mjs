// Runs every test there is and ends with one line: N passed, N failed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installBrowser } from "./browser.mjs";
import { build, environment, install, must, root, say } from "./toolchain.mjs";

const results = join(root, "artifacts", "test-results");
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const durations = [];

/** Runs a program, shows its output as it comes, or not at all if it is `silent`, and returns it with the exit code and the seconds that it took. */
function capture(command, args, silent = false) {
  const start = Date.now();
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, env: environment(), stdio: ["ignore", "pipe", silent ? "pipe" : "inherit"] });
    let output = "";
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.stdout.on("data", (chunk) => {
      if (!silent) process.stdout.write(chunk);
      output += chunk;
    });
    child.on("error", failed);
    child.on("close", (code) => done({ code, output, seconds: Math.round((Date.now() - start) / 1000) }));
  });
}

/** A check that passes or fails as a whole. */
async function check(title, command, args) {
  say(title);
  tally(title, await capture(command, args));
}

function tally(title, run) {
  durations.push({ title, seconds: run.seconds });
  if (run.code === 0) {
    totals.passed++;
  } else {
    totals.failed++;
    failures.push({ title, output: run.output });
  }
}

/** What a failed run says of its failures: the tests that failed, where it names them, else its last lines. */
function excerpt(output) {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const failed = plain.split(/^(?= {2}(?:Failed|Passed|Skipped) \S)/m).filter((block) => block.startsWith("  Failed "));
  const cut = failed.map((block) => block.split("\n").slice(0, 16).join("\n"));
  return cut.length > 0 ? cut.join("\n") : plain.trimEnd().split("\n").slice(-40).join("\n");
}

async function contractTests() {
  say("Contract tests (Hardhat)");
  const { code, output, seconds } = await capture("hardhat", ["--config", "hardhat/hardhat.config.ts", "test"]);
  durations.push({ title: "Contract tests", seconds });
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  // Each runner reports its own figures first; the line that names the runners has the sum.
  const count = (word) => Number(plain.match(new RegExp(`^\\s*(\\d+) ${word} \\(.*(?:mocha|solidity)\\)`, "m"))?.[1] ?? 0);
  const passed = count("passing");
  const failed = count("failing");
  totals.passed += passed;
  totals.failed += failed;
  if (code !== 0 || passed === 0) {
    failures.push({ title: "Contract tests", output });
    if (failed === 0) totals.failed++;
  }
}

async function dotnetTests(project, silent = false) {
  if (!silent) say(`Tests of ${project}`);
  const log = join(results, `${project}.trx`);
  const { code, output, seconds } = await capture("dotnet", [
    "test", `tests/${project}`, "-c", "Release", "--no-build", "--nologo", "-v", "quiet",
    "--logger", `trx;LogFileName=${log}`, "--logger", "console;verbosity=minimal",
  ], silent);
  if (silent) {
    say(`Tests of ${project}`);
    process.stdout.write(output);
  }
  durations.push({ title: project, seconds });
  let counters = null;
  try {
    counters = readFileSync(log, "utf8").match(/<Counters [^>]*>/)?.[0] ?? null;
  } catch {
    // No result file: the run itself failed, which is counted below.
  }
  const figure = (name) => Number(counters?.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  totals.passed += figure("passed");
  totals.failed += figure("failed");
  totals.skipped += figure("total") - figure("executed");
  if (code !== 0 || !counters || figure("total") === 0) {
    failures.push({ title: project, output });
    if (figure("failed") === 0) totals.failed++;
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await install();
await installBrowser();
await build();

await check("Contracts: lint", "solhint", ["--max-warnings", "0", "--config", "hardhat/.solhint.json", "contracts/**/*.sol"]);
await check("Contracts: format", "prettier", ["--check", "contracts/**/*.sol", "hardhat/test/**/*.sol"]);
await check("Contracts: each test that the threat model names is there", "node", ["hardhat/scripts/check-threats.mjs"]);
// Most tests of contracts take one processor: what they cover is counted at the same time, in a copy.
const coverage = capture("node", ["hardhat/scripts/coverage.mjs"], true);
await contractTests();
const covered = "Contracts: at least 98 % of lines and branches are tested";
say(covered);
const counted = await coverage;
process.stdout.write(counted.output);
tally(covered, counted);
await check("Contracts: committed ABI is current", "node", ["hardhat/scripts/export-abi.mjs", "--check"]);

say("Building all C# projects");
await must("dotnet", ["build", "Marketplace.sln", "-c", "Release", "-v", "quiet", "--nologo"]);
const only = process.argv[2];
// The C# tests write random challenges with their answers here; the contracts verify them afterwards.
const cases = join(results, "random-cases.jsonl");
const money = join(results, "random-money.json");
Object.assign(process.env, { RANDOM_CASES_FILE: cases, RANDOM_CASES_COUNT: "2000", RANDOM_MONEY_FILE: money });
const projects = readdirSync(join(root, "tests")).filter((name) => name.endsWith(".Tests") && (!only || name.includes(only))).sort();
// These two mostly wait, for blocks and for processes that start: they run beside one another.
const waiting = projects.filter((name) => /\.(Cli|EndToEnd)\.Tests$/.test(name));
for (const project of projects.filter((name) => !waiting.includes(name))) await dotnetTests(project);
await Promise.all(waiting.map((project, index) => dotnetTests(project, index > 0)));
// The choice of kernels on lesser processors than this one: without AVX-512, without AVX2, without any intrinsics.
if (!only || "Marketplace.Core.Tests".includes(only)) {
  const kernels = ["FieldKernel", "ReedSolomon", "TreeHashing", "CounterKeystream", "FragmentMask"].map((name) => `FullyQualifiedName~${name}`);
  for (const lacking of ["EnableAVX512", "EnableAVX2", "EnableHWIntrinsic"]) {
    const args = [
      "test", "tests/Marketplace.Core.Tests", "-c", "Release", "--no-build", "--nologo", "-v", "quiet", "--filter", kernels.join("|"),
      "--", "RunConfiguration.TreatNoTestsAsError=true",
    ];
    process.env[`DOTNET_${lacking}`] = "0";
    await check(`Kernels with ${lacking}=0`, "dotnet", args);
    delete process.env[`DOTNET_${lacking}`];
  }
}
if (existsSync(cases)) {
  const vectors = ["test", "mocha", "hardhat/test/vectors.test.ts", "--grep", "random trees"];
  await check("Contracts: thousands of random trees of the C# code", "hardhat", ["--config", "hardhat/hardhat.config.ts", ...vectors]);
}
if (existsSync(money)) {
  const vectors = ["test", "mocha", "hardhat/test/money-vectors.test.ts"];
  await check("Contracts: random agreements and sums of the C# code", "hardhat", ["--config", "hardhat/hardhat.config.ts", ...vectors]);
}

say("What took longest (seconds)");
for (const { title, seconds } of durations.sort((a, b) => b.seconds - a.seconds).slice(0, 8)) console.log(`${String(seconds).padStart(6)}  ${title}`);
for (const { title, output } of failures) console.error(`\n== Failed: ${title}\n${excerpt(output)}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
process.exit(totals.failed === 0 ? 0 : 1);
