import { expect } from "chai";
import { asContract, EPOCH, fixture, GENESIS, goTo, live, open, register, time, type World } from "./market.js";
import { demand, passDeadline } from "./support/auditing.js";
import { ALL, delegate, delegationWorld, holdingSpace, slash, stretch } from "./support/stakes.js";

describe("A stranger that rents for years and ends it at once", () => {
  const load = fixture(() => delegationWorld());

  /** Alice's 10,000 and the provider's cover agreement 1, which ends with 22; the stranger's agreement 2 would last until 1,036. */
  async function stretched() {
    const world = await load();
    const [alice] = world.others;
    await delegate(world, alice, 10_000n);
    await open(world, { space: 100n, term: 10n });
    await stretch(world);
    return { ...world, alice };
  }

  it("obliges the provider no longer than its agreements last, once anybody has named them all", async () => {
    const world = await stretched();
    const { registry, provider, others } = world;
    expect(await registry.obligedUntil(provider)).to.equal(1_036n);
    await expect(registry.connect(others[3]).shortenObligation(provider, [1n, 2n]))
      .to.emit(registry, "ObligationShortened")
      .withArgs(provider, 22n);
    expect(await registry.obligedUntil(provider)).to.equal(22n);
    await expect(registry.shortenObligation(provider, [1n, 2n])).not.to.emit(registry, "ObligationShortened");
    await live(world, 10, 22);
    // After 22 nothing has to be proven, though nothing was settled or closed.
    await live(world, 22, 27, () => false);
    await goTo(27);
    expect((await registry.trackRecord(provider)).missed).to.equal(0n);
  });

  it("has what was missed until then counted by what was known then", async () => {
    const world = await stretched();
    const { registry, provider } = world;
    await live(world, 12, 24, (epoch) => epoch < 20);
    await goTo(24);
    await registry.shortenObligation(provider, [1n, 2n]);
    expect((await registry.trackRecord(provider)).missed).to.equal(4n);
    await live(world, 24, 26, () => false);
    await goTo(26);
    expect((await registry.trackRecord(provider)).missed).to.equal(4n);
  });

  it("delays no delegator: what was asked back is held for the agreements that run", async () => {
    const world = await stretched();
    const { stakes, agreements, owner, provider, alice, others } = world;
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    expect((await stakes.delegationOf(provider, alice.address)).heldUntil).to.equal(1_036n);
    const known = await holdingSpace(world);
    expect(known).to.deep.equal([1n, 2n]);
    await expect(stakes.connect(others[3]).shortenHold(provider, alice.address, known))
      .to.emit(stakes, "HoldShortened")
      .withArgs(provider, alice.address, 23n);
    await expect(stakes.shortenHold(provider, alice.address, known))
      .to.be.revertedWithCustomError(stakes, "HeldNoLonger")
      .withArgs(provider, alice.address, 23n);
    // 22, and the epoch that an audit may last. Agreements that are taken later hold it no longer, though the provider is obliged by them.
    await stakes.connect(owner).stake(11_000n);
    await live(world, 10, 12);
    await open(world, { space: 100n, term: 1_000n });
    await slash(world, 20_000n);
    await live(world, 12, 22);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StakeTooSmall");
    await live(world, 22, 23);
    await goTo(29);
    await agreements.close(1n);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.emit(stakes, "Undelegated");
  });

  it("is not got rid of by naming less, more, twice or somebody else's", async () => {
    const world = await stretched();
    const { registry, stakes, provider, others, alice } = world;
    await open(world, { listing: 2n });
    const shorten = (ids: bigint[]) => registry.shortenObligation(provider, ids);
    for (const [ids, space] of [
      [[], 0n],
      [[1n], 100n],
      [[2n], 1n],
    ] as const) {
      await expect(shorten([...ids]))
        .to.be.revertedWithCustomError(registry, "AgreementsMissing")
        .withArgs(provider, space, 101n);
    }
    await expect(shorten([1n, 1n]))
      .to.be.revertedWithCustomError(registry, "NotAscending")
      .withArgs(1n, 1n);
    await expect(shorten([2n, 1n]))
      .to.be.revertedWithCustomError(registry, "NotAscending")
      .withArgs(2n, 1n);
    await expect(shorten([1n, 2n, 3n]))
      .to.be.revertedWithCustomError(registry, "HoldsNoSpace")
      .withArgs(provider, 3n);
    await expect(shorten([1n, 2n, 4n]))
      .to.be.revertedWithCustomError(registry, "HoldsNoSpace")
      .withArgs(provider, 4n);
    await register(world, others[4], others[4].address);
    await expect(registry.shortenObligation(others[4].address, [1n]))
      .to.be.revertedWithCustomError(registry, "HoldsNoSpace")
      .withArgs(others[4].address, 1n);
    await expect(registry.shortenObligation(alice.address, []))
      .to.be.revertedWithCustomError(registry, "NotRegistered")
      .withArgs(alice.address);
    await expect(stakes.shortenHold(provider, alice.address, [1n])).to.be.revertedWithCustomError(registry, "AgreementsMissing");
    expect(await registry.obligedUntil(provider)).to.equal(1_036n);
  });

  it("leaves no trace when the space of all agreements is given back", async () => {
    const world = await stretched();
    const { stakes, agreements, registry, provider, alice } = world;
    await stakes.connect(alice).requestUndelegate(provider, ALL);
    await live(world, 10, 22);
    await time.increaseTo(GENESIS + 30n * EPOCH);
    for (const id of [1n, 2n]) await agreements.close(id);
    await expect(stakes.shortenHold(provider, alice.address, []))
      .to.emit(stakes, "HoldShortened")
      .withArgs(provider, alice.address, 1n);
    expect(await registry.obligedUntil(provider)).to.equal(0n);
    // The next agreement obliges, and does not hold what was asked back before it.
    await open(world, { space: 5n, term: 7n });
    expect(await registry.obligedUntil(provider)).to.equal(39n);
    await expect(stakes.connect(alice).withdrawUndelegated(provider)).to.emit(stakes, "Undelegated");
  });

  it("leaves the provider obliged by what is extended afterwards", async () => {
    const world = await stretched();
    const { registry, provider } = world;
    await registry.shortenObligation(provider, [1n, 2n]);
    await registry.connect(await asContract(world.agreements)).extend(1n, provider, 0n, 50n);
    expect(await registry.obligedUntil(provider)).to.equal(50n);
  });
});

describe("What was asked back while an audit is open", () => {
  const load = fixture(async () => {
    const world = await delegationWorld({ terminationNotice: 0n, auditWindow: 4_000n });
    const [puppet] = world.others;
    await delegate(world, puppet, 90_000n);
    await open(world, { space: 1_000n, term: 40n });
    await world.stakes.connect(puppet).requestUndelegate(world.provider, ALL);
    await live(world, 10, 18);
    await goTo(18);
    await demand(world);
    await world.agreements.connect(world.consumer).terminate(1n);
    return world;
  });

  it("is held until it is over, though the agreement is ended before", async () => {
    const world = await load();
    const { audits, stakes, provider, others } = world;
    // Ends with 19, before the audit's deadline in 22.
    await expect(stakes.shortenHold(provider, others[0].address, [1n]))
      .to.emit(stakes, "HoldShortened")
      .withArgs(provider, others[0].address, 23n);
    await live(world, 18, 22);
    await expect(stakes.connect(others[0]).withdrawUndelegated(provider)).to.be.revertedWithCustomError(stakes, "StakeTooSmall");
    await passDeadline(world);
    await expect(audits.conclude(1n)).to.emit(stakes, "StakeSlashed").withArgs(provider, 5_000n, 0n, 0n, 45_000n, 2_500n);
  });
});
