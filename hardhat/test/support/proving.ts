import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { PossessionProofs } from "../../types/proofs/PossessionProofs.js";
import { bareWorld, ethers, fixture, goTo, networkHelpers, NO_PERMIT, register, request, TERMS, type World } from "../market.js";
import { answers, packAll, packInclusion, type Answer } from "./answers.js";
import { chunkPool, Randomness } from "./random.js";
import { checkpointOf, EMPTY, fragment, providerTree, slots, type Agreement, type SumNode } from "./sumtree.js";

export const NOTHING = { root: ethers.ZeroHash, leaves: 0n, agreements: 0n };
export const CHALLENGES = 8;
/** BlockhashBeacon's mapping of openings, each of which begins with its seed. */
const OPENINGS_SLOT = 0;

export interface ProvingWorld extends Omit<World, "proofs"> {
  proofs: PossessionProofs;
  /** What the provider stores: two agreements with contents, one in which nothing is stored yet. */
  contents: Agreement[];
  root: SumNode;
  /** By agreement, for revisions that are not in `signed`. */
  signatures: Map<bigint, Buffer>;
  /** By agreement and revision. */
  signed: Map<string, Buffer>;
}

/** The market as it is deployed, with the checkpoint of `contents` committed in epoch 10. */
export async function loadProvingWorld(): Promise<ProvingWorld> {
  const world = await fixture(provingWorld)();
  // The chain is put back for each test; what tests sign has to be too.
  return { ...world, contents: [...world.contents], signatures: new Map(world.signatures), signed: new Map(world.signed) };
}

async function provingWorld(): Promise<ProvingWorld> {
  const base = await bareWorld({}, { beacon: "BlockhashBeacon", proofs: "PossessionProofs" });
  const proofs = base.proofs as PossessionProofs;
  await register(base, base.owner, base.operator.address);
  await base.stakes.connect(base.owner).stake(10_000n);
  await base.listings.connect(base.owner).publish(TERMS);
  await base.agreements.connect(base.consumer).open(Array(3).fill(request(base, { space: 1n, term: 100n })) as any, NO_PERMIT);

  const pool = chunkPool(new Randomness(5), 24);
  const contents = [
    { id: 1n, revision: 4n, data: slots([fragment(pool.slice(0, 5)), EMPTY, fragment(pool.slice(5, 13))]) },
    { id: 2n, revision: 0n, data: EMPTY },
    { id: 3n, revision: 1n, data: slots([fragment(pool.slice(13, 24))]) },
  ];
  const world = {
    ...base,
    proofs,
    contents,
    root: providerTree(contents),
    signatures: new Map<bigint, Buffer>(),
    signed: new Map<string, Buffer>(),
  };
  for (const agreement of contents) await sign(world, agreement);
  await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(world.root));
  return world;
}

/** EIP-712 types of what data keys and operators sign. */
export const REVISION = {
  Revision: [
    { name: "agreementId", type: "uint256" },
    { name: "number", type: "uint64" },
    { name: "dataRoot", type: "bytes32" },
    { name: "weight", type: "uint64" },
  ],
};

/** Signs the agreement's revision as its consumer would, and remembers it for the answers. */
export async function sign(world: ProvingWorld, agreement: Agreement, signer: HardhatEthersSigner = world.dataKey): Promise<void> {
  const signed = agreement.revision === 0n ? Buffer.alloc(65) : await signature(world, agreement, signer);
  world.signatures.set(agreement.id, signed);
  world.signed.set(`${agreement.id}/${agreement.revision}`, signed);
}

/** What the consumer signed of it. */
export function signatureOf({ signatures, signed }: ProvingWorld, { id, revision }: Agreement): Buffer {
  return signed.get(`${id}/${revision}`) ?? signatures.get(id)!;
}

export async function signature(world: Pick<World, "agreements">, agreement: Agreement, signer: HardhatEthersSigner): Promise<Buffer> {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Storage Marketplace", version: "1", chainId, verifyingContract: await world.agreements.getAddress() };
  const { id, revision, data } = agreement;
  const signed = await signer.signTypedData(domain, REVISION, {
    agreementId: id,
    number: revision,
    dataRoot: data.hash,
    weight: data.weight,
  });
  return Buffer.from(signed.slice(2), "hex");
}

/**
 * Goes to the start of an epoch and seals it. The hash of a block depends on when the test runs: a fixed seed takes its place, so that
 * nothing passes or fails by chance.
 */
export async function seal(world: Pick<World, "beacon">, epoch: number): Promise<void> {
  await reachAnchor(world, epoch);
  await world.beacon.seal();
  const slot = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["uint64", "uint256"], [epoch, OPENINGS_SLOT]));
  await networkHelpers.setStorageAt(await world.beacon.getAddress(), slot, ethers.id(`seed of epoch ${epoch}`));
}

/** Goes to the start of an epoch and opens it, up to the block from which it can be sealed. */
export async function reachAnchor(world: Pick<World, "beacon">, epoch: number): Promise<void> {
  await goTo(epoch);
  await world.beacon.open();
  await networkHelpers.mine(2, { interval: 1 });
}

export async function answersFor(
  world: ProvingWorld,
  epoch: number,
  root = world.root,
  provider = world.provider,
  challenges = CHALLENGES,
): Promise<Answer[]> {
  return answersTo(world, await world.beacon.seed(epoch), root, provider, challenges);
}

export function answersTo(
  world: ProvingWorld,
  seed: string,
  root = world.root,
  provider = world.provider,
  challenges = CHALLENGES,
): Answer[] {
  return answers(root, seed, provider, challenges, (agreement) => signatureOf(world, agreement));
}

/** Proves a sealed epoch with the honest answers. */
export async function advance(world: ProvingWorld, epoch: number, next: SumNode = world.root) {
  const packed = packAll(await answersFor(world, epoch));
  return world.proofs.connect(world.operator).advance(world.provider, packed, checkpointOf(next));
}

export function inclusion(one: Answer): string {
  return `0x${packInclusion(one).toString("hex")}`;
}
