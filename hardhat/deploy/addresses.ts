import { getCreate2Address, getCreateAddress, id } from "ethers";
import { partsOf, type Addresses, type Part } from "./deploy.js";
import type { DeploymentPlan } from "./plan.js";

/** keccak256 of the code that OpenZeppelin's Create3 puts at CREATE2's address, and whose first CREATE makes the contract. */
const CREATE3_PROXY = "0x57a34f6e879358dd76825d6700df87013ad6a3fb43c0d0c602f70a8772c153bd";

/** The factory is the first contract that the deployer's account makes. */
export function factoryOf({ deployer }: DeploymentPlan): string {
  return getCreateAddress({ from: deployer, nonce: 0 });
}

/** By which the factory finds a part of this market. */
export function saltOf({ name }: DeploymentPlan, part: Part): string {
  return id(`storage-marketplace/1/${name}/${part}`);
}

/** Where every part will be: known from the plan alone, and the same on every chain. */
export function addressesOf(plan: DeploymentPlan): Addresses {
  const factory = factoryOf(plan);
  return Object.fromEntries(
    partsOf(plan.market).map((part) => [
      part,
      getCreateAddress({ from: getCreate2Address(factory, saltOf(plan, part), CREATE3_PROXY), nonce: 1 }),
    ]),
  ) as Addresses;
}
