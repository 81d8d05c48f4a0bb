import { expect } from "chai";
import { goTo } from "./market.js";
import { build } from "./support/answers.js";
import { collect, keep } from "./support/collecting.js";
import { advance, inclusion, loadProvingWorld, seal, sign } from "./support/proving.js";
import { checkpointOf, fragment, leaf, providerTree, slots, type SumNode } from "./support/sumtree.js";

/** 1 GiB at 7: what an epoch of each agreement costs. */
const RATE = 7n;

describe("The whole market as it is deployed", () => {
  it("pays for what was kept and proven, and refunds and slashes what was not", async () => {
    const world = await loadProvingWorld();
    const { agreements, escrow, registry, stakes, consumer, provider } = world;
    const trees = new Map<bigint, SumNode>();
    await keep(world, 11, 16, trees);
    await seal(world, 16);

    const fee = (4n * RATE * 300n) / 10_000n;
    for (const id of [1n, 2n, 3n]) {
      await expect(collect(world, id, 0n, trees))
        .to.emit(agreements, "CycleSettled")
        .withArgs(id, 0n, 4n, 4n * RATE - fee, fee, 0n);
    }
    expect(await escrow.withdrawable(provider)).to.equal(3n * (4n * RATE - fee));

    // It proves 16 and 17 and is gone for 18 and 19, the first of which is forgiven.
    await advance(world, 16);
    trees.set(16n, world.root);
    await keep(world, 17, 18, trees);
    await seal(world, 18);
    await seal(world, 19);
    await seal(world, 20);
    for (const id of [1n, 2n, 3n]) await collect(world, id, 1n, trees);
    expect(await escrow.withdrawable(consumer.address)).to.equal(3n * 2n * RATE);
    const { missed, slashed } = await registry.trackRecord(provider);
    expect([missed, slashed]).to.deep.equal([2n, 30n]);
    await registry.settleMisses(provider);
    expect(await stakes.treasuryDue()).to.equal(15n);
  });

  it("does not pay an agreement that the provider leaves out of its checkpoints", async () => {
    const world = await loadProvingWorld();
    const trees = new Map<bigint, SumNode>();
    const without = providerTree(world.contents.filter(({ id }) => id !== 3n));
    await seal(world, 11);
    await advance(world, 11, without);
    world.root = without;
    await keep(world, 12, 16, trees);
    await seal(world, 16);

    const { drawn } = await world.agreements.settlementDraw(3n, 0n);
    const elsewhere = build(without, world.contents[0], 0n, 0n, (one) => world.signatures.get(one.id)!);
    await expect(world.agreements.settle(3n, 0n, checkpointOf(trees.get(drawn)!), inclusion(elsewhere))).to.be.revertedWithCustomError(
      world.proofs,
      "WrongAgreement",
    );
    await collect(world, 1n, 0n, trees);
    await goTo(130);
    await world.agreements.close(3n);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(100n * RATE);
  });

  it("goes on when contents change from epoch to epoch, and when an agreement ends that is still in the checkpoint", async () => {
    const world = await loadProvingWorld();
    const trees = new Map<bigint, SumNode>();
    await world.agreements.connect(world.consumer).terminate(3n);
    for (let epoch = 11; epoch < 14; epoch++) {
      await seal(world, epoch);
      const data = slots([fragment([Buffer.alloc(1024, epoch)]), leaf(Buffer.alloc(1024, 255))]);
      const contents = [{ id: 1n, revision: BigInt(epoch), data }, ...world.contents.slice(1)];
      const next = providerTree(contents);
      await advance(world, epoch, next);
      trees.set(BigInt(epoch), world.root);
      await sign(world, contents[0]);
      world.root = next;
    }
    // Its notice is over with epoch 12: anybody may settle its only cycle, though the newest checkpoint still holds it.
    const drawn = await world.agreements.settlementDraw(3n, 0n);
    expect(drawn.ready).to.equal(true);
    await collect(world, 3n, 0n, trees);
    expect((await world.agreements.agreement(3n)).state).to.equal(6n);
    await keep(world, 14, 16, trees);
    expect((await world.registry.trackRecord(world.provider)).missed).to.equal(0n);
  });
});
