import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers, EPOCH, GENESIS, marketWorld, NO_PERMIT, open, time, VALUES, type World } from "../market.js";
import { asLost, build, packLeaf, toHex, type LeafPart } from "./answers.js";
import { REVISION, signature } from "./proving.js";
import { chunkPool, Randomness } from "./random.js";
import { EMPTY, fragment, providerTree, slots, type SumNode } from "./sumtree.js";

export const BOND = VALUES.auditBond;
/** Of 10 GiB at 100 each. */
export const PENALTY = (10n * VALUES.stakePerGiB * VALUES.auditSlashBps) / 10_000n;
export const NOBODY = "0x";

/** IStorageAudits.State. */
export enum AuditState {
  None,
  Demanded,
  Answered,
  Superseded,
  Failed,
}

/** What a consumer signs, with the tree behind it. */
export interface Contents {
  number: bigint;
  data: SumNode;
}

const pool = chunkPool(new Randomness(41), 40);

/** Revision 3: fragments of 5, 8 and 3 leaves, and an empty slot between the last two. */
export const STORED: Contents = {
  number: 3n,
  data: slots([fragment(pool.slice(0, 5)), fragment(pool.slice(5, 13)), EMPTY, fragment(pool.slice(13, 16))]),
};
/** Revision 4: other fragments. */
export const NEXT: Contents = { number: 4n, data: slots([fragment(pool.slice(16, 27)), fragment(pool.slice(27, 40))]) };

export function revisionOf({ number, data }: Contents) {
  return { number, dataRoot: toHex(data.hash), weight: data.weight };
}

export async function signed(
  world: Pick<World, "agreements">,
  { number, data }: Contents,
  by: HardhatEthersSigner,
  id = 1n,
): Promise<string> {
  return toHex(await signature(world, { id, revision: number, data }, by));
}

/** The part of an answer that shows a leaf. */
export function leafOf({ number, data }: Contents, index: bigint): LeafPart {
  const agreement = { id: 1n, revision: number, data };
  return build(providerTree([agreement]), agreement, 0n, index).leaf!;
}

/** The bytes that show a leaf. */
export function shows(contents: Contents, index: bigint): string {
  return toHex(packLeaf(leafOf(contents, index)));
}

/** The bytes that show the node `levels` above a leaf as lost, and the node. */
export function showsLost(contents: Contents, index: bigint, levels: number) {
  const part = asLost(leafOf(contents, index), levels);
  return { bytes: toHex(packLeaf(part)), node: toHex(part.lost!.hash), leaves: part.lost!.weight };
}

export interface Demand {
  id: bigint;
  contents: Contents;
  leaf: bigint;
  by: HardhatEthersSigner;
  consumerSignature: string;
  operatorSignature: string;
  permit: { value: bigint; deadline: bigint; signature: string };
}

/** Demands leaf 6 of the stored revision, as the consumer, with both signatures, unless told otherwise. */
export async function demand(world: World, changes: Partial<Demand> = {}) {
  const { id = 1n, contents = STORED, leaf = 6n, by = world.consumer, permit = NO_PERMIT } = changes;
  const consumerSignature = changes.consumerSignature ?? (await signed(world, contents, world.dataKey, id));
  const operatorSignature = changes.operatorSignature ?? (await signed(world, contents, world.operator, id));
  return world.audits.connect(by).demand(id, revisionOf(contents), consumerSignature, operatorSignature, leaf, permit);
}

/** Agreement 1 of 10 GiB, in epochs 12 to 31, with stake for 100 GiB. */
export async function auditWorld(changes = {}, contracts = {}): Promise<World> {
  const world = await marketWorld(changes, contracts);
  await open(world, { term: 20n });
  return world;
}

/** Goes to the second in which the next transaction is mined. */
export async function nextAt(timestamp: bigint): Promise<void> {
  await time.setNextBlockTimestamp(timestamp);
}

/** The last second in which an audit can be answered. */
export async function deadlineOf(world: World, audit = 1n): Promise<bigint> {
  return (await world.audits.auditOf(audit)).deadline;
}

/** Lets the time to answer pass. */
export async function passDeadline(world: World, audit = 1n): Promise<void> {
  await time.increaseTo((await deadlineOf(world, audit)) + 1n);
}

export function startOf(epoch: bigint | number): bigint {
  return GENESIS + BigInt(epoch) * EPOCH;
}

/** Expects a contract's refusal: the audits', if not told otherwise. */
export function refused(attempt: Promise<unknown>, { audits }: World, error: string, contract: any = audits) {
  return expect(attempt).to.be.revertedWithCustomError(contract, error);
}

/** The data key's signature in another domain. */
export async function signedElsewhere(world: World, { number, data }: Contents, changes: Record<string, unknown>): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Storage Marketplace", version: "1", chainId, verifyingContract: await world.agreements.getAddress(), ...changes };
  return world.dataKey.signTypedData(domain, REVISION, { agreementId: 1n, number, dataRoot: data.hash, weight: data.weight });
}

/** The other s of the same signature, which ecrecover takes as well. */
export function malleated(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
}
