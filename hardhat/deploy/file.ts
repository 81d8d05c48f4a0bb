import { getAddress, isAddress } from "ethers";
import { renameSync, writeFileSync } from "node:fs";
import { addressesOf } from "./addresses.js";
import { contractOf, partsOf, type MarketPlan, type Part } from "./deploy.js";
import type { DeploymentPlan } from "./plan.js";

/** What src/Marketplace.Chain reads (DeploymentFile.cs); times in seconds. */
export interface DeploymentFile {
  format: 1;
  chainId: number;
  /** The block that holds the first of the contracts. */
  deployBlock: number;
  genesis: number;
  epochLength: number;
  contracts: Record<string, string>;
}

/** By which the file names a part: its contract's name, but for the beacon, of which there is more than one kind. */
export function fileNameOf(part: Part, plan: MarketPlan): string {
  return part === "beacon" ? "RandomnessBeacon" : contractOf(part, plan);
}

export function deploymentFile(plan: DeploymentPlan, deployBlock: number): DeploymentFile {
  const at = addressesOf(plan);
  return {
    format: 1,
    chainId: Number(plan.chainId),
    deployBlock,
    genesis: Number(plan.market.genesis),
    epochLength: Number(plan.market.epochLength),
    contracts: Object.fromEntries(partsOf(plan.market).map((part) => [fileNameOf(part, plan.market), at[part]])),
  };
}

/** Replaces the file as a whole. */
export function writeDeployment(path: string, deployment: DeploymentFile): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(deployment, null, 2)}\n`);
  renameSync(temporary, path);
}

/** Reads a file's shape; what it says is for the check to judge. */
export function parseDeployment(text: string): DeploymentFile {
  const file = JSON.parse(text);
  const numbers = ["format", "chainId", "deployBlock", "genesis", "epochLength"];
  const keys = [...numbers, "contracts"];
  if (Object.keys(file).sort().join() !== keys.sort().join()) throw new Error(`A deployment file has ${keys.join(", ")} and nothing else.`);
  for (const name of numbers) {
    if (!Number.isSafeInteger(file[name]) || file[name] < 0) throw new Error(`The deployment file's ${name} is no whole number.`);
  }
  for (const [name, address] of Object.entries(file.contracts)) {
    if (typeof address !== "string" || !isAddress(address)) throw new Error(`The deployment file's ${name} is no address.`);
    file.contracts[name] = getAddress(address);
  }
  return file;
}
