import { expect } from "chai";
import { network } from "hardhat";
import { answer, asLost, build, pack, packLeaf, target, toHex, type Answer, type LeafPart } from "./support/answers.js";
import { chunkPool, Randomness, randomAgreements, randomData } from "./support/random.js";
import { checkpointOf, EMPTY, fragment, isLeaf, providerTree, slots, type SumNode } from "./support/sumtree.js";

const { ethers } = await network.create();
const harness = await ethers.deployContract("SumTreeHarness");
const errors = await ethers.getContractAt("IPossessionProofs", ethers.ZeroAddress);

/** The part of an answer that shows leaf `index` of a revision. */
function leafPart(data: SumNode, index: bigint): LeafPart {
  return build(providerTree([{ id: 1n, revision: 1n, data }]), { id: 1n, revision: 1n, data }, 0n, index).leaf!;
}

function revisionOf(data: SumNode) {
  return { number: 1n, dataRoot: toHex(data.hash), weight: data.weight };
}

/** Every node of a tree that has leaves, with its first leaf and its height above it. */
function* nodes(data: SumNode, first = 0n): Generator<{ node: SumNode; first: bigint }> {
  if (data.weight === 0n) return;
  yield { node: data, first };
  if (isLeaf(data)) return;
  yield* nodes(data.left!, first);
  yield* nodes(data.right!, first + data.left!.weight);
}

/** Three fragments of 5, 8 and 3 leaves, and an empty slot between the last two. */
const pool = chunkPool(new Randomness(31), 16);
const data = slots([fragment(pool.slice(0, 5)), fragment(pool.slice(5, 13)), EMPTY, fragment(pool.slice(13, 16))]);

describe("Lost nodes: in answers", () => {
  it("each draw is answered by any node above its leaf, and says which", async () => {
    const random = new Randomness(20_262);
    const chunks = chunkPool(random, 16);
    for (let round = 0; round < 150; round++) {
      const root = providerTree(randomAgreements(random, chunks, 12));
      const [seed, provider, challenges] = [random.hex(32), random.hex(20), 1 + random.below(6)];
      const given = Array.from({ length: challenges }, (_, i) => {
        const one = answer(root, i, target(seed, provider, i));
        if (!one?.leaf || random.below(3) === 0) return one;
        return { ...one, leaf: asLost(one.leaf, random.below(one.leaf.depth + 1)) };
      });
      const packed = toHex(Buffer.concat(given.filter((one) => one !== null).map(pack)));
      const { members, leaves } = await harness.verify(seed, provider, challenges, checkpointOf(root), packed);
      for (const [index, one] of given.entries()) {
        const lost = one?.leaf?.lost;
        expect([members[index].agreement, leaves[index].isLost]).to.deep.equal([one?.agreementId ?? 0n, lost !== undefined]);
        if (lost) expect([leaves[index].node, leaves[index].weight]).to.deep.equal([toHex(lost.hash), lost.weight], `round ${round}`);
      }
    }
  });

  it("a node beside the drawn leaf is refused, whichever draw asks", async () => {
    const agreement = { id: 1n, revision: 1n, data };
    const root = providerTree([agreement]);
    for (const [challenge, drawn] of [
      [0, 6n],
      [1, 0n],
    ] as const) {
      const right = answer(root, challenge, drawn)!;
      const within = right.leaf!.position;
      const show = (index: bigint, levels: number): Answer => ({ ...right, leaf: asLost(leafPart(data, index), levels) });
      const attempt = (one: Answer) => harness.verifyTarget(challenge, drawn, checkpointOf(root), toHex(pack(one)));
      const { leaf } = await attempt({ ...right, leaf: asLost(right.leaf!, right.leaf!.depth) });
      expect(leaf.isLost).to.equal(true);
      for (const index of [0n, 4n, 5n, 12n, 13n, 15n]) {
        if (leafPart(data, index).position >> 3n === within >> 3n) continue;
        await expect(attempt(show(index, 3))).to.be.revertedWithCustomError(errors, "WrongTarget");
      }
    }
  });

  it("an agreement without leaves has none to be lost", async () => {
    const root = providerTree([{ id: 1n, revision: 0n, data: EMPTY }]);
    const one = build(root, { id: 1n, revision: 0n, data: EMPTY }, 0n, 0n);
    const { leaf } = await harness.verifyTarget(1, 0n, checkpointOf(root), toHex(pack(one)));
    expect([leaf.isLost, leaf.end]).to.deep.equal([false, BigInt(pack(one).length)]);
    const lost = packLeaf({ depth: 0, position: 0n, siblings: [], chunk: Buffer.alloc(0), lost: EMPTY });
    const more = await harness.verifyTarget(1, 0n, checkpointOf(root), toHex(Buffer.concat([pack(one), lost])));
    expect(more.leaf.end).to.equal(BigInt(pack(one).length));
  });
});

describe("Lost nodes: in answers to audits", () => {
  const verify = (wanted: bigint, part: LeafPart | Buffer, revision = revisionOf(data)) =>
    harness.verifyLeaf(revision, wanted, toHex(Buffer.isBuffer(part) ? part : packLeaf(part)));
  const refused = (wanted: bigint, part: LeafPart | Buffer, error: string, revision = revisionOf(data)) =>
    expect(verify(wanted, part, revision)).to.be.revertedWithCustomError(errors, error);
  const shown = async (wanted: bigint, part: LeafPart) => {
    const { isLost, node, weight } = await verify(wanted, part);
    return [isLost, node, weight];
  };

  it("each leaf is shown by itself, and for no other", async () => {
    for (let index = 0n; index < data.weight; index++) {
      const { isLost, weight, end } = await verify(index, leafPart(data, index));
      expect([isLost, weight, end]).to.deep.equal([false, 1n, BigInt(packLeaf(leafPart(data, index)).length)]);
      for (const other of [index + 1n, index - 1n, index + 16n, index + 2n ** 5n]) {
        if (other >= 0n) await refused(other, leafPart(data, index), "WrongTarget");
      }
    }
  });

  it("each node of the tree covers its own leaves and none beside them", async () => {
    for (const { node, first } of nodes(data)) {
      const leaf = leafPart(data, first);
      const levels = Array.from({ length: leaf.depth + 1 }, (_, level) => level);
      const part = levels.map((level) => asLost(leaf, level)).find(({ lost }) => lost!.hash.equals(node.hash))!;
      for (let wanted = 0n; wanted <= data.weight; wanted++) {
        if (wanted < first || wanted >= first + node.weight) await refused(wanted, part, "WrongTarget");
        else expect(await shown(wanted, part)).to.deep.equal([true, toHex(node.hash), node.weight]);
      }
    }
  });

  it("a forged weight leads elsewhere: to another hash, or at the root to another weight", async () => {
    const leaf = leafPart(data, 6n);
    for (let level = 0; level <= leaf.depth; level++) {
      const { lost, ...rest } = asLost(leaf, level);
      for (const weight of [lost!.weight + 1n, lost!.weight - 1n, 0n, 2n ** 64n - 1n]) {
        const error = level === leaf.depth ? "WrongDataWeight" : "WrongDataRoot";
        await refused(6n, { ...rest, lost: { hash: lost!.hash, weight } }, error);
      }
    }
  });

  it("a sibling that makes up for a forged weight changes the hash", async () => {
    const { lost, ...rest } = asLost(leafPart(data, 6n), 3);
    const siblings = rest.siblings.map((one, index) => (index === 0 ? { ...one, weight: 0n } : one));
    await refused(0n, { ...rest, siblings, lost: { hash: lost!.hash, weight: lost!.weight + rest.siblings[0].weight } }, "WrongDataRoot");
  });

  it("another hash, and one side for the other", async () => {
    const { lost, ...rest } = asLost(leafPart(data, 6n), 2);
    const other = Buffer.from(lost!.hash);
    other[31] ^= 1;
    await refused(6n, { ...rest, lost: { ...lost!, hash: other } }, "WrongDataRoot");
    await refused(6n, { ...rest, position: rest.position ^ 1n, lost }, "WrongDataRoot");
    const whole = asLost(leafPart(data, 6n), leafPart(data, 6n).depth);
    await refused(6n, { ...whole, lost: { ...whole.lost!, hash: other } }, "WrongDataRoot");
  });

  it("an EMPTY node is in the tree, but covers nothing", async () => {
    // The slot between the second and the third fragment: its sibling is the third fragment.
    const part = emptySlot();
    for (const wanted of [0n, 12n, 13n, 15n]) await refused(wanted, part, "WrongTarget");
  });

  it("a leaf's hash stands for a lost leaf, which is nothing without a declaration", async () => {
    const { isLost, weight } = await verify(9n, asLost(leafPart(data, 9n), 0));
    expect([isLost, weight]).to.deep.equal([true, 1n]);
  });

  it("the whole revision can be lost", async () => {
    const part = asLost(leafPart(data, 0n), leafPart(data, 0n).depth);
    for (const wanted of [0n, 7n, data.weight - 1n]) expect((await verify(wanted, part)).weight).to.equal(data.weight);
    await refused(data.weight, part, "WrongTarget");
  });

  it("a revision of another root or weight", async () => {
    const other = { ...revisionOf(data), dataRoot: ethers.id("root") };
    for (const part of [leafPart(data, 6n), asLost(leafPart(data, 6n), 3)]) {
      await refused(6n, part, "WrongDataRoot", other);
      await refused(6n, part, "WrongDataWeight", { ...revisionOf(data), weight: data.weight + 1n });
    }
  });

  it("too many levels, and bits above them", async () => {
    const part = asLost(leafPart(data, 6n), 1);
    for (const depth of [61, 62, 127]) await refused(6n, { ...part, depth }, "PathTooLong");
    for (const bit of [BigInt(part.depth), 63n])
      await refused(6n, { ...part, position: part.position | (1n << bit) }, "PositionOutOfRange");
  });

  it("sums beyond 64 bits are refused, not wrapped", async () => {
    const part = asLost(leafPart(data, 6n), 1);
    const heavy = { ...part, siblings: [{ ...part.siblings[0], weight: 2n ** 64n - 1n }, ...part.siblings.slice(1)] };
    await refused(6n, heavy, "WrongDataRoot");
    const above = { ...part, depth: part.depth + 1, siblings: [...part.siblings, { ...part.siblings[0], weight: 2n ** 64n - 16n }] };
    await refused(6n, above, "WrongDataRoot");
  });

  it("a leaf that is said to be a lost node, and the other way round", async () => {
    const leaf = packLeaf(leafPart(data, 6n));
    leaf[0] |= 0x80;
    await refused(6n, leaf, "WrongDataRoot");
    const lost = packLeaf(asLost(leafPart(data, 6n), 2));
    lost[0] &= 0x7f;
    await refused(6n, lost, "AnswersTooShort");
    await refused(6n, Buffer.concat([lost, Buffer.alloc(1024)]), "WrongDataRoot");
  });

  it("bytes that are missing, at every length", async () => {
    for (const part of [packLeaf(leafPart(data, 6n)), packLeaf(asLost(leafPart(data, 6n), 2))]) {
      for (const length of [0, 1, 8, 9, 40, 48, part.length - 1]) await refused(6n, part.subarray(0, length), "AnswersTooShort");
    }
  });

  it("random trees: a random node covers exactly its leaves", async () => {
    const random = new Randomness(77);
    for (let round = 0; round < 200; round++) {
      const tree = randomData(random, pool, 8, 12);
      if (tree.weight === 0n) continue;
      const index = BigInt(random.below(Number(tree.weight)));
      const leaf = leafPart(tree, index);
      const part = asLost(leaf, random.below(leaf.depth + 1));
      const wanted = BigInt(random.below(Number(tree.weight)));
      const covered = [...nodes(tree)].some(
        ({ node, first }) =>
          node.hash.equals(part.lost!.hash) &&
          first <= index &&
          first <= wanted &&
          wanted < first + node.weight &&
          index < first + node.weight,
      );
      const taken = await verify(wanted, part, revisionOf(tree)).then(
        () => true,
        () => false,
      );
      expect(taken, `round ${round}`).to.equal(covered);
    }
  });

  /** The path of the empty slot of `data`. */
  function emptySlot(): LeafPart {
    const below = leafPart(data, 13n);
    // The third fragment's root lies two levels above its leaves; its sibling is the empty slot to its left.
    const third = asLost(below, 2);
    const siblings = [{ ...third.lost!, count: 0, first: 0n }, ...third.siblings.slice(1)];
    return { depth: third.depth, position: third.position ^ 1n, siblings, chunk: below.chunk, lost: EMPTY };
  }
});
