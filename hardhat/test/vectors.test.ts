import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { network } from "hardhat";
import { target, toHex } from "./support/answers.js";
import { loadProvingWorld } from "./support/proving.js";
import { agreementNode, complete, EMPTY, fragment, inner, sha256, top, uint, type SumNode } from "./support/sumtree.js";

/**
 * Trees, challenges and answers that the C# code wrote (tests/vectors): the contracts and the second implementation must see them alike.
 * Signatures in them are stand-ins, which no contract looks at here: what is refused for its signature alone has valid paths.
 */
interface Node {
  hash: string;
  weight: string;
  count?: number;
}

interface Case {
  name: string;
  checkpoint: { root: string; leaves: string; agreements: number };
  seed: string;
  provider: string;
  challenges: number;
  draws: { kind: "leaf" | "agreement" | "void"; target: string; position: string }[];
  answers: string;
  result: string;
}

type Declared = Pick<Node, "hash" | "weight">[];

interface Declaration {
  challenge: Case;
  declared: Declared;
}

interface LeafPart {
  name: string;
  dataRoot: string;
  weight: string;
  leaf: string;
  bytes: string;
  declared: Declared;
  result: string;
}

/** As the contracts read it. */
interface Leaf {
  node: string;
  weight: bigint;
  isLost: boolean;
}

interface Inclusion {
  name: string;
  checkpoint: Case["checkpoint"];
  agreementId: string;
  inclusion: string;
  result: string;
}

const folder = new URL("../../tests/vectors/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
// A chain of its own: the market's is put back for each test.
const { ethers } = await network.create();
const harness = await ethers.deployContract("SumTreeHarness");
const errors = await ethers.getContractAt("IPossessionProofs", ethers.ZeroAddress);
const hex = (text: string) => (text.startsWith("0x") ? text : `0x${text}`);
const bytes = (text: string) => Buffer.from(hex(text).slice(2), "hex");

/** Signed, or refused for nothing that a path shows. */
const hasValidPaths = (result: string) => ["None", "RevisionRefused"].includes(result);

function verify(one: Case) {
  const checkpoint = { ...one.checkpoint, root: hex(one.checkpoint.root) };
  return harness.verify(hex(one.seed), one.provider, one.challenges, checkpoint, one.answers);
}

/** What PossessionProofs and StorageAudits make of lost nodes: each must have been declared. */
function verdict(leaves: readonly Leaf[], declared: Declared): "None" | "NotDeclared" {
  const isDeclared = (hash: string, weight: bigint) => declared.some((node) => hex(node.hash) === hash && BigInt(node.weight) === weight);
  return leaves.every((leaf) => !leaf.isLost || isDeclared(leaf.node, leaf.weight)) ? "None" : "NotDeclared";
}

async function expectVerdict(attempt: Promise<readonly Leaf[]>, declared: Declared, { name, result }: { name: string; result: string }) {
  const leaves = await attempt.catch(() => null);
  if (leaves === null) await expectRefusal(attempt, name);
  const expected = ["None", "NotDeclared"].includes(result) ? result : "refused";
  expect(leaves === null ? "refused" : verdict(leaves, declared), name).to.equal(expected);
}

/** Refused by one of the contract's own errors: not by a panic, and not for want of gas. */
async function expectRefusal(attempt: Promise<unknown>, name: string) {
  const refusal = await attempt.then(
    () => "taken",
    (error: { data?: string }) => error.data ?? "no data",
  );
  const named = errors.interface.parseError(refusal) ?? harness.interface.parseError(refusal);
  expect(named?.name, `${name}: ${refusal.slice(0, 80)}`).to.be.a("string");
}

const haveVectors = existsSync(new URL("challenges.json", folder));

(haveVectors ? describe : describe.skip)("Vectors: challenges", () => {
  if (!haveVectors) return;
  const { challenges, declarations, leafParts, inclusions, settlementDraws } = read("challenges.json") as {
    challenges: Case[];
    declarations: Declaration[];
    leafParts: LeafPart[];
    inclusions: Inclusion[];
    settlementDraws: Record<"seed" | "agreementId" | "cycle" | "provenEpochs" | "picked", string>[];
  };

  for (const one of challenges) {
    it(`${one.name}: ${one.result}`, async () => {
      if (one.result === "CheckpointInvalid") {
        const { proofs, operator, provider } = await loadProvingWorld();
        const checkpoint = { ...one.checkpoint, root: hex(one.checkpoint.root) };
        await expect(proofs.connect(operator).commit(provider, checkpoint)).to.be.revertedWithCustomError(proofs, one.result);
      } else if (hasValidPaths(one.result)) {
        await verify(one);
      } else {
        await expectRefusal(verify(one), one.name);
      }
    });
  }

  for (const { challenge, declared } of declarations) {
    it(`${challenge.name}: ${challenge.result}`, async () => {
      const attempt = verify(challenge).then(({ leaves }) => leaves);
      await expectVerdict(attempt, declared, challenge);
    });
  }

  for (const part of leafParts) {
    it(`leaf part, ${part.name}: ${part.result}`, async () => {
      const revision = { number: 1n, dataRoot: hex(part.dataRoot), weight: part.weight };
      const attempt = harness.verifyLeaf(revision, part.leaf, part.bytes).then((leaf) => [leaf]);
      await expectVerdict(attempt, part.declared, part);
    });
  }

  it("draws are the same", () => {
    for (const one of [...challenges, ...declarations.map(({ challenge }) => challenge)]) {
      const [leaves, count] = [BigInt(one.checkpoint.leaves), BigInt(one.checkpoint.agreements)];
      for (const [index, draw] of one.draws.entries()) {
        const drawn = target(hex(one.seed), one.provider, index);
        expect(BigInt(hex(draw.target)), one.name).to.equal(drawn);
        if (draw.kind === "leaf") expect(BigInt(draw.position), one.name).to.equal(drawn % leaves);
        if (draw.kind === "agreement") expect(BigInt(draw.position), one.name).to.equal(drawn % count);
      }
    }
  });

  for (const one of inclusions) {
    it(`inclusion, ${one.name}: ${one.result}`, async () => {
      const checkpoint = { ...one.checkpoint, root: hex(one.checkpoint.root) };
      const attempt = harness.verifyInclusion(checkpoint, one.inclusion);
      const member = await attempt.catch(() => null);
      if (member === null) await expectRefusal(attempt, one.name);
      // The harness reads the path alone; whose it is and where it ends are compared here, as PossessionProofs does.
      const isTaken =
        member !== null && member.agreement === BigInt(one.agreementId) && member.end === BigInt(one.inclusion.length / 2 - 1);
      expect(isTaken).to.equal(hasValidPaths(one.result));
    });
  }

  it("settlement draws are the same", () => {
    for (const one of settlementDraws) {
      const drawn = BigInt(toHex(sha256(bytes(one.seed), uint(BigInt(one.agreementId), 32), uint(BigInt(one.cycle), 8))));
      expect(drawn % BigInt(one.provenEpochs)).to.equal(BigInt(one.picked));
    }
  });
});

(haveVectors ? describe : describe.skip)("Vectors: trees", () => {
  if (!haveVectors) return;
  const trees = read("sum-trees.json");
  const same = (node: SumNode, expected: Node) => {
    expect(toHex(node.hash)).to.equal(hex(expected.hash));
    expect(node.weight).to.equal(BigInt(expected.weight));
    if (expected.count !== undefined) expect(node.count).to.equal(expected.count);
  };
  const node = ({ hash, weight, count = 0, first = "0" }: Node & { first?: string }): SumNode =>
    /^(0x)?0*$/.test(hash) && weight === "0" && count === 0
      ? EMPTY
      : { hash: bytes(hash), weight: BigInt(weight), count, first: BigInt(first) };
  const filled = (slots: { slot: number; node: SumNode }[]): SumNode[] => {
    const all = Array<SumNode>(Math.max(-1, ...slots.map(({ slot }) => slot)) + 1).fill(EMPTY);
    for (const { slot, node: content } of slots) all[slot] = content;
    return all;
  };
  const contents = (one: { id: string; revision: string; dataRoot: string; weight: string }) =>
    agreementNode({
      id: BigInt(one.id),
      revision: BigInt(one.revision),
      data: { hash: bytes(one.dataRoot), weight: BigInt(one.weight), count: 0, first: 0n },
    });

  it("inner nodes, top nodes and agreements", () => {
    for (const one of trees.inner) same(inner(node(one.left), node(one.right)), one.node);
    for (const one of trees.top) same(top(node(one.left), node(one.right)), one.node);
    for (const one of trees.agreements) same(contents(one.contents), one.node);
  });

  it("fragments of every length", () => {
    for (const one of trees.fragments) {
      const padded = Buffer.alloc(Math.ceil(one.bytes / 1024) * 1024);
      for (let i = 0; i < one.bytes; i++) padded[i] = 167 * i + 13 * Math.floor(i / 1024);
      same(fragment(Array.from({ length: padded.length / 1024 }, (_, i) => padded.subarray(i * 1024, (i + 1) * 1024))), one.root);
    }
  });

  it("agreements over slots with gaps", () => {
    for (const one of trees.agreementTrees) {
      const slots = one.slots.map((entry: { slot: number; fragment: Node }) => ({ slot: entry.slot, node: node(entry.fragment) }));
      same(complete(filled(slots), inner), one.root);
    }
  });

  it("providers over slots with gaps", () => {
    for (const one of trees.providerTrees) {
      const slots = one.slots.map((entry: { slot: number; contents: any }) => ({ slot: entry.slot, node: contents(entry.contents) }));
      same(complete(filled(slots), top), one.root);
    }
  });
});

/** scripts/test.mjs has the C# tests write thousands of random cases, and runs this over them. */
describe("Vectors: random trees of the C# code", () => {
  const path = process.env.RANDOM_CASES_FILE;
  (path !== undefined && existsSync(path) ? it : it.skip)(
    "each is taken as it is, and every tenth refused with its last bit changed",
    async () => {
      const cases = readFileSync(path!, "utf8").trim().split("\n");
      expect(cases.length).to.be.greaterThan(0);
      for (const [index, line] of cases.entries()) {
        const { challenge: one, declared } = JSON.parse(line) as Declaration;
        expect(verdict((await verify(one)).leaves, declared), one.name).to.equal("None");
        if (index % 10 !== 0 || one.answers === "0x") continue;
        const last = (Number.parseInt(one.answers.slice(-1), 16) ^ 1).toString(16);
        await expectRefusal(verify({ ...one, answers: one.answers.slice(0, -1) + last }), one.name);
      }
    },
  ).timeout(600_000);
});
