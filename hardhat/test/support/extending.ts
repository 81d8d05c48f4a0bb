import { ethers, marketWorld, NO_PERMIT, open, TERMS, type World } from "../market.js";

/** Agreement 1 of 10 GiB at 7 runs in epochs 12 to 21: cycles [12,16), [16,20) and [20,22). */
export async function rented(): Promise<World> {
  const world = await marketWorld();
  await open(world);
  return world;
}

export function extension(changes: Record<string, unknown> = {}) {
  return { listing: 0n, space: 0n, term: 0n, maxDeposit: ethers.MaxUint256, ...changes };
}

export function extend(world: World, changes: Record<string, unknown>, id = 1n, by = world.consumer) {
  return world.agreements.connect(by).extend(id, extension(changes) as any, NO_PERMIT);
}

export async function steps(world: World, id = 1n): Promise<bigint[][]> {
  return (await world.agreements.rateSteps(id)).map(({ from, rate }) => [from, rate]);
}

export function reprice(world: World, price: bigint, changes: Partial<typeof TERMS> = {}, listing = 1n) {
  return world.listings.connect(world.owner).change(listing, { ...TERMS, price, ...changes });
}
