import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, concat, Contract, ContractFactory, ZeroAddress } from "ethers";
import { createRequire } from "node:module";
import { ethers } from "../market.js";
import { digestOf, type TypedData } from "../permits.js";

const require = createRequire(import.meta.url);

/** What the package ships, compiled by its makers: the code that Safes on public chains run. */
function artifact(path: string): { abi: any[]; bytecode: string } {
  return require(`@safe-global/safe-contracts/build/artifacts/contracts/${path}/${path.split("/").at(-1)!.replace(".sol", "")}.json`);
}

async function deploy(path: string, by: HardhatEthersSigner): Promise<Contract> {
  const { abi, bytecode } = artifact(path);
  return (await new ContractFactory(abi, bytecode, by).deploy()) as Contract;
}

const SAFE_TX = {
  SafeTx: [
    { type: "address", name: "to" },
    { type: "uint256", name: "value" },
    { type: "bytes", name: "data" },
    { type: "uint8", name: "operation" },
    { type: "uint256", name: "safeTxGas" },
    { type: "uint256", name: "baseGas" },
    { type: "uint256", name: "gasPrice" },
    { type: "address", name: "gasToken" },
    { type: "address", name: "refundReceiver" },
    { type: "uint256", name: "nonce" },
  ],
};
const SAFE_MESSAGE = { SafeMessage: [{ type: "bytes", name: "message" }] };

const enum Operation {
  Call,
  DelegateCall,
}

/** A Safe 1.4.1 behind its proxy, with the fallback handler that answers EIP-1271. */
export class Safe {
  private constructor(
    readonly address: string,
    private readonly contract: Contract,
    private readonly signMessageLib: Contract,
    /** In the order of their addresses, as a Safe wants their signatures. */
    readonly owners: HardhatEthersSigner[],
    private readonly relay: HardhatEthersSigner,
  ) {}

  static async create(owners: HardhatEthersSigner[], threshold: number, relay: HardhatEthersSigner): Promise<Safe> {
    const singleton = await deploy("Safe.sol", relay);
    const factory = await deploy("proxies/SafeProxyFactory.sol", relay);
    const handler = await deploy("handler/CompatibilityFallbackHandler.sol", relay);
    const signMessageLib = await deploy("libraries/SignMessageLib.sol", relay);
    const setup = singleton.interface.encodeFunctionData("setup", [
      owners.map(({ address }) => address),
      threshold,
      ZeroAddress,
      "0x",
      await handler.getAddress(),
      ZeroAddress,
      0n,
      ZeroAddress,
    ]);
    const creation = [await singleton.getAddress(), setup, 0n] as const;
    const address = await factory.createProxyWithNonce.staticCall(...creation);
    await (await factory.createProxyWithNonce(...creation)).wait();
    const sorted = [...owners].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    return new Safe(address, new Contract(address, artifact("Safe.sol").abi, relay), signMessageLib, sorted, relay);
  }

  /** Has the Safe call a function, with the signatures of these owners; anybody sends it. */
  async call(target: any, name: string, args: unknown[], signers = this.owners.slice(0, 2)) {
    return this.execute(await target.getAddress(), target.interface.encodeFunctionData(name, args), Operation.Call, signers);
  }

  /** A signature of typed data as EIP-1271 takes it: the owners' signatures of the digest, wrapped in the Safe's own domain. */
  async sign(data: TypedData, signers = this.owners.slice(0, 2)): Promise<string> {
    const message = AbiCoder.defaultAbiCoder().encode(["bytes32"], [digestOf(data)]);
    return concat(await Promise.all(signers.map((signer) => this.typed(signer, SAFE_MESSAGE, { message }))));
  }

  /** Signs typed data with a transaction; its signature is then empty. */
  async signOnChain(data: TypedData) {
    const message = AbiCoder.defaultAbiCoder().encode(["bytes32"], [digestOf(data)]);
    const call = this.signMessageLib.interface.encodeFunctionData("signMessage", [message]);
    return this.execute(await this.signMessageLib.getAddress(), call, Operation.DelegateCall, this.owners.slice(0, 2));
  }

  private async execute(to: string, data: string, operation: Operation, signers: HardhatEthersSigner[]) {
    const nonce = await this.contract.nonce();
    const gas = { safeTxGas: 0n, baseGas: 0n, gasPrice: 0n, gasToken: ZeroAddress, refundReceiver: ZeroAddress };
    const message = { to, value: 0n, data, operation, ...gas, nonce };
    const signatures = concat(await Promise.all(signers.map((signer) => this.typed(signer, SAFE_TX, message))));
    return this.contract.execTransaction(to, 0n, data, operation, 0n, 0n, 0n, ZeroAddress, ZeroAddress, signatures);
  }

  private async typed(signer: HardhatEthersSigner, types: any, message: any): Promise<string> {
    const { chainId } = await ethers.provider.getNetwork();
    return signer.signTypedData({ chainId, verifyingContract: this.address }, types, message);
  }
}
