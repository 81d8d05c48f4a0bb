import { expect } from "chai";
import { goTo } from "./market.js";
import { pack, toHex, type Answer } from "./support/answers.js";
import { collect } from "./support/collecting.js";
import { advanceWithout, answersWithout, declareLost, without } from "./support/losing.js";
import { advance, answersFor, loadProvingWorld, NOTHING, seal, sign, signatureOf, type ProvingWorld } from "./support/proving.js";
import { checkpointOf, EMPTY, fragment, inner, providerTree, slots, type Agreement, type SumNode } from "./support/sumtree.js";

/** 1 GiB at 7: what an epoch of each agreement costs. */
const RATE = 7n;
const TERM = 100n;

/** Of agreement 1's 13 leaves of 24: the fragment with the last eight. */
function lostFragment(world: ProvingWorld): SumNode {
  return world.contents[0].data.right!.left!;
}

/** Has the consumer sign a revision of agreement 1, and the provider hold it from its next checkpoint on. */
async function revise(world: ProvingWorld, revision: bigint, data: SumNode): Promise<SumNode> {
  const agreement: Agreement = { id: 1n, revision, data };
  await sign(world, agreement);
  world.contents = [agreement, ...world.contents.slice(1)];
  return providerTree(world.contents);
}

const load = loadProvingWorld;

const refused = (attempt: Promise<unknown>, world: ProvingWorld, error: string) =>
  expect(attempt).to.be.revertedWithCustomError(world.proofs, error);

describe("Declared losses in proofs", () => {
  it("a lost fragment is in the way of the proof until the epoch after its declaration", async () => {
    const world = await load();
    const lost = lostFragment(world);
    await seal(world, 11);
    const { shown } = await answersWithout(world, 11, [lost]);
    expect(shown).to.be.greaterThan(0);
    await refused(advanceWithout(world, 11, [lost]), world, "NotDeclared");
    await declareLost(world, 1n, 4n, lost);
    await refused(advanceWithout(world, 11, [lost]), world, "NotDeclared");
    for (let epoch = 12; epoch < 16; epoch++) {
      await seal(world, epoch);
      expect((await answersWithout(world, epoch, [lost])).shown).to.be.greaterThan(0);
      await advanceWithout(world, epoch, [lost]);
      expect(await world.registry.hasProven(world.provider, epoch)).to.equal(true);
    }
  });

  it("what is not lost can still be shown, and what was not drawn need not be", async () => {
    const world = await load();
    await declareLost(world, 1n, 4n, lostFragment(world));
    await seal(world, 11);
    await advance(world, 11);
  });

  it("the refusal names the draw, the agreement and the node", async () => {
    const world = await load();
    const lost = lostFragment(world);
    await seal(world, 11);
    const all = (await answersFor(world, 11)).map((one) => without(one, [lost]));
    const first = all.findIndex(({ leaf }) => leaf?.lost !== undefined);
    await expect(advanceWithout(world, 11, [lost]))
      .to.be.revertedWithCustomError(world.proofs, "NotDeclared")
      .withArgs(first, 1n, toHex(lost.hash), lost.weight);
  });

  it("the declaration is for one revision: with the same fragment in the next one it is made anew", async () => {
    const world = await load();
    const lost = lostFragment(world);
    await declareLost(world, 1n, 4n, lost);
    await seal(world, 11);
    const next = await revise(world, 5n, slots([world.contents[0].data, EMPTY, fragment([Buffer.alloc(1024, 9)])]));
    await advanceWithout(world, 11, [lost], next);
    world.root = next;
    await seal(world, 12);
    expect((await answersWithout(world, 12, [lost])).shown).to.be.greaterThan(0);
    await refused(advanceWithout(world, 12, [lost]), world, "NotDeclared");
    await declareLost(world, 1n, 5n, lost);
    await seal(world, 13);
    await advanceWithout(world, 13, [lost]);
  });

  it("nor for another agreement, node or weight", async () => {
    const world = await load();
    const lost = lostFragment(world);
    await declareLost(world, 3n, 4n, lost);
    await declareLost(world, 1n, 4n, { ...lost, weight: lost.weight + 1n });
    await declareLost(world, 1n, 4n, { ...lost, weight: 2n ** 20n });
    await declareLost(world, 1n, 4n, lost.left!);
    await seal(world, 11);
    await refused(advanceWithout(world, 11, [lost]), world, "NotDeclared");
  });

  it("a node that was declared with a false weight, so as to cover more, leads nowhere", async () => {
    const world = await load();
    const lost = lostFragment(world);
    const forged = { ...lost, weight: 13n };
    await declareLost(world, 1n, 4n, forged);
    await seal(world, 11);
    const all = await answersFor(world, 11);
    const forge = (one: Answer): Answer => {
      const shown = without(one, [lost]);
      return shown.leaf?.lost ? { ...shown, leaf: { ...shown.leaf, lost: { hash: lost.hash, weight: forged.weight } } } : one;
    };
    const packed = toHex(Buffer.concat(all.map(forge).map(pack)));
    await refused(world.proofs.connect(world.operator).advance(world.provider, packed, NOTHING), world, "WrongDataRoot");
  });

  it("an invented node is not in the tree, and costs what it costs", async () => {
    const world = await load();
    const invented = inner(lostFragment(world), lostFragment(world));
    const before = await world.stakes.slashable(world.provider);
    await declareLost(world, 1n, 4n, invented);
    expect(await world.stakes.slashable(world.provider)).to.equal(before - 1n);
    await seal(world, 11);
    const all = (await answersFor(world, 11)).map((one) =>
      one.agreementId === 1n ? { ...one, leaf: { ...one.leaf!, lost: invented, depth: 0, position: 0n, siblings: [] } } : one,
    );
    const packed = toHex(Buffer.concat(all.map(pack)));
    await refused(world.proofs.connect(world.operator).advance(world.provider, packed, NOTHING), world, "WrongDataRoot");
  });

  it("after a cure the lossy revision proves nothing from the next cycle on, the later one does", async () => {
    const world = await load();
    const lost = lostFragment(world);
    await declareLost(world, 1n, 4n, lost);
    await seal(world, 12);
    await advanceWithout(world, 12, [lost]);
    const whole = slots([world.contents[0].data.left!.left!, fragment([Buffer.alloc(1024, 7), Buffer.alloc(1024, 8)])]);
    const next = await revise(world, 5n, whole);
    const cured = { number: 5n, dataRoot: toHex(whole.hash), weight: whole.weight };
    await world.losses.connect(world.operator).cure(1n, cured, signatureOf(world, world.contents[0]));
    // Cycle 0 is [12, 16).
    for (let epoch = 13; epoch < 16; epoch++) {
      await seal(world, epoch);
      await advanceWithout(world, epoch, [lost]);
    }
    await seal(world, 16);
    await refused(advanceWithout(world, 16, [lost]), world, "NotDeclared");
    await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(next));
    world.root = next;
    await seal(world, 17);
    await advance(world, 17);
  });
});

describe("One bad sector", () => {
  /** Proves [from, to) without a node, and remembers the trees. */
  async function keepWithout(world: ProvingWorld, from: number, to: number, lost: SumNode[], trees: Map<bigint, SumNode>) {
    for (let epoch = from; epoch < to; epoch++) {
      await seal(world, epoch);
      await advanceWithout(world, epoch, lost);
      trees.set(BigInt(epoch), world.root);
    }
  }

  const paid = (epochs: bigint) => epochs * RATE - (epochs * RATE * 300n) / 10_000n;

  it("costs neither the day nor the other agreements: only the pay of its own until it is cured, and a little stake", async () => {
    const world = await load();
    const { agreements, escrow, stakes, registry, provider, consumer } = world;
    const trees = new Map<bigint, SumNode>();
    const lost = lostFragment(world);
    await keepWithout(world, 11, 13, [], trees);
    await seal(world, 13);
    await declareLost(world, 1n, 4n, lost);
    // It proves epoch 13 all the same if the draws are kind; here they are not, and that one miss is forgiven.
    await refused(advanceWithout(world, 13, [lost]), world, "NotDeclared");
    await keepWithout(world, 14, 17, [lost], trees);

    // In cycle 1 the consumer puts another fragment in its place, and the provider cures with that revision.
    const repaired = slots([
      world.contents[0].data.left!.left!,
      EMPTY,
      fragment(Array.from({ length: 8 }, (_, i) => Buffer.alloc(1024, i))),
    ]);
    const next = await revise(world, 5n, repaired);
    await seal(world, 17);
    await advanceWithout(world, 17, [lost], next);
    trees.set(17n, world.root);
    world.root = next;
    const cured = { number: 5n, dataRoot: toHex(repaired.hash), weight: repaired.weight };
    await world.losses.connect(world.operator).cure(1n, cured, signatureOf(world, world.contents[0]));
    const paidFor = async (id: bigint, cycle: bigint, epochs: bigint) => {
      const fee = (epochs * RATE * 300n) / 10_000n;
      await expect(collect(world, id, cycle, trees), `agreement ${id}, cycle ${cycle}`)
        .to.emit(agreements, "CycleSettled")
        .withArgs(id, cycle, epochs, epochs * RATE - fee, fee, (4n - epochs) * RATE);
    };
    // Agreement 1: paid for 12 alone, then for nothing, then for all of cycle 2. The others: for all but the miss.
    await keepWithout(world, 18, 21, [], trees);
    await paidFor(1n, 0n, 1n);
    await paidFor(3n, 0n, 3n);
    await keepWithout(world, 21, 24, [], trees);
    await seal(world, 24);
    await paidFor(1n, 1n, 0n);
    await paidFor(3n, 1n, 4n);
    await paidFor(1n, 2n, 4n);
    await paidFor(3n, 2n, 4n);
    expect(await escrow.withdrawable(provider)).to.equal(paid(1n) + paid(3n) + 3n * paid(4n));
    expect(await escrow.withdrawable(consumer.address)).to.equal((3n + 1n + 4n) * RATE);
    const { missed, slashed } = await registry.trackRecord(provider);
    expect([missed, slashed]).to.deep.equal([1n, 1n]);
    expect(await stakes.slashable(provider)).to.equal(10_000n - 1n);
  });

  it("declaring all that there is proves every epoch, and is paid for none", async () => {
    const world = await load();
    const { agreements, escrow, stakes, provider, consumer } = world;
    const trees = new Map<bigint, SumNode>();
    const all = [world.contents[0].data, world.contents[2].data];
    await declareLost(world, 1n, 4n, all[0]);
    await declareLost(world, 3n, 1n, all[1]);
    await keepWithout(world, 11, 20, all, trees);
    await seal(world, 20);
    for (const id of [1n, 3n]) {
      for (const cycle of [0n, 1n]) {
        await expect(collect(world, id, cycle, trees))
          .to.emit(agreements, "CycleSettled")
          .withArgs(id, cycle, 0n, 0n, 0n, 4n * RATE);
      }
    }
    expect(await escrow.withdrawable(provider)).to.equal(0n);
    expect(await escrow.withdrawable(consumer.address)).to.equal(16n * RATE);
    expect(await stakes.slashable(provider)).to.equal(10_000n - 2n);
    await goTo(130);
    for (const id of [1n, 3n]) await agreements.close(id);
    expect(await escrow.withdrawable(consumer.address)).to.equal(2n * TERM * RATE);
  });
});
