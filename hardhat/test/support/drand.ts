import { readFileSync } from "node:fs";
import { bn254 } from "@kevincharm/noble-bn254-drand";
import { getBytes, keccak256, sha256, solidityPacked, toBeHex, type BigNumberish } from "ethers";

/** The field of BN254's coordinates. */
export const FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

interface Evmnet {
  chainHash: string;
  publicKey: string;
  genesis: number;
  period: number;
  rounds: { round: number; hashToG1: string; signature: string }[];
}

/** drand's chain on BN254 and one round that it published. */
export const EVMNET = JSON.parse(readFileSync(new URL("../../../tests/vectors/drand-evmnet.json", import.meta.url), "utf8")) as Evmnet;
export const PUBLISHED = EVMNET.rounds[0];

interface TestNetwork {
  publicKey: string;
  epochLength: number;
  margin: number;
  period: number;
  rounds: { epoch: number; round: number; signature: string }[];
}

/** What the C# tests' relays serve. */
export const TEST_NETWORK = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/drand-test-network.json", import.meta.url), "utf8"),
) as TestNetwork;

/** A drand network of one member, whose key everybody knows. */
export class DrandNetwork {
  constructor(private readonly secret: bigint = 0x5eedn) {}

  get publicKey(): string {
    return hex(bn254.getPublicKeyForShortSignatures(this.secretBytes));
  }

  sign(round: BigNumberish): string {
    return hex(bn254.signShortSignature(messageOf(round), this.secretBytes));
  }

  private get secretBytes(): Uint8Array {
    return getBytes(toBeHex(this.secret, 32));
  }
}

/** What is hashed to the curve. */
export function messageOf(round: BigNumberish): Uint8Array {
  return getBytes(keccak256(toBeHex(round, 8)));
}

/** The point that a round is hashed to, as 64 bytes. */
export function pointOf(round: BigNumberish): string {
  const { x, y } = bn254.G1.hashToCurve(messageOf(round)).toAffine();
  return encoded(x, y);
}

/** The seed that a round gives an epoch. */
export function seedOf(signature: string, epoch: BigNumberish): string {
  return sha256(solidityPacked(["bytes32", "uint64"], [sha256(signature), epoch]));
}

/** The two coordinates of a signature, and back. */
export function coordinates(signature: string): [bigint, bigint] {
  return [BigInt(signature.slice(0, 66)), BigInt(`0x${signature.slice(66)}`)];
}

export function encoded(x: bigint, y: bigint): string {
  return toBeHex(x, 32) + toBeHex(y, 32).slice(2);
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
