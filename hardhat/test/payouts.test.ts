import { expect } from "chai";
import { fixture, live, marketWorld, networkHelpers, NO_PERMIT, open, settle, TERMS, type World } from "./market.js";
import { Randomness } from "./support/random.js";
import { prepay, redeem } from "./support/reading.js";

/** What a payout came to, wherever it came from. */
interface Paid {
  provider: bigint;
  delegators: bigint;
  treasury: bigint;
}

async function credits({ escrow, stakes, treasury, provider }: World): Promise<Paid> {
  return {
    provider: await escrow.withdrawable(provider),
    delegators: await escrow.withdrawable(await stakes.getAddress()),
    treasury: await escrow.withdrawable(treasury.address),
  };
}

async function paidBy(world: World, payout: () => Promise<unknown>): Promise<Paid> {
  const before = await credits(world);
  await payout();
  const after = await credits(world);
  return {
    provider: after.provider - before.provider,
    delegators: after.delegators - before.delegators,
    treasury: after.treasury - before.treasury,
  };
}

/** A provider that backs itself with 10,000 and sets a commission of 20 %. */
async function delegated(feeBps = 300n): Promise<World> {
  const world = await marketWorld({ protocolFeeBps: feeBps, minSelfStakeBps: 0n, missSlashBps: 0n });
  await world.stakes.connect(world.owner).setCommission(2_000n);
  return world;
}

/** What `gross` comes to if it is earned for space, and if it is earned for reading, from the same state of the chain. */
async function both(world: World, gross: bigint): Promise<{ space: Paid; reading: Paid }> {
  await world.listings.connect(world.owner).change(1n, { ...TERMS, price: gross });
  const id = await open(world, { space: 1n, term: 1n });
  await prepay(world, gross, id);
  await live(world, 12, 14);
  const fork = await networkHelpers.takeSnapshot();
  const space = await paidBy(world, () => settle(world, id, 0));
  await fork.restore();
  const reading = await paidBy(world, () => redeem(world, gross, id));
  return { space, reading };
}

describe("Payouts", () => {
  const load = fixture(() => delegated());

  it("for space and for reading take the same fee and the same delegators' share (Filecoin Pay #223)", async () => {
    const world = await load();
    await world.stakes.connect(world.stranger).delegate(world.provider, 30_000n, 2_000n, 0n, NO_PERMIT);
    const { space, reading } = await both(world, 10_000n);
    const net = 9_700n;
    const delegators = (net * 30_000n * 8_000n) / (40_000n * 10_000n);
    expect(space).to.deep.equal({ provider: net - delegators, delegators, treasury: 300n });
    expect(reading).to.deep.equal(space);
  });

  it("without delegations are all the provider's", async () => {
    const world = await load();
    const { space, reading } = await both(world, 10_000n);
    expect(space).to.deep.equal({ provider: 9_700n, delegators: 0n, treasury: 300n });
    expect(reading).to.deep.equal(space);
  });

  it("of one base unit go to the provider, on both ways", async () => {
    const world = await load();
    await world.stakes.connect(world.stranger).delegate(world.provider, 30_000n, 2_000n, 0n, NO_PERMIT);
    const { space, reading } = await both(world, 1n);
    expect(space).to.deep.equal({ provider: 1n, delegators: 0n, treasury: 0n });
    expect(reading).to.deep.equal(space);
  });

  it("tell the vault of the delegators' share, which escrow holds for it", async () => {
    const world = await load();
    const { stakes, escrow, provider } = world;
    await stakes.connect(world.stranger).delegate(provider, 30_000n, 2_000n, 0n, NO_PERMIT);
    const { space, reading } = await both(world, 10_000n);
    await settle(world, 1n, 0);
    const events = await stakes.queryFilter(stakes.filters.EarningsAdded);
    expect(events.map(({ args }) => [args.provider, args.amount])).to.deep.equal([
      [provider, reading.delegators],
      [provider, space.delegators],
    ]);
    await stakes.collect();
    expect(await escrow.withdrawable(stakes)).to.equal(0n);
    expect(await world.token.balanceOf(stakes)).to.be.greaterThanOrEqual(await stakes.totalLiabilities());
  });

  const random = new Randomness(7);
  for (let round = 0; round < 6; round++) {
    const feeBps = BigInt([0, 1, 300, 999, 1_000, random.below(1_001)][round]);
    const gross = BigInt(1 + random.below(2 ** 31)) * BigInt(1 + random.below(2 ** 20));
    const stake = BigInt(1 + random.below(10 ** 6));
    it(`take the same of ${gross} at ${feeBps} bps with ${stake} delegated, to the base unit`, async () => {
      const world = await fixture(() => delegated(feeBps))();
      await world.stakes.connect(world.stranger).delegate(world.provider, stake, 2_000n, 0n, NO_PERMIT);
      const { space, reading } = await both(world, gross);
      const fee = (gross * feeBps) / 10_000n;
      const delegators = ((gross - fee) * stake * 8_000n) / ((10_000n + stake) * 10_000n);
      expect(space).to.deep.equal({ provider: gross - fee - delegators, delegators, treasury: fee });
      expect(reading).to.deep.equal(space);
    });
  }
});
