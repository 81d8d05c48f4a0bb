import { Contract, keccak256, ZeroHash, type Provider, type Signer, type TransactionReceipt } from "ethers";
import { addressesOf, factoryOf, saltOf } from "./addresses.js";
import { compiled } from "./build.js";
import { checkDeployment } from "./check.js";
import { argumentsOf, contractOf, partsOf, type Part } from "./deploy.js";
import { deploymentFile, type DeploymentFile } from "./file.js";
import { newestFirst } from "./logs.js";
import type { DeploymentPlan } from "./plan.js";

/** The deployment cannot go on; what is on the chain stays as it is, and a later attempt takes it up. */
export class DeploymentError extends Error {}

export type Report = (line: string) => void;

/**
 * Makes whatever of the plan is not on the chain yet, one contract after the other, and fails unless everything is as planned at the end.
 * Can be run again after any failure: where a contract stands is known from the plan, and the factory says what it was made from.
 */
export async function deployPlan(signer: Signer, plan: DeploymentPlan, report: Report): Promise<DeploymentFile> {
  const provider = signer.provider!;
  const { chainId } = await provider.getNetwork();
  if (chainId !== plan.chainId) throw new DeploymentError(`The endpoint serves chain ${chainId}, the plan is for ${plan.chainId}.`);
  const sender = await signer.getAddress();
  if (sender !== plan.deployer) throw new DeploymentError(`The plan is for the deployer ${plan.deployer}, and not ${sender}.`);

  const factory = await factoryFor(signer, plan, report);
  for (const part of partsOf(plan.market)) await make(factory, plan, part, report);
  // Also of an earlier attempt that did not wait to the end.
  await provider.waitForTransaction((await madeBy(factory, plan)).last, plan.confirmations);

  const deployment = deploymentFile(plan, (await madeBy(factory, plan)).firstBlock);
  const problems = await checkDeployment(provider, deployment, plan);
  if (problems.length > 0) throw new DeploymentError(`The deployment is not as planned: ${problems.join(" ")}`);
  return deployment;
}

async function factoryFor(signer: Signer, plan: DeploymentPlan, report: Report): Promise<Contract> {
  const provider = signer.provider!;
  const address = factoryOf(plan);
  const { interface: abi, artifact } = compiled("DeploymentFactory");
  if ((await provider.getCode(address)) === "0x") {
    if ((await provider.getTransactionCount(plan.deployer)) !== 0) {
      throw new DeploymentError(
        `${plan.deployer} has sent transactions before, so that its factory cannot be at ${address}; take a new account.`,
      );
    }
    const receipt = (await (await signer.sendTransaction({ data: artifact.bytecode })).wait())!;
    if (receipt.contractAddress !== address)
      throw new DeploymentError(`The factory is at ${receipt.contractAddress} instead of ${address}.`);
    report(`DeploymentFactory ${address}: made (${receipt.gasUsed} gas)`);
  } else {
    if (!compiled("DeploymentFactory").isCode(await provider.getCode(address))) {
      throw new DeploymentError(`There is something else at ${address}, where the deployer's factory should be; take a new account.`);
    }
    report(`DeploymentFactory ${address}: there`);
  }
  return new Contract(address, abi, signer);
}

/** Makes a part unless it is there. */
async function make(factory: Contract, plan: DeploymentPlan, part: Part, report: Report): Promise<void> {
  const name = contractOf(part, plan.market);
  const at = addressesOf(plan);
  const initCode = compiled(name).initCode(argumentsOf(part, plan.market, at));
  const salt = saltOf(plan, part);
  if (await isMade(factory, salt, initCode, name)) {
    report(`${name} ${at[part]}: there`);
    return;
  }
  try {
    const receipt = (await (await factory.deploy(salt, initCode)).wait()) as TransactionReceipt;
    report(`${name} ${at[part]}: made (${receipt.gasUsed} gas)`);
  } catch (error) {
    // A transaction of an earlier attempt may have been on its way.
    if (await isMade(factory, salt, initCode, name)) return;
    throw new DeploymentError(`${name} could not be made: ${reasonOf(error, name)}`, { cause: error });
  }
}

/** The constructor's own words where there are any. */
function reasonOf(error: unknown, name: string): string {
  const { data, message } = error as { data?: string | null; message: string };
  const said = data ? compiled(name).interface.parseError(data) : null;
  return said ? `${said.name}(${said.args.join(", ")})` : message;
}

async function isMade(factory: Contract, salt: string, initCode: string, name: string): Promise<boolean> {
  const made = await factory.initCodeHashOf(salt);
  if (made === ZeroHash) return false;
  if (made === keccak256(initCode)) return true;
  throw new DeploymentError(
    `${name} was made from other code or arguments than this build and plan have. Take those it was made with, or give the plan another name.`,
  );
}

/** The block of the first contract and the transaction of the last; searched from the newest blocks on, since an attempt that is taken up is seldom old. */
async function madeBy(factory: Contract, plan: DeploymentPlan): Promise<{ firstBlock: number; last: string }> {
  const salts = partsOf(plan.market).map((part) => saltOf(plan, part));
  const provider = factory.runner!.provider as Provider;
  const missing = new Set(salts);
  let last: string | undefined;
  const topics = [factory.interface.getEvent("ContractDeployed")!.topicHash, salts];
  for await (const log of newestFirst(provider, { address: await factory.getAddress(), topics }, 0)) {
    last ??= log.transactionHash;
    missing.delete(log.topics[1]);
    if (missing.size === 0) return { firstBlock: log.blockNumber, last };
  }
  throw new DeploymentError("The endpoint does not give the factory's events; ask another one.");
}
