import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { getCreateAddress, ZeroAddress } from "ethers";
import type { DeclaredLosses } from "../types/proofs/DeclaredLosses.js";
import type { StorageAudits } from "../types/audits/StorageAudits.js";
import type { AgreementEscrow } from "../types/escrow/AgreementEscrow.js";
import type { EgressVouchers } from "../types/egress/EgressVouchers.js";
import type { IPossessionProofs } from "../types/interfaces/IPossessionProofs.js";
import type { IRandomnessBeacon } from "../types/interfaces/IRandomnessBeacon.js";
import type { ListingBook } from "../types/registry/ListingBook.js";
import type { MarketplaceGovernor } from "../types/governance/MarketplaceGovernor.js";
import type { MarketplaceParameters } from "../types/governance/MarketplaceParameters.js";
import type { MarketplaceTimelock } from "../types/governance/MarketplaceTimelock.js";
import type { ProviderRegistry } from "../types/registry/ProviderRegistry.js";
import type { StakeVault } from "../types/stake/StakeVault.js";
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

/** What the governor and the timelock are made with; times in seconds. */
export interface GovernancePlan {
  settings: { votingDelay: bigint; votingPeriod: bigint; proposalThreshold: bigint; quorumPercent: bigint; lateQuorumExtension: bigint };
  floors: { votingDelay: bigint; votingPeriod: bigint; lateQuorumExtension: bigint };
  timelockDelay: bigint;
  timelockFloor: bigint;
}

/** Of DrandBeacon, without its parameters. */
export interface DrandPlan {
  publicKey: string;
  genesis: bigint;
  period: bigint;
  margin: bigint;
  livenessTimeout: bigint;
}

export interface MarketPlan {
  /** Receives the whole supply, in base units. */
  holder: string;
  supply: bigint;
  /** May change the parameters; the timelock if not given. */
  owner?: string;
  /** Without it there is no governor and no timelock, and an owner and a treasury have to be given. */
  governance?: GovernancePlan;
  /** May stop new agreements for a bounded time; nobody if not given. */
  guardian?: string;
  /** Seconds since 1970, and in an epoch. */
  genesis: bigint;
  epochLength: bigint;
  /** No vote raises the values above these. */
  ceilings: { stakePerGiB: bigint; auditBond: bigint };
  /** The treasury is the timelock if not given. */
  values: Omit<ParameterValues, "treasury"> & { treasury?: string };
  /** Blocks between the opening of an epoch and the block that gives its seed; 2 if not given. */
  anchorDelay?: bigint;
  /** The network of which DrandBeacon takes rounds; BlockhashBeacon if not given. */
  drand?: DrandPlan;
  /** Other contracts in the place of the production ones, for tests. */
  contracts?: { token?: string; beacon?: string; proofs?: string };
}

export interface Market {
  token: StorageToken;
  parameters: MarketplaceParameters;
  beacon: IRandomnessBeacon;
  registry: ProviderRegistry;
  stakes: StakeVault;
  listings: ListingBook;
  escrow: AgreementEscrow;
  agreements: StorageAgreements;
  proofs: IPossessionProofs;
  losses: DeclaredLosses;
  audits: StorageAudits;
  egress: EgressVouchers;
}

/** With a plan that has governance. */
export interface GovernedMarket extends Market {
  timelock: MarketplaceTimelock;
  governor: MarketplaceGovernor;
}

export type Part = keyof GovernedMarket;
export type Addresses = Record<Part, string>;

/** One contract of the market. */
interface Row {
  contract: string | ((plan: MarketPlan) => string);
  /** The parts that it is bound to for ever: the getters that read them back, and its constructor's arguments if `args` gives none. */
  bound: readonly Part[];
  args?: (plan: MarketPlan, at: Addresses, bound: string[]) => unknown[] | undefined;
  /** Is there only with governance. */
  governance?: boolean;
}

/** The market's contracts in the order of deployment: every address is known before, but a constructor may call what is there already. */
const rows: Record<Part, Row> = {
  token: { contract: (plan) => plan.contracts?.token ?? "StorageToken", bound: [], args: (plan) => [plan.holder, plan.supply] },
  timelock: {
    contract: "MarketplaceTimelock",
    bound: [],
    args: ({ governance }, at) => [at.governor, governance?.timelockDelay, governance?.timelockFloor],
    governance: true,
  },
  governor: {
    contract: "MarketplaceGovernor",
    bound: ["token", "timelock"],
    args: ({ governance }, _, bound) => [...bound, governance?.settings, governance?.floors],
    governance: true,
  },
  parameters: {
    contract: "MarketplaceParameters",
    bound: [],
    args: ({ owner, guardian, genesis, epochLength, ceilings, values }, { timelock }) => [
      owner ?? timelock,
      guardian ?? ZeroAddress,
      genesis,
      epochLength,
      ceilings,
      { treasury: timelock, ...values },
    ],
  },
  beacon: {
    contract: (plan) => plan.contracts?.beacon ?? (plan.drand ? "DrandBeacon" : "BlockhashBeacon"),
    bound: ["parameters"],
    args: beaconArguments,
  },
  registry: { contract: "ProviderRegistry", bound: ["parameters", "beacon", "stakes", "agreements", "proofs", "losses", "audits"] },
  stakes: { contract: "StakeVault", bound: ["token", "parameters", "registry", "escrow", "agreements", "egress"] },
  listings: { contract: "ListingBook", bound: ["registry", "agreements"] },
  escrow: { contract: "AgreementEscrow", bound: ["token", "agreements", "audits", "egress"] },
  agreements: {
    contract: "StorageAgreements",
    bound: ["token", "parameters", "beacon", "registry", "stakes", "listings", "escrow", "proofs", "losses", "audits"],
    // So many that its constructor takes them as one struct.
    args: (_plan, _at, bound) => [bound],
  },
  proofs: {
    contract: (plan) => plan.contracts?.proofs ?? "PossessionProofs",
    bound: ["parameters", "beacon", "registry", "agreements", "losses"],
  },
  losses: { contract: "DeclaredLosses", bound: ["parameters", "registry", "agreements"] },
  audits: { contract: "StorageAudits", bound: ["token", "parameters", "registry", "agreements", "escrow", "losses"] },
  egress: { contract: "EgressVouchers", bound: ["token", "parameters", "stakes", "escrow", "agreements"] },
};

/** A test's beacon is made with what it is bound to alone. */
function beaconArguments(plan: MarketPlan, _at: Addresses, [parameters]: string[]): unknown[] | undefined {
  const { drand, anchorDelay = 2n } = plan;
  if (plan.contracts?.beacon && !/^(Drand|Blockhash)Beacon$/.test(plan.contracts.beacon)) return undefined;
  if (!drand) return [parameters, anchorDelay];
  const { publicKey, genesis, period, margin, livenessTimeout } = drand;
  return [parameters, anchorDelay, { publicKey, genesis, period }, margin, livenessTimeout];
}

/** The plan's parts in the order of their deployment. */
export function partsOf(plan: MarketPlan): Part[] {
  return (Object.keys(rows) as Part[]).filter((part) => plan.governance || !rows[part].governance);
}

export function contractOf(part: Part, plan: MarketPlan): string {
  const { contract } = rows[part];
  return typeof contract === "string" ? contract : contract(plan);
}

/** The parts that a part is bound to for ever; each is what its getter of that name gives. */
export function boundOf(part: Part): readonly Part[] {
  return rows[part].bound;
}

/** What a part's constructor is called with, in its order. */
export function argumentsOf(part: Part, plan: MarketPlan, at: Addresses): unknown[] {
  const { args } = rows[part];
  const bound = boundOf(part).map((other) => at[other]);
  return args?.(plan, at, bound) ?? bound;
}

/** Deploys the whole market with one account, and fails unless every contract is bound to the others as planned. */
export async function deployMarket(
  ethers: HardhatEthers,
  deployer: HardhatEthersSigner,
  plan: MarketPlan & { governance: GovernancePlan },
): Promise<GovernedMarket>;
export async function deployMarket(ethers: HardhatEthers, deployer: HardhatEthersSigner, plan: MarketPlan): Promise<Market>;
export async function deployMarket(ethers: HardhatEthers, deployer: HardhatEthersSigner, plan: MarketPlan): Promise<Market> {
  const parts = partsOf(plan);
  const nonce = await deployer.getNonce();
  const predicted = Object.fromEntries(
    parts.map((part, index) => [part, getCreateAddress({ from: deployer.address, nonce: nonce + index })]),
  ) as Addresses;

  const market: Record<string, unknown> = {};
  for (const part of parts) {
    const name = contractOf(part, plan);
    const factory = await ethers.getContractFactory(name, deployer);
    const contract = await factory.deploy(...argumentsOf(part, plan, predicted));
    await contract.waitForDeployment();
    const address = await contract.getAddress();
    if (address !== predicted[part]) throw new Error(`${name} is at ${address} instead of ${predicted[part]}.`);
    market[part] = contract;
  }

  for (const part of parts) {
    for (const other of boundOf(part)) {
      const bound = (await (market[part] as any)[other]()) as string;
      if (bound !== predicted[other]) throw new Error(`${contractOf(part, plan)}.${other} is ${bound} instead of ${predicted[other]}.`);
    }
  }
  const { parameters } = market as unknown as Market;
  if ((await parameters.genesis()) !== plan.genesis || (await parameters.epochLength()) !== plan.epochLength) {
    throw new Error("MarketplaceParameters keeps another clock than planned.");
  }
  return market as unknown as Market;
}
