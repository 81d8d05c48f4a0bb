import { expect } from "chai";
import { network } from "hardhat";
import { answer, answers, build, pack, packAll, packInclusion, target, toHex, type Answer } from "./support/answers.js";
import { chunkPool, Randomness, randomAgreements } from "./support/random.js";
import {
  checkpointOf,
  complete,
  EMPTY,
  fragment,
  inner,
  providerTree,
  repeated,
  sha256,
  slots,
  top,
  uint,
  type Agreement,
  type Checkpoint,
  type SumNode,
} from "./support/sumtree.js";

const { ethers } = await network.create();
const harness = await ethers.deployContract("SumTreeHarness");
const errors = await ethers.getContractAt("IPossessionProofs", ethers.ZeroAddress);
const PROVIDER = "0x00000000000000000000000000000000000000a1";
const SEED = ethers.id("seed");

describe("SumTree: random trees", () => {
  const rounds = Number(process.env.TREES ?? 1_000);

  it(`each of ${rounds} random trees answers its draws, and shows each of its agreements`, async () => {
    const random = new Randomness(20_261);
    const pool = chunkPool(random, 16);
    for (let round = 0; round < rounds; round++) {
      const contents = randomAgreements(random, pool, 12);
      const root = providerTree(contents);
      const [seed, provider, challenges] = [random.hex(32), random.hex(20), 1 + random.below(6)];
      const expected = Array.from({ length: challenges }, (_, i) => answer(root, i, target(seed, provider, i)));
      const packed = packAll(expected.filter((one) => one !== null));
      const { members } = await harness.verify(seed, provider, challenges, checkpointOf(root), packed);
      expect(members.map((member) => member.agreement)).to.deep.equal(
        expected.map((one) => one?.agreementId ?? 0n),
        `round ${round}`,
      );

      const shown = random.below(root.count);
      const agreement = contents.filter((one) => one !== null)[shown];
      const member = await harness.verifyInclusion(checkpointOf(root), toHex(packInclusion(build(root, agreement, BigInt(shown), 0n))));
      expect([member.agreement, member.agreementsBefore]).to.deep.equal([agreement.id, BigInt(shown)], `round ${round}`);
    }
  }).timeout(300_000);

  it("any changed byte of an answer is refused, but in the signature, which is the agreement's to check", async () => {
    const random = new Randomness(7);
    const { root } = example(random);
    const checkpoint = checkpointOf(root);
    for (let challenge = 0; challenge < 2; challenge++) {
      const drawn = target(SEED, PROVIDER, challenge);
      const packed = pack(answer(root, challenge, drawn)!);
      for (let round = 0; round < 300; round++) {
        const falsified = Buffer.from(packed);
        const position = random.below(packed.length);
        falsified[position] ^= 1 << random.below(8);
        const verdict = harness.verify(SEED, PROVIDER, challenge + 1, checkpoint, toHex(prefixed(root, challenge, falsified)));
        if (position >= 64 && position < 129) await verdict;
        else await expect(verdict, `byte ${position}`).to.be.revert(ethers);
      }
    }
  });
});

describe("SumTree: trees that share equal parts", () => {
  it("repeated equals the tree that is built node by node", () => {
    const node = fragment([Buffer.alloc(1024, 1), Buffer.alloc(1024, 2), Buffer.alloc(1024, 3)]);
    for (let count = 0; count <= 70; count++) {
      const whole = complete(Array<SumNode>(count).fill(node), inner);
      expect(repeated(node, count, inner).hash, `${count} nodes`).to.deep.equal(whole.hash);
      expect(repeated(node, count, inner).weight).to.equal(whole.weight);
    }
  });
});

describe("SumTree: answers that are refused", () => {
  const random = new Randomness(99);
  const { root, agreements } = example(random);
  const checkpoint = checkpointOf(root);
  // By leaf: leaf 4 of the first agreement. By agreement: the second.
  const LEAF_TARGET = 4n;
  const AGREEMENT_TARGET = 1n;

  function byLeaf(): Answer {
    return answer(root, 0, LEAF_TARGET)!;
  }

  function refused(packed: Answer | Buffer, error: string, challenge = 0, against: Checkpoint = checkpoint) {
    const bytes = Buffer.isBuffer(packed) ? packed : pack(packed);
    const drawn = challenge % 2 === 0 ? LEAF_TARGET : AGREEMENT_TARGET;
    return expect(harness.verifyTarget(challenge, drawn, against, toHex(bytes))).to.be.revertedWithCustomError(errors, error);
  }

  it("the honest answers are taken", async () => {
    await harness.verifyTarget(0, LEAF_TARGET, checkpoint, toHex(pack(byLeaf())));
    await harness.verifyTarget(1, AGREEMENT_TARGET, checkpoint, toHex(pack(answer(root, 1, AGREEMENT_TARGET)!)));
  });

  it("the data root with an empty path, as if it were a leaf", async () => {
    const one = byLeaf();
    one.leaf = { depth: 0, position: 0n, siblings: [], chunk: Buffer.concat([one.dataRoot, Buffer.alloc(992)]) };
    await refused(one, "WrongDataRoot");
  });

  it("an inner node's preimage, zero-padded, as if it were a leaf", async () => {
    const one = byLeaf();
    const { siblings, position, chunk } = one.leaf!;
    const own = Buffer.concat([sha256(chunk), Buffer.from("0000000000000001", "hex")]);
    const other = Buffer.concat([siblings[0].hash, Buffer.from("0000000000000001", "hex")]);
    const preimage = position & 1n ? Buffer.concat([other, own]) : Buffer.concat([own, other]);
    const padded = Buffer.concat([preimage, Buffer.alloc(1024 - preimage.length)]);
    one.leaf = { depth: siblings.length - 1, position: position >> 1n, siblings: siblings.slice(1), chunk: padded };
    await refused(one, "WrongDataRoot");
  });

  it("an empty top path", async () => {
    await refused({ ...byLeaf(), topDepth: 0, topPosition: 0n, topSiblings: [] }, "WrongRoot");
  });

  it("a depth below the siblings that follow, and one above", async () => {
    const one = byLeaf();
    await refused({ ...one, topDepth: one.topDepth - 1, topPosition: 0n }, "WrongRoot");
    await refused({ ...one, topDepth: one.topDepth + 1 }, "WrongRoot");
    await refused({ ...one, leaf: { ...one.leaf!, depth: one.leaf!.depth - 1, position: 0n } }, "WrongDataRoot");
    await refused({ ...one, leaf: { ...one.leaf!, depth: one.leaf!.depth + 1 } }, "AnswersTooShort");
  });

  it("an extra level above the root", async () => {
    const one = byLeaf();
    const nothing = { hash: EMPTY.hash, weight: 0n, count: 0, first: 0n };
    await refused({ ...one, topDepth: one.topDepth + 1, topSiblings: [...one.topSiblings, nothing] }, "WrongRoot");
    const leaf = { ...one.leaf!, depth: one.leaf!.depth + 1, siblings: [...one.leaf!.siblings, nothing] };
    await refused({ ...one, leaf }, "WrongDataRoot");
  });

  it("paths deeper than any tree", async () => {
    const one = byLeaf();
    await refused({ ...one, topDepth: 33 }, "PathTooLong");
    await refused({ ...one, leaf: { ...one.leaf!, depth: 61 } }, "PathTooLong");
  });

  it("paths as deep as any tree are read, and lead elsewhere", async () => {
    const one = byLeaf();
    const nothing = { hash: EMPTY.hash, weight: 0n, count: 0, first: 0n };
    const filled = <T>(siblings: T[], depth: number) => [...siblings, ...Array(depth - siblings.length).fill(nothing)];
    await refused({ ...one, topDepth: 32, topSiblings: filled(one.topSiblings, 32) }, "WrongRoot");
    await refused({ ...one, leaf: { ...one.leaf!, depth: 60, siblings: filled(one.leaf!.siblings, 60) } }, "WrongDataRoot");
  });

  it("a position with bits above its path", async () => {
    const one = byLeaf();
    await refused({ ...one, topPosition: one.topPosition | (1n << BigInt(one.topDepth)) }, "PositionOutOfRange");
    const leaf = { ...one.leaf!, position: one.leaf!.position | (1n << 63n) };
    await refused({ ...one, leaf }, "PositionOutOfRange");
  });

  it("swapped siblings, and sides that are exchanged", async () => {
    const one = byLeaf();
    await refused({ ...one, topSiblings: [one.topSiblings[1], one.topSiblings[0]] }, "WrongRoot");
    await refused({ ...one, topPosition: one.topPosition ^ 1n }, "OutOfOrder");
    const [first, second, ...others] = one.leaf!.siblings;
    await refused({ ...one, leaf: { ...one.leaf!, siblings: [second, first, ...others] } }, "WrongDataRoot");
    await refused({ ...one, leaf: { ...one.leaf!, position: one.leaf!.position ^ 1n } }, "WrongDataRoot");
  });

  it("an inflated weight, of the agreement and of a sibling", async () => {
    await refused({ ...byLeaf(), dataWeight: byLeaf().dataWeight + 1n }, "WrongRoot");
    const top = byLeaf();
    top.topSiblings[0].weight += 1n;
    await refused(top, "WrongRoot");
    const below = byLeaf();
    below.leaf!.siblings[0].weight += 1n;
    await refused(below, "WrongDataRoot");
  });

  it("a root whose own weights do not add up to the committed totals", async () => {
    await refused(byLeaf(), "WrongTotal", 0, { ...checkpoint, leaves: checkpoint.leaves + 1n });
    await refused(byLeaf(), "WrongTotal", 0, { ...checkpoint, agreements: checkpoint.agreements + 1 });
  });

  it("a data root that is signed with another weight than its tree has", async () => {
    for (const weight of [agreements[0].data.weight - 1n, agreements[0].data.weight + 1n, 2n ** 64n - 1n]) {
      const pretended: Agreement = { ...agreements[0], data: { ...agreements[0].data, weight } };
      const tree = providerTree([pretended]);
      const one = { ...byLeaf(), ...pickTop(build(tree, pretended, 0n, 0n)), dataWeight: weight };
      await refused(one, "WrongDataWeight", 0, checkpointOf(tree));
    }
  });

  it("sums beyond 64 bits: they are refused, not wrapped", async () => {
    // A sibling of weight 2^64-1 to the right or the left: the root's hash fits, the committed total is the sum modulo 2^64.
    const heavy: SumNode = { hash: sha256(Buffer.from("heavy")), weight: 2n ** 64n - 1n, count: 0, first: 0n, left: EMPTY, right: EMPTY };
    const light = fragment([Buffer.alloc(1024, 5), Buffer.alloc(1024, 6)]);
    for (const data of [inner(light, heavy), inner(heavy, light)]) {
      const wrapped: Agreement = { id: 1n, revision: 1n, data: { ...data, weight: BigInt.asUintN(64, data.weight) } };
      const tree = providerTree([wrapped]);
      const leafPath = build(providerTree([{ ...wrapped, data }]), { ...wrapped, data }, 0n, data.left === light ? 0n : 2n ** 64n - 1n);
      const one = { ...leafPath, dataWeight: wrapped.data.weight };
      await expect(harness.verifyTarget(0, 0n, checkpointOf(tree), toHex(pack(one)))).to.be.revertedWithCustomError(
        errors,
        "WrongDataWeight",
      );
    }
    // The same at the top, for leaves and for agreements: the node over both sides is genuine, only its totals do not fit.
    for (const over of [
      { weight: 2n ** 64n - 1n, count: 1, first: 99n },
      { weight: 1n, count: 2 ** 32 - 1, first: 99n },
    ]) {
      const sibling: SumNode = { hash: sha256(Buffer.from("many")), ...over };
      const tree = top(root, sibling);
      const one = build(tree, agreements[0], 0n, LEAF_TARGET);
      const wrapped = {
        root: checkpointOf(tree).root,
        leaves: BigInt.asUintN(64, tree.weight),
        agreements: Number(BigInt.asUintN(32, BigInt(tree.count))),
      };
      await refused(one, "WrongTotal", 0, wrapped);
    }
  });

  it("another agreement's or another leaf's answer", async () => {
    await refused(build(root, agreements[0], 0n, LEAF_TARGET + 1n), "WrongTarget");
    await refused(build(root, agreements[1], 1n, 0n), "WrongTarget");
    await refused(build(root, agreements[0], 0n, 0n), "WrongTarget", 1);
    const right = answer(root, 1, AGREEMENT_TARGET)!;
    const hashed = BigInt(toHex(sha256(uint(AGREEMENT_TARGET, 32))));
    const within = hashed % agreements[1].data.weight;
    // The leaf that would be right, had its agreement been drawn.
    await refused(build(root, agreements[0], 0n, hashed % agreements[0].data.weight), "WrongTarget", 1);
    await refused(build(root, agreements[1], 1n, (within + 1n) % agreements[1].data.weight), "WrongTarget", 1);
    expect(pack(right)).to.deep.equal(pack(build(root, agreements[1], 1n, within)));
  });

  it("an empty agreement in the place of a leaf", async () => {
    const empty: Agreement = { id: 9n, revision: 0n, data: EMPTY };
    const tree = providerTree([empty, ...agreements]);
    await expect(harness.verifyTarget(0, 0n, checkpointOf(tree), toHex(pack(build(tree, empty, 0n, 0n))))).to.be.revertedWithCustomError(
      errors,
      "WrongTarget",
    );
    await harness.verifyTarget(1, 0n, checkpointOf(tree), toHex(pack(build(tree, empty, 0n, 0n))));
    await refused(build(tree, empty, 0n, 0n), "WrongTarget", 1, checkpointOf(tree));
  });

  it("the same agreement twice: at most one of its places passes", async () => {
    const [first, second, third] = agreements;
    for (const contents of [
      [first, first, second, third],
      [first, second, second, third],
      [first, second, third, second],
      [second, first, second, third],
      [third, first, second, first],
      [first, second, null, null, null, second],
    ]) {
      const tree = providerTree(contents);
      const places = contents.filter((one) => one !== null);
      const passed = [];
      for (const [index, one] of places.entries()) {
        const packed = toHex(packInclusion(build(tree, one, BigInt(index), 0n)));
        const attempt = harness.verifyInclusion(checkpointOf(tree), packed);
        const taken = await attempt.then(() => true).catch(() => false);
        if (taken) passed.push(one.id);
        else await expect(attempt).to.be.revertedWithCustomError(errors, "OutOfOrder");
      }
      expect(new Set(passed).size).to.equal(passed.length);
      expect(passed.length).to.be.lessThan(places.length);
    }
  });

  it("the same agreement twice beside itself: neither passes", async () => {
    const [first, second, third] = agreements;
    const tree = providerTree([first, first, second, third]);
    for (const index of [0n, 1n]) {
      const packed = toHex(packInclusion(build(tree, first, index, 0n)));
      await expect(harness.verifyInclusion(checkpointOf(tree), packed)).to.be.revertedWithCustomError(errors, "OutOfOrder");
    }
  });

  it("a first agreement that is not the first", async () => {
    const one = byLeaf();
    one.topSiblings[0].first += 1n;
    await refused(one, "WrongRoot");
    one.topSiblings[0].first = one.agreementId;
    await refused(one, "OutOfOrder");
  });

  it("bytes that are missing, at every length", async () => {
    const packed = pack(byLeaf());
    const lengths = [0, 1, 63, 64, 128, 129, 133, 134, 150, packed.length - 1024, packed.length - 1];
    for (const length of lengths) await refused(packed.subarray(0, length), "AnswersTooShort");
  });

  it("bytes that follow", async () => {
    const packed = packAll(answers(root, SEED, PROVIDER, 2));
    await harness.verify(SEED, PROVIDER, 2, checkpoint, packed);
    await expect(harness.verify(SEED, PROVIDER, 2, checkpoint, `${packed}00`)).to.be.revertedWithCustomError(harness, "TrailingBytes");
  });

  it("the answers of another seed, provider or order", async () => {
    const verify = (all: Answer[]) => harness.verify(SEED, PROVIDER, 4, checkpoint, packAll(all));
    const all = answers(root, SEED, PROVIDER, 4);
    await verify(all);
    await expect(verify(answers(root, ethers.id("other"), PROVIDER, 4))).to.be.revertedWithCustomError(errors, "WrongTarget");
    await expect(verify(answers(root, SEED, ethers.ZeroAddress, 4))).to.be.revertedWithCustomError(errors, "WrongTarget");
    await expect(verify([all[1], all[0], all[3], all[2]])).to.be.revertedWithCustomError(errors, "WrongTarget");
  });
});

/** Two agreements of 24 and 14 leaves, a free slot and a third one. */
function example(random: Randomness): { root: SumNode; agreements: Agreement[] } {
  const pool = chunkPool(random, 64);
  const take = (from: number, count: number) => fragment(pool.slice(from, from + count));
  const agreements = [
    { id: 11n, revision: 3n, data: slots([take(0, 8), take(8, 8), EMPTY, take(16, 8)]) },
    { id: 12n, revision: 1n, data: slots([take(24, 7), take(31, 7)]) },
    { id: 13n, revision: 8n, data: slots([take(38, 16)]) },
  ];
  return { root: providerTree([agreements[0], agreements[1], null, agreements[2]]), agreements };
}

function prefixed(root: SumNode, challenge: number, last: Buffer): Buffer {
  return Buffer.concat([...answers(root, SEED, PROVIDER, challenge).map(pack), last]);
}

function pickTop({ topDepth, topPosition, topSiblings }: Answer) {
  return { topDepth, topPosition, topSiblings };
}
