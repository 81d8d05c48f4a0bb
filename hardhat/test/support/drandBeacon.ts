import type { DrandBeacon } from "../../types/beacon/DrandBeacon.js";
import { CEILINGS, EPOCH, ethers, GENESIS, goTo, VALUES } from "../market.js";
import { DrandNetwork } from "./drand.js";

export const DELAY = 2n;
export const PERIOD = 3n;
export const MARGIN = 30n;
export const TIMEOUT = 120n;
/** The round of epoch 10 in `deployDrand`: the one that drand published, so that its signature can stand in. */
export const ROUND = 9337227n;
export const START = GENESIS + 10n * EPOCH;

export interface DrandPlan {
  anchorDelay: bigint;
  publicKey: string;
  genesis: bigint;
  period: bigint;
  margin: bigint;
  timeout: bigint;
}

export const PLAN: DrandPlan = {
  anchorDelay: DELAY,
  publicKey: new DrandNetwork().publicKey,
  genesis: START + MARGIN - (ROUND - 1n) * PERIOD,
  period: PERIOD,
  margin: MARGIN,
  timeout: TIMEOUT,
};

export async function deployParameters(genesis = GENESIS, epochLength = EPOCH) {
  const [deployer] = await ethers.getSigners();
  const factory = await ethers.getContractFactory("MarketplaceParameters");
  const windows = { proofWindow: epochLength / 4n, auditWindow: epochLength };
  const values = { ...VALUES, ...windows, treasury: deployer.address };
  return factory.deploy(deployer.address, ethers.ZeroAddress, genesis, epochLength, CEILINGS, values);
}

export async function deployBeacon(parameters: { getAddress(): Promise<string> }, changes: Partial<DrandPlan> = {}): Promise<DrandBeacon> {
  const { anchorDelay, publicKey, genesis, period, margin, timeout } = { ...PLAN, ...changes };
  const factory = await ethers.getContractFactory("DrandBeacon");
  return factory.deploy(await parameters.getAddress(), anchorDelay, { publicKey, genesis, period }, margin, timeout);
}

/** A beacon on a network of which the test has the key, at the start of epoch 10, whose round is `ROUND`. */
export async function drandWorld() {
  const parameters = await deployParameters();
  const network = new DrandNetwork();
  const beacon = await deployBeacon(parameters);
  await goTo(10);
  return { parameters, beacon, network, signature: network.sign(ROUND) };
}
