import { checkpointOf, type SumNode } from "./sumtree.js";
import { asLost, packAll, toHex, type Answer, type LeafPart } from "./answers.js";
import { answersFor, type ProvingWorld } from "./proving.js";

/** The same part as if the node, where it lies above the leaf, were lost; null if it does not. */
function partWithout(leaf: LeafPart, lost: SumNode): LeafPart | null {
  for (let levels = 0; levels <= leaf.depth; levels++) {
    const part = asLost(leaf, levels);
    if (part.lost!.hash.equals(lost.hash)) return part;
  }
  return null;
}

/** An answer of somebody who lost these nodes; the first one above the leaf is shown. */
export function without(one: Answer, lost: readonly SumNode[]): Answer {
  if (one.leaf === undefined) return one;
  for (const node of lost) {
    const leaf = partWithout(one.leaf, node);
    if (leaf !== null) return { ...one, leaf };
  }
  return one;
}

/** An epoch's answers of a provider that lost these nodes, and how many of them show one. */
export async function answersWithout(world: ProvingWorld, epoch: number, lost: readonly SumNode[]) {
  const all = (await answersFor(world, epoch)).map((one) => without(one, lost));
  return { packed: packAll(all), shown: all.filter(({ leaf }) => leaf?.lost !== undefined).length };
}

/** Proves a sealed epoch without these nodes. */
export async function advanceWithout(world: ProvingWorld, epoch: number, lost: readonly SumNode[], next: SumNode = world.root) {
  const { packed } = await answersWithout(world, epoch, lost);
  return world.proofs.connect(world.operator).advance(world.provider, packed, checkpointOf(next));
}

export async function declareLost(world: ProvingWorld, id: bigint, revision: bigint, node: SumNode) {
  return world.losses.connect(world.operator).declare(id, revision, toHex(node.hash), node.weight);
}
