import { expect } from "chai";
import { asContract, EPOCH, ethers, fixture, goTo, register, time, type World } from "./market.js";
import { ALL, delegate, delegationWorld, earn, slash, SHARES, shareOf, surplus, worth } from "./support/stakes.js";

const VESTING = 30n * EPOCH;

describe("Delegation: earnings", () => {
  const load = fixture(() => delegationWorld());

  /** Moves to `seconds` after the block of a transaction. */
  async function after(sent: { wait(): Promise<{ blockNumber: number } | null> }, seconds: bigint) {
    const { timestamp } = (await ethers.provider.getBlock((await sent.wait())!.blockNumber))!;
    await time.increaseTo(BigInt(timestamp) + seconds);
  }

  it("are the delegators' in proportion to their stake, less the commission, rounded down", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    expect(await shareOf(world, 1_000n)).to.equal(0n);
    await delegate(world, world.others[0], 30_000n);
    // Three quarters of the stake, of which the provider keeps a fifth.
    expect(await shareOf(world, 1_000n)).to.equal(600n);
    expect(await shareOf(world, 1n)).to.equal(0n);
    expect(await shareOf(world, 2n)).to.equal(1n);
    expect(await shareOf(world, (1n << 128n) - 1n)).to.equal((((1n << 128n) - 1n) * 3n) / 5n);
    await stakes.connect(owner).requestUnstake(5_000n);
    expect(await shareOf(world, 3_500n)).to.equal(2_400n);
    await stakes.connect(world.others[0]).requestUndelegate(provider, 25_000n * SHARES);
    expect(await shareOf(world, 1_000n)).to.equal(400n);
    await stakes.connect(world.others[0]).requestUndelegate(provider, ALL);
    expect(await shareOf(world, 1_000n)).to.equal(0n);
  });

  it("are shared with the commission of the day", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    await delegate(world, world.others[0], 10_000n);
    await stakes.connect(owner).setCommission(10_000n);
    await goTo(12, 990);
    expect(await shareOf(world, 1_000n)).to.equal(400n);
    await goTo(13, 0);
    expect(await shareOf(world, 1_000n)).to.equal(0n);
  });

  it("of an epoch that is over are shared as it was then, whatever comes after", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice, bob] = world.others;
    const shares = async (from: bigint, to: bigint) =>
      [...Array(Number(to - from)).keys()].map((i) => shareOf(world, 1_000n, from + BigInt(i)));
    const all = async (from: bigint, to: bigint) => Promise.all(await shares(from, to));
    await goTo(12);
    await delegate(world, alice, 10_000n);
    await goTo(15);
    await stakes.connect(owner).setCommission(6_000n);
    await stakes.connect(owner).stake(20_000n);
    await goTo(20);
    expect(await all(10n, 22n)).to.deep.equal([0n, 0n, 400n, 400n, 400n, 200n, 200n, 200n, 100n, 100n, 100n, 100n]);
    await delegate(world, bob, 20_000n);
    await stakes.connect(owner).requestUnstake(29_000n);
    await stakes.connect(bob).requestUndelegate(provider, ALL);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await goTo(25);
    expect(await all(10n, 22n)).to.deep.equal([0n, 0n, 400n, 400n, 400n, 200n, 200n, 200n, 100n, 100n, 0n, 0n]);
    // Evenly earned from 10 on, before 20.
    expect(await stakes.earningsShare(provider, 1_000n, 10n, 20n)).to.equal(200n);
    expect(await stakes.earningsShare(provider, 1_000n, 14n, 16n)).to.equal(300n);
  });

  it("of no epoch are refused", async () => {
    const { stakes, provider } = await load();
    for (const to of [11n, 12n]) {
      await expect(stakes.earningsShare(provider, 1n, 12n, to))
        .to.be.revertedWithCustomError(stakes, "NoEpochs")
        .withArgs(12n, to);
    }
  });

  it("end with a slash that takes all delegated stake", async () => {
    const world = await load();
    await delegate(world, world.others[0], 10_000n);
    await goTo(15);
    await slash(world, 99_999n);
    await goTo(20);
    expect(await Promise.all([13n, 14n, 15n, 18n].map((epoch) => shareOf(world, 1_000n, epoch)))).to.deep.equal([400n, 400n, 0n, 0n]);
  });

  it("vest evenly over thirty epochs, and cover nothing and cannot be slashed before", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    const sent = await earn(world, 3_000n);
    const { timestamp } = (await ethers.provider.getBlock(sent.blockNumber!))!;
    await expect(sent)
      .to.emit(stakes, "EarningsAdded")
      .withArgs(provider, 3_000n, BigInt(timestamp) + VESTING);
    expect([await stakes.cover(provider), await stakes.slashable(provider)]).to.deep.equal([20_000n, 20_000n]);
    expect((await stakes.stakeOf(provider)).unvested).to.equal(3_000n);
    await after(sent, VESTING / 3n);
    const { delegated, unvested } = await stakes.stakeOf(provider);
    expect([delegated, unvested, await stakes.cover(provider)]).to.deep.equal([11_000n, 2_000n, 21_000n]);
    expect((await worth(world, alice))[0]).to.be.within(10_999n, 11_000n);
    await after(sent, VESTING);
    expect((await stakes.stakeOf(provider)).delegated).to.equal(13_000n);
    await after(sent, 2n * VESTING);
    expect(await stakes.slashable(provider)).to.equal(23_000n);
    expect([await stakes.totalLiabilities(), await surplus(world)]).to.deep.equal([23_000n, 0n]);
  });

  it("of nothing are refused", async () => {
    const { stakes, egress, provider } = await load();
    await expect(stakes.connect(await asContract(egress)).addEarnings(provider, 0n)).to.be.revertedWithCustomError(stakes, "AmountIsZero");
  });

  it("joining just before a settlement, or with it, earns next to nothing", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, skimmer] = world.others;
    await delegate(world, alice, 10_000n);
    await delegate(world, skimmer, 70_000n);
    const sent = await earn(world, 30_000n);
    await after(sent, 30n);
    await stakes.connect(skimmer).requestUndelegate(provider, ALL);
    const [, gained] = await worth(world, skimmer);
    // 31 seconds of 30,000, of which it has seven eighths.
    expect(gained).to.be.within(70_000n, 70_028n);
    await after(sent, VESTING);
    expect((await worth(world, alice))[0]).to.be.within(39_970n, 40_000n);
  });

  it("on their way stay with those who stay, and are the provider's own when nobody does", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 5_000n);
    await delegate(world, bob, 5_000n);
    const sent = await earn(world, 6_000n);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await after(sent, VESTING / 2n);
    expect((await worth(world, bob))[0]).to.be.within(7_990n, 8_000n);
    await after(sent, VESTING / 2n + 10n);
    await stakes.connect(bob).requestUndelegate(provider, ALL);
    const { staked, delegated, undelegating, unvested } = await stakes.stakeOf(provider);
    expect([delegated, unvested]).to.deep.equal([0n, 0n]);
    expect(staked + undelegating).to.equal(26_000n);
    expect(staked).to.be.within(12_900n, 13_010n);
    await goTo(60);
    expect((await stakes.stakeOf(provider)).delegated).to.equal(0n);
    expect(await surplus(world)).to.equal(0n);
  });

  it("on their way to those whom a slash took everything go to the treasury", async () => {
    const world = await load();
    const { stakes, provider } = world;
    await delegate(world, world.others[0], 5_000n);
    await earn(world, 6_000n);
    const sent = await slash(world, 99_999n);
    const { blockNumber } = sent;
    const wiped = (await stakes.queryFilter(stakes.filters.PoolWipedOut(), blockNumber!, blockNumber!))[0].args;
    expect(wiped.unvested).to.be.within(5_990n, 6_000n);
    expect(await stakes.treasuryDue()).to.equal(21_000n);
    expect(await stakes.stakeOf(provider)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    await stakes.sweep();
    expect([await stakes.totalLiabilities(), await surplus(world)]).to.deep.equal([0n, 0n]);
  });

  it("that come when none of those who earned them is there go to the treasury, not to a provider that waited for it", async () => {
    const world = await load();
    const { stakes, provider, treasury } = world;
    await expect(earn(world, 700n)).to.emit(stakes, "EarningsOrphaned").withArgs(provider, 700n);
    const { staked, unvested } = await stakes.stakeOf(provider);
    expect([staked, unvested, await stakes.treasuryDue()]).to.deep.equal([10_000n, 0n, 700n]);
    await stakes.sweep();
    expect(await world.token.balanceOf(treasury)).to.equal(700n);
    expect(await surplus(world)).to.equal(0n);
  });

  it("are collected from escrow by anybody, or with the first payout that needs them", async () => {
    const world = await load();
    const { stakes, token, escrow, stranger, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    await earn(world, 400n);
    expect(await stakes.connect(stranger).collect.staticCall()).to.equal(400n);
    await expect(stakes.connect(stranger).collect()).to.changeTokenBalances(ethers, token, [escrow, stakes], [-400n, 400n]);
    expect(await stakes.connect(stranger).collect.staticCall()).to.equal(0n);

    await earn(world, 20_000n);
    await goTo(45);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await stakes.connect(world.owner).requestUnstake(10_000n);
    await goTo(50);
    const sent = stakes.connect(alice).withdrawUndelegated(provider);
    await expect(sent).to.changeTokenBalance(ethers, token, escrow, -20_000n);
    expect(await surplus(world)).to.equal(0n);
    await stakes.connect(world.owner).withdrawUnstaked();
  });

  it("a commission that rises cannot hit whoever leaves within the notice", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    await stakes.connect(owner).setCommission(10_000n);
    await goTo(12);
    await earn(world, await shareOf(world, 1_000n));
    expect((await stakes.stakeOf(provider)).unvested).to.equal(400n);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    expect((await worth(world, alice))[1]).to.be.within(10_000n, 10_001n);
    await goTo(15);
    expect((await worth(world, alice))[1]).to.be.within(10_000n, 10_001n);
  });

  it("given to a pool before others come, to spoil their shares, are lost to the giver", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [victim, attacker] = world.others;
    await delegate(world, attacker, 1n);
    const sent = await earn(world, 1_000_000n);
    await after(sent, VESTING);
    const shares = await stakes.previewDelegate(provider, 90_000n);
    await expect(stakes.connect(victim).delegate(provider, 90_000n, 10_000n, shares + 1n, { value: 0n, deadline: 0n, signature: "0x" }))
      .to.be.revertedWithCustomError(stakes, "TooFewShares")
      .withArgs(shares, shares + 1n);
    await stakes.connect(world.owner).stake(200_000n);
    await delegate(world, victim, 90_000n);
    const [mine] = await worth(world, attacker);
    const [theirs] = await worth(world, victim);
    expect(theirs).to.be.within(89_998n, 90_000n);
    // Half of what it gave belongs to the virtual shares.
    expect(mine).to.be.within(499_999n, 500_002n);
  });

  it("of one provider are no other's", async () => {
    const world = await load();
    const { stakes, stranger, provider } = world;
    const [alice] = world.others;
    await register(world, stranger, stranger.address);
    await stakes.connect(stranger).stake(1_000n);
    await stakes.connect(stranger).setCommission(0n);
    await delegate(world, alice, 500n, stranger.address);
    await delegate(world, alice, 500n);
    await earn(world, 300n, stranger.address);
    await goTo(60);
    expect([await worth(world, alice), (await stakes.stakeOf(provider)).delegated]).to.deep.equal([[500n, 0n], 500n]);
    expect((await stakes.stakeOf(stranger.address)).delegated).to.equal(800n);
  });
});
