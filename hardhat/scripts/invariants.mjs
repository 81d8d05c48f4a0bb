// Random markets for longer than the tests have time: npm run invariants [-- --runs N] [--depth N]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./solidity-ast.mjs";

const { values } = parseArgs({ options: { runs: { type: "string", default: "1024" }, depth: { type: "string", default: "1024" } } });
for (const [name, value] of Object.entries(values)) {
  if (!/^[1-9]\d{0,6}$/.test(value)) {
    console.error(`--${name} takes a number from 1 to 9999999, not "${value}".`);
    process.exit(2);
  }
}
console.log(`${values.runs} random markets of ${values.depth} steps for each invariant; hardhat.config.ts has the figures of npm test.`);
const config = ["--config", join(root, "hardhat", "hardhat.config.ts")];
const env = { ...process.env, INVARIANT_RUNS: values.runs, INVARIANT_DEPTH: values.depth };
const suites = ["Market.t.sol", "OddMarket.t.sol"].map((name) => join("hardhat", "test", "invariants", name));
// The suites find their helpers among the built artifacts.
for (const args of [["build"], ["test", "solidity", ...suites]]) {
  const { status } = spawnSync("hardhat", [...config, ...args], { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
