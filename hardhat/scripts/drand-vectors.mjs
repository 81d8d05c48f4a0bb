// Signs rounds of a drand network whose key everybody knows, for tests that need a relay: node hardhat/scripts/drand-vectors.mjs
// With --check it writes nothing, and fails if the committed file differs.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bn254 } from "@kevincharm/noble-bn254-drand";
import { getBytes, keccak256, toBeHex } from "ethers";

const target = fileURLToPath(new URL("../../tests/vectors/drand-test-network.json", import.meta.url));
const secret = getBytes(toBeHex(0x5eed, 32));
const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

/** A market whose epoch 0 and whose network's round 1 begin in the same second. */
const market = { epochLength: 2_000, margin: 30, period: 3, epochs: 40 };

function roundOf(epoch) {
  return Math.ceil((epoch * market.epochLength + market.margin) / market.period) + 1;
}

function sign(round) {
  return hex(bn254.signShortSignature(getBytes(keccak256(toBeHex(round, 8))), secret));
}

const rounds = Array.from({ length: market.epochs }, (_, epoch) => ({ epoch, round: roundOf(epoch), signature: sign(roundOf(epoch)) }));
const file = {
  about: "rounds that hardhat/scripts/drand-vectors.mjs signed with the secret key 0x5eed: good for nothing but tests",
  chainHash: keccak256(new TextEncoder().encode("a drand network of one")),
  publicKey: hex(bn254.getPublicKeyForShortSignatures(secret)),
  epochLength: market.epochLength,
  margin: market.margin,
  period: market.period,
  rounds,
};
const text = `${JSON.stringify(file, null, 2)}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("tests/vectors/drand-test-network.json is stale: run node hardhat/scripts/drand-vectors.mjs");
  process.exit(1);
}
