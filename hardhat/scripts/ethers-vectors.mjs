// Random but repeatable cases, as ethers encodes and signs them: ABI, RLP, EIP-1559 transactions, EIP-712, EIP-191.
//   node hardhat/scripts/ethers-vectors.mjs [seed] [count] > cases.json
// The C# tests read them through ethers-check.mjs, which uses the same form for cases of theirs.
import { fileURLToPath } from "node:url";
import { AbiCoder, SigningKey, Transaction, TypedDataEncoder, Wallet, encodeRlp, getAddress, hashMessage, hexlify } from "ethers";

/** The struct that typed-data cases sign; the C# tests have the same. */
export const orderTypes = {
  Order: [
    { name: "id", type: "uint256" },
    { name: "buyer", type: "address" },
    { name: "note", type: "string" },
    { name: "data", type: "bytes" },
    { name: "tag", type: "bytes4" },
    { name: "delta", type: "int64" },
    { name: "rush", type: "bool" },
    { name: "first", type: "Item" },
    { name: "items", type: "Item[]" },
  ],
  Item: [
    { name: "kind", type: "uint8" },
    { name: "hash", type: "bytes32" },
    { name: "amounts", type: "uint128[]" },
  ],
};

/** Mulberry32: small, and the same on every machine. */
function randomSource(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit) => next() % limit;
  const bytes = (size) => hexlify(Uint8Array.from({ length: size }, () => below(256)));
  return { below, bytes, flag: () => below(2) === 0 };
}

function randomNumber(r, bits) {
  if (bits === 0) return 0n;
  if (r.below(4) === 0) return r.flag() ? 0n : (1n << BigInt(bits)) - 1n;
  return BigInt(r.bytes(32)) >> BigInt(256 - r.below(bits + 1));
}

function randomText(r) {
  let text = "";
  for (let i = r.below(60); i > 0; i--) {
    const code = r.below(4) === 0 ? r.below(0x110000) : r.below(128);
    text += code >= 0xd800 && code < 0xe000 ? "?" : String.fromCodePoint(code);
  }
  return text;
}

const randomLength = (r) => (r.below(4) === 0 ? r.below(3) * 32 : r.below(100));
const randomAddress = (r) => getAddress(r.bytes(20));
const randomKey = (r) => {
  for (;;) {
    const key = r.bytes(32);
    if (BigInt(key) > 0n && BigInt(key) < 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n) return key;
  }
};

function randomType(r, depth) {
  switch (r.below(depth > 0 ? 10 : 7)) {
    case 0: return { text: `uint${8 * (1 + r.below(32))}` };
    case 1: return { text: `int${8 * (1 + r.below(32))}` };
    case 2: return { text: "bool" };
    case 3: return { text: "address" };
    case 4: return { text: `bytes${1 + r.below(32)}` };
    case 5: return { text: "bytes" };
    case 6: return { text: "string" };
    case 7: return arrayOf(randomType(r, depth - 1), -1);
    case 8: return arrayOf(randomType(r, depth - 1), 1 + r.below(3));
    default: {
      const parts = Array.from({ length: 1 + r.below(4) }, () => randomType(r, depth - 1));
      return { text: `(${parts.map((part) => part.text).join(",")})`, parts };
    }
  }
}

const arrayOf = (element, length) => ({ text: `${element.text}[${length < 0 ? "" : length}]`, element, length });

/** A value in the form that travels: numbers in decimal, bytes in hex. */
function randomValue(r, type) {
  if (type.element) return Array.from({ length: type.length < 0 ? r.below(4) : type.length }, () => randomValue(r, type.element));
  if (type.parts) return type.parts.map((part) => randomValue(r, part));
  const [, kind, digits] = /^([a-z]+)(\d*)$/.exec(type.text);
  switch (kind) {
    case "uint": return randomNumber(r, Number(digits)).toString();
    case "int": { const n = randomNumber(r, Number(digits) - 1); return (r.flag() ? -n - 1n : n).toString(); }
    case "bool": return r.flag();
    case "address": return randomAddress(r);
    case "string": return randomText(r);
    default: return r.bytes(digits ? Number(digits) : randomLength(r));
  }
}

function abiCase(r) {
  const types = Array.from({ length: 1 + r.below(4) }, () => randomType(r, 3));
  const values = types.map((type) => randomValue(r, type));
  const texts = types.map((type) => type.text);
  return { types: texts, values, data: AbiCoder.defaultAbiCoder().encode(texts, values) };
}

const randomRlp = (r, depth) => (depth > 0 && r.below(3) > 0 ? Array.from({ length: r.below(5) }, () => randomRlp(r, depth - 1)) : r.bytes(r.below(4) === 0 ? r.below(2) : randomLength(r)));

function rlpCase(r) {
  const value = randomRlp(r, 4);
  return { value, data: encodeRlp(value) };
}

function signatureCase(r) {
  const key = new SigningKey(randomKey(r));
  const digest = r.bytes(32);
  return { key: key.privateKey, digest, address: new Wallet(key).address, signature: key.sign(digest).serialized };
}

function personalCase(r) {
  const message = randomText(r);
  return { message, digest: hashMessage(message) };
}

function typedCase(r) {
  const domain = {};
  if (r.flag()) domain.name = randomText(r);
  if (r.flag()) domain.version = String(r.below(9));
  if (r.flag()) domain.chainId = String(r.below(0xffffffff));
  if (r.flag()) domain.verifyingContract = randomAddress(r);
  if (r.flag()) domain.salt = r.bytes(32);
  const item = () => ({ kind: String(r.below(256)), hash: r.bytes(32), amounts: Array.from({ length: r.below(4) }, () => randomNumber(r, 128).toString()) });
  const value = {
    id: randomNumber(r, 256).toString(), buyer: randomAddress(r), note: randomText(r), data: r.bytes(randomLength(r)), tag: r.bytes(4),
    delta: (randomNumber(r, 63) * (r.flag() ? -1n : 1n)).toString(), rush: r.flag(), first: item(), items: Array.from({ length: r.below(4) }, item),
  };
  const key = new SigningKey(randomKey(r));
  const digest = TypedDataEncoder.hash(domain, orderTypes, value);
  return { domain, value, key: key.privateKey, digest, signature: key.sign(digest).serialized };
}

function transactionCase(r) {
  const priority = randomNumber(r, 64);
  const fields = {
    chainId: randomNumber(r, 53).toString(), nonce: r.below(0x7fffffff), maxPriorityFeePerGas: priority.toString(),
    maxFeePerGas: (priority + randomNumber(r, 64)).toString(), gasLimit: randomNumber(r, 63).toString(), to: r.below(5) ? randomAddress(r) : null,
    value: randomNumber(r, 100).toString(), data: r.bytes(randomLength(r)),
    accessList: Array.from({ length: r.below(3) }, () => ({ address: randomAddress(r), storageKeys: Array.from({ length: r.below(3) }, () => r.bytes(32)) })),
  };
  const key = new SigningKey(randomKey(r));
  const transaction = Transaction.from({ ...fields, type: 2 });
  transaction.signature = key.sign(transaction.unsignedHash);
  return { ...fields, key: key.privateKey, raw: transaction.serialized, hash: transaction.hash };
}

/** `count` cases of each kind. */
export function generate(seed, count) {
  const r = randomSource(seed);
  const many = (make, n) => Array.from({ length: n }, () => make(r));
  return {
    abi: many(abiCase, count), rlp: many(rlpCase, count), signatures: many(signatureCase, count >> 2), personal: many(personalCase, count >> 2),
    typed: many(typedCase, count >> 2), transactions: many(transactionCase, count >> 2),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(JSON.stringify(generate(Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1000)), null, 1) + "\n");
