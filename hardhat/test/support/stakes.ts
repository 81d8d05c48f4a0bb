import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { asContract, ethers, marketWorld, NO_PERMIT, open, type World } from "../market.js";

/** Shares that a base unit gives in a pool that was neither slashed nor earned anything. */
export const SHARES = 1_000_000n;
export const ALL = ethers.MaxUint256;

/** The provider keeps a fifth of what is earned on delegated stake; it has 10,000 of its own. */
export async function delegationWorld(changes = {}, contracts = {}): Promise<World> {
  const world = await marketWorld(changes, contracts);
  await world.stakes.connect(world.owner).setCommission(2_000n);
  return world;
}

/** Delegates with whatever commission and number of shares. */
export async function delegate(world: World, by: HardhatEthersSigner, amount: bigint, provider = world.provider) {
  return world.stakes.connect(by).delegate(provider, amount, 10_000n, 0n, NO_PERMIT);
}

/** What misses cost: compensates all agreements that hold space. Misses that nobody counted yet are counted first. */
export async function slash(world: World, amount: bigint, provider = world.provider) {
  await world.registry.settleMisses(provider);
  return world.stakes.connect(await asContract(world.registry)).slash(provider, amount);
}

/** A penalty, as of a failed audit: compensates that agreement alone. */
export async function penalize(world: World, amount: bigint, agreement = 1n, provider = world.provider) {
  return world.registry.connect(await asContract(world.audits)).penalize(provider, agreement, amount);
}

/** Earnings of the delegators, as of vouchers that a consumer paid. */
export async function earn(world: World, amount: bigint, provider = world.provider) {
  const egress = await asContract(world.egress);
  await world.escrow.connect(egress).deposit(1n, world.consumer.address, amount);
  await world.escrow.connect(egress).credit(1n, await world.stakes.getAddress(), amount);
  return world.stakes.connect(egress).addEarnings(provider, amount);
}

/** What a delegator has, in base units: staying and leaving. */
export async function worth(world: World, delegator: { address: string }, provider = world.provider) {
  const { value, undelegating } = await world.stakes.delegationOf(provider, delegator.address);
  return [value, undelegating];
}

/** The delegators' part of what is earned in an epoch, the current one by default. */
export async function shareOf(world: World, net: bigint, epoch?: bigint, provider = world.provider): Promise<bigint> {
  const from = epoch ?? (await world.parameters.currentEpoch());
  return world.stakes.earningsShare(provider, net, from, from + 1n);
}

/** The vault has what it owes, in its balance and in escrow. */
export async function surplus(world: World): Promise<bigint> {
  const { stakes, token, escrow } = world;
  return (await token.balanceOf(stakes)) + (await escrow.withdrawable(stakes)) - (await stakes.totalLiabilities());
}

/** Obliges the provider for years, and ends that at once: all is refunded. */
export async function stretch(world: World, by = world.stranger): Promise<bigint> {
  const id = await open(world, { space: 1n, term: 1_024n }, by);
  await world.agreements.connect(by).terminate(id);
  return id;
}

/** All agreements that hold the provider's space, in order. */
export async function holdingSpace({ agreements, provider }: World): Promise<bigint[]> {
  const ids = Array.from({ length: Number(await agreements.agreementCount()) }, (_, index) => BigInt(index + 1));
  const items = await Promise.all(ids.map((id) => agreements.agreement(id)));
  return ids.filter((_, index) => items[index].provider === provider && [4n, 5n].includes(items[index].state));
}
