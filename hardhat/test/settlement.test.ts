import { expect } from "chai";
import { checkpointFor, ethers, fixture, goTo, held, live, marketWorld, open, settle, TERMS, VALUES, type World } from "./market.js";

const NOTHING = { root: ethers.ZeroHash, leaves: 0n, agreements: 0n };
/** 10 GiB at 7: what an epoch of the agreement costs. */
const RATE = 70n;

/** Agreement 1 of 10 GiB runs in epochs 12 to 21: cycles [12,16), [16,20) and [20,22). */
async function rented(): Promise<World> {
  const world = await marketWorld();
  await open(world);
  return world;
}

describe("Settlement", () => {
  const load = fixture(rented);

  it("pays the proven epochs less the fee, and refunds the others", async () => {
    const world = await load();
    const { agreements, escrow, consumer, treasury, provider } = world;
    await live(world, 11, 17, (epoch) => epoch !== 14);
    const gross = 3n * RATE;
    const fee = (gross * 300n) / 10_000n;
    await expect(settle(world, 1n, 0))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, 0n, 3n, gross - fee, fee, RATE);
    expect(await escrow.withdrawable(provider)).to.equal(gross - fee);
    expect(await escrow.withdrawable(treasury.address)).to.equal(fee);
    expect(await escrow.withdrawable(consumer.address)).to.equal(RATE);
    const { paid, refunded, remaining, state } = await agreements.agreement(1n);
    expect([paid, refunded, remaining, state]).to.deep.equal([gross, RATE, 6n * RATE, 4n]);
    expect(await agreements.isCycleSettled(1n, 0n)).to.equal(true);
    expect(await agreements.isCycleSettled(1n, 1n)).to.equal(false);
    expect(await agreements.isCycleSettled(1n, 2n ** 64n - 1n)).to.equal(false);
  });

  it("the fee is rounded down and comes out of the payout", async () => {
    const world = await load();
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 1n });
    const id = await open(world, { space: 1n, term: 1n });
    await live(world, 11, 14);
    await expect(settle(world, id, 0))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(id, 0n, 1n, 1n, 0n, 0n);
  });

  it("a cycle without any proof is refunded at its end, without any inclusion or later seed", async () => {
    const world = await load();
    const { agreements, stranger } = world;
    await live(world, 12, 16, () => false);
    await goTo(15, 990);
    await expect(agreements.connect(stranger).settle(1n, 0n, NOTHING, "0x"))
      .to.be.revertedWithCustomError(agreements, "CycleNotReady")
      .withArgs(1n, 0n);
    await goTo(16, 0);
    expect(await agreements.settlementDraw(1n, 0n)).to.deep.equal([true, 0n, 0n]);
    // Whatever is shown, even what would be wrong for any epoch.
    await expect(agreements.connect(stranger).settle(1n, 0n, checkpointFor(99n), "0x"))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, 0n, 0n, 0n, 0n, 4n * RATE);
  });

  it("a cycle with proofs waits for the first seed after it", async () => {
    const world = await load();
    const { agreements, beacon } = world;
    await live(world, 12, 16);
    await goTo(16);
    expect(await agreements.settlementDraw(1n, 0n)).to.deep.equal([false, 4n, 0n]);
    await expect(agreements.settle(1n, 0n, NOTHING, "0x"))
      .to.be.revertedWithCustomError(agreements, "CycleNotReady")
      .withArgs(1n, 0n);
    await goTo(18);
    await beacon.seal();
    expect((await agreements.settlementDraw(1n, 0n)).ready).to.equal(true);
    await settle(world, 1n, 0);
  });

  it("draws the epoch that the seed says among the proven ones", async () => {
    const world = await load();
    await live(world, 12, 17, (epoch) => epoch !== 13);
    const seed = await world.beacon.seed(16n);
    const draw = BigInt(ethers.solidityPackedSha256(["bytes32", "uint256", "uint64"], [seed, 1n, 0n])) % 3n;
    const expected = [12n, 14n, 15n][Number(draw)];
    expect(await world.agreements.settlementDraw(1n, 0n)).to.deep.equal([true, 3n, expected]);
    for (const epoch of [12n, 14n, 15n].filter((other) => other !== expected)) {
      await expect(world.agreements.settle(1n, 0n, checkpointFor(epoch), "0x"))
        .to.be.revertedWithCustomError(world.proofs, "NotTheProvenCheckpoint")
        .withArgs(world.provider, expected);
    }
    await world.agreements.settle(1n, 0n, checkpointFor(expected), "0x");
  });

  it("one proven epoch is enough to need an inclusion", async () => {
    const world = await load();
    await live(world, 12, 17, (epoch) => epoch === 13);
    await expect(world.agreements.settle(1n, 0n, NOTHING, "0x"))
      .to.be.revertedWithCustomError(world.proofs, "NotTheProvenCheckpoint")
      .withArgs(world.provider, 13n);
    await settle(world, 1n, 0);
  });

  it("the last cycle is as long as what is left of the term", async () => {
    const world = await load();
    await live(world, 12, 23);
    const fee = (2n * RATE * 300n) / 10_000n;
    await expect(settle(world, 1n, 2))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 2n, 2n, 2n * RATE - fee, fee, 0n);
  });

  it("cycles settle in any order, and the last of them ends the agreement", async () => {
    const world = await load();
    const { agreements, escrow, registry, listings, provider } = world;
    await live(world, 12, 23);
    await settle(world, 1n, 2);
    await settle(world, 1n, 0);
    expect(await registry.reservedOf(provider)).to.equal(10n);
    await expect(settle(world, 1n, 1))
      .to.emit(agreements, "AgreementEnded")
      .withArgs(1n, 0n);
    const { state, paid, remaining } = await agreements.agreement(1n);
    expect([state, paid, remaining]).to.deep.equal([6n, 700n, 0n]);
    expect(await held(world, 1n)).to.equal(0n);
    expect(await registry.reservedOf(provider)).to.equal(0n);
    expect((await listings.listing(1n)).terms.available).to.equal(1_000n);
  });

  it("a cycle is settled once", async () => {
    const world = await load();
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    await expect(settle(world, 1n, 0))
      .to.be.revertedWithCustomError(world.agreements, "CycleAlreadySettled")
      .withArgs(1n, 0n);
    expect((await world.agreements.settlementDraw(1n, 0n)).ready).to.equal(false);
  });

  it("there are no cycles beyond the term", async () => {
    const { agreements } = await load();
    for (const cycle of [3n, 2n ** 64n - 1n]) {
      await expect(agreements.settle(1n, cycle, NOTHING, "0x"))
        .to.be.revertedWithCustomError(agreements, "UnknownCycle")
        .withArgs(1n, cycle, 3n);
      await expect(agreements.settlementDraw(1n, cycle)).to.be.revertedWithCustomError(agreements, "UnknownCycle");
    }
  });

  it("can be had until the grace is over; afterwards the rest is the consumer's", async () => {
    const world = await load();
    const { agreements, escrow, registry, consumer, stranger, provider } = world;
    await live(world, 12, 23);
    // Each cycle has its own grace: cycle 0, over with 16, through 22, cycle 1 through 26, and the last one through 28.
    await settle(world, 1n, 0);
    await goTo(26, 900);
    await settle(world, 1n, 1);
    await goTo(28, 900);
    await expect(agreements.close(1n)).to.be.revertedWithCustomError(agreements, "SettlementOpen").withArgs(1n, 28n, 28n);
    expect((await agreements.settlementDraw(1n, 2n)).ready).to.equal(true);
    await goTo(29, 0);
    expect((await agreements.settlementDraw(1n, 2n)).ready).to.equal(false);
    await expect(settle(world, 1n, 2))
      .to.be.revertedWithCustomError(agreements, "SettlementOver")
      .withArgs(1n, 28n, 29n);
    await expect(agreements.connect(stranger).close(1n))
      .to.emit(agreements, "AgreementEnded")
      .withArgs(1n, 2n * RATE);
    expect(await escrow.withdrawable(consumer.address)).to.equal(2n * RATE);
    expect(await held(world, 1n)).to.equal(0n);
    expect(await registry.reservedOf(provider)).to.equal(0n);
    const { paid, refunded, remaining } = await agreements.agreement(1n);
    expect([paid, refunded, remaining]).to.deep.equal([8n * RATE, 2n * RATE, 0n]);
  });

  it("the last cycle can be had in the last epoch of the grace", async () => {
    const world = await load();
    await live(world, 12, 23);
    await settle(world, 1n, 0);
    await settle(world, 1n, 1);
    await goTo(28, 900);
    await expect(settle(world, 1n, 2)).to.emit(world.agreements, "AgreementEnded").withArgs(1n, 0n);
    expect((await world.agreements.agreement(1n)).paid).to.equal(10n * RATE);
  });

  it("cannot be put off until the agreement's end: each cycle has its own grace, and the next one none the less", async () => {
    const world = await load();
    const { agreements, escrow, consumer } = world;
    await live(world, 12, 23);
    await expect(settle(world, 1n, 3))
      .to.be.revertedWithCustomError(agreements, "UnknownCycle")
      .withArgs(1n, 3n, 3n);
    await settle(world, 1n, 1);
    await goTo(23, 0);
    // What nobody collected goes back, without anything to be shown.
    expect(await agreements.settlementDraw(1n, 0n)).to.deep.equal([true, 0n, 0n]);
    await expect(agreements.settle(1n, 0n, { root: ethers.ZeroHash, leaves: 0n, agreements: 0n }, "0x"))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, 0n, 0n, 0n, 0n, 4n * RATE);
    await settle(world, 1n, 2);
    expect((await agreements.agreement(1n)).state).to.equal(6n);
    expect(await escrow.withdrawable(consumer.address)).to.equal(4n * RATE);
  });

  it("an epoch proven before the agreement started, or after it ended, pays nothing", async () => {
    const world = await load();
    await live(world, 10, 12);
    await live(world, 12, 22, () => false);
    for (const cycle of [0, 1]) await settle(world, 1n, cycle);
    await live(world, 22, 24);
    await settle(world, 1n, 2);
    expect(await world.escrow.withdrawable(world.provider)).to.equal(0n);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(700n);
  });

  it("fees go to the treasury of the day at the rate of the opening", async () => {
    const world = await load();
    await live(world, 12, 17);
    const heir = ethers.Wallet.createRandom().address;
    await world.parameters.setValues({ ...VALUES, treasury: heir, protocolFeeBps: 1_000n });
    await settle(world, 1n, 0);
    expect(await world.escrow.withdrawable(heir)).to.equal((4n * RATE * 300n) / 10_000n);
  });
});
