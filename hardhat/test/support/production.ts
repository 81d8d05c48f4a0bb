import { artifacts } from "hardhat";
import { Interface } from "ethers";

/** The state-changing functions of a contract, overloads apart: `transfer(address,uint256)`. */
export type Functions = string[];

const NOT_PRODUCTION = ["contracts/mocks/", "contracts/interfaces/"];

/** Every contract that a deployment may hold, with its functions that change something. Libraries without such functions are left out. */
export async function productionContracts(): Promise<Map<string, Functions>> {
  const found = new Map<string, Functions>();
  for (const name of await artifacts.getAllFullyQualifiedNames()) {
    if (!name.startsWith("contracts/") || NOT_PRODUCTION.some((folder) => name.startsWith(folder))) continue;
    const { contractName, abi, bytecode } = await artifacts.readArtifact(name);
    const functions = changing(new Interface(abi as any));
    if (bytecode !== "0x" && functions.length > 0) found.set(contractName, functions);
  }
  return found;
}

function changing(interface_: Interface): Functions {
  const functions: Functions = [];
  interface_.forEachFunction((one) => {
    if (!one.constant) functions.push(one.format("sighash"));
  });
  return functions;
}

/** The functions that a table's rows stand for: a row names one by its name alone unless there are others of that name. */
export function fullNames(rows: Iterable<string>, functions: Functions): string[] {
  return [...new Set(rows)].map((row) => {
    const found = functions.filter((one) => one === row || one.startsWith(`${row}(`));
    if (found.length !== 1) throw new Error(`The row ${row} stands for ${found.length} functions.`);
    return found[0];
  });
}
