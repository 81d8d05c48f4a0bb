import { expect } from "chai";
import { EPOCH, goTo, NO_PERMIT, type World } from "./market.js";
import { collect, keep } from "./support/collecting.js";
import { advance, loadProvingWorld, seal, sign, type ProvingWorld } from "./support/proving.js";
import { prepay, redeem } from "./support/reading.js";
import { fragment, providerTree, slots, type Agreement, type SumNode } from "./support/sumtree.js";

const RATE = 7n;
/** Epochs 12 to 15, in one cycle. */
const END = 16;

function extend(world: ProvingWorld, id: bigint, changes: Record<string, unknown>) {
  const extension = { listing: 0n, space: 0n, term: 0n, maxDeposit: 10_000n, ...changes };
  return world.agreements.connect(world.consumer).extend(id, extension as any, NO_PERMIT);
}

describe("Renewal", () => {
  it("leaves contents, revisions, keys and proofs as they are, across the former end", async () => {
    const world = await loadProvingWorld();
    const trees = new Map<bigint, SumNode>();
    // A short agreement with the contents of the third: opened later, renewed on its last epoch.
    await world.agreements
      .connect(world.consumer)
      .open([{ listing: 1n, space: 1n, term: 4n, dataKey: world.dataKey.address, maxDeposit: 28n, maxEgressPrice: 3n }], NO_PERMIT);
    const short = { id: 4n, revision: 1n, data: world.contents[2].data };
    await sign(world, short);
    const before = world.root;
    const next = providerTree([...world.contents, short]);
    await seal(world, 11);
    await advance(world, 11, next);
    trees.set(11n, before);
    world.root = next;
    await keep(world, 12, END - 1, trees);
    await goTo(END - 1, EPOCH / 4n);
    await extend(world, 4n, { term: 8n });
    await keep(world, END - 1, END + 5, trees);
    const fee = (4n * RATE * 300n) / 10_000n;
    const paid = async (cycle: bigint) =>
      expect(collect(world, 4n, cycle, trees))
        .to.emit(world.agreements, "CycleSettled")
        .withArgs(4n, cycle, 4n, 4n * RATE - fee, fee, 0n);
    await paid(0n);
    await keep(world, END + 5, END + 9, trees);
    await seal(world, END + 9);
    await paid(2n);
    await paid(1n);
    expect((await world.agreements.agreement(4n)).state).to.equal(6n);
    expect((await world.registry.trackRecord(world.provider)).missed).to.equal(0n);
  });

  it("gives added space to revisions that need it, at once", async () => {
    const world = await loadProvingWorld();
    const { agreements, provider } = world;
    const filled = { number: 9n, dataRoot: world.contents[0].data.hash, weight: 2n << 20n };
    await expect(agreements.requireRevision(provider, 1n, filled, "0x")).to.be.revertedWithCustomError(agreements, "RevisionTooLarge");
    await extend(world, 1n, { space: 1n });
    await expect(agreements.requireRevision(provider, 1n, filled, "0x")).to.be.revertedWithCustomError(agreements, "RevisionNotSigned");
  });

  it("keeps vouchers good, and the deposit for reading until the new end", async () => {
    const world = (await loadProvingWorld()) as unknown as World & ProvingWorld;
    await prepay(world, 500n);
    await redeem(world, 100n);
    await extend(world, 1n, { term: 5n });
    await goTo(112 + 4);
    await redeem(world, 200n);
    await expect(world.egress.reclaim(1n)).to.be.revertedWithCustomError(world.egress, "RedemptionOpen").withArgs(1n, 123n, 116n);
  });

  it("changes contents and terms independently of each other", async () => {
    const world = await loadProvingWorld();
    const trees = new Map<bigint, SumNode>();
    const provenIn = new Map<bigint, Agreement>();
    for (let epoch = 11; epoch < 16; epoch++) {
      await seal(world, epoch);
      const contents = [{ ...world.contents[0], revision: BigInt(epoch), data: slots([fragment([Buffer.alloc(1024, epoch)])]) }];
      const next = providerTree([...contents, ...world.contents.slice(1)]);
      await advance(world, epoch, next);
      trees.set(BigInt(epoch), world.root);
      await sign(world, contents[0]);
      await extend(world, 1n, epoch % 2 === 0 ? { term: 1n } : { space: 1n });
      world.root = next;
      provenIn.set(BigInt(epoch + 1), contents[0]);
    }
    await seal(world, 16);
    await advance(world, 16);
    // 1 GiB until epoch 12, one more from 13 on (added in 11), from 15 on (added in 13) and from 17 on (added in 15).
    const gross = RATE * (1n + 2n + 2n + 3n);
    const fee = (gross * 300n) / 10_000n;
    const { drawn } = await world.agreements.settlementDraw(1n, 0n);
    await sign(world, provenIn.get(drawn)!);
    await expect(collect(world, 1n, 0n, trees))
      .to.emit(world.agreements, "CycleSettled")
      .withArgs(1n, 0n, 4n, gross - fee, fee, 0n);
  });
});
