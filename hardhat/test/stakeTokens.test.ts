import { expect } from "chai";
import { asContract, ethers, fixture, goTo, live, NO_PERMIT, open, type World } from "./market.js";
import { ALL, delegate, delegationWorld, earn, slash, SHARES, surplus, worth } from "./support/stakes.js";

describe("StakeVault: odd tokens", () => {
  /** Everybody has something at stake: the provider bonded and unbonding, alice staying and leaving, the consumer a compensation. */
  const load = fixture(async () => {
    const world = await delegationWorld({}, { token: "OddToken" });
    const [alice] = world.others;
    await open(world);
    await delegate(world, alice, 10_000n);
    await world.stakes.connect(world.owner).requestUnstake(2_000n);
    await world.stakes.connect(alice).requestUndelegate(world.provider, 4_000n * SHARES);
    await slash(world, 2_000n);
    await goTo(16);
    return { ...world, alice, odd: world.token as any };
  });
  type OddWorld = Awaited<ReturnType<typeof load>>;

  const payouts: Record<string, (world: OddWorld) => Promise<unknown>> = {
    withdrawUnstaked: ({ stakes, owner }) => stakes.connect(owner).withdrawUnstaked(),
    withdrawUndelegated: ({ stakes, alice, provider }) => stakes.connect(alice).withdrawUndelegated(provider),
    claimCompensation: ({ stakes }) => stakes.claimCompensation(1n),
    sweep: ({ stakes }) => stakes.sweep(),
  };
  const payees: Record<string, (world: OddWorld) => string> = {
    withdrawUnstaked: ({ owner }) => owner.address,
    withdrawUndelegated: ({ alice }) => alice.address,
    claimCompensation: ({ consumer }) => consumer.address,
    sweep: ({ treasury }) => treasury.address,
  };
  const deposits: Record<string, (world: OddWorld) => Promise<unknown>> = {
    stake: ({ stakes, owner }) => stakes.connect(owner).stake(100n),
    stakeWithPermit: ({ stakes, owner }) => stakes.connect(owner).stakeWithPermit(100n, NO_PERMIT),
    delegate: (world) => delegate(world, world.alice, 100n),
  };

  async function books(world: World) {
    const { stakes, provider } = world;
    const { staked, unbonding, delegated, undelegating } = await stakes.stakeOf(provider);
    const owed = [await stakes.totalLiabilities(), await stakes.treasuryDue(), await stakes.compensationOf(1n)];
    return [staked, unbonding, delegated, undelegating, ...owed];
  }

  for (const name of Object.keys(deposits)) {
    it(`${name} refuses a token that keeps a fee, answers false or blocks, and nothing is booked`, async () => {
      const world = await load();
      const { stakes, odd } = world;
      const before = await books(world);
      await odd.setFee(1n);
      await expect(deposits[name](world)).to.be.revertedWithCustomError(stakes, "UnexpectedTransferAmount").withArgs(100n, 99n);
      await odd.setFee(0n);
      await odd.setAnswersFalse(true);
      await expect(deposits[name](world)).to.be.revertedWithCustomError(stakes, "SafeERC20FailedOperation").withArgs(odd);
      await odd.setAnswersFalse(false);
      await odd.setBlocked(stakes, true);
      await expect(deposits[name](world)).to.be.revertedWithCustomError(odd, "AccountBlocked").withArgs(stakes);
      expect(await books(world)).to.deep.equal(before);
      await odd.setBlocked(stakes, false);
      await deposits[name](world);
    });
  }

  for (const name of Object.keys(payouts)) {
    it(`${name} whose payee is blocked waits, and holds up nobody else`, async () => {
      const world = await load();
      const { odd } = world;
      const payee = payees[name](world);
      await odd.setBlocked(payee, true);
      const before = await books(world);
      await expect(payouts[name](world)).to.be.revertedWithCustomError(odd, "AccountBlocked").withArgs(payee);
      expect(await books(world)).to.deep.equal(before);
      for (const other of Object.keys(payouts)) if (other !== name) await payouts[other](world);
      await slash(world, 100n);
      await odd.setBlocked(payee, false);
      await payouts[name](world);
      expect(await surplus(world)).to.equal(0n);
    });

    it(`${name} fails where the token answers false, and what is owed stays owed`, async () => {
      const world = await load();
      const { stakes, odd } = world;
      const before = await books(world);
      await odd.setAnswersFalse(true);
      await expect(payouts[name](world)).to.be.revertedWithCustomError(stakes, "SafeERC20FailedOperation").withArgs(odd);
      expect(await books(world)).to.deep.equal(before);
      await odd.setAnswersFalse(false);
      await payouts[name](world);
    });

    it(`${name} pays no more than what is owed where the token keeps a fee`, async () => {
      const world = await load();
      const { stakes, odd } = world;
      await odd.setFee(1n);
      const [held, owed] = [await odd.balanceOf(stakes), await stakes.totalLiabilities()];
      await payouts[name](world);
      expect(held - (await odd.balanceOf(stakes))).to.equal(owed - (await stakes.totalLiabilities()));
      expect(await surplus(world)).to.equal(0n);
    });

    it(`${name} lets nobody back into the vault`, async () => {
      const world = await load();
      const { stakes, odd, provider } = world;
      const inner = [
        stakes.interface.encodeFunctionData("sweep"),
        stakes.interface.encodeFunctionData("collect"),
        stakes.interface.encodeFunctionData("claimCompensation", [1n]),
        stakes.interface.encodeFunctionData("requestUndelegate", [provider, 1n]),
        stakes.interface.encodeFunctionData("withdrawUndelegated", [provider]),
        stakes.interface.encodeFunctionData("delegate", [provider, 1n, 10_000n, 0n, NO_PERMIT]),
      ];
      for (const [index, data] of inner.entries()) {
        const fresh = index === 0 ? world : await load();
        await (fresh.token as any).setCallback(fresh.stakes, data);
        await payouts[name](fresh);
        expect(await (fresh.token as any).callbackFailure(), data.slice(0, 10)).to.equal(locked(fresh));
        expect(await surplus(fresh)).to.equal(0n);
      }
    });
  }

  for (const name of Object.keys(deposits)) {
    it(`${name} lets nobody back into the vault either`, async () => {
      const world = await load();
      const { stakes, odd } = world;
      await odd.setCallback(stakes, stakes.interface.encodeFunctionData("sweep"));
      await deposits[name](world);
      expect(await odd.callbackFailure()).to.equal(locked(world));
      expect(await surplus(world)).to.equal(0n);
    });
  }

  function locked({ stakes }: World): string {
    return stakes.interface.getError("ReentrancyGuardReentrantCall")!.selector;
  }

  it("misses are not slashed in the middle of a payout, but with the next touch", async () => {
    const world = await load();
    const { stakes, registry, odd, provider } = world;
    await live(world, 16, 18, () => false);
    await goTo(18);
    const pending = await registry.pendingSlash(provider);
    expect(pending).to.equal(100n);
    await odd.setCallback(registry, registry.interface.encodeFunctionData("settleMisses", [provider]));
    await stakes.sweep();
    expect(await odd.callbackFailure()).to.equal(locked(world));
    expect(await registry.pendingSlash(provider)).to.equal(pending);
    await odd.setCallback(ethers.ZeroAddress, "0x");
    await registry.settleMisses(provider);
    expect([await registry.pendingSlash(provider), await surplus(world)]).to.deep.equal([0n, 0n]);
  });

  it("nothing that slashes, ends agreements or adds earnings touches the token", async () => {
    const world = await load();
    const { stakes, odd, alice, provider } = world;
    await world.escrow.connect(await asContract(world.egress)).deposit(1n, world.consumer.address, 50n);
    await odd.setAnswersFalse(true);
    await slash(world, 100n);
    await world.escrow.connect(await asContract(world.egress)).credit(1n, stakes, 50n);
    await stakes.connect(await asContract(world.egress)).addEarnings(provider, 50n);
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await stakes.connect(world.owner).requestUnstake(1n);
    await world.agreements.connect(world.consumer).terminate(1n);
    await goTo(40);
    await world.agreements.close(1n);
    expect((await worth(world, alice))[1]).to.be.greaterThan(8_900n);
  });

  it("earnings of which a part is kept on the way are not taken for whole", async () => {
    const world = await load();
    const { stakes, odd } = world;
    await earn(world, 50n);
    await odd.setFee(1n);
    await expect(stakes.collect()).to.be.revertedWithCustomError(stakes, "UnexpectedTransferAmount").withArgs(50n, 49n);
    await odd.setFee(0n);
    await stakes.collect();
    expect(await surplus(world)).to.equal(0n);
  });

  it("tokens that somebody just sends change nothing", async () => {
    const world = await load();
    const before = await books(world);
    await world.odd.transfer(world.stakes, 12_345n);
    expect(await books(world)).to.deep.equal(before);
    expect([await world.stakes.previewDelegate(world.provider, 9_000n), await surplus(world)]).to.deep.equal([
      (9_000n * (6_000n * SHARES + SHARES)) / 5_401n,
      12_345n,
    ]);
  });
});
