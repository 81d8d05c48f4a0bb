import { createHash } from "node:crypto";

/**
 * The Merkle sum tree of docs/protocol.md, section 4, written from the page alone: a second opinion beside the contracts and the C#.
 * Nodes are never changed, so that a tree of equal parts can share them: a pebibyte of equal leaves takes a few dozen nodes.
 */
export interface SumNode {
  readonly hash: Buffer;
  readonly weight: bigint;
  /** Number of agreements; 0 below an agreement. */
  readonly count: number;
  /** The agreement furthest to the left; 0 below an agreement. */
  readonly first: bigint;
  readonly left?: SumNode;
  readonly right?: SumNode;
  readonly chunk?: Buffer;
  readonly agreement?: Agreement;
}

export interface Agreement {
  readonly id: bigint;
  readonly revision: bigint;
  /** The tree of its fragments; EMPTY for revision 0. */
  readonly data: SumNode;
}

export interface Checkpoint {
  readonly root: string;
  readonly leaves: bigint;
  readonly agreements: number;
}

export type Combine = (left: SumNode, right: SumNode) => SumNode;

export const LEAF_BYTES = 1024;
export const EMPTY: SumNode = { hash: Buffer.alloc(32), weight: 0n, count: 0, first: 0n };

export function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Big-endian in `bytes` bytes; what does not fit is cut off. */
export function uint(value: bigint | number, bytes: number): Buffer {
  return Buffer.from(
    BigInt.asUintN(bytes * 8, BigInt(value))
      .toString(16)
      .padStart(bytes * 2, "0"),
    "hex",
  );
}

export function leaf(chunk: Buffer): SumNode {
  if (chunk.length !== LEAF_BYTES) throw new Error(`A leaf has ${LEAF_BYTES} bytes, not ${chunk.length}.`);
  return { hash: sha256(chunk), weight: 1n, count: 0, first: 0n, chunk };
}

export const inner: Combine = (left, right) => {
  if (left === EMPTY && right === EMPTY) return EMPTY;
  const hash = sha256(left.hash, uint(left.weight, 8), right.hash, uint(right.weight, 8));
  return { hash, weight: left.weight + right.weight, count: 0, first: 0n, left, right };
};

export const top: Combine = (left, right) => {
  if (left === EMPTY && right === EMPTY) return EMPTY;
  const side = (node: SumNode) => Buffer.concat([node.hash, uint(node.weight, 8), uint(node.count, 4), uint(node.first, 16)]);
  return {
    hash: sha256(side(left), side(right)),
    weight: left.weight + right.weight,
    count: left.count + right.count,
    first: left.count > 0 ? left.first : right.first,
    left,
    right,
  };
};

export function agreementNode(agreement: Agreement): SumNode {
  const { id, revision, data } = agreement;
  return {
    hash: sha256(uint(id, 32), uint(revision, 32), data.hash, uint(data.weight, 32)),
    weight: data.weight,
    count: 1,
    first: id,
    agreement,
  };
}

/** The complete binary tree over the nodes, padded with EMPTY to a power of two. */
export function complete(nodes: readonly SumNode[], combine: Combine): SumNode {
  if (nodes.length === 0) return EMPTY;
  let level = [...nodes];
  while (level.length > 1) {
    const next: SumNode[] = [];
    for (let index = 0; index < level.length; index += 2) next.push(combine(level[index], level[index + 1] ?? EMPTY));
    level = next;
    // A level of odd length gets its padding above; EMPTY pairs are EMPTY, so that the power of two comes by itself.
  }
  return level[0];
}

/** `complete` over `count` times the same node, in O(log count). */
export function repeated(node: SumNode, count: number, combine: Combine): SumNode {
  if (count <= 1) return count === 1 ? node : EMPTY;
  let [full, partial, size] = [node, EMPTY as SumNode, 1];
  // `full` is a whole subtree of `size` nodes, `partial` the last, not wholly filled one of the same depth (EMPTY if none is).
  while (size < count) {
    const rest = count % (2 * size);
    const next: SumNode = rest === 0 ? EMPTY : rest >= size ? combine(full, partial) : combine(partial, EMPTY);
    [full, partial, size] = [combine(full, full), next, size * 2];
  }
  return count === size ? full : partial;
}

/** A fragment: the complete tree over its chunks. */
export function fragment(chunks: readonly Buffer[]): SumNode {
  return complete(chunks.map(leaf), inner);
}

/** The agreement's tree over numbered slots, of which the last is occupied. */
export function slots(fragments: readonly SumNode[]): SumNode {
  return complete(fragments, inner);
}

/** The provider's tree over slots of agreements, null for a free slot. */
export function providerTree(agreements: readonly (Agreement | null)[]): SumNode {
  return complete(
    agreements.map((agreement) => (agreement === null ? EMPTY : agreementNode(agreement))),
    top,
  );
}

export function checkpointOf(root: SumNode): Checkpoint {
  return { root: `0x${root.hash.toString("hex")}`, leaves: root.weight, agreements: root.count };
}

/** Siblings from the leaf upward; bit j of the position is 1 where the node is the right child. */
export interface Path {
  readonly node: SumNode;
  readonly position: bigint;
  readonly siblings: readonly SumNode[];
}

/** Descends to the node that covers index `target` when each node counts for `measure`, until `isEnd`. */
export function pathTo(root: SumNode, target: bigint, measure: (node: SumNode) => bigint, isEnd: (node: SumNode) => boolean): Path {
  const down: { sibling: SumNode; isRight: boolean }[] = [];
  let node = root;
  let rest = target;
  while (!isEnd(node)) {
    const { left, right } = node;
    if (left === undefined || right === undefined) throw new Error("The path ends early.");
    const isRight = rest >= measure(left);
    if (isRight) rest -= measure(left);
    down.push({ sibling: isRight ? left : right, isRight });
    node = isRight ? right : left;
  }
  const up = down.reverse();
  const position = up.reduce((bits, step, level) => (step.isRight ? bits | (1n << BigInt(level)) : bits), 0n);
  return { node, position, siblings: up.map((step) => step.sibling) };
}

export const byWeight = (node: SumNode) => node.weight;
export const byCount = (node: SumNode) => BigInt(node.count);
export const isLeaf = (node: SumNode) => node.chunk !== undefined;
export const isAgreement = (node: SumNode) => node.agreement !== undefined;
