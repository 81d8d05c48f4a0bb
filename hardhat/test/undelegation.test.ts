import { expect } from "chai";
import { asContract, ethers, fixture, goTo, live, open, settle, type World } from "./market.js";
import { ALL, delegate, delegationWorld, earn, slash, SHARES, surplus, worth } from "./support/stakes.js";

describe("Delegation: going out", () => {
  const load = fixture(() => delegationWorld());

  it("starts at once, and is paid out after the wait, once", async () => {
    const world = await load();
    const { stakes, token, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 500n);
    await expect(stakes.connect(alice).requestUndelegate(provider, 200n * SHARES))
      .to.emit(stakes, "UndelegateRequested")
      .withArgs(provider, alice.address, 200n * SHARES, 200n, 15n, 0n);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([300n * SHARES, 300n, 200n, 15n, 0n]);
    const { delegated, undelegating } = await stakes.stakeOf(provider);
    expect([delegated, undelegating, await stakes.cover(provider)]).to.deep.equal([300n, 200n, 10_300n]);
    await goTo(14, 990);
    await expect(stakes.connect(alice).withdrawUndelegated(provider))
      .to.be.revertedWithCustomError(stakes, "StillUndelegating")
      .withArgs(provider, alice.address, 15n, 14n);
    await goTo(15, 0);
    const sent = stakes.connect(alice).withdrawUndelegated(provider);
    await expect(sent).to.changeTokenBalances(ethers, token, [alice, stakes], [200n, -200n]);
    await expect(sent).to.emit(stakes, "Undelegated").withArgs(provider, alice.address, 200n);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([300n * SHARES, 300n, 0n, 0n, 0n]);
    expect([await stakes.totalLiabilities(), await surplus(world)]).to.deep.equal([10_300n, 0n]);
    await expect(stakes.connect(alice).withdrawUndelegated(provider))
      .to.be.revertedWithCustomError(stakes, "NothingUndelegated")
      .withArgs(provider, alice.address);
  });

  it("of more shares than there are means all of them, and a further request starts the wait of all anew", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 500n);
    await stakes.connect(alice).requestUndelegate(provider, 100n * SHARES);
    await goTo(13);
    await stakes.connect(alice).requestUndelegate(provider, 401n * SHARES);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([0n, 0n, 500n, 18n, 0n]);
    await goTo(17);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StillUndelegating");
    await goTo(18);
    await stakes.connect(alice).withdrawUndelegated(provider);
    expect(await stakes.totalLiabilities()).to.equal(10_000n);
  });

  it("is nobody else's to ask for, and nothing is asked for by who has nothing", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 500n);
    for (const act of [
      () => stakes.connect(bob).requestUndelegate(provider, 1n),
      () => stakes.connect(alice).requestUndelegate(provider, 0n),
    ]) {
      await expect(act()).to.be.revertedWithCustomError(stakes, "NothingDelegated");
    }
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await goTo(15);
    await expect(stakes.connect(bob).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "NothingUndelegated");
    expect(await worth(world, alice)).to.deep.equal([0n, 500n]);
  });

  it("leaves what belonged to the virtual shares to the provider when the last one is gone", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 1n);
    await delegate(world, bob, 2n);
    await earn(world, 396n);
    await goTo(41);
    // Of 399, and one virtual one, alice has a quarter and bob a half.
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    expect(await worth(world, alice)).to.deep.equal([0n, 100n]);
    await expect(stakes.connect(bob).requestUndelegate(provider, ALL)).to.emit(stakes, "RemainderKept").withArgs(provider, 99n);
    expect(await worth(world, bob)).to.deep.equal([0n, 200n]);
    const { staked, delegated, undelegating } = await stakes.stakeOf(provider);
    expect([staked, delegated, undelegating]).to.deep.equal([10_099n, 0n, 300n]);
    expect(await surplus(world)).to.equal(0n);
  });

  it("gives the last of several everything that slashes and rounding left", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 10n);
    await delegate(world, bob, 10n);
    await slash(world, 5_000n);
    for (const who of [alice, bob]) await stakes.connect(who).requestUndelegate(provider, 9n * SHARES);
    for (const who of [alice, bob]) await stakes.connect(who).requestUndelegate(provider, ALL);
    // 11 of 20 are left for two.
    expect([await worth(world, alice), await worth(world, bob)]).to.deep.equal([
      [0n, 5n],
      [0n, 6n],
    ]);
    await goTo(15);
    for (const who of [alice, bob]) await stakes.connect(who).withdrawUndelegated(provider);
    expect(await stakes.slashable(provider)).to.equal(10_020n - 5_000n - 11n);
    expect(await surplus(world)).to.equal(0n);
  });
});

describe("Delegation: what holds stake, and what cannot", () => {
  const load = fixture(() => delegationWorld());

  /** The provider's own stake covers `own` GiB, a delegator's the rest of 100. */
  async function rented(world: World, own: bigint, term: bigint) {
    const [alice] = world.others;
    await world.stakes.connect(world.owner).requestUnstake(10_000n - own * 100n);
    await delegate(world, alice, (100n - own) * 100n);
    await open(world, { space: 100n, term });
    return alice;
  }

  it("a false delegator cannot free the provider of what covers its agreements", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const accomplice = await rented(world, 20n, 20n);
    await stakes.connect(accomplice).requestUndelegate(provider, ALL);
    const { releaseEpoch, heldUntil } = await stakes.delegationOf(provider, accomplice.address);
    expect([releaseEpoch, heldUntil]).to.deep.equal([15n, 32n]);
    await live(world, 12, 32);
    // Of the first 8,000 that the provider asked back there is enough besides: it goes in either order, but not both.
    await stakes.connect(accomplice).withdrawUndelegated.staticCall(provider);
    await stakes.connect(owner).withdrawUnstaked();
    await expect(stakes.connect(accomplice).withdrawUndelegated(provider))
      .to.be.revertedWithCustomError(stakes, "StakeTooSmall")
      .withArgs(provider, 2_000n, 10_000n);
    await live(world, 32, 33);
    await expect(stakes.connect(accomplice).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StakeTooSmall");
    expect(await stakes.slashable(provider)).to.equal(10_000n);
  });

  it("the provider cannot be paid its own while leaving delegators have to cover for it", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    await stakes.connect(owner).requestUnstake(5_000n);
    await open(world, { space: 50n, term: 20n });
    await slash(world, 1_000n);
    await live(world, 12, 16);
    await expect(stakes.connect(owner).withdrawUnstaked())
      .to.be.revertedWithCustomError(stakes, "StakeTooSmall")
      .withArgs(provider, 4_500n, 5_000n);
    await delegate(world, world.others[0], 500n);
    await stakes.connect(owner).withdrawUnstaked();
  });

  it("stake that is leaving covers no new space, and no extension of what is rented", async () => {
    const world = await load();
    const { stakes, registry, provider } = world;
    const alice = await rented(world, 50n, 4n);
    await stakes.connect(alice).requestUndelegate(provider, SHARES);
    await expect(open(world, { space: 1n })).to.be.revertedWithCustomError(registry, "StakeTooSmall");
    const agreements = await asContract(world.agreements);
    await expect(registry.connect(agreements).extend(1n, provider, 0n, 99n))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 9_999n, 10_000n);
  });

  it("nobody is kept by agreements that are taken later, whoever goes first and whatever is slashed", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice, accomplice] = world.others;
    await delegate(world, alice, 9_000n);
    await open(world, { space: 10n, term: 5n });
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    expect((await stakes.delegationOf(provider, alice.address)).heldUntil).to.equal(17n);

    // In the same epoch the provider takes what an accomplice covers, for years, and the accomplice asks for its stake back.
    await delegate(world, accomplice, 9_000n);
    await open(world, { space: 180n, term: 100n });
    await stakes.connect(accomplice).requestUndelegate(provider, ALL);
    expect((await stakes.delegationOf(provider, accomplice.address)).heldUntil).to.equal(112n);
    await live(world, 12, 16);
    await stakes.connect(accomplice).withdrawUndelegated(provider);
    await slash(world, 1_900n);
    await expect(stakes.connect(alice).withdrawUndelegated(provider))
      .to.be.revertedWithCustomError(stakes, "StakeTooSmall")
      .withArgs(provider, 9_000n, 19_000n);
    await live(world, 16, 18);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StakeTooSmall");
    await goTo(18, 0);
    await expect(stakes.connect(alice).withdrawUndelegated(provider))
      .to.emit(stakes, "Undelegated")
      .withArgs(provider, alice.address, 8_100n);
    await expect(stakes.connect(owner).requestUnstake(1n)).to.be.revertedWithCustomError(stakes, "StakeTooSmall");
  });

  it("the wait is not shortened by agreements that end before it", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const alice = await rented(world, 50n, 1n);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([0n, 0n, 5_000n, 15n, 13n]);
    await live(world, 12, 14);
    await goTo(14);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StillUndelegating");
    await goTo(15);
    await stakes.connect(alice).withdrawUndelegated(provider);
  });

  it("who leaves still bears the slashes of its time, and none after it was paid", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 5_000n);
    await delegate(world, bob, 5_000n);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await slash(world, 2_000n);
    await goTo(15);
    await stakes.connect(alice).withdrawUndelegated(provider);
    await slash(world, 1_350n);
    expect(await worth(world, bob)).to.deep.equal([4_050n, 0n]);
    expect((await stakes.stakeOf(provider)).staked).to.equal(8_100n);
  });

  it("a slash that only waits to be counted is counted before anybody is paid", async () => {
    const world = await load();
    const { stakes, registry, agreements, parameters, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    await open(world, { space: 100n, term: 5n });
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    for (let epoch = 12; epoch < 15; epoch++) {
      await goTo(epoch);
      await world.beacon.seal();
    }
    await goTo(15);
    expect((await stakes.stakeOf(provider)).undelegating).to.equal(9_000n);
    expect(await worth(world, alice)).to.deep.equal([0n, 9_000n]);
    const sent = stakes.connect(alice).withdrawUndelegated(provider);
    await expect(sent).to.be.revertedWithCustomError(stakes, "StakeTooSmall").withArgs(provider, 9_000n, 10_000n);
    await stakes.connect(world.owner).stake(1_000n);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.changeTokenBalance(ethers, world.token, alice, 9_000n);
    expect([await registry.pendingSlash(provider), await agreements.agreementCount()]).to.deep.equal([0n, 1n]);
    expect((await parameters.values()).missSlashBps).to.equal(1_000n);
    await live(world, 15, 18);
    await settle(world, 1n, 0);
  });
});
