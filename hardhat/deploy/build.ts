import { getBytes, hexlify, Interface, type InterfaceAbi } from "ethers";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(fileURLToPath(import.meta.url), "../../..");
const artifacts = join(root, "hardhat", "artifacts");

interface Artifact {
  contractName: string;
  inputSourceName: string;
  buildInfoId: string;
  abi: InterfaceAbi;
  bytecode: string;
  deployedBytecode: string;
  immutableReferences: Record<string, { start: number; length: number }[]>;
}

/** A contract as it was last compiled. */
export class CompiledContract {
  readonly interface: Interface;

  constructor(readonly artifact: Artifact) {
    this.interface = new Interface(artifact.abi);
  }

  /** Creation code with the constructor's arguments. */
  initCode(args: unknown[]): string {
    return this.artifact.bytecode + this.interface.encodeDeploy(args).slice(2);
  }

  /** Whether code on a chain is this contract's, whatever its immutables are. */
  isCode(code: string): boolean {
    return this.withoutImmutables(code) === this.withoutImmutables(this.artifact.deployedBytecode);
  }

  private withoutImmutables(code: string): string {
    const bytes = getBytes(code);
    for (const { start, length } of Object.values(this.artifact.immutableReferences).flat()) bytes.fill(0, start, start + length);
    return hexlify(bytes);
  }
}

const loaded = new Map<string, CompiledContract>();

/** The contract's artifact below hardhat/artifacts/contracts; its file's name is the contract's. */
export function compiled(name: string): CompiledContract {
  const contract = loaded.get(name) ?? load(name);
  loaded.set(name, contract);
  return contract;
}

function load(name: string): CompiledContract {
  const folder = join(artifacts, "contracts");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => basename(path) === `${name}.json`);
  if (found.length !== 1) throw new Error(`There are ${found.length} artifacts of ${name}; compile the contracts first.`);
  return new CompiledContract(JSON.parse(readFileSync(join(folder, found[0]), "utf8")));
}

/** The compiler's version and input (standard JSON) that the contract's artifact came from. */
export function compilation({ artifact }: CompiledContract): { solcLongVersion: string; input: any } {
  return JSON.parse(readFileSync(join(artifacts, "build-info", `${artifact.buildInfoId}.json`), "utf8"));
}
