import { expect } from "chai";
import {
  asContract,
  ethers,
  failAudit,
  fixture,
  goTo,
  live,
  marketWorld,
  open,
  register,
  settle,
  TERMS,
  VALUES,
  type World,
} from "./market.js";
import { delegationWorld, delegate, penalize, slash, surplus } from "./support/stakes.js";

describe("Compensation", () => {
  /** Agreement 1 of 30 GiB and agreement 2 of 10 GiB, of different consumers; half of each slash is theirs. */
  async function rented(changes = {}): Promise<World> {
    const world = await marketWorld({ missGraceEpochs: 0n, ...changes });
    await open(world, { space: 30n, term: 4n });
    await open(world, { space: 10n, term: 30n }, world.others[0]);
    return world;
  }
  const load = fixture(() => rented());
  const loadFull = fixture(() => rented({ compensationBps: 9_000n }));

  async function due(world: World, ids = [1n, 2n]) {
    return Promise.all(ids.map((id) => world.stakes.compensationOf(id)));
  }

  it("is shared in proportion to the GiB, and paid to the consumers", async () => {
    const world = await load();
    const { stakes, token, consumer, stranger, provider } = world;
    await expect(slash(world, 800n)).to.emit(stakes, "StakeSlashed").withArgs(provider, 800n, 0n, 0n, 0n, 400n);
    expect(await due(world)).to.deep.equal([300n, 100n]);
    expect([await stakes.treasuryDue(), await stakes.totalLiabilities()]).to.deep.equal([400n, 10_000n]);
    expect(await stakes.connect(stranger).claimCompensation.staticCall(1n)).to.equal(300n);
    const sent = stakes.connect(stranger).claimCompensation(1n);
    await expect(sent).to.changeTokenBalances(ethers, token, [consumer, stakes], [300n, -300n]);
    await expect(sent).to.emit(stakes, "CompensationPaid").withArgs(1n, consumer.address, 300n);
    await expect(stakes.claimCompensation(1n)).to.be.revertedWithCustomError(stakes, "NothingToClaim").withArgs(1n);
    await expect(stakes.claimCompensation(2n)).to.changeTokenBalance(ethers, token, world.others[0], 100n);
    expect([await stakes.totalLiabilities(), await surplus(world)]).to.deep.equal([9_600n, 0n]);
  });

  it("is the part that governance says at the time of the slash, down to none", async () => {
    const world = await loadFull();
    await slash(world, 400n);
    expect(await due(world)).to.deep.equal([270n, 90n]);
    await world.parameters.setValues({ ...VALUES, compensationBps: 0n, treasury: world.treasury.address });
    await slash(world, 400n);
    expect(await due(world)).to.deep.equal([270n, 90n]);
    expect(await world.stakes.treasuryDue()).to.equal(440n);
  });

  it("of misses comes with their being counted, by the claim itself if nobody did before", async () => {
    const world = await load();
    const { stakes, registry, token } = world;
    await live(world, 12, 14, () => false);
    await goTo(14);
    expect(await due(world)).to.deep.equal([0n, 0n]);
    const sent = stakes.claimCompensation(2n);
    await expect(sent).to.emit(registry, "EpochsMissed");
    await expect(sent).to.changeTokenBalance(ethers, token, world.others[0], 100n);
    expect(await due(world)).to.deep.equal([300n, 0n]);
  });

  it("of slashes before an agreement is none of its own", async () => {
    const world = await load();
    await slash(world, 800n);
    await open(world, { space: 40n });
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([300n, 100n, 0n]);
    await slash(world, 1_600n);
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([600n, 200n, 400n]);
  });

  it("of misses that nobody had counted when an agreement opened is none of its own either", async () => {
    const world = await load();
    await live(world, 12, 14, () => false);
    await goTo(14);
    await open(world, { space: 40n });
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([300n, 100n, 0n]);
  });

  it("counts added space from its addition on", async () => {
    const world = await load();
    const { stakes, registry, provider } = world;
    const agreements = await asContract(world.agreements);
    await slash(world, 800n);
    await expect(registry.connect(agreements).extend(2n, provider, 20n, 60n))
      .to.emit(stakes, "PositionAdded")
      .withArgs(2n, provider, 20n);
    expect(await due(world)).to.deep.equal([300n, 100n]);
    await slash(world, 1_200n);
    expect(await due(world)).to.deep.equal([600n, 400n]);
    await stakes.claimCompensation(2n);
    await slash(world, 1_200n);
    expect(await due(world)).to.deep.equal([900n, 300n]);
  });

  it("stays there for ever after the end, and grows no more", async () => {
    const world = await load();
    const { stakes, agreements, token, consumer, provider } = world;
    await slash(world, 800n);
    await live(world, 12, 17);
    await expect(
      agreements.settle(
        1n,
        0n,
        { root: ethers.toBeHex((await agreements.settlementDraw(1n, 0n)).drawn, 32), leaves: 0n, agreements: 1n },
        "0x",
      ),
    )
      .to.emit(stakes, "PositionEnded")
      .withArgs(1n, provider);
    await slash(world, 800n);
    expect(await due(world)).to.deep.equal([300n, 500n]);
    await goTo(5_000);
    await expect(stakes.claimCompensation(1n)).to.changeTokenBalance(ethers, token, consumer, 300n);
    await slash(world, 800n);
    expect((await due(world))[0]).to.equal(0n);
  });

  it("for what was done to one agreement is its consumer's alone, over or not, whoever rented before", async () => {
    const world = await load();
    const { stakes, agreements, provider } = world;
    await expect(penalize(world, 800n, 2n))
      .to.emit(stakes, "CompensationAwarded")
      .withArgs(2n, provider, 400n);
    expect(await due(world)).to.deep.equal([0n, 400n]);
    await goTo(60);
    await agreements.close(2n);
    await open(world, { space: 30n });
    await expect(penalize(world, 801n, 2n))
      .to.emit(stakes, "StakeSlashed")
      .withArgs(provider, 801n, 0n, 0n, 0n, 400n);
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([0n, 800n, 0n]);
    expect([await stakes.treasuryDue(), await surplus(world)]).to.deep.equal([801n, 0n]);
    await expect(stakes.claimCompensation(2n)).to.changeTokenBalance(ethers, world.token, world.others[0], 800n);
  });

  it("for what was done to an agreement that never held the provider's space is none", async () => {
    const world = await load();
    const { stakes, stranger } = world;
    await register(world, stranger, stranger.address);
    await stakes.connect(stranger).stake(5_000n);
    for (const id of [0n, 1n, 3n]) {
      await expect(penalize(world, 100n, id, stranger.address)).not.to.emit(stakes, "CompensationAwarded");
    }
    expect(await due(world, [0n, 1n, 3n])).to.deep.equal([0n, 0n, 0n]);
    expect(await stakes.treasuryDue()).to.equal(300n);
  });

  it("of a proposal that was never accepted is none", async () => {
    const world = await load();
    await open(world, { listing: 2n, space: 5n });
    await slash(world, 800n);
    expect(await due(world, [3n])).to.deep.equal([0n]);
    await expect(world.stakes.claimCompensation(3n)).to.be.revertedWithCustomError(world.stakes, "NothingToClaim").withArgs(3n);
  });

  it("of one provider is not for another's consumers", async () => {
    const world = await load();
    const { stakes, listings, stranger } = world;
    await register(world, stranger, stranger.address);
    await stakes.connect(stranger).stake(5_000n);
    await listings.connect(stranger).publish(TERMS);
    await open(world, { listing: 3n, space: 10n });
    await slash(world, 800n);
    await slash(world, 100n, stranger.address);
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([300n, 100n, 50n]);
  });

  it("comes from the provider's own stake alone, staying and leaving: a provider that rents from itself gains nothing by its delegators", async () => {
    const world = await delegationWorld();
    await open(world, { space: 10n });
    await delegate(world, world.others[0], 30_000n);
    await world.stakes.connect(world.owner).requestUnstake(2_000n);
    await slash(world, 4_000n);
    // A quarter of the stake is its own; half of what that loses.
    expect(await due(world, [1n])).to.deep.equal([500n]);
    expect(await world.stakes.treasuryDue()).to.equal(3_500n);
  });

  it("is rounded down, and what that leaves is the treasury's when the last agreement is over", async () => {
    const world = await load();
    const { stakes, registry, provider } = world;
    await open(world, { space: 1n, term: 4n });
    for (let i = 0; i < 5; i++) await slash(world, 7n);
    // 3 of each 7, of which the 41 GiB get 30, 10 and 1 parts: 10.98, 3.66 and 0.37 in all.
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([10n, 3n, 0n]);
    expect(await stakes.treasuryDue()).to.equal(20n);
    await goTo(60);
    for (const id of [1n, 3n]) await world.agreements.close(id);
    expect(await stakes.treasuryDue()).to.equal(20n);
    await expect(world.agreements.close(2n)).to.emit(stakes, "CompensationRoundedOff").withArgs(provider, 2n);
    expect([await stakes.treasuryDue(), await registry.reservedOf(provider)]).to.deep.equal([22n, 0n]);
    for (const id of [1n, 2n]) await stakes.claimCompensation(id);
    await stakes.sweep();
    expect([await stakes.totalLiabilities(), await stakes.slashable(provider)]).to.deep.equal([9_965n, 9_965n]);
    expect(await surplus(world)).to.equal(0n);
  });

  it("begins anew when a provider is rented again after a time without agreements", async () => {
    const world = await load();
    const { stakes } = world;
    await slash(world, 800n);
    await goTo(60);
    for (const id of [1n, 2n]) await world.agreements.close(id);
    await slash(world, 500n);
    await open(world, { space: 10n });
    await slash(world, 100n);
    expect(await due(world, [1n, 2n, 3n])).to.deep.equal([300n, 100n, 50n]);
    expect(await stakes.treasuryDue()).to.equal(400n + 500n + 50n);
  });

  it("a voided agreement has its part of the slash that voids it", async () => {
    const world = await load();
    await slash(world, 800n);
    await failAudit(world, 1n);
    expect(await due(world)).to.deep.equal([300n, 100n]);
    await slash(world, 800n);
    expect(await due(world)).to.deep.equal([300n, 500n]);
  });

  it("pays the consumer, though another key signs for it and the agreement is long settled", async () => {
    const world = await load();
    await live(world, 12, 17, () => false);
    await settle(world, 1n, 0);
    await expect(world.stakes.connect(world.dataKey).claimCompensation(1n)).to.changeTokenBalance(
      ethers,
      world.token,
      world.consumer,
      600n,
    );
  });
});
