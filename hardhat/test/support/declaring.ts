import { fixture, goTo, marketWorld, open, type World } from "../market.js";
import { NEXT, refused as refusedBy, revisionOf, signed, type Contents } from "./auditing.js";

export const GIB = 2n ** 20n;
export const NODE = `0x${"ab".repeat(32)}`;
export const OTHER = `0x${"cd".repeat(32)}`;
export const NEVER = 2n ** 64n - 1n;

/** Agreement 1 of 10 GiB in epochs 12 to 31: cycles [12,16), [16,20), [20,24), [24,28), [28,32). It is epoch 13. */
async function rented(): Promise<World> {
  const world = await marketWorld();
  await open(world, { term: 20n });
  await goTo(13);
  return world;
}

export const load = fixture(rented);
export const refused = (attempt: Promise<unknown>, world: World, error: string, contract: any = world.losses) =>
  refusedBy(attempt, world, error, contract);

export const declare = (world: World, { revision = 3n, node = NODE, leaves = 8n, by = world.operator, id = 1n } = {}) =>
  world.losses.connect(by).declare(id, revision, node, leaves);

export const cure = async (world: World, contents: Contents = NEXT, by = world.operator, signature?: string) =>
  world.losses.connect(by).cure(1n, revisionOf(contents), signature ?? (await signed(world, contents, world.dataKey)));

/** Unpaid-from of the first five cycles. */
export const suspensions = ({ losses }: World) => Promise.all([0n, 1n, 2n, 3n, 4n].map((cycle) => losses.unpaidFrom(1n, cycle)));
export const exempt = ({ losses }: World, epoch: bigint, node = NODE, leaves = 8n, revision = 3n, id = 1n) =>
  losses.isExempt(id, revision, node, leaves, epoch);
