import { build } from "./answers.js";
import { advance, inclusion, NOTHING, seal, signatureOf, type ProvingWorld } from "./proving.js";
import { checkpointOf, type Agreement, type SumNode } from "./sumtree.js";

/** Proves epochs [from, to) with what the provider holds now. */
export async function keep(world: ProvingWorld, from: number, to: number, trees: Map<bigint, SumNode>): Promise<void> {
  for (let epoch = from; epoch < to; epoch++) {
    await seal(world, epoch);
    await advance(world, epoch);
    trees.set(BigInt(epoch), world.root);
  }
}

/** Settles as a node does: the agreement's path in the tree of the epoch that is drawn. */
export async function collect(world: ProvingWorld, id: bigint, cycle: bigint, trees: Map<bigint, SumNode>) {
  const { drawn, provenEpochs } = await world.agreements.settlementDraw(id, cycle);
  const operator = world.agreements.connect(world.operator);
  if (provenEpochs === 0n) return operator.settle(id, cycle, NOTHING, "0x");
  const tree = trees.get(drawn)!;
  const index = members(tree).findIndex((agreement) => agreement.id === id);
  const path = build(tree, members(tree)[index], BigInt(index), 0n, (one) => signatureOf(world, one));
  return operator.settle(id, cycle, checkpointOf(tree), inclusion(path));
}

function members(tree: SumNode): Agreement[] {
  if (tree.agreement) return [tree.agreement];
  return [tree.left, tree.right].flatMap((child) => (child && child.count > 0 ? members(child) : []));
}
