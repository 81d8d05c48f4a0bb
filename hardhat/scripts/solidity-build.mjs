// Compiles contracts in this process, with the settings of hardhat.config.ts, and writes what comes out over Hardhat's artifacts.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { compiler, root } from "./solidity-ast.mjs";

const settings = { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun", metadata: { bytecodeHash: "none" } };
const importPattern = /^\s*import\s[^;]*?["']([^"']+)["']\s*;/gm;

/** The contracts' sources, mocks included, and what they import: name to text. */
export function loadSources() {
  const sources = new Map();
  const add = (name) => {
    if (sources.has(name)) return;
    const own = join(root, name);
    const text = readFileSync(existsSync(own) ? own : join(root, "node_modules", name), "utf8");
    sources.set(name, text);
    for (const other of importsOf(name, text)) add(other);
  };
  for (const entry of readdirSync(join(root, "contracts"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".sol")) add(join(entry.parentPath, entry.name).slice(root.length + 1));
  }
  return sources;
}

function importsOf(name, text) {
  return [...text.matchAll(importPattern)].map(([, path]) => (path.startsWith(".") ? posix.join(dirname(name), path) : path));
}

/** The sources that cannot be compiled without `name`, itself included. */
export function dependentsOf(sources, name) {
  const found = new Set([name]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [other, text] of sources) {
      if (!found.has(other) && importsOf(other, text).some((path) => found.has(path))) {
        found.add(other);
        grown = true;
      }
    }
  }
  return found;
}

/** Compiles the named sources; returns [{source, contract, bytecode, deployedBytecode}] of those that have code, or null if they do not compile. */
export function compile(sources, names) {
  const outputs = { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] };
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...sources].map(([name, content]) => [name, { content }])),
    settings: { ...settings, outputSelection: Object.fromEntries([...names].map((name) => [name, outputs])) },
  };
  const output = JSON.parse(compiler().compile(JSON.stringify(input)));
  if ((output.errors ?? []).some((error) => error.severity === "error")) return null;
  return Object.entries(output.contracts ?? {}).flatMap(([source, contracts]) =>
    Object.entries(contracts)
      .filter(([, item]) => item.evm.bytecode.object.length > 0)
      .map(([contract, item]) => ({
        source,
        contract,
        bytecode: `0x${item.evm.bytecode.object}`,
        deployedBytecode: `0x${item.evm.deployedBytecode.object}`,
      })),
  );
}

/** Writes compiled code into the artifacts below `folder`; returns a function that puts back what was there. */
export function substitute(folder, compiled) {
  const undo = [];
  for (const { source, contract, bytecode, deployedBytecode } of compiled) {
    const path = join(folder, "hardhat", "artifacts", source, `${contract}.json`);
    if (!existsSync(path)) continue;
    const before = readFileSync(path, "utf8");
    undo.push(() => writeFileSync(path, before));
    writeFileSync(path, JSON.stringify({ ...JSON.parse(before), bytecode, deployedBytecode }));
  }
  return () => undo.forEach((restore) => restore());
}
