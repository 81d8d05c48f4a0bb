import { expect } from "chai";
import type { PossessionProofs } from "../types/proofs/PossessionProofs.js";
import { bareWorld, ethers, fixture, NO_PERMIT, register, request, SPACE, TERMS, type World } from "./market.js";
import { packAll, answers } from "./support/answers.js";
import { CHALLENGES, reachAnchor, seal, signature } from "./support/proving.js";
import { expectAsCommitted, type Costs } from "./support/gasSnapshot.js";
import { Randomness } from "./support/random.js";
import {
  agreementNode,
  checkpointOf,
  complete,
  fragment,
  inner,
  leaf,
  repeated,
  top,
  type Agreement,
  type SumNode,
} from "./support/sumtree.js";

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
/** Real agreements on the chain; larger trees hold each of them many times. */
const SIGNED = 64;
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
        const { root, depth } = await store(world, SIZES[size], count);
        measured[title] = await prove(world, root);
        depths[title] = depth;
        expect(BigInt(measured[title].gas)).to.be.lessThan(LIMIT);
      });
    }
  }

  it("sealing the epoch in the same transaction stays below the limit too", async () => {
    const world = await fixture(gasWorld)();
    const { root } = await store(world, SIZES["1 TiB"], 1_000);
    const proofs = world.proofs.connect(world.operator) as PossessionProofs;
    await proofs.commit(checkpointOf(root));
    await reachAnchor(world, 11);
    const { hash } = (await ethers.provider.getBlock(Number(await world.beacon.anchorBlock(11n))))!;
    const seed = ethers.sha256(ethers.solidityPacked(["bytes32", "uint64"], [hash, 11n]));
    const sent = await proofs.advance(await signedAnswers(world, root, seed), checkpointOf(root));
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

/** The real market with a provider that rents 100 TiB (and what rounding adds) out in each of 64 agreements. */
async function gasWorld(): Promise<World> {
  const world = await bareWorld({ stakePerGiB: 1n }, { beacon: "BlockhashBeacon", proofs: "PossessionProofs" });
  await register(world, world.owner, world.operator.address);
  await world.registry.connect(world.owner).stake(SPACE);
  await world.listings.connect(world.owner).publish({ ...TERMS, available: 2n ** 40n });
  const one = request(world, { space: BigInt(SIZES["100 TiB"]) + 1n, term: 100n });
  for (let opened = 0; opened < SIGNED; opened += 16) {
    await world.agreements.connect(world.consumer).open(Array(16).fill(one) as any, NO_PERMIT);
  }
  return world;
}

/** A tree of `gib` GiB in `count` agreements, each with the same fragments, and how deep it is. */
async function store(world: World, gib: number, count: number): Promise<{ root: SumNode; depth: number }> {
  const leaves = Math.ceil((gib * GIB_LEAVES) / count);
  const chunk = leaf(new Randomness(1).bytes(1024));
  const perFragment = Math.min(leaves, FRAGMENT_LEAVES);
  const data = repeated(repeated(chunk, perFragment, inner), Math.ceil(leaves / perFragment), inner);
  const signed = Array.from({ length: Math.min(count, SIGNED) }, (_, index) =>
    agreementNode({ id: BigInt(index + 1), revision: 1n, data }),
  );
  const root = complete(
    Array.from({ length: count }, (_, index) => signed[index % signed.length]),
    top,
  );
  const levels = (nodes: number) => Math.ceil(Math.log2(nodes));
  return { root, depth: levels(count) + levels(perFragment) + levels(Math.ceil(leaves / perFragment)) };
}

/** Commits the tree, proves it in the next epoch and returns what that cost. */
async function prove(world: World, root: SumNode): Promise<{ gas: number; bytes: number }> {
  const proofs = world.proofs.connect(world.operator) as PossessionProofs;
  await proofs.commit(checkpointOf(root));
  await seal(world, 11);
  const packed = await signedAnswers(world, root, await world.beacon.seed(11n));
  const sent = await proofs.advance(packed, checkpointOf(root));
  return { gas: Number((await sent.wait())!.gasUsed), bytes: (packed.length - 2) / 2 };
}

/** The packed answers, for which only the agreements that are drawn are signed. */
async function signedAnswers(world: World, root: SumNode, seed: string): Promise<string> {
  const signatures = new Map<bigint, Buffer>();
  for (const one of answers(root, seed, world.provider, CHALLENGES)) {
    const data = { hash: one.dataRoot, weight: one.dataWeight, count: 0 };
    const agreement: Agreement = { id: one.agreementId, revision: one.revision, data };
    signatures.set(agreement.id, await signature(world, agreement, world.dataKey));
  }
  return packAll(answers(root, seed, world.provider, CHALLENGES, (agreement) => signatures.get(agreement.id)!));
}
