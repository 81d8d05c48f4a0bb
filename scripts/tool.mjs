// Runs one of the contract tools (hardhat/scripts) with everything that it needs: node scripts/tool.mjs NAME [arguments]
import { join } from "node:path";
import { install, must, root } from "./toolchain.mjs";

const [name, ...args] = process.argv.slice(2);
await install();
await must("node", [join(root, "hardhat", "scripts", `${name}.mjs`), ...args]);
