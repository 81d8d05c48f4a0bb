import { expect } from "chai";
import { ethers, failAudit, fixture, goTo, live, marketWorld, NO_PERMIT, open, settle, TERMS, VALUES, type World } from "./market.js";

/** Steps in an agreement's life. */
const MAX_STEPS = 64;
const BLOCK = 30_000_000n;

function extend(world: World, changes: Record<string, unknown>) {
  const extension = { listing: 0n, space: 0n, term: 0n, maxDeposit: ethers.MaxUint256, ...changes };
  return world.agreements.connect(world.consumer).extend(1n, extension as any, NO_PERMIT);
}

function reprice(world: World, price: bigint) {
  return world.listings.connect(world.owner).change(1n, { ...TERMS, price });
}

async function steps(world: World): Promise<bigint[][]> {
  return (await world.agreements.rateSteps(1n)).map(({ from, rate }) => [from, rate]);
}

/** Agreement 1 of 10 GiB at 7 from epoch 12 on, in cycles of 4. */
const worldOf = (term: bigint, changes: Partial<typeof VALUES> = {}) =>
  fixture(async () => {
    const world = await marketWorld({ missSlashBps: 0n, ...changes });
    await open(world, { term });
    return world;
  });

describe("Rates at the edges of epochs and cycles", () => {
  const load = worldOf(8n);

  /** Of each epoch of the first two cycles: raised by 2 GiB at 7 from `from` on. */
  for (const from of [15, 16, 17]) {
    it(`a change in epoch ${from} counts from that epoch on, in its own cycle (FWSS #419)`, async () => {
      const world = await load();
      await live(world, 12, from - 2);
      await goTo(from - 2);
      await extend(world, { space: 2n });
      await live(world, from - 2, 21);
      const raised = [0, 1].map((cycle) => [12, 13, 14, 15].filter((epoch) => epoch + 4 * cycle >= from).length);
      for (const cycle of [0, 1]) {
        const gross = 280n + 14n * BigInt(raised[cycle]);
        const fee = (gross * 300n) / 10_000n;
        await expect(settle(world, 1n, cycle))
          .to.emit(world.agreements, "CycleSettled")
          .withArgs(1n, BigInt(cycle), 4n, gross - fee, fee, 0n);
      }
      expect((await world.agreements.agreement(1n)).remaining).to.equal(0n);
    });
  }

  it("misses are refunded at the rate of their own epoch, and proofs paid at theirs", async () => {
    const world = await load();
    await goTo(12);
    await extend(world, { space: 2n });
    await live(world, 12, 21, (epoch) => epoch === 13 || epoch >= 15);
    const fee = ((70n + 84n) * 300n) / 10_000n;
    await expect(settle(world, 1n, 0))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 0n, 2n, 70n + 84n - fee, fee, 70n + 84n);
  });

  it("a settled cycle keeps what it paid when later epochs become dearer (Filecoin Pay #178)", async () => {
    const world = await load();
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    const before = await world.agreements.agreement(1n);
    await reprice(world, 1_000n);
    await extend(world, { space: 3n, term: 5n });
    await live(world, 17, 26);
    const after = await world.agreements.agreement(1n);
    expect([after.paid, after.refunded]).to.deep.equal([before.paid, before.refunded]);
    const gross = 2n * 70n + 2n * 3_070n;
    const fee = (gross * 300n) / 10_000n;
    await expect(settle(world, 1n, 1))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 1n, 4n, gross - fee, fee, 0n);
  });

  it("rates of 0, x, 0 and x are each paid as they are (Filecoin Pay #139, #104)", async () => {
    const world = await worldOf(8n, { settlementGrace: 40n })();
    await reprice(world, 0n);
    await extend(world, { term: 4n });
    await reprice(world, 5n);
    await extend(world, { term: 4n });
    await reprice(world, 0n);
    await extend(world, { term: 4n });
    await reprice(world, 3n);
    await extend(world, { term: 4n });
    expect(await steps(world)).to.deep.equal([
      [12n, 70n],
      [20n, 0n],
      [24n, 50n],
      [28n, 0n],
      [32n, 30n],
    ]);
    await live(world, 12, 38);
    const gross = [280n, 280n, 0n, 200n, 0n, 120n];
    for (const cycle of [4, 2, 0, 5, 3, 1]) {
      const fee = (gross[cycle] * 300n) / 10_000n;
      await expect(settle(world, 1n, cycle))
        .to.emit(world.agreements, "CycleSettled")
        .withArgs(1n, BigInt(cycle), 4n, gross[cycle] - fee, fee, 0n);
    }
    expect((await world.agreements.agreement(1n)).state).to.equal(6n);
  });

  it("an agreement that began for nothing pays from where it costs something", async () => {
    const world = await worldOf(4n)();
    await reprice(world, 0n);
    const id = await open(world, { term: 4n });
    await reprice(world, 9n);
    const more = { listing: 0n, space: 0n, term: 2n, maxDeposit: 180n };
    await world.agreements.connect(world.consumer).extend(id, more, NO_PERMIT);
    await live(world, 12, 19);
    expect(await world.agreements.rateAt(id, 15n)).to.equal(0n);
    const fee = (180n * 300n) / 10_000n;
    await expect(settle(world, id, 1))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(id, 1n, 2n, 180n - fee, fee, 0n);
  });

  it("a termination refunds each stretch behind the notice at its own rate", async () => {
    const world = await load();
    await reprice(world, 9n);
    await extend(world, { term: 4n });
    await goTo(14);
    await extend(world, { space: 1n });
    // The notice is over with epoch 16: 17 to 19 at 79, 20 to 23 at 99.
    await expect(world.agreements.connect(world.consumer).terminate(1n))
      .to.emit(world.agreements, "AgreementTerminated")
      .withArgs(1n, 17n, 3n * 79n + 4n * 99n);
    expect(await world.agreements.rateAt(1n, 16n)).to.equal(79n);
    expect(await world.agreements.rateAt(1n, 17n)).to.equal(0n);
    await live(world, 14, 18);
    const gross = 79n;
    await expect(settle(world, 1n, 1))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 1n, 1n, gross - 2n, 2n, 0n);
  });

  it("a void gives back what is left of every stretch", async () => {
    const world = await load();
    await reprice(world, 9n);
    await extend(world, { term: 4n, space: 1n });
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    await expect(failAudit(world, 1n))
      .to.emit(world.agreements, "AgreementVoided")
      .withArgs(1n, 4n * 79n + 4n * 99n);
    const { deposited, paid, refunded } = await world.agreements.agreement(1n);
    expect(deposited).to.equal(paid + refunded);
  });

  it("nothing is paid from a declared loss to the end of the cycle in which it is cured, at whatever rates", async () => {
    const world = await load();
    const { losses, owner } = world;
    await live(world, 12, 14);
    await goTo(13);
    await extend(world, { space: 2n });
    await goTo(14);
    await losses.connect(owner).declare(1n, 1n, ethers.id("lost"), 1n);
    await live(world, 14, 21);
    const { provenEpochs } = await world.agreements.settlementDraw(1n, 0n);
    expect(provenEpochs).to.equal(2n);
    await expect(settle(world, 1n, 0))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 0n, 2n, 140n - 4n, 4n, 70n + 84n);
    await expect(settle(world, 1n, 1))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 1n, 0n, 0n, 0n, 4n * 84n);
  });

  it("a loss in the first epoch of a cycle leaves nothing of it, and needs no inclusion", async () => {
    const world = await load();
    await live(world, 12, 16);
    await goTo(16);
    await world.losses.connect(world.owner).declare(1n, 1n, ethers.id("lost"), 1n);
    await live(world, 16, 20);
    await goTo(20);
    expect(await world.agreements.settlementDraw(1n, 1n)).to.deep.equal([true, 0n, 0n]);
    await world.beacon.seal();
    expect((await world.agreements.settlementDraw(1n, 0n)).provenEpochs).to.equal(4n);
  });
});

describe("Rates at their bounds", () => {
  it(`change at most ${MAX_STEPS} times, and a cycle with all of them is settled within a block`, async () => {
    const world = await worldOf(256n, { billingCycle: 256n, stakePerGiB: 0n })();
    for (let i = 1; i < MAX_STEPS; i++) {
      await goTo(9 + i, 500);
      await live(world, 9 + i, 10 + i);
      await extend(world, { space: 1n });
    }
    // The first was in epoch 10 and counts from the start on; it took no step of its own.
    await goTo(9 + MAX_STEPS, 500);
    await extend(world, { space: 1n });
    expect(await steps(world)).to.have.length(MAX_STEPS);
    await goTo(10 + MAX_STEPS);
    const attempt = expect(extend(world, { space: 1n })).to.be.revertedWithCustomError(world.agreements, "TooManyRateChanges");
    await attempt.withArgs(1n, 65n, 64n);
    await reprice(world, 8n);
    await expect(extend(world, { term: 1n })).to.be.revertedWithCustomError(world.agreements, "TooManyRateChanges");
    for (let epoch = 10 + MAX_STEPS; epoch < 269; epoch += 17) await live(world, epoch, epoch + 1);
    await goTo(268);
    await world.beacon.seal();
    const receipt = await (await settle(world, 1n, 0)).wait();
    expect(receipt!.gasUsed < BLOCK / 10n).to.equal(true, `${receipt!.gasUsed}`);
    expect((await world.agreements.agreement(1n)).state).to.equal(6n);
  });

  it("change in space before the start without a step, and back without one", async () => {
    const world = await worldOf(8n)();
    await extend(world, { space: 2n });
    await extend(world, { space: 2n });
    expect(await steps(world)).to.deep.equal([[12n, 98n]]);
    await goTo(18);
    await reprice(world, 6n);
    await extend(world, { term: 1n });
    await goTo(19);
    // From epoch 21 on 14 more: what the first 8 epochs cost, from which epoch 20 alone differs.
    await reprice(world, 7n);
    await extend(world, { space: 2n, term: 1n });
    expect(await steps(world)).to.deep.equal([
      [12n, 98n],
      [20n, 84n],
      [21n, 112n],
    ]);
  });

  it("of 256 cycles are all settled, and the last ends the agreement", async () => {
    const world = await worldOf(1n, { billingCycle: 1n, settlementGrace: 300n })();
    await reprice(world, 8n);
    await extend(world, { term: 255n });
    expect(await world.agreements.cycleCount(1n)).to.equal(256n);
    await expect(extend(world, { term: 1n }))
      .to.be.revertedWithCustomError(world.agreements, "EndTooLate")
      .withArgs(1n, 269n, 268n);
    await goTo(12);
    await live(world, 12, 13);
    await goTo(268);
    await world.beacon.seal();
    for (let cycle = 255; cycle >= 0; cycle--) {
      expect(await world.agreements.isRunning(1n)).to.equal(true);
      await settle(world, 1n, cycle);
    }
    const { state, paid, refunded } = await world.agreements.agreement(1n);
    expect([state, paid, refunded]).to.deep.equal([6n, 70n, 255n * 80n]);
  });

  for (const end of [21n, 22n, 23n]) {
    it(`lie within the agreement, though it was ended early: with ${end}, and one begins with 22`, async () => {
      const world = await worldOf(10n, { terminationNotice: 2n })();
      await reprice(world, 9n);
      await extend(world, { term: 10n });
      const both = [
        [12n, 70n],
        [22n, 90n],
      ];
      expect(await steps(world)).to.deep.equal(both);
      await goTo(Number(end) - 3);
      await world.agreements.connect(world.consumer).terminate(1n);
      expect((await world.agreements.agreement(1n)).end).to.equal(end);
      expect(await steps(world)).to.deep.equal(end > 22n ? both : [[12n, 70n]]);
    });
  }

  it("are none of an agreement that was ended before its start", async () => {
    const world = await worldOf(10n, { terminationNotice: 0n })();
    await world.agreements.connect(world.consumer).terminate(1n);
    expect((await world.agreements.agreement(1n)).end).to.equal(12n);
    expect(await steps(world)).to.deep.equal([]);
  });

  it("cannot be driven over what a deposit can be", async () => {
    const world = await worldOf(8n, { stakePerGiB: 0n })();
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 2n ** 128n - 1n, available: 2n ** 64n - 1n });
    for (const space of [1n, 2n ** 64n - 11n]) {
      await expect(extend(world, { space })).to.be.revertedWithCustomError(world.agreements, "SafeCastOverflowedUintDowncast");
    }
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 0n, available: 2n ** 64n - 1n });
    await extend(world, { space: 2n ** 64n - 11n });
    expect((await world.agreements.agreement(1n)).space).to.equal(2n ** 64n - 1n);
    // One GiB more than 64 bits hold.
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 0n });
    await expect(extend(world, { space: 1n })).to.be.revertedWithPanic(0x11);
  });
});
