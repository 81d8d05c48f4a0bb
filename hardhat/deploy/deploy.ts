import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { getCreateAddress, ZeroAddress } from "ethers";
import type { AgreementEscrow } from "../types/escrow/AgreementEscrow.js";
import type { IPossessionProofs } from "../types/interfaces/IPossessionProofs.js";
import type { IRandomnessBeacon } from "../types/interfaces/IRandomnessBeacon.js";
import type { ListingBook } from "../types/registry/ListingBook.js";
import type { MarketplaceParameters } from "../types/governance/MarketplaceParameters.js";
import type { ProviderRegistry } from "../types/registry/ProviderRegistry.js";
import type { StorageAgreements } from "../types/agreements/StorageAgreements.js";
import type { StorageToken } from "../types/token/StorageToken.js";

/** What IMarketplaceParameters.Values has. */
export interface ParameterValues {
  challengesPerEpoch: bigint;
  proofWindow: bigint;
  stakePerGiB: bigint;
  missSlashBps: bigint;
  missGraceEpochs: bigint;
  unbondingEpochs: bigint;
  billingCycle: bigint;
  settlementGrace: bigint;
  terminationNotice: bigint;
  protocolFeeBps: bigint;
  compensationBps: bigint;
  auditWindow: bigint;
  auditBond: bigint;
  auditSlashBps: bigint;
  lossSlashBps: bigint;
  minSelfStakeBps: bigint;
  commissionNotice: bigint;
  treasury: string;
}

export interface MarketPlan {
  /** Receives the whole supply, in base units. */
  holder: string;
  supply: bigint;
  /** May change the parameters. */
  owner: string;
  /** May stop new agreements for a bounded time; nobody if not given. */
  guardian?: string;
  /** Seconds since 1970, and in an epoch. */
  genesis: bigint;
  epochLength: bigint;
  values: ParameterValues;
  /** Blocks between the opening of an epoch and the block that gives its seed; 2 if not given. */
  anchorDelay?: bigint;
  /** Other contracts in the place of the production ones, for tests. */
  contracts?: { token?: string; beacon?: string; proofs?: string };
}

export interface Market {
  token: StorageToken;
  parameters: MarketplaceParameters;
  beacon: IRandomnessBeacon;
  registry: ProviderRegistry;
  listings: ListingBook;
  escrow: AgreementEscrow;
  agreements: StorageAgreements;
  proofs: IPossessionProofs;
}

/** The order of deployment: an address follows from the deployer's nonce, and so can be named before its contract is there. */
const order = ["token", "parameters", "beacon", "registry", "listings", "escrow", "agreements", "proofs"] as const;
type Part = (typeof order)[number];
type Addresses = Record<Part, string>;

/** The market's parts that each contract is bound to for ever: the constructor's arguments and the getters that read them back. */
const bindings: Record<Part, readonly Part[]> = {
  token: [],
  parameters: [],
  beacon: ["parameters"],
  registry: ["token", "parameters", "beacon", "agreements", "proofs"],
  listings: ["registry", "agreements"],
  escrow: ["token", "agreements"],
  agreements: ["token", "parameters", "beacon", "registry", "listings", "escrow", "proofs"],
  proofs: ["parameters", "beacon", "registry", "agreements"],
};

/** Deploys the whole market with one account, and fails unless every contract is bound to the others as planned. */
export async function deployMarket(ethers: HardhatEthers, deployer: HardhatEthersSigner, plan: MarketPlan): Promise<Market> {
  const nonce = await deployer.getNonce();
  const predicted = Object.fromEntries(
    order.map((part, index) => [part, getCreateAddress({ from: deployer.address, nonce: nonce + index })]),
  ) as Addresses;
  const names: Record<Part, string> = {
    token: plan.contracts?.token ?? "StorageToken",
    parameters: "MarketplaceParameters",
    beacon: plan.contracts?.beacon ?? "BlockhashBeacon",
    registry: "ProviderRegistry",
    listings: "ListingBook",
    escrow: "AgreementEscrow",
    agreements: "StorageAgreements",
    proofs: plan.contracts?.proofs ?? "PossessionProofs",
  };
  const own: Partial<Record<Part, unknown[]>> = {
    token: [plan.holder, plan.supply],
    parameters: [plan.owner, plan.guardian ?? ZeroAddress, plan.genesis, plan.epochLength, plan.values],
  };
  if (names.beacon === "BlockhashBeacon") own.beacon = [predicted.parameters, plan.anchorDelay ?? 2n];

  const market: Record<string, unknown> = {};
  for (const part of order) {
    const factory = await ethers.getContractFactory(names[part], deployer);
    const contract = await factory.deploy(...(own[part] ?? bindings[part].map((other) => predicted[other])));
    await contract.waitForDeployment();
    const address = await contract.getAddress();
    if (address !== predicted[part]) throw new Error(`${names[part]} is at ${address} instead of ${predicted[part]}.`);
    market[part] = contract;
  }

  for (const part of order) {
    for (const other of bindings[part]) {
      const bound = (await (market[part] as any)[other]()) as string;
      if (bound !== predicted[other]) throw new Error(`${names[part]}.${other} is ${bound} instead of ${predicted[other]}.`);
    }
  }
  const { parameters } = market as unknown as Market;
  if ((await parameters.genesis()) !== plan.genesis || (await parameters.epochLength()) !== plan.epochLength) {
    throw new Error("MarketplaceParameters keeps another clock than planned.");
  }
  return market as unknown as Market;
}
