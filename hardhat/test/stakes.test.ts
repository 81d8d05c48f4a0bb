import { expect } from "chai";
import { asContract, bareWorld, ethers, fixture, goTo, live, marketWorld, open, register, VALUES, type World } from "./market.js";
import { signPermit, usePermit } from "./permits.js";
import { slash } from "./support/stakes.js";

/** What lies behind the provider, without the space. */
async function pots(world: World) {
  const { staked, unbonding, releaseEpoch, delegated, undelegating, unvested } = await world.stakes.stakeOf(world.provider);
  return [staked, unbonding, releaseEpoch, delegated, undelegating, unvested];
}

describe("StakeVault: a provider's own stake", () => {
  async function staked(): Promise<World> {
    const world = await bareWorld();
    await register(world, world.owner, world.operator.address);
    await world.stakes.connect(world.owner).stake(1_000n);
    return world;
  }
  const load = fixture(staked);
  const loadMarket = fixture(marketWorld);

  it("is taken from the sender and kept for its provider", async () => {
    const world = await load();
    const { stakes, token, owner, provider } = world;
    await expect(stakes.connect(owner).stake(500n)).to.emit(stakes, "Staked").withArgs(provider, 500n);
    expect(await pots(world)).to.deep.equal([1_500n, 0n, 0n, 0n, 0n, 0n]);
    expect([await token.balanceOf(stakes), await stakes.totalLiabilities()]).to.deep.equal([1_500n, 1_500n]);
    expect([await stakes.cover(provider), await stakes.slashable(provider)]).to.deep.equal([1_500n, 1_500n]);
    await expect(stakes.connect(owner).stake(0n)).to.be.revertedWithCustomError(stakes, "AmountIsZero");
  });

  it("is only for registered providers", async () => {
    const { stakes, registry, stranger } = await load();
    const theirs = stakes.connect(stranger);
    const permit = { value: 0n, deadline: 0n, signature: "0x" };
    for (const attempt of [
      () => theirs.stake(1n),
      () => theirs.stakeWithPermit(1n, permit),
      () => theirs.requestUnstake(1n),
      () => theirs.withdrawUnstaked(),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(registry, "NotRegistered").withArgs(stranger.address);
    }
  });

  it("comes back after the wait, and only once", async () => {
    const world = await load();
    const { stakes, token, owner, provider } = world;
    const before = await token.balanceOf(provider);
    await expect(stakes.connect(owner).withdrawUnstaked()).to.be.revertedWithCustomError(stakes, "NothingToWithdraw").withArgs(provider);
    await expect(stakes.connect(owner).requestUnstake(400n)).to.emit(stakes, "UnstakeRequested").withArgs(provider, 400n, 15n);
    expect(await pots(world)).to.deep.equal([600n, 400n, 15n, 0n, 0n, 0n]);
    expect([await stakes.cover(provider), await stakes.slashable(provider)]).to.deep.equal([600n, 1_000n]);
    await goTo(14, 990);
    await expect(stakes.connect(owner).withdrawUnstaked())
      .to.be.revertedWithCustomError(stakes, "StillUnbonding")
      .withArgs(provider, 15n, 14n);
    await goTo(15, 0);
    await expect(stakes.connect(owner).withdrawUnstaked()).to.emit(stakes, "Unstaked").withArgs(provider, 400n);
    expect((await token.balanceOf(provider)) - before).to.equal(400n);
    expect(await pots(world)).to.deep.equal([600n, 0n, 0n, 0n, 0n, 0n]);
    expect(await stakes.totalLiabilities()).to.equal(600n);
    await expect(stakes.connect(owner).withdrawUnstaked()).to.be.revertedWithCustomError(stakes, "NothingToWithdraw");
  });

  it("a further request adds to the first and starts the wait anew", async () => {
    const world = await load();
    const { stakes, owner } = world;
    await stakes.connect(owner).requestUnstake(100n);
    await goTo(13);
    await stakes.connect(owner).requestUnstake(200n);
    expect(await pots(world)).to.deep.equal([700n, 300n, 18n, 0n, 0n, 0n]);
  });

  it("nobody asks back nothing, or more than there is", async () => {
    const { stakes, owner, provider } = await load();
    await expect(stakes.connect(owner).requestUnstake(0n)).to.be.revertedWithCustomError(stakes, "AmountIsZero");
    for (const amount of [1_001n, ethers.MaxUint256]) {
      await expect(stakes.connect(owner).requestUnstake(amount))
        .to.be.revertedWithCustomError(stakes, "MoreThanStaked")
        .withArgs(provider, 1_000n, amount);
    }
    await stakes.connect(owner).requestUnstake(1_000n);
  });

  it("covers the reserved space when it is asked back", async () => {
    const world = await loadMarket();
    const { stakes, owner, provider } = world;
    await open(world, { space: 60n });
    await expect(stakes.connect(owner).requestUnstake(4_001n))
      .to.be.revertedWithCustomError(stakes, "StakeTooSmall")
      .withArgs(provider, 5_999n, 6_000n);
    await stakes.connect(owner).requestUnstake(4_000n);
    await expect(open(world, { space: 1n }))
      .to.be.revertedWithCustomError(world.registry, "StakeTooSmall")
      .withArgs(provider, 6_000n, 6_100n);
    expect((await stakes.stakeOf(provider)).reserved).to.equal(60n);
  });

  it("covers the reserved space when it is paid out, whatever was slashed or governed meanwhile", async () => {
    const world = await loadMarket();
    const { stakes, parameters, owner, treasury, provider } = world;
    await open(world, { space: 60n });
    await stakes.connect(owner).requestUnstake(4_000n);
    await parameters.setValues({ ...VALUES, stakePerGiB: 101n, treasury: treasury.address });
    await goTo(15);
    await expect(stakes.connect(owner).withdrawUnstaked())
      .to.be.revertedWithCustomError(stakes, "StakeTooSmall")
      .withArgs(provider, 6_000n, 6_060n);
    await stakes.connect(owner).stake(60n);
    await stakes.connect(owner).withdrawUnstaked();
    expect((await stakes.stakeOf(provider)).staked).to.equal(6_060n);
  });

  it("has its provider's misses counted first, whatever is done to it", async () => {
    const world = await loadMarket();
    const { stakes, registry, owner, provider } = world;
    await world.parameters.setValues({ ...VALUES, missGraceEpochs: 0n, treasury: world.treasury.address });
    await open(world);
    await stakes.connect(owner).requestUnstake(1n);
    const acts = [
      () => stakes.connect(owner).stake(1n),
      () => stakes.connect(owner).stakeWithPermit(1n, { value: 0n, deadline: 0n, signature: "0x" }),
      () => stakes.connect(owner).requestUnstake(1n),
      () => stakes.connect(owner).withdrawUnstaked(),
      () => stakes.claimCompensation(1n),
    ];
    for (const [index, act] of [...acts.slice(0, 3), ...acts.slice(3)].entries()) {
      const epoch = 12 + index + (index >= 3 ? 4 : 0);
      await goTo(epoch);
      await world.beacon.seal();
      await goTo(epoch + 1, 0);
      await expect(act(), `act ${index}`).to.emit(registry, "EpochsMissed").withArgs(provider, BigInt(epoch), 1n, 0n);
    }
  });

  describe("by permit", () => {
    async function permitOf(world: World, value: bigint) {
      await (world.token.connect(world.owner) as any).approve(world.stakes, 0n);
      return signPermit(world.token, world.owner, await world.stakes.getAddress(), value);
    }

    it("needs no approval", async () => {
      const world = await load();
      await world.stakes.connect(world.owner).stakeWithPermit(50n, await permitOf(world, 50n));
      expect((await world.stakes.stakeOf(world.provider)).staked).to.equal(1_050n);
    });

    it("works when somebody else used the permit first", async () => {
      const world = await load();
      const { token, stakes, owner, stranger, provider } = world;
      const permit = await permitOf(world, 50n);
      await usePermit(token, stranger, owner.address, await stakes.getAddress(), permit);
      await stakes.connect(owner).stakeWithPermit(50n, permit);
      expect((await stakes.stakeOf(provider)).staked).to.equal(1_050n);
    });

    it("a permit that is wrong leaves the missing allowance as the reason", async () => {
      const world = await load();
      const permit = { ...(await permitOf(world, 50n)), signature: "0x1b" };
      await expect(world.stakes.connect(world.owner).stakeWithPermit(50n, permit)).to.be.revertedWithCustomError(
        world.token,
        "ERC20InsufficientAllowance",
      );
    });
  });
});

describe("StakeVault: who may do what", () => {
  const load = fixture(marketWorld);

  it("only the registry slashes and keeps positions, only agreements and egress add earnings", async () => {
    const world = await load();
    const { stakes, provider } = world;
    const calls = {
      slash: { error: "OnlyRegistry", by: ["registry"], args: [provider, 1n] },
      addPosition: { error: "OnlyRegistry", by: ["registry"], args: [9n, provider, 1n] },
      endPosition: { error: "OnlyRegistry", by: ["registry"], args: [9n] },
      addEarnings: { error: "OnlyPayers", by: ["agreements", "egress"], args: [provider, 1n] },
    };
    const parts = ["registry", "agreements", "egress", "escrow", "parameters", "token"] as const;
    const people = ["deployer", "owner", "operator", "consumer", "stranger", "treasury"] as const;
    for (const [name, { error, by, args }] of Object.entries(calls)) {
      for (const part of parts) {
        const sender = await asContract(await stakes[part]());
        const attempt = (stakes.connect(sender) as any)[name](...args);
        if (by.includes(part)) await attempt;
        else await expect(attempt, `${name} by ${part}`).to.be.revertedWithCustomError(stakes, error).withArgs(sender.address);
      }
      for (const person of people) {
        const attempt = (stakes.connect(world[person]) as any)[name](...args);
        await expect(attempt, `${name} by ${person}`).to.be.revertedWithCustomError(stakes, error).withArgs(world[person].address);
      }
    }
  });

  it("the rest is for everybody, and moves only what is the sender's or the named agreement's", async () => {
    const { stakes, registry, stranger, provider } = await load();
    const theirs = stakes.connect(stranger);
    await expect(theirs.requestUndelegate(provider, 1n))
      .to.be.revertedWithCustomError(stakes, "NothingDelegated")
      .withArgs(provider, stranger.address);
    await expect(theirs.withdrawUndelegated(provider))
      .to.be.revertedWithCustomError(stakes, "NothingUndelegated")
      .withArgs(provider, stranger.address);
    await expect(theirs.claimCompensation(7n)).to.be.revertedWithCustomError(stakes, "NothingToClaim").withArgs(7n);
    await expect(theirs.sweep()).to.be.revertedWithCustomError(stakes, "NothingToSweep");
    expect(await theirs.collect.staticCall()).to.equal(0n);
    await theirs.collect();
    await expect(theirs.setCommission(0)).to.be.revertedWithCustomError(registry, "NotRegistered").withArgs(stranger.address);
    for (const attempt of [
      () => theirs.delegate(stranger.address, 1n, 10_000n, 0n, { value: 0n, deadline: 0n, signature: "0x" }),
      () => theirs.requestUndelegate(stranger.address, 1n),
      () => theirs.withdrawUndelegated(stranger.address),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(registry, "NotRegistered").withArgs(stranger.address);
    }
  });
});

describe("StakeVault: what is slashed", () => {
  const load = fixture(async () => {
    const world = await marketWorld({ missGraceEpochs: 0n });
    await open(world);
    return world;
  });

  it("is reported from which pots it came, half to the consumers and half to the treasury, which anybody can send it", async () => {
    const world = await load();
    const { stakes, registry, token, owner, stranger, treasury, provider } = world;
    await stakes.connect(owner).requestUnstake(2_500n);
    await live(world, 12, 13, () => false);
    await goTo(13);
    await expect(registry.settleMisses(provider)).to.emit(stakes, "StakeSlashed").withArgs(provider, 75n, 25n, 0n, 0n, 50n);
    expect([await stakes.treasuryDue(), await stakes.totalLiabilities()]).to.deep.equal([50n, 10_000n]);
    await expect(stakes.connect(stranger).sweep()).to.emit(stakes, "Swept").withArgs(treasury.address, 50n);
    expect(await token.balanceOf(treasury.address)).to.equal(50n);
    expect([await stakes.treasuryDue(), await stakes.totalLiabilities()]).to.deep.equal([0n, 9_950n]);
    await expect(stakes.sweep()).to.be.revertedWithCustomError(stakes, "NothingToSweep");
  });

  it("goes to the treasury alone where nobody holds space", async () => {
    const world = await load();
    const { stakes, registry, agreements, consumer, provider } = world;
    await agreements.connect(consumer).terminate(1n);
    await live(world, 12, 17);
    await agreements.settle(
      1n,
      0n,
      { root: ethers.toBeHex((await agreements.settlementDraw(1n, 0n)).drawn, 32), leaves: 0n, agreements: 1n },
      "0x",
    );
    expect(await registry.reservedOf(provider)).to.equal(0n);
    await slash(world, 100n);
    expect(await stakes.treasuryDue()).to.equal(100n);
  });

  it("nothing at all is nobody's", async () => {
    const { stakes, registry, provider } = await load();
    const slashing = stakes.connect(await asContract(registry));
    expect(await slashing.slash.staticCall(provider, 0n)).to.equal(0n);
    await expect(slashing.slash(provider, 0n)).not.to.emit(stakes, "StakeSlashed");
    await slashing.slash(provider, ethers.MaxUint256);
    await expect(slashing.slash(provider, 1n)).not.to.emit(stakes, "StakeSlashed");
    expect(await stakes.slashable(provider)).to.equal(0n);
  });
});
