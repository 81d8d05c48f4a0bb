// Compiles the contract of the ABI generator's tests and lets ethers encode values for it:
//   tests/Marketplace.Ethereum.Generators.Tests/Sample/Sample.sol -> Abi/Sample.json and Sample/vectors.json
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";
import { Interface } from "ethers";

const tests = join(resolve(dirname(fileURLToPath(import.meta.url)), "../.."), "tests/Marketplace.Ethereum.Generators.Tests");
const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources: { "Sample.sol": { content: readFileSync(join(tests, "Sample/Sample.sol"), "utf8") } },
      settings: { optimizer: { enabled: true, runs: 1 }, metadata: { appendCBOR: false }, outputSelection: { "*": { Sample: ["abi"] } } },
    }),
  ),
);
const faults = (output.errors ?? []).filter((one) => one.severity === "error");
if (faults.length > 0) throw new Error(faults.map((one) => one.formattedMessage).join("\n"));
const { abi } = output.contracts["Sample.sol"].Sample;
// The tests deploy nothing, so two bytes stand for the creation code.
writeFileSync(join(tests, "Abi/Sample.json"), JSON.stringify({ contractName: "Sample", abi, bytecode: "0x6000" }, null, 1) + "\n");

// ethers knows no function types.
const sample = new Interface(abi.filter((entry) => entry.name !== "odd"));
const who = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const inners = [[7, "seven", ["0x01", "0x"]], [8, "", []]];
const outer = [[-5, -(2n ** 127n)], inners, [[1, 2], [3, 4]], 1, who, ["0xdeadbeef", 99]];
const extremes = [255, 65535, 2n ** 24n - 1n, 2n ** 40n - 1n, 2n ** 72n - 1n, 2n ** 136n - 1n, -128, -(2n ** 23n), -(2n ** 63n), -(2n ** 71n), -(2n ** 135n)];
const vectors = {
  put: sample.encodeFunctionData("put", [outer, [[[1, "a", ["0xff"]]], []]]),
  findBySlot: sample.encodeFunctionData("find(uint64,uint256[3])", [5, [1, 2, 3]]),
  findBySlotResult: sample.encodeFunctionResult("find(uint64,uint256[3])", [9, true, "nine"]),
  findResult: sample.encodeFunctionResult("find(uint256)", [outer]),
  findHugeTicketResult: sample.encodeFunctionResult("find(uint64,uint256[3])", [2n ** 128n, true, ""]),
  bigNumbers: sample.encodeFunctionData("BIG_NUMBERS", extremes),
  noted: sample.encodeEventLog("Noted", [7, who, "topic", [1, 2], "0x0102"]),
  movedByMood: sample.encodeEventLog("Moved(uint8)", [1]),
  refused: sample.encodeErrorResult("Refused", [7, 1, "no"]),
  refusedWithUnknownMood: sample.encodeErrorResult("Refused", [7, 2, "no"]),
  deploy: sample.encodeDeploy([who, [[1, 2], [-1, -2]], "n"]),
};
writeFileSync(join(tests, "Sample/vectors.json"), JSON.stringify(vectors, null, 1) + "\n");
