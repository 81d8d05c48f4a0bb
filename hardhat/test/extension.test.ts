import { expect } from "chai";
import { ethers, fixture, goTo, held, live, open, settle, VALUES } from "./market.js";
import { extend, rented, reprice, steps } from "./support/extending.js";

const LONGEST = 256n * VALUES.billingCycle;

describe("StorageAgreements: extension in time", () => {
  const load = fixture(rented);

  it("is paid at the price of the day from the former end on, and moves the end", async () => {
    const world = await load();
    const { agreements, registry, provider } = world;
    await reprice(world, 9n);
    await goTo(15);
    await expect(extend(world, { term: 6n }))
      .to.emit(agreements, "AgreementExtended")
      .withArgs(1n, 1n, 0n, 17n, 28n, 9n, 540n);
    const { end, term, price, deposited, remaining, space } = await agreements.agreement(1n);
    expect([end, term, price, deposited, remaining, space]).to.deep.equal([28n, 16n, 9n, 1_240n, 1_240n, 10n]);
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [22n, 90n],
    ]);
    expect(await held(world, 1n)).to.equal(1_240n);
    expect(await agreements.cycleCount(1n)).to.equal(4n);
    expect(await registry.obligedUntil(provider)).to.equal(28n);
    expect(await registry.reservedOf(provider)).to.equal(10n);
  });

  it("at the same price needs no steps", async () => {
    const world = await load();
    await extend(world, { term: 6n });
    expect(await steps(world)).to.deep.equal([[12n, 70n]]);
    expect((await world.agreements.agreement(1n)).deposited).to.equal(1_120n);
  });

  it("keeps fee, notice, grace, cycle and egress price of the opening", async () => {
    const world = await load();
    const before = await world.agreements.agreement(1n);
    const changed = { billingCycle: 9n, settlementGrace: 9n, terminationNotice: 9n, protocolFeeBps: 9n };
    await world.parameters.setValues({ ...VALUES, ...changed, treasury: world.treasury.address });
    await reprice(world, 9n, { egressPrice: 99n });
    await extend(world, { term: 6n });
    const after = await world.agreements.agreement(1n);
    for (const term of ["billingCycle", "settlementGrace", "terminationNotice", "protocolFeeBps", "egressPrice"] as const) {
      expect(after[term]).to.equal(before[term]);
    }
  });

  it("is possible until the last second of the last epoch, and then no more", async () => {
    const world = await load();
    await goTo(21, 990);
    await extend(world, { term: 1n });
    await goTo(22, 990);
    await extend(world, { term: 1n });
    expect((await world.agreements.agreement(1n)).end).to.equal(24n);
    await goTo(24, 0);
    await expect(extend(world, { term: 1n }))
      .to.be.revertedWithCustomError(world.agreements, "TermIsOver")
      .withArgs(1n, 24n, 24n);
  });

  it("on the last epoch makes the unfinished cycle longer, and is settled with it", async () => {
    const world = await load();
    const { agreements, escrow, provider } = world;
    await reprice(world, 9n);
    await live(world, 12, 22);
    await expect(settle(world, 1n, 2))
      .to.be.revertedWithCustomError(agreements, "CycleNotReady")
      .withArgs(1n, 2n);
    await settle(world, 1n, 0);
    await settle(world, 1n, 1);
    await goTo(21, 990);
    await extend(world, { term: 2n });
    await live(world, 22, 25);
    const fee = (320n * 300n) / 10_000n;
    await expect(settle(world, 1n, 2))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, 2n, 4n, 320n - fee, fee, 0n);
    expect((await agreements.agreement(1n)).state).to.equal(6n);
    expect(await escrow.withdrawable(provider)).to.equal(880n - fee - 2n * 8n);
  });

  it("leaves settled cycles as they were", async () => {
    const world = await load();
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    const before = await world.agreements.agreement(1n);
    await reprice(world, 100n);
    await extend(world, { term: 100n, space: 5n });
    const after = await world.agreements.agreement(1n);
    expect([after.paid, after.refunded]).to.deep.equal([before.paid, before.refunded]);
    expect(await world.agreements.isCycleSettled(1n, 0n)).to.equal(true);
    await expect(settle(world, 1n, 0)).to.be.revertedWithCustomError(world.agreements, "CycleAlreadySettled");
  });

  it("reaches to what the listing allows from now, or to 256 cycles in all", async () => {
    const world = await load();
    const { agreements } = world;
    await reprice(world, 7n, { maxTerm: 30n });
    await expect(extend(world, { term: 21n }))
      .to.be.revertedWithCustomError(agreements, "EndTooLate")
      .withArgs(1n, 43n, 42n);
    await extend(world, { term: 20n });
    await reprice(world, 7n);
    const room = 12n + LONGEST - 42n;
    for (const term of [room + 1n, 2n ** 64n - 1n]) {
      await expect(extend(world, { term }))
        .to.be.revertedWithCustomError(agreements, "EndTooLate")
        .withArgs(1n, 42n + term, 12n + LONGEST);
    }
    await extend(world, { term: room });
    expect(await agreements.cycleCount(1n)).to.equal(256n);
    await expect(extend(world, { term: 1n })).to.be.revertedWithCustomError(agreements, "EndTooLate");
  });

  it("of one opened for the longest term of its offer is possible at once for space, and for time as it passes", async () => {
    const world = await load();
    await reprice(world, 7n, { maxTerm: 30n });
    const id = await open(world, { term: 30n, space: 1n });
    await extend(world, { space: 1n }, id);
    await expect(extend(world, { term: 1n }, id))
      .to.be.revertedWithCustomError(world.agreements, "EndTooLate")
      .withArgs(id, 43n, 42n);
    await goTo(11);
    await extend(world, { term: 1n }, id);
  });
});

describe("StorageAgreements: extension in space", () => {
  const load = fixture(rented);

  it("is there at once, and paid from the second epoch on at the price of the day", async () => {
    const world = await load();
    const { agreements, registry, listings, provider } = world;
    await reprice(world, 9n, { available: 990n });
    await goTo(15);
    await expect(extend(world, { space: 5n }))
      .to.emit(agreements, "AgreementExtended")
      .withArgs(1n, 1n, 5n, 17n, 22n, 9n, 225n);
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [17n, 115n],
    ]);
    expect((await agreements.agreement(1n)).space).to.equal(15n);
    expect(await registry.reservedOf(provider)).to.equal(15n);
    expect((await listings.listing(1n)).terms.available).to.equal(985n);
    const full = { number: 1n, dataRoot: ethers.id("contents"), weight: 15n << 20n };
    await expect(agreements.requireRevision(provider, 1n, full, "0x")).to.be.revertedWithCustomError(agreements, "RevisionNotSigned");
    await expect(agreements.requireRevision(provider, 1n, { ...full, weight: full.weight + 1n }, "0x")).to.be.revertedWithCustomError(
      agreements,
      "RevisionTooLarge",
    );
  });

  it("before the start counts from the start on", async () => {
    const world = await load();
    await extend(world, { space: 5n });
    expect(await steps(world)).to.deep.equal([[12n, 105n]]);
    expect((await world.agreements.agreement(1n)).deposited).to.equal(1_050n);
  });

  it("needs an epoch to pay for", async () => {
    const world = await load();
    await goTo(20);
    await expect(extend(world, { space: 5n }))
      .to.be.revertedWithCustomError(world.agreements, "NothingToAddTo")
      .withArgs(1n, 22n, 22n);
    await extend(world, { space: 5n, term: 1n });
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [22n, 105n],
    ]);
  });

  it("on the last epoch is paid from the second one of the added time on", async () => {
    const world = await load();
    await reprice(world, 9n);
    await goTo(21);
    await expect(extend(world, { space: 5n, term: 3n }))
      .to.emit(world.agreements, "AgreementExtended")
      .withArgs(1n, 1n, 5n, 23n, 25n, 9n, 90n * 3n + 45n * 2n);
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [22n, 90n],
      [23n, 135n],
    ]);
  });

  it("raises what an earlier extension set for later", async () => {
    const world = await load();
    await reprice(world, 9n);
    await extend(world, { term: 10n });
    await reprice(world, 1n);
    await goTo(15);
    await extend(world, { space: 5n, term: 10n });
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [17n, 75n],
      [22n, 95n],
      [32n, 15n],
    ]);
    for (const [epoch, rate] of [
      [11n, 0n],
      [12n, 70n],
      [16n, 70n],
      [17n, 75n],
      [31n, 95n],
      [32n, 15n],
      [41n, 15n],
      [42n, 0n],
      [2n ** 64n - 1n, 0n],
    ]) {
      expect(await world.agreements.rateAt(1n, epoch)).to.equal(rate);
    }
  });

  it("later at the same price costs what all the space then costs", async () => {
    const world = await load();
    await reprice(world, 9n);
    await extend(world, { space: 5n });
    await extend(world, { term: 2n });
    expect(await steps(world)).to.deep.equal([
      [12n, 115n],
      [22n, 135n],
    ]);
    expect((await world.agreements.agreement(1n)).deposited).to.equal(700n + 450n + 270n);
  });

  it("for nothing leaves the price of what was there", async () => {
    const world = await load();
    await reprice(world, 0n);
    await (world.token.connect(world.consumer) as any).approve(world.escrow, 0n);
    await extend(world, { space: 5n });
    expect(await steps(world)).to.deep.equal([[12n, 70n]]);
    await extend(world, { term: 5n });
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [22n, 0n],
    ]);
  });

  it("needs the stake for all of the space, even for time alone", async () => {
    const world = await load();
    const { stakes, registry, owner, provider } = world;
    await expect(extend(world, { space: 91n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 10_000n, 10_100n);
    await extend(world, { space: 90n });
    await world.parameters.setValues({ ...VALUES, stakePerGiB: 101n, treasury: world.treasury.address });
    await expect(extend(world, { term: 1n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 10_000n, 10_100n);
    await stakes.connect(owner).stake(100n);
    await extend(world, { term: 1n });
  });
});
