import { expect } from "chai";
import { asContract, failAudit, fixture, goTo, held, live, marketWorld, open, settle, type World } from "./market.js";

/** 10 GiB at 7: what an epoch of the agreement costs. */
const RATE = 70n;
const EMPTY = { number: 0n, dataRoot: `0x${"00".repeat(32)}`, weight: 0n };

/** Agreement 1 of 10 GiB runs in epochs 12 to 21: cycles [12,16), [16,20) and [20,22). */
async function rented(): Promise<World> {
  const world = await marketWorld();
  await open(world);
  return world;
}

/** When an audit fails, and what the consumer gets back then. */
const moments: Record<string, { refund: bigint; before: (world: World) => Promise<unknown> }> = {
  "before the start": { refund: 10n * RATE, before: async () => {} },
  "while it runs": { refund: 10n * RATE, before: () => goTo(15) },
  "after a cycle was paid": {
    refund: 6n * RATE,
    before: async (world) => {
      await live(world, 12, 17);
      await settle(world, 1n, 0);
    },
  },
  "after a cycle was refunded": {
    refund: 6n * RATE,
    before: async (world) => {
      await live(world, 12, 17, () => false);
      await settle(world, 1n, 0);
    },
  },
  "during the notice": {
    refund: 6n * RATE,
    before: async (world) => {
      await goTo(15);
      await world.agreements.connect(world.consumer).terminate(1n);
    },
  },
  "after its end, not yet settled": { refund: 10n * RATE, before: () => goTo(25) },
  "when the time to settle is over": { refund: 10n * RATE, before: () => goTo(40) },
};

/** What voiding would give back. */
async function refundOf({ agreements, audits }: World): Promise<bigint> {
  return agreements.connect(await asContract(audits)).void.staticCall(1n);
}

describe("StorageAgreements: voided by a failed audit", () => {
  const load = fixture(rented);

  for (const [moment, { refund, before }] of Object.entries(moments)) {
    it(`${moment} gives back all that was not paid, space and stake too`, async () => {
      const world = await load();
      await before(world);
      const { agreements, escrow, registry, listings, consumer, provider } = world;
      const had = await escrow.withdrawable(consumer.address);
      await expect(failAudit(world, 1n)).to.emit(agreements, "AgreementVoided").withArgs(1n, refund);
      expect((await escrow.withdrawable(consumer.address)) - had).to.equal(refund);
      expect(await held(world, 1n)).to.equal(0n);
      const { state, deposited, paid, refunded, remaining } = await agreements.agreement(1n);
      expect([state, deposited, remaining]).to.deep.equal([7n, paid + refunded, 0n]);
      expect(await registry.reservedOf(provider)).to.equal(0n);
      expect((await listings.listing(1n)).terms.available).to.equal(1_000n);
    });

    it(`${moment} happens once`, async () => {
      const world = await load();
      await before(world);
      expect(await refundOf(world)).to.equal(refund);
      await failAudit(world, 1n);
      expect(await refundOf(world)).to.equal(0n);
      const [had, agreement] = [await world.escrow.totalWithdrawable(), await world.agreements.agreement(1n)];
      await expect(failAudit(world, 1n)).to.not.emit(world.agreements, "AgreementVoided");
      expect([await world.escrow.totalWithdrawable(), await world.agreements.agreement(1n)]).to.deep.equal([had, agreement]);
    });
  }

  it("pays nothing afterwards, whatever was proven", async () => {
    const world = await load();
    await live(world, 12, 17);
    expect((await world.agreements.settlementDraw(1n, 0n)).ready).to.equal(true);
    await failAudit(world, 1n);
    expect((await world.agreements.settlementDraw(1n, 0n)).ready).to.equal(false);
    await expect(settle(world, 1n, 0))
      .to.be.revertedWithCustomError(world.agreements, "WrongState")
      .withArgs(1n, 7n);
    expect(await world.escrow.withdrawable(world.provider)).to.equal(0n);
  });

  it("stays provable for two epochs, as checkpoints are that much older", async () => {
    const world = await load();
    await goTo(14);
    await failAudit(world, 1n);
    await goTo(16, 900);
    await world.agreements.requireRevision(world.provider, 1n, EMPTY, "0x");
    await goTo(17, 0);
    await expect(world.agreements.requireRevision(world.provider, 1n, EMPTY, "0x"))
      .to.be.revertedWithCustomError(world.agreements, "WrongState")
      .withArgs(1n, 7n);
  });

  it("leaves other agreements of the provider alone", async () => {
    const world = await load();
    const id = await open(world, { space: 5n });
    await failAudit(world, 1n);
    expect(await held(world, id)).to.equal(350n);
    expect(await world.registry.reservedOf(world.provider)).to.equal(5n);
    expect((await world.agreements.agreement(id)).state).to.equal(4n);
  });
});
