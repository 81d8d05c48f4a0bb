// Reads {"seed", "count", "cases"} from stdin, checks the cases with ethers, and writes {"checked", "failures", "cases"}: what failed,
// and cases of its own to be checked in return. Both sides use the form of ethers-vectors.mjs.
import { AbiCoder, SigningKey, Transaction, TypedDataEncoder, computeAddress, decodeRlp, encodeRlp, hashMessage, recoverAddress } from "ethers";
import { generate, orderTypes } from "./ethers-vectors.mjs";

const plain = (value) => (typeof value === "bigint" ? value.toString() : Array.isArray(value) ? Array.from(value, plain) : value);

function equal(actual, expected, what) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ethers has ${a}, the case has ${e}`);
}

const checks = {
  abi({ types, values, data }) {
    equal(plain(AbiCoder.defaultAbiCoder().decode(types, data)), values, "decoded");
    equal(AbiCoder.defaultAbiCoder().encode(types, values), data, "encoded");
  },
  rlp({ value, data }) {
    equal(decodeRlp(data), value, "decoded");
    equal(encodeRlp(value), data, "encoded");
  },
  signatures({ key, digest, address, signature }) {
    equal(computeAddress(key), address, "address");
    equal(recoverAddress(digest, signature), address, "recovered");
    equal(new SigningKey(key).sign(digest).serialized, signature, "signature");
  },
  personal({ message, digest }) {
    equal(hashMessage(message), digest, "digest");
  },
  typed({ domain, value, key, digest, signature }) {
    equal(TypedDataEncoder.hash(domain, orderTypes, value), digest, "digest");
    equal(new SigningKey(key).sign(digest).serialized, signature, "signature");
  },
  transactions({ key, raw, hash, ...fields }) {
    const transaction = Transaction.from(raw);
    const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data, accessList } = transaction;
    const read = { chainId, maxPriorityFeePerGas, maxFeePerGas, gasLimit, value };
    for (const name of Object.keys(read)) equal(plain(read[name]), fields[name], name);
    equal({ nonce, to, data, accessList }, { nonce: fields.nonce, to: fields.to, data: fields.data, accessList: fields.accessList }, "fields");
    equal(transaction.from, computeAddress(key), "sender");
    equal(transaction.hash, hash, "hash");
    const own = Transaction.from({ ...fields, type: 2 });
    own.signature = new SigningKey(key).sign(own.unsignedHash);
    equal(own.serialized, raw, "raw");
  },
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { seed, count, cases } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const failures = [];
let checked = 0;
for (const [kind, list] of Object.entries(cases)) {
  for (const one of list) {
    try {
      checks[kind](one);
      checked++;
    } catch (fault) {
      failures.push(`${kind}: ${fault.message} in ${JSON.stringify(one)}`);
    }
  }
}
process.stdout.write(JSON.stringify({ checked, failures, cases: generate(seed, count) }));
