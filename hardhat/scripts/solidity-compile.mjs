import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./solidity-ast.mjs";

/** Brings hardhat/artifacts up to date with the contracts. */
export function compileContracts() {
  const hardhat = join(root, "node_modules", ".bin", "hardhat");
  const result = spawnSync(hardhat, ["--config", "hardhat/hardhat.config.ts", "build"], { cwd: root, encoding: "utf8" });
  if (result.status === 0) return;
  console.error(result.stdout, result.stderr);
  throw new Error("The contracts do not compile.");
}
