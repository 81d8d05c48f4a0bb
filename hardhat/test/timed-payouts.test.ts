import { expect } from "chai";
import { ethers, fixture, goTo, live, open, settle, type World } from "./market.js";
import { prepay, redeem } from "./support/reading.js";
import { ALL, delegate, delegationWorld, slash } from "./support/stakes.js";

/** What the delegators were credited in escrow for `payout`. */
async function earnedBy(world: World, payout: () => Promise<unknown>): Promise<bigint> {
  const vault = await world.stakes.getAddress();
  const before = await world.escrow.withdrawable(vault);
  await payout();
  return (await world.escrow.withdrawable(vault)) - before;
}

describe("A provider that chooses when it is paid", () => {
  /** The delegator has half of the stake and gets 80 % of its part; agreement 1's first cycle (12 to 15), all proven, is ready. */
  const load = fixture(async () => {
    const world = await delegationWorld();
    await delegate(world, world.others[0], 10_000n);
    await open(world, { space: 100n, term: 8n });
    await prepay(world, 10_000n);
    await live(world, 10, 17);
    await goTo(17);
    return world;
  });
  const loadEmpty = fixture(() => delegationWorld());
  const RENT = (((4n * 700n * 9_700n) / 10_000n) * 4n) / 10n;

  it("has its delegators' share in full without doing anything", async () => {
    const world = await load();
    expect(await earnedBy(world, () => settle(world, 1n, 0n))).to.equal(RENT);
    expect(await earnedBy(world, () => redeem(world, 10_000n))).to.equal(3_880n);
  });

  it("cannot lower its delegators' share of the rent by own stake that comes just before a settlement and goes after it", async () => {
    const world = await load();
    const { owner, stakes } = world;
    await stakes.connect(owner).stake(990_000n);
    expect(await earnedBy(world, () => settle(world, 1n, 0n))).to.equal(RENT);
    await stakes.connect(owner).requestUnstake(880_000n);
  });

  it("cannot take with a new commission what was earned before it came into force", async () => {
    const world = await load();
    await world.stakes.connect(world.owner).setCommission(10_000n);
    await live(world, 18, 20);
    await goTo(20);
    expect(await earnedBy(world, () => settle(world, 1n, 0n))).to.equal(RENT);
  });

  it("cannot put its settlements off until others have delegated, or nobody has any more: each cycle has its own grace", async () => {
    const world = await load();
    const { agreements, stakes, others, provider } = world;
    await live(world, 18, 22);
    await goTo(23);
    await expect(settle(world, 1n, 0n))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, 0n, 0n, 0n, 0n, 4n * 700n);
    await stakes.connect(others[0]).requestUndelegate(provider, ALL);
    // Nobody proved 17. What was earned while the delegator was there is nobody's gain: not the provider's, not of who delegates next.
    const settled = settle(world, 1n, 1n);
    await expect(settled)
      .to.emit(stakes, "EarningsOrphaned")
      .withArgs(provider, (RENT * 3n) / 4n);
    expect((await stakes.stakeOf(provider)).staked).to.equal(10_000n);
    expect(await stakes.treasuryDue()).to.equal((RENT * 3n) / 4n);
  });

  it("does not have what delegators had earned before a slash took all that they had", async () => {
    const world = await load();
    const { stakes, provider } = world;
    await slash(world, 1_000_000n);
    const before = await stakes.treasuryDue();
    await settle(world, 1n, 0n);
    expect((await stakes.stakeOf(provider)).staked).to.equal(0n);
    expect((await stakes.treasuryDue()) - before).to.equal(RENT);
  });

  it("shares the rent of a cycle that a loss cut short by the epochs before the loss", async () => {
    const world = await loadEmpty();
    const { losses, stakes, owner, operator } = world;
    await delegate(world, world.others[0], 10_000n);
    await open(world, { space: 100n, term: 8n });
    await live(world, 10, 11);
    await goTo(11);
    // Counts from 14 on, the epoch from which the agreement is not paid for.
    await stakes.connect(owner).setCommission(10_000n);
    await live(world, 11, 14);
    await goTo(14);
    await losses.connect(operator).declare(1n, 1n, ethers.id("lost"), 1n);
    await live(world, 14, 17);
    await goTo(17);
    expect(await earnedBy(world, () => settle(world, 1n, 0n))).to.equal(RENT / 2n);
  });

  it("cannot lower its delegators' share of reading by own stake that comes just before a voucher, or by a small voucher before", async () => {
    const world = await load();
    const { owner, stakes } = world;
    await stakes.connect(owner).stake(990_000n);
    // The part of 12 to 16, which are over, is what it was.
    expect(await earnedBy(world, () => redeem(world, 1n))).to.equal(0n);
    expect(await earnedBy(world, () => redeem(world, 5_001n))).to.equal(1_940n);
    // One epoch of six with the own stake hardly weighs.
    await goTo(18);
    const later = await earnedBy(world, () => redeem(world, 10_000n));
    expect(later).to.be.within((1_939n * 5n) / 6n, (1_939n * 5n) / 6n + 20n);
  });

  it("cannot lower its delegators' share of reading by waiting until a commission counts longer than the agreement runs", async () => {
    const world = await load();
    await world.stakes.connect(world.owner).setCommission(10_000n);
    // It counts from 20 on, and the agreement ended with 19: nobody read later.
    await goTo(22);
    expect(await earnedBy(world, () => redeem(world, 10_000n))).to.equal(3_880n);
  });

  it("is paid for reading before the agreement's start by the last epoch that was over", async () => {
    const world = await loadEmpty();
    await delegate(world, world.others[0], 10_000n);
    await goTo(12);
    await open(world);
    await prepay(world, 2_000n);
    await world.stakes.connect(world.owner).stake(990_000n);
    expect(await earnedBy(world, () => redeem(world, 1_000n))).to.equal(388n);
    await world.stakes.connect(world.others[0]).requestUndelegate(world.provider, ALL);
    await goTo(13);
    expect(await earnedBy(world, () => redeem(world, 2_000n))).to.equal(0n);
  });

  it("is paid for reading in the agreement's first epoch by the one before", async () => {
    const world = await loadEmpty();
    await delegate(world, world.others[0], 10_000n);
    await goTo(12);
    const id = await open(world);
    await prepay(world, 1_000n);
    await goTo(14);
    expect((await world.agreements.agreement(id)).start).to.equal(14n);
    expect(await earnedBy(world, () => redeem(world, 1_000n))).to.equal(388n);
  });
});
