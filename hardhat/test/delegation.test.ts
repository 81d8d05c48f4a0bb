import { expect } from "chai";
import { ethers, fixture, goTo, live, marketWorld, NO_PERMIT, open, register, VALUES, type World } from "./market.js";
import { signPermit, usePermit } from "./permits.js";
import { ALL, delegate, delegationWorld, slash, SHARES, surplus, worth } from "./support/stakes.js";

describe("Delegation: the commission", () => {
  const load = fixture(() => marketWorld());
  const loadOpen = fixture(() => delegationWorld());

  it("is not there before the provider sets one, and nobody can delegate", async () => {
    const world = await load();
    const { stakes, provider } = world;
    expect(await stakes.commissionOf(provider)).to.deep.equal([false, 0n, 0n, 0n]);
    await expect(delegate(world, world.others[0], 1n))
      .to.be.revertedWithCustomError(stakes, "DelegationClosed")
      .withArgs(provider);
  });

  it("counts at once while nobody has shares", async () => {
    const { stakes, owner, provider } = await load();
    for (const bps of [10_000n, 0n, 777n]) {
      await expect(stakes.connect(owner).setCommission(bps)).to.emit(stakes, "CommissionSet").withArgs(provider, bps, 10n);
      expect(await stakes.commissionOf(provider)).to.deep.equal([true, bps, bps, 0n]);
    }
  });

  it("is at most everything", async () => {
    const { stakes, owner } = await load();
    await expect(stakes.connect(owner).setCommission(10_001n))
      .to.be.revertedWithCustomError(stakes, "CommissionTooHigh")
      .withArgs(10_001n, 10_000n);
  });

  it("changes after the notice once somebody has shares, up or down, and is known before", async () => {
    const world = await loadOpen();
    const { stakes, owner, provider } = world;
    await delegate(world, world.others[0], 100n);
    await expect(stakes.connect(owner).setCommission(5_000n)).to.emit(stakes, "CommissionSet").withArgs(provider, 5_000n, 13n);
    expect(await stakes.commissionOf(provider)).to.deep.equal([true, 2_000n, 5_000n, 13n]);
    await goTo(12, 990);
    expect((await stakes.commissionOf(provider)).bps).to.equal(2_000n);
    await goTo(13, 0);
    expect(await stakes.commissionOf(provider)).to.deep.equal([true, 5_000n, 5_000n, 0n]);
    await stakes.connect(owner).setCommission(0n);
    expect(await stakes.commissionOf(provider)).to.deep.equal([true, 5_000n, 0n, 16n]);
  });

  it("another announcement replaces one that does not count yet, and waits anew", async () => {
    const world = await loadOpen();
    const { stakes, owner, provider } = world;
    await delegate(world, world.others[0], 100n);
    await stakes.connect(owner).setCommission(5_000n);
    await goTo(12);
    await stakes.connect(owner).setCommission(3_000n);
    expect(await stakes.commissionOf(provider)).to.deep.equal([true, 2_000n, 3_000n, 15n]);
    await goTo(14);
    expect((await stakes.commissionOf(provider)).bps).to.equal(2_000n);
    await goTo(15, 0);
    expect((await stakes.commissionOf(provider)).bps).to.equal(3_000n);
  });

  it("counts at once again when the last shares are gone, in the place of what was announced", async () => {
    const world = await loadOpen();
    const { stakes, owner, provider } = world;
    await delegate(world, world.others[0], 100n);
    await stakes.connect(owner).setCommission(5_000n);
    await stakes.connect(world.others[0]).requestUndelegate(provider, ALL);
    await stakes.connect(owner).setCommission(100n);
    expect(await stakes.commissionOf(provider)).to.deep.equal([true, 100n, 100n, 0n]);
    await goTo(20);
    expect((await stakes.commissionOf(provider)).bps).to.equal(100n);
  });

  it("is only the provider's own to set", async () => {
    const world = await loadOpen();
    const { stakes, stranger, provider } = world;
    await register(world, stranger, stranger.address);
    await stakes.connect(stranger).setCommission(9_999n);
    expect((await stakes.commissionOf(provider)).bps).to.equal(2_000n);
  });

  it("is limited by each delegator for what counts and for what is announced", async () => {
    const world = await loadOpen();
    const { stakes, owner, provider } = world;
    const [alice, bob] = world.others;
    const attempt = (limit: bigint) => stakes.connect(bob).delegate(provider, 100n, limit, 0n, NO_PERMIT);
    await expect(attempt(1_999n)).to.be.revertedWithCustomError(stakes, "CommissionAboveLimit").withArgs(provider, 2_000n, 1_999n);
    await delegate(world, alice, 100n);
    await stakes.connect(owner).setCommission(2_500n);
    await expect(attempt(2_499n)).to.be.revertedWithCustomError(stakes, "CommissionAboveLimit").withArgs(provider, 2_500n, 2_499n);
    await stakes.connect(owner).setCommission(1_000n);
    await expect(attempt(1_999n)).to.be.revertedWithCustomError(stakes, "CommissionAboveLimit").withArgs(provider, 2_000n, 1_999n);
    await attempt(2_000n);
  });
});

describe("Delegation: going in", () => {
  const load = fixture(() => delegationWorld());

  it("takes the tokens, gives shares, and covers space", async () => {
    const world = await load();
    const { stakes, token, provider } = world;
    const [alice] = world.others;
    expect(await stakes.previewDelegate(provider, 500n)).to.equal(500n * SHARES);
    const sent = delegate(world, alice, 500n);
    await expect(sent).to.changeTokenBalances(ethers, token, [alice, stakes], [-500n, 500n]);
    await expect(sent)
      .to.emit(stakes, "Delegated")
      .withArgs(provider, alice.address, 500n, 500n * SHARES);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([500n * SHARES, 500n, 0n, 0n, 0n]);
    expect((await stakes.stakeOf(provider)).delegated).to.equal(500n);
    expect([await stakes.cover(provider), await stakes.slashable(provider)]).to.deep.equal([10_500n, 10_500n]);
    expect([await stakes.totalLiabilities(), await surplus(world)]).to.deep.equal([10_500n, 0n]);
    await open(world, { space: 105n });
    await expect(open(world, { space: 1n }))
      .to.be.revertedWithCustomError(world.registry, "StakeTooSmall")
      .withArgs(provider, 10_500n, 10_600n);
  });

  it("refuses nothing at all, and fewer shares than the delegator takes", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice] = world.others;
    await expect(delegate(world, alice, 0n)).to.be.revertedWithCustomError(stakes, "AmountIsZero");
    const attempt = (minimum: bigint) => stakes.connect(alice).delegate(provider, 5n, 10_000n, minimum, NO_PERMIT);
    await expect(attempt(5n * SHARES + 1n))
      .to.be.revertedWithCustomError(stakes, "TooFewShares")
      .withArgs(5n * SHARES, 5n * SHARES + 1n);
    await attempt(5n * SHARES);
  });

  it("leaves the provider its own part of the stake", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 89_999n);
    await expect(delegate(world, bob, 2n))
      .to.be.revertedWithCustomError(stakes, "SelfStakeTooSmall")
      .withArgs(provider, 10_000n, 10_001n);
    await delegate(world, bob, 1n);
    await expect(delegate(world, bob, 1n)).to.be.revertedWithCustomError(stakes, "SelfStakeTooSmall");
    await stakes.connect(world.owner).stake(1n);
    await delegate(world, bob, 9n);
  });

  it("a provider has to keep its own part while agreements hold space and others stake on it, and else not", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 45_000n);
    await open(world, { space: 10n, term: 4n });
    await expect(stakes.connect(owner).requestUnstake(5_001n))
      .to.be.revertedWithCustomError(stakes, "SelfStakeTooSmall")
      .withArgs(provider, 4_999n, 5_000n);
    await stakes.connect(owner).requestUnstake(5_000n);
    await world.agreements.connect(world.consumer).terminate(1n);
    await goTo(30);
    await world.agreements.close(1n);
    await stakes.connect(owner).requestUnstake(5_000n);
    expect((await stakes.stakeOf(provider)).staked).to.equal(0n);
    expect(await stakes.cover(provider)).to.equal(0n);
  });

  it("covers new space only as far as the provider's own part carries it", async () => {
    const world = await load();
    const { stakes, parameters, registry, treasury, provider } = world;
    await delegate(world, world.others[0], 90_000n);
    expect(await stakes.cover(provider)).to.equal(100_000n);
    await parameters.setValues({ ...VALUES, minSelfStakeBps: 3_001n, treasury: treasury.address });
    expect(await stakes.cover(provider)).to.equal(33_322n);
    await expect(open(world, { space: 334n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 33_322n, 33_400n);
    await parameters.setValues({ ...VALUES, minSelfStakeBps: 10_000n, treasury: treasury.address });
    expect(await stakes.cover(provider)).to.equal(10_000n);
    await parameters.setValues({ ...VALUES, minSelfStakeBps: 0n, treasury: treasury.address });
    expect(await stakes.cover(provider)).to.equal(100_000n);
    await delegate(world, world.others[0], 900_000n);
  });

  it("has the misses until then counted first, which the newcomer does not bear", async () => {
    const world = await load();
    const { registry, provider } = world;
    const [alice] = world.others;
    await open(world, { space: 100n });
    for (let epoch = 12; epoch < 14; epoch++) {
      await goTo(epoch);
      await world.beacon.seal();
    }
    await goTo(14);
    await expect(delegate(world, alice, 10_000n))
      .to.emit(registry, "ProviderSlashed")
      .withArgs(provider, 1_000n);
    expect(await worth(world, alice)).to.deep.equal([10_000n, 0n]);
  });

  describe("by permit", () => {
    async function permitted(world: World, value: bigint) {
      const [alice] = world.others;
      await (world.token.connect(alice) as any).approve(world.stakes, 0n);
      return signPermit(world.token, alice, await world.stakes.getAddress(), value);
    }

    it("needs no approval, and works when somebody else used the permit first", async () => {
      const world = await load();
      const { stakes, token, stranger, provider } = world;
      const [alice] = world.others;
      const permit = await permitted(world, 50n);
      await usePermit(token, stranger, alice.address, await stakes.getAddress(), permit);
      await stakes.connect(alice).delegate(provider, 20n, 10_000n, 0n, permit);
      await stakes.connect(alice).delegate(provider, 30n, 10_000n, 0n, permit);
      expect(await worth(world, alice)).to.deep.equal([50n, 0n]);
      await stakes.connect(alice).delegate(provider, 7n, 10_000n, 0n, await permitted(world, 7n));
    });

    it("one that is wrong leaves the missing allowance as the reason", async () => {
      const world = await load();
      const permit = { ...(await permitted(world, 50n)), signature: "0x1b" };
      await expect(world.stakes.connect(world.others[0]).delegate(world.provider, 50n, 10_000n, 0n, permit)).to.be.revertedWithCustomError(
        world.token,
        "ERC20InsufficientAllowance",
      );
    });
  });
});

describe("Delegation: the slashes of a provider", () => {
  const load = fixture(() => delegationWorld());

  it("fall on the provider, its delegators and all that are leaving, in proportion", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice, bob, carol] = world.others;
    for (const [who, amount] of [
      [alice, 20_000n],
      [bob, 8_000n],
      [carol, 2_000n],
    ] as const)
      await delegate(world, who, amount);
    await stakes.connect(owner).requestUnstake(4_000n);
    await stakes.connect(bob).requestUndelegate(provider, 5_000n * SHARES);
    await stakes.connect(carol).requestUndelegate(provider, ALL);
    await expect(slash(world, 4_000n)).to.emit(stakes, "StakeSlashed").withArgs(provider, 600n, 400n, 2_300n, 700n, 0n);
    const { staked, unbonding, delegated, undelegating } = await stakes.stakeOf(provider);
    expect([staked, unbonding, delegated, undelegating]).to.deep.equal([5_400n, 3_600n, 20_700n, 6_300n]);
    expect(await worth(world, alice)).to.deep.equal([18_000n, 0n]);
    expect(await worth(world, bob)).to.deep.equal([2_700n, 4_500n]);
    expect(await worth(world, carol)).to.deep.equal([0n, 1_800n]);
    expect(await surplus(world)).to.equal(0n);
  });

  it("that take everything end the shares for ever, and newcomers start anew", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice, bob] = world.others;
    await delegate(world, alice, 300n);
    await delegate(world, bob, 200n);
    await stakes.connect(bob).requestUndelegate(provider, 50n * SHARES);
    await expect(slash(world, 20_000n)).to.emit(stakes, "PoolWipedOut").withArgs(provider, 0n);
    expect(await stakes.delegationOf(provider, alice.address)).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    expect(await worth(world, bob)).to.deep.equal([0n, 0n]);
    expect((await stakes.stakeOf(provider)).delegated).to.equal(0n);
    await expect(stakes.connect(alice).requestUndelegate(provider, ALL)).to.be.revertedWithCustomError(stakes, "NothingDelegated");
    await goTo(15);
    await expect(stakes.connect(bob).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "NothingUndelegated");

    await stakes.connect(owner).stake(1_000n);
    await delegate(world, bob, 40n);
    expect(await stakes.delegationOf(provider, bob.address)).to.deep.include.members([40n * SHARES, 40n]);
    expect(await worth(world, alice)).to.deep.equal([0n, 0n]);
    await stakes.connect(bob).requestUndelegate(provider, ALL);
    expect(await worth(world, bob)).to.deep.equal([0n, 40n]);
    expect(await surplus(world)).to.equal(0n);
  });

  it("that nobody has counted yet are taken off what shares are worth, and what they cost", async () => {
    const world = await load();
    const { stakes, registry, provider } = world;
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    await stakes.connect(alice).requestUndelegate(provider, 4_000n * SHARES);
    await open(world);
    await live(world, 12, 15, () => false);
    await goTo(15);
    expect(await registry.pendingSlash(provider)).to.be.greaterThan(0n);
    const [before, preview] = [await worth(world, alice), await stakes.previewDelegate(provider, 1_000n)];
    expect(before[0] < 6_000n && before[1] < 4_000n).to.equal(true);
    await registry.settleMisses(provider);
    expect(await registry.pendingSlash(provider)).to.equal(0n);
    expect(await worth(world, alice)).to.deep.equal(before);
    expect(await stakes.previewDelegate(provider, 1_000n)).to.equal(preview);
    expect(preview).to.be.greaterThan(1_000n * SHARES);
  });

  it("of dust fall on the provider itself", async () => {
    const world = await load();
    const [alice] = world.others;
    await delegate(world, alice, 90_000n);
    for (let i = 0; i < 3; i++) await slash(world, 1n);
    expect(await worth(world, alice)).to.deep.equal([90_000n, 0n]);
    expect((await world.stakes.stakeOf(world.provider)).staked).to.equal(9_997n);
  });
});
