import { expect } from "chai";
import type { PossessionProofs } from "../types/proofs/PossessionProofs.js";
import { bareWorld, ethers, fixture, networkHelpers, NO_PERMIT, register, request, SPACE, TERMS, type World } from "./market.js";
import { packAll, answers } from "./support/answers.js";
import { CHALLENGES, reachAnchor, seal, signature } from "./support/proving.js";
import { expectAsCommitted, type Costs } from "./support/gasSnapshot.js";
import { Randomness } from "./support/random.js";
import { checkpointOf, inner, leaf, providerTree, repeated, type Agreement, type SumNode } from "./support/sumtree.js";

/**
 * What one `advance` costs, all in: execution and call data by the rules of the chain's hard fork (EIP-7623). Trees of this size are
 * made of equal leaves, so that their nodes can be shared; nothing in them is cheaper to prove than in others.
 */
const LIMIT = 1_200_000n;
const GIB_LEAVES = 2 ** 20;
const SIZES = { "1 GiB": 1, "1 TiB": 1_024, "100 TiB": 102_400 } as const;
const COUNTS = [1, 1_000, 100_000] as const;
/** A million fragments in a tebibyte. */
const FRAGMENT_LEAVES = 1_074;
/** Gas that one more level may cost in one answer: its call data, its hash and its turn of the loop. */
const GAS_PER_LEVEL = 1_800n;
/** Gas that an agreement's storage costs where it is read first; one that is drawn again is read warm. */
const GAS_PER_AGREEMENT = 15_000n;

type Size = keyof typeof SIZES;

describe("PossessionProofs: gas", () => {
  const measured: Costs = {};
  const depths: Record<string, number> = {};

  for (const size of Object.keys(SIZES) as Size[]) {
    for (const count of COUNTS) {
      const title = `${size} in ${count.toLocaleString("en")} agreement${count === 1 ? "" : "s"}`;
      it(`${title} are proven below ${LIMIT.toLocaleString("en")} gas`, async () => {
        const world = await fixture(gasWorld)();
        const { root, depth } = store(SIZES[size], count);
        measured[title] = await prove(world, root);
        depths[title] = depth;
        expect(BigInt(measured[title].gas)).to.be.lessThan(LIMIT);
      });
    }
  }

  it("sealing the epoch in the same transaction stays below the limit too", async () => {
    const world = await fixture(gasWorld)();
    const { root } = store(SIZES["1 TiB"], 1_000);
    const proofs = world.proofs.connect(world.operator) as PossessionProofs;
    await proofs.commit(world.provider, checkpointOf(root));
    await reachAnchor(world, 11);
    const { hash } = (await ethers.provider.getBlock(Number(await world.beacon.anchorBlock(11n))))!;
    const seed = ethers.sha256(ethers.solidityPacked(["bytes32", "uint64"], [hash, 11n]));
    await openDrawn(world, root, seed);
    const sent = await proofs.advance(world.provider, await signedAnswers(world, root, seed), checkpointOf(root));
    expect((await sent.wait())!.gasUsed).to.be.lessThan(LIMIT);
  });

  it("the cost grows with the logarithm of agreements and bytes alone", () => {
    const titles = Object.keys(measured);
    for (const one of titles) {
      for (const other of titles) {
        const levels = BigInt(Math.max(0, depths[one] - depths[other]));
        const allowed = BigInt(measured[other].gas) + BigInt(CHALLENGES) * (levels * GAS_PER_LEVEL + GAS_PER_AGREEMENT);
        expect(BigInt(measured[one].gas), `${one} against ${other}`).to.be.lessThan(allowed);
      }
    }
  });

  it("the cost is what the committed snapshot says", () => {
    expectAsCommitted("advance", measured);
  });
});

/** The real market with a provider that has 100 TiB (and what rounding adds) for each of the agreements that are drawn. */
async function gasWorld(): Promise<World> {
  const world = await bareWorld({ stakePerGiB: 1n }, { beacon: "BlockhashBeacon", proofs: "PossessionProofs" });
  await register(world, world.owner, world.operator.address);
  await world.stakes.connect(world.owner).stake(SPACE);
  await world.listings.connect(world.owner).publish({ ...TERMS, available: 2n ** 40n });
  return world;
}

/** Opens an agreement with a number of the test's choice: those before it were never opened, and nobody is asked for them. */
async function openNumber(world: World, id: bigint): Promise<void> {
  const address = await world.agreements.getAddress();
  await networkHelpers.setStorageAt(address, await countSlot(world), id - 1n);
  await world.agreements
    .connect(world.consumer)
    .open([request(world, { space: BigInt(SIZES["100 TiB"]) + 1n, term: 100n })] as any, NO_PERMIT);
  expect(await world.agreements.agreementCount()).to.equal(id);
}

/** Where StorageAgreements counts: the one slot whose change its count follows. */
async function countSlot(world: World): Promise<number> {
  const address = await world.agreements.getAddress();
  for (let slot = 0; slot < 16; slot++) {
    const before = await ethers.provider.getStorage(address, slot);
    await networkHelpers.setStorageAt(address, slot, 424_242n);
    const found = (await world.agreements.agreementCount()) === 424_242n;
    await networkHelpers.setStorageAt(address, slot, BigInt(before));
    if (found) return slot;
  }
  throw new Error("StorageAgreements counts elsewhere.");
}

/** A tree of `gib` GiB in the agreements 1 to `count`, each with the same fragments, and how deep it is. */
function store(gib: number, count: number): { root: SumNode; depth: number } {
  const leaves = Math.ceil((gib * GIB_LEAVES) / count);
  const chunk = leaf(new Randomness(1).bytes(1024));
  const perFragment = Math.min(leaves, FRAGMENT_LEAVES);
  const data = repeated(repeated(chunk, perFragment, inner), Math.ceil(leaves / perFragment), inner);
  const root = providerTree(Array.from({ length: count }, (_, index) => ({ id: BigInt(index + 1), revision: 1n, data })));
  const levels = (nodes: number) => Math.ceil(Math.log2(nodes));
  // A top level has half as many bytes again as one below.
  return { root, depth: Math.ceil(levels(count) * 1.5) + levels(perFragment) + levels(Math.ceil(leaves / perFragment)) };
}

/** Commits the tree, proves it in the next epoch and returns what that cost. */
async function prove(world: World, root: SumNode): Promise<{ gas: number; bytes: number }> {
  await openDrawn(world, root, ethers.id("seed of epoch 11"));
  const proofs = world.proofs.connect(world.operator) as PossessionProofs;
  await proofs.commit(world.provider, checkpointOf(root));
  await seal(world, 11);
  const packed = await signedAnswers(world, root, await world.beacon.seed(11n));
  const sent = await proofs.advance(world.provider, packed, checkpointOf(root));
  return { gas: Number((await sent.wait())!.gasUsed), bytes: (packed.length - 2) / 2 };
}

async function openDrawn(world: World, root: SumNode, seed: string): Promise<void> {
  const drawn = new Set(answers(root, seed, world.provider, CHALLENGES).map((one) => one.agreementId));
  for (const id of [...drawn].sort((a, b) => Number(a - b))) await openNumber(world, id);
}

/** The packed answers, for which only the agreements that are drawn are signed. */
async function signedAnswers(world: World, root: SumNode, seed: string): Promise<string> {
  const signatures = new Map<bigint, Buffer>();
  for (const one of answers(root, seed, world.provider, CHALLENGES)) {
    const data = { hash: one.dataRoot, weight: one.dataWeight, count: 0, first: 0n };
    const agreement: Agreement = { id: one.agreementId, revision: one.revision, data };
    signatures.set(agreement.id, await signature(world, agreement, world.dataKey));
  }
  return packAll(answers(root, seed, world.provider, CHALLENGES, (agreement) => signatures.get(agreement.id)!));
}
