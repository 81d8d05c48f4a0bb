import {
  byCount,
  byWeight,
  EMPTY,
  inner,
  isAgreement,
  isLeaf,
  leaf as leafNode,
  pathTo,
  sha256,
  uint,
  type Agreement,
  type SumNode,
} from "./sumtree.js";

export interface Sibling {
  hash: Buffer;
  weight: bigint;
  count: number;
  first: bigint;
}

/** One answer before it is packed: every field can be falsified. */
export interface Answer {
  agreementId: bigint;
  revision: bigint;
  dataWeight: bigint;
  dataRoot: Buffer;
  signature: Buffer;
  topDepth: number;
  topPosition: bigint;
  topSiblings: Sibling[];
  /** Absent if nothing is stored in the agreement. */
  leaf?: LeafPart;
}

/** The path of a leaf and its bytes, or of a lost node in its place. */
export interface LeafPart {
  depth: number;
  position: bigint;
  siblings: Sibling[];
  chunk: Buffer;
  lost?: Pick<SumNode, "hash" | "weight">;
}

/** Beside the depth of a path: a lost node follows, not a leaf. */
const LOST = 0x80;

/** Signatures of revisions, by agreement. */
export type SignatureOf = (agreement: Agreement) => Buffer;

export const UNSIGNED: SignatureOf = () => Buffer.alloc(65);

/** target_i of docs/protocol.md, section 4.1. */
export function target(seed: string, provider: string, challenge: number): bigint {
  return toBigInt(sha256(fromHex(seed), fromHex(provider), uint(challenge, 4)));
}

/** The answer to one draw, or null if the draw is void. */
export function answer(root: SumNode, challenge: number, drawn: bigint, signatureOf: SignatureOf = UNSIGNED): Answer | null {
  if (root.count === 0) return null;
  if (challenge % 2 === 0) return root.weight === 0n ? null : answerByLeaf(root, drawn % root.weight, signatureOf);
  const path = pathTo(root, drawn % byCount(root), byCount, isAgreement);
  const weight = path.node.weight;
  const within = weight === 0n ? 0n : toBigInt(sha256(uint(drawn, 32))) % weight;
  return build(root, path.node.agreement!, drawn % byCount(root), within, signatureOf);
}

function answerByLeaf(root: SumNode, index: bigint, signatureOf: SignatureOf): Answer {
  // Which agreement holds the leaf, and how many agreements and leaves come before it.
  let [node, rest, agreementsBefore] = [root, index, 0n];
  while (node.agreement === undefined) {
    const isRight = rest >= node.left!.weight;
    if (isRight) [rest, agreementsBefore] = [rest - node.left!.weight, agreementsBefore + byCount(node.left!)];
    node = isRight ? node.right! : node.left!;
  }
  return build(root, node.agreement, agreementsBefore, rest, signatureOf);
}

/** The answer that shows leaf `within` of the agreement with number `index`. */
export function build(root: SumNode, agreement: Agreement, index: bigint, within: bigint, signatureOf: SignatureOf = UNSIGNED): Answer {
  const path = pathTo(root, index, byCount, isAgreement);
  const result: Answer = {
    agreementId: agreement.id,
    revision: agreement.revision,
    dataWeight: agreement.data.weight,
    dataRoot: agreement.data.hash,
    signature: signatureOf(agreement),
    topDepth: path.siblings.length,
    topPosition: path.position,
    topSiblings: path.siblings.map(toSibling),
  };
  if (agreement.data.weight === 0n) return result;
  const data = pathTo(agreement.data, within, byWeight, isLeaf);
  const siblings = data.siblings.map(toSibling);
  return { ...result, leaf: { depth: siblings.length, position: data.position, siblings, chunk: data.node.chunk! } };
}

/** The answers to all draws of an epoch, void ones left out. */
export function answers(root: SumNode, seed: string, provider: string, challenges: number, signatureOf?: SignatureOf): Answer[] {
  const all = Array.from({ length: challenges }, (_, i) => answer(root, i, target(seed, provider, i), signatureOf));
  return all.filter((one) => one !== null);
}

/** The part that settles: up to the end of the top path. */
export function packInclusion(one: Answer): Buffer {
  return Buffer.concat([
    uint(one.agreementId, 16),
    uint(one.revision, 8),
    uint(one.dataWeight, 8),
    one.dataRoot,
    one.signature,
    uint(one.topDepth, 1),
    uint(one.topPosition, 4),
    ...one.topSiblings.map((node) => Buffer.concat([node.hash, uint(node.weight, 8), uint(node.count, 4), uint(node.first, 16)])),
  ]);
}

export function pack(one: Answer): Buffer {
  if (one.leaf === undefined) return packInclusion(one);
  return Buffer.concat([packInclusion(one), packLeaf(one.leaf)]);
}

/** The part that answers an audit. */
export function packLeaf({ depth, position, siblings, chunk, lost }: LeafPart): Buffer {
  return Buffer.concat([
    uint(lost === undefined ? depth : depth | LOST, 1),
    uint(position, 8),
    ...[...siblings, ...(lost === undefined ? [] : [lost])].map((node) => Buffer.concat([node.hash, uint(node.weight, 8)])),
    ...(lost === undefined ? [chunk] : []),
  ]);
}

/** The same path from the node `levels` above the leaf on, shown as lost. */
export function asLost(leaf: LeafPart, levels: number): LeafPart {
  const below = leaf.siblings.slice(0, levels).map((sibling) => ({ ...EMPTY, hash: sibling.hash, weight: sibling.weight }));
  const lost = below.reduce(
    (node, sibling, level) => ((leaf.position >> BigInt(level)) & 1n ? inner(sibling, node) : inner(node, sibling)),
    leafNode(leaf.chunk),
  );
  const [depth, position] = [leaf.depth - levels, leaf.position >> BigInt(levels)];
  return { depth, position, siblings: leaf.siblings.slice(levels), chunk: leaf.chunk, lost };
}

export function packAll(all: readonly Answer[]): string {
  return toHex(Buffer.concat(all.map(pack)));
}

export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(toHex(bytes));
}

function toSibling(node: SumNode): Sibling {
  return { hash: node.hash, weight: node.weight, count: node.count, first: node.first };
}
