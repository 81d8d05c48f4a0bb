import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressesOf, factoryOf } from "./addresses.js";
import { compilation, compiled } from "./build.js";
import { argumentsOf, contractOf, partsOf } from "./deploy.js";
import { fileNameOf } from "./file.js";
import type { DeploymentPlan } from "./plan.js";

/** What an explorer needs to verify one contract's source. */
export interface Verification {
  address: string;
  /** "source:Contract", as explorers ask for it. */
  contract: string;
  compiler: string;
  /** The file with the compiler's standard JSON input. */
  input: string;
  /** ABI-encoded, without 0x. */
  constructorArguments: string;
}

/** What is wanted of a contract; a compiler makes no code that nobody asks for. */
const OUTPUTS = ["abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode.object"];

/** Writes the compilers' inputs, and a list of which contract comes from which: by the names of the deployment file, and the factory. */
export function writeSources(plan: DeploymentPlan, folder: string): Record<string, Verification> {
  const at = addressesOf(plan);
  const parts = partsOf(plan.market);
  const list: Record<string, Verification> = {};
  const inputs = new Map<string, any>();
  const add = (key: string, name: string, address: string, args: unknown[]) => {
    const contract = compiled(name);
    const { inputSourceName, buildInfoId } = contract.artifact;
    const { solcLongVersion, input } = compilation(contract);
    const file = `${buildInfoId}.json`;
    const { outputSelection, ...settings } = input.settings;
    const { settings: chosen } =
      inputs.get(file) ?? inputs.set(file, { ...input, settings: { ...settings, outputSelection: {} } }).get(file);
    chosen.outputSelection[inputSourceName] = { ...chosen.outputSelection[inputSourceName], [name]: OUTPUTS };
    list[key] = {
      address,
      contract: `${inputSourceName}:${name}`,
      compiler: `v${solcLongVersion}`,
      input: file,
      constructorArguments: contract.interface.encodeDeploy(args).slice(2),
    };
  };
  add("DeploymentFactory", "DeploymentFactory", factoryOf(plan), []);
  for (const part of parts) {
    add(fileNameOf(part, plan.market), contractOf(part, plan.market), at[part], argumentsOf(part, plan.market, at));
  }

  mkdirSync(folder, { recursive: true });
  for (const [file, input] of inputs) writeFileSync(join(folder, file), `${JSON.stringify(input)}\n`);
  writeFileSync(join(folder, "contracts.json"), `${JSON.stringify(list, null, 2)}\n`);
  return list;
}
