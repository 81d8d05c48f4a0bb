import { expect } from "chai";
import { asContract, ethers, fixture, goTo, live, marketWorld, open, prove, settle, time, VALUES, WINDOW, type World } from "./market.js";

/** 10 GiB of 100 units of stake, of which a tenth goes with each miss. */
const COST = 100n;

/** The provider's 10 GiB were rented in epoch 10: the duty to prove begins with 12. */
async function rented(term = 30n, changes = {}): Promise<World> {
  const world = await marketWorld(changes);
  await open(world, { term });
  return world;
}

async function record(world: World) {
  const { proven, missed, slashed } = await world.registry.trackRecord(world.provider);
  return { proven, missed, slashed };
}

describe("Misses", () => {
  const load = fixture(() => rented());
  const loadShort = fixture(() => rented(4n));
  const loadStrict = fixture(() => rented(30n, { missGraceEpochs: 0n }));
  const loadGrace = fixture(() => rented(60n, { missGraceEpochs: 5n }));

  it("the duty begins with the second epoch after the first reservation", async () => {
    const world = await load();
    await live(world, 10, 12, () => false);
    await goTo(12);
    expect(await record(world)).to.deep.equal({ proven: 0n, missed: 0n, slashed: 0n });
    await world.beacon.seal();
    await goTo(13);
    expect((await record(world)).missed).to.equal(1n);
  });

  it("the first of a run is forgiven, each further one costs its share of the stake", async () => {
    const world = await load();
    const { registry, stakes, provider } = world;
    await live(world, 12, 15, () => false);
    await goTo(15);
    const expected = { proven: 0n, missed: 3n, slashed: 2n * COST };
    expect(await record(world)).to.deep.equal(expected);
    expect((await stakes.stakeOf(provider)).staked).to.equal(10_000n - 2n * COST);
    await expect(registry.connect(world.stranger).settleMisses(provider))
      .to.emit(registry, "EpochsMissed")
      .withArgs(provider, 14n, 3n, 1n)
      .and.to.emit(registry, "ProviderSlashed")
      .withArgs(provider, 2n * COST);
    expect(await stakes.treasuryDue()).to.equal(COST);
    expect(await record(world)).to.deep.equal(expected);
    await expect(registry.settleMisses(provider)).not.to.emit(registry, "EpochsMissed");
  });

  it("counting each epoch by itself or all at once comes to the same", async () => {
    const world = await load();
    for (let epoch = 12; epoch < 18; epoch++) {
      await goTo(epoch);
      await world.beacon.seal();
      await goTo(epoch + 1, 0);
      await world.registry.settleMisses(world.provider);
    }
    expect(await record(world)).to.deep.equal({ proven: 0n, missed: 6n, slashed: 5n * COST });
  });

  it("an epoch counts as missed when its window is over, not a second earlier", async () => {
    const world = await load();
    await goTo(12);
    await world.beacon.seal();
    const sealedAt = await world.beacon.sealedAt(12n);
    await time.increaseTo(sealedAt + WINDOW);
    expect((await record(world)).missed).to.equal(0n);
    await time.increaseTo(sealedAt + WINDOW + 1n);
    expect((await record(world)).missed).to.equal(1n);
    await world.registry.settleMisses(world.provider);
    await goTo(13);
    expect((await record(world)).missed).to.equal(1n);
  });

  it("an epoch that was counted as missed cannot be proven any more", async () => {
    const world = await load();
    await goTo(12);
    await world.beacon.seal();
    await goTo(12, 10n + WINDOW + 5n);
    await expect((world.proofs as any).prove(world.provider))
      .to.be.revertedWithCustomError(world.registry, "EpochAlreadyMissed")
      .withArgs(world.provider, 12n);
  });

  it("proven epochs are not missed, whatever comes before or after them", async () => {
    const world = await load();
    await live(world, 12, 20, (epoch) => epoch % 2 === 0);
    await goTo(20);
    expect(await record(world)).to.deep.equal({ proven: 4n, missed: 4n, slashed: 3n * COST });
  });

  it("dormant epochs are nobody's fault", async () => {
    const world = await load();
    await live(world, 12, 13, () => false);
    await live(world, 16, 17, () => false);
    await goTo(25);
    expect(await record(world)).to.deep.equal({ proven: 0n, missed: 2n, slashed: COST });
  });

  it("a miss is forgiven again when the last one lies more than the grace before it", async () => {
    const world = await loadGrace();
    await live(world, 12, 14, (epoch) => epoch !== 12);
    await live(world, 14, 19, (epoch) => epoch !== 17);
    expect(await record(world)).to.include({ missed: 2n, slashed: COST });
    await live(world, 19, 25, (epoch) => epoch !== 23);
    await goTo(25);
    expect(await record(world)).to.include({ missed: 3n, slashed: COST });
  });

  it("dormant epochs after the last miss count towards the grace", async () => {
    const world = await loadGrace();
    await live(world, 12, 13, () => false);
    await goTo(17);
    await world.registry.settleMisses(world.provider);
    await live(world, 18, 19, () => false);
    await goTo(19);
    expect(await record(world)).to.include({ missed: 2n, slashed: 0n });
  });

  it("without a grace no miss is forgiven", async () => {
    const world = await loadStrict();
    for (const epoch of [12, 14]) {
      await live(world, epoch, epoch + 1, () => false);
      await goTo(epoch + 1, 0);
      await world.registry.settleMisses(world.provider);
    }
    expect(await record(world)).to.include({ missed: 2n, slashed: 2n * COST });
  });

  it("the duty ends with the last agreement's end, though nothing was settled", async () => {
    const world = await loadShort();
    await live(world, 12, 22, () => false);
    await goTo(22);
    expect(await record(world)).to.deep.equal({ proven: 0n, missed: 4n, slashed: 3n * COST });
  });

  it("without a reservation there is no duty, and a new one begins anew", async () => {
    const world = await loadShort();
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    expect(await world.registry.reservedOf(world.provider)).to.equal(0n);
    await live(world, 17, 19, () => false);
    await goTo(19);
    await open(world, { term: 3n });
    await live(world, 20, 26, () => false);
    await goTo(26);
    expect(await record(world)).to.deep.equal({ proven: 5n, missed: 3n, slashed: 2n * COST });
  });

  it("an agreement that ended early obliges nobody any more, and the next only for its own term", async () => {
    const world = await load();
    await goTo(12);
    await world.agreements.connect(world.consumer).terminate(1n);
    await live(world, 12, 16);
    await settle(world, 1n, 0);
    await open(world, { term: 2n });
    await live(world, 16, 25, () => false);
    await goTo(25);
    // Opened in 15, it runs in 17 and 18; the first agreement would have run to 41.
    expect(await record(world)).to.include({ missed: 2n, slashed: COST });
  });

  it("space reserved after a miss does not raise its price", async () => {
    const world = await load();
    await live(world, 12, 14, () => false);
    await goTo(13, 10n + WINDOW + 5n);
    await open(world, { space: 50n });
    expect(await record(world)).to.include({ missed: 2n, slashed: COST });
    await live(world, 14, 15, () => false);
    await goTo(15);
    expect(await record(world)).to.include({ missed: 3n, slashed: COST + 6n * COST });
  });

  it("space released after a miss does not lower its price", async () => {
    const world = await loadShort();
    await open(world, { term: 30n, space: 10n });
    await live(world, 12, 17, (epoch) => epoch < 14);
    await goTo(17);
    await settle(world, 1n, 0);
    // 14, 15, 16 missed with 20 GiB reserved, the first of them forgiven.
    expect(await record(world)).to.include({ missed: 3n, slashed: 4n * COST });
  });

  it("takes from bonded and unbonding stake alike, and never more than both", async () => {
    const world = await loadStrict();
    const { registry, stakes, token, owner, provider } = world;
    await stakes.connect(owner).requestUnstake(8_900n);
    await live(world, 12, 25, () => false);
    await goTo(25);
    const { staked, unbonding } = await stakes.stakeOf(provider);
    expect([staked, unbonding]).to.deep.equal([1_100n - 143n, 8_900n - 1_157n]);
    await registry.settleMisses(provider);
    expect(await stakes.slashable(provider)).to.equal(8_700n);
    await registry.connect(await asContract(await registry.audits())).penalize(provider, 1n, 8_650n);
    await live(world, 25, 30, () => false);
    await goTo(30);
    expect(await record(world)).to.include({ missed: 18n, slashed: 10_000n });
    await registry.settleMisses(provider);
    expect(await record(world)).to.include({ missed: 18n, slashed: 10_000n });
    expect(await stakes.slashable(provider)).to.equal(0n);
    expect(await token.balanceOf(stakes)).to.equal(10_000n);
  });

  it("a provider whose stake no longer covers its space keeps its agreements and gets no new ones", async () => {
    const world = await loadStrict();
    const { registry, stakes, agreements, owner, provider } = world;
    await stakes.connect(owner).requestUnstake(9_000n);
    await live(world, 12, 13, () => false);
    await goTo(13);
    await expect(open(world, { space: 1n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 990n, 1_100n);
    expect((await agreements.agreement(1n)).state).to.equal(4n);
    await prove(world);
    expect(await registry.reservedOf(provider)).to.equal(10n);
  });

  for (const opened of [16, 18]) {
    it(`of an agreement that follows one that is over since 16 and not closed yet begin with its own second epoch, too: opened in ${opened}`, async () => {
      const world = await loadShort();
      // Payable 12..15; never settled, so that its space stays reserved until the grace is over.
      await live(world, 10, 16);
      await live(world, 16, opened, () => false);
      await goTo(opened);
      expect(await world.registry.reservedOf(world.provider)).to.equal(10n);
      const before = await record(world);
      await open(world, { term: 20n });
      await world.beacon.seal();
      await live(world, opened + 1, opened + 2, () => false);
      await live(world, opened + 2, opened + 3);
      expect(await record(world)).to.deep.equal({ ...before, proven: before.proven + 1n });
      await live(world, opened + 3, opened + 4, () => false);
      await goTo(opened + 4);
      expect((await record(world)).missed).to.equal(before.missed + 1n);
    });
  }

  it("of a time in which only an agreement that was ended early would still run count while others hold space", async () => {
    const world = await loadShort();
    const id = await open(world, { term: 30n });
    await world.agreements.connect(world.consumer).terminate(id);
    await live(world, 10, 16);
    await settle(world, id, 0);
    expect((await world.agreements.agreement(id)).state).to.equal(6n);
    // The other one, over since 16, is not settled; a proof is still due.
    await live(world, 16, 18, () => false);
    await goTo(18);
    expect((await record(world)).missed).to.equal(2n);
  });

  it("what they will cost is known before anybody counts them", async () => {
    const world = await loadStrict();
    const { registry, provider } = world;
    expect(await registry.pendingSlash(provider)).to.equal(0n);
    await live(world, 12, 14, () => false);
    await goTo(14);
    expect(await registry.pendingSlash(provider)).to.equal(2n * COST);
    await registry.settleMisses(provider);
    expect(await registry.pendingSlash(provider)).to.equal(0n);
  });

  it("slashed stake goes to the treasury of the day on which it is swept", async () => {
    const world = await loadStrict();
    await live(world, 12, 13, () => false);
    await goTo(13);
    const heir = ethers.Wallet.createRandom().address;
    await world.parameters.setValues({ ...VALUES, treasury: heir, missGraceEpochs: 0n });
    await world.registry.settleMisses(world.provider);
    await world.stakes.sweep();
    expect(await world.token.balanceOf(heir)).to.equal(COST / 2n);
  });
});
