import { network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { toBeHex, ZeroAddress, zeroPadValue, type Addressable } from "ethers";
import { deployMarket, type Market, type MarketPlan, type ParameterValues } from "../deploy/deploy.js";

export const connection = await network.create();
export const { ethers, networkHelpers } = connection;
export const { time } = networkHelpers;

export const SPACE = 10n ** 18n;
export const EPOCH = 1_000n;
export const WINDOW = 300n;
export const SUPPLY = 1_000_000_000n * SPACE;
export const NO_PERMIT = { value: 0n, deadline: 0n, signature: "0x" };
export const TLS = ethers.id("tls key");
export const REGION = "0x4445";

/** Far enough ahead for the deployment's blocks to lie before it, so that every test starts from the same clock. */
export const GENESIS = 4_000_000_000n;

export const VALUES: Omit<ParameterValues, "treasury"> = {
  challengesPerEpoch: 8n,
  proofWindow: WINDOW,
  stakePerGiB: 100n,
  missSlashBps: 1_000n,
  missGraceEpochs: 30n,
  unbondingEpochs: 5n,
  billingCycle: 4n,
  settlementGrace: 6n,
  terminationNotice: 2n,
  protocolFeeBps: 300n,
  compensationBps: 5_000n,
  auditWindow: 400n,
  auditBond: 50n,
  auditSlashBps: 5_000n,
  lossSlashBps: 500n,
  minSelfStakeBps: 1_000n,
  commissionNotice: 3n,
};

/** The highest that can be; governedWorld has lower ones. */
export const CEILINGS = { stakePerGiB: 2n ** 96n - 1n, auditBond: 2n ** 96n - 1n };

export const TERMS = {
  price: 7n,
  available: 1_000n,
  minTerm: 1n,
  maxTerm: 10_000n,
  egressPrice: 3n,
  autoAccept: true,
  onlyFor: ZeroAddress,
};

export interface World extends Market {
  deployer: HardhatEthersSigner;
  treasury: HardhatEthersSigner;
  consumer: HardhatEthersSigner;
  dataKey: HardhatEthersSigner;
  owner: HardhatEthersSigner;
  operator: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
  others: HardhatEthersSigner[];
  /** The address of the owner, by which the provider is known. */
  provider: string;
}

/** Moves to `offset` seconds after the start of an epoch, unless the chain is further in that epoch already. */
export async function goTo(epoch: bigint | number, offset: bigint | number = 10): Promise<void> {
  const start = GENESIS + BigInt(epoch) * EPOCH;
  const now = BigInt(await time.latest());
  if (now < start + BigInt(offset)) await time.increaseTo(start + BigInt(offset));
  else if (now >= start + EPOCH) throw new Error(`Epoch ${epoch} is over.`);
}

/** Deploys the market with a beacon and proofs that do what a test says, one provider without listings, and tokens for all. */
export async function bareWorld(changes: Partial<ParameterValues> = {}, contracts?: MarketPlan["contracts"]): Promise<World> {
  const [deployer, treasury, consumer, dataKey, owner, operator, stranger, ...others] = await ethers.getSigners();
  const market = await deployMarket(ethers, deployer, {
    holder: deployer.address,
    supply: SUPPLY,
    owner: deployer.address,
    genesis: GENESIS,
    epochLength: EPOCH,
    ceilings: CEILINGS,
    values: { ...VALUES, treasury: treasury.address, ...changes },
    contracts: { beacon: "MockBeacon", proofs: "MockProofs", ...contracts },
  });
  for (const account of [consumer, owner, stranger, ...others.slice(0, 6)]) {
    await market.token.transfer(account.address, 1_000_000n * SPACE);
    await market.token.connect(account).approve(await market.stakes.getAddress(), ethers.MaxUint256);
    await market.token.connect(account).approve(await market.escrow.getAddress(), ethers.MaxUint256);
  }
  await goTo(10);
  return { ...market, deployer, treasury, consumer, dataKey, owner, operator, stranger, others, provider: owner.address };
}

/** As bareWorld, with the provider registered, staked for 100 GiB and listing 1 (automatic) and 2 (by proposal). */
export async function marketWorld(changes: Partial<ParameterValues> = {}, contracts?: MarketPlan["contracts"]): Promise<World> {
  const world = await bareWorld(changes, contracts);
  await register(world, world.owner, world.operator.address);
  await world.stakes.connect(world.owner).stake(10_000n);
  await world.listings.connect(world.owner).publish(TERMS);
  await world.listings.connect(world.owner).publish({ ...TERMS, autoAccept: false });
  return world;
}

export async function register(world: Market, owner: HardhatEthersSigner, operator: string) {
  return world.registry.connect(owner).register(operator, "https://node.example:7443", TLS, REGION, "");
}

/** Limits of a request that refuse nothing. */
export const ANY_PRICE = { maxDeposit: ethers.MaxUint256, maxEgressPrice: ethers.MaxUint256 };

export function request(world: World, changes: Record<string, unknown> = {}) {
  return { listing: 1n, space: 10n, term: 10n, dataKey: world.dataKey.address, ...ANY_PRICE, ...changes };
}

/** Opens one agreement and returns its number. */
export async function open(world: World, changes: Record<string, unknown> = {}, consumer = world.consumer): Promise<bigint> {
  await world.agreements.connect(consumer).open([request(world, changes)] as any, NO_PERMIT);
  return world.agreements.agreementCount();
}

/** Passes through epochs [from, to): seals those that are live and proves those in which the provider works. */
export async function live(world: World, from: number, to: number, proven: (epoch: number) => boolean = () => true): Promise<void> {
  for (let epoch = from; epoch < to; epoch++) {
    await goTo(epoch);
    await world.beacon.seal();
    if (proven(epoch)) await prove(world);
  }
}

export async function prove(world: World, provider = world.provider): Promise<void> {
  await (world.proofs as any).prove(provider);
}

/** The checkpoint that MockProofs believes for an epoch. */
export function checkpointFor(epoch: bigint) {
  return { root: zeroPadValue(toBeHex(epoch), 32), leaves: 0n, agreements: 1n };
}

/** Settles a cycle with the checkpoint that the draw asks for. */
export async function settle(world: World, id: bigint, cycle: bigint | number, by = world.stranger) {
  const { drawn } = await world.agreements.settlementDraw(id, cycle);
  return world.agreements.connect(by).settle(id, cycle, checkpointFor(drawn), "0x");
}

/** Base units that escrow holds for an agreement's space. */
export async function held(world: Market, id: bigint): Promise<bigint> {
  return world.escrow.held(await world.agreements.getAddress(), id);
}

/** Voids an agreement, as a failed audit does. */
export async function failAudit(world: Market, id: bigint) {
  return world.agreements.connect(await asContract(world.audits)).void(id);
}

/** A contract of the market, or whatever stands for one, as the sender of transactions. */
export async function asContract(contract: Addressable | string): Promise<HardhatEthersSigner> {
  const address = typeof contract === "string" ? contract : await contract.getAddress();
  await networkHelpers.setBalance(address, SPACE);
  return ethers.getImpersonatedSigner(address);
}

const pristine = await networkHelpers.takeSnapshot();
let built: { build: unknown; result: unknown; snapshot: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>> } | undefined;

/** Builds a world on an empty chain, so that its clock starts where every other's does, and restores it for each further test. */
export function fixture<T>(build: () => Promise<T>): () => Promise<T> {
  return async () => {
    if (built?.build === build) {
      await built.snapshot.restore();
    } else {
      await pristine.restore();
      const result = await build();
      built = { build, result, snapshot: await networkHelpers.takeSnapshot() };
    }
    return built.result as T;
  };
}
