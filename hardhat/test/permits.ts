import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { TypedDataEncoder, type TypedDataField } from "ethers";
import { ethers } from "./market.js";

export interface SignedPermit {
  value: bigint;
  deadline: bigint;
  signature: string;
}

const address = (name: string): TypedDataField => ({ name, type: "address" });
const uint256 = (name: string): TypedDataField => ({ name, type: "uint256" });

/** What a wallet is shown: the token's domain and the message. */
export interface TypedData {
  domain: Record<string, unknown>;
  types: Record<string, TypedDataField[]>;
  message: Record<string, unknown>;
}

async function domainOf(token: any): Promise<Record<string, unknown>> {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

/** ERC-2612's and ERC-7597's Permit with the owner's next nonce. */
export async function permitData(token: any, owner: string, spender: string, value: bigint, deadline: bigint): Promise<TypedData> {
  return {
    domain: await domainOf(token),
    types: { Permit: [address("owner"), address("spender"), uint256("value"), uint256("nonce"), uint256("deadline")] },
    message: { owner, spender, value, nonce: await token.nonces(owner), deadline },
  };
}

/** The delegation that names its account. */
export async function delegationData(token: any, account: string, delegatee: string, nonce: bigint, expiry: bigint): Promise<TypedData> {
  return {
    domain: await domainOf(token),
    types: { Delegation: [address("account"), address("delegatee"), uint256("nonce"), uint256("expiry")] },
    message: { account, delegatee, nonce, expiry },
  };
}

export function digestOf({ domain, types, message }: TypedData): string {
  return TypedDataEncoder.hash(domain, types, message);
}

export function sign(signer: HardhatEthersSigner, { domain, types, message }: TypedData): Promise<string> {
  return signer.signTypedData(domain, types, message);
}

/** A permit that never runs out. */
export async function signPermit(token: any, owner: HardhatEthersSigner, spender: string, value: bigint): Promise<SignedPermit> {
  const deadline = ethers.MaxUint256;
  return { value, deadline, signature: await sign(owner, await permitData(token, owner.address, spender, value, deadline)) };
}

/** Hands somebody's permit to the token, as anybody can. */
export function usePermit(token: any, sender: HardhatEthersSigner, owner: string, spender: string, permit: SignedPermit, overrides = {}) {
  return token.connect(sender)[PERMIT](owner, spender, permit.value, permit.deadline, permit.signature, overrides);
}

export const PERMIT = "permit(address,address,uint256,uint256,bytes)";
export const PERMIT_2612 = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)";
export const DELEGATE = "delegateBySig(address,address,uint256,uint256,bytes)";
