import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers } from "./market.js";

/** An ERC-2612 permit that never runs out. */
export async function signPermit(token: any, owner: HardhatEthersSigner, spender: string, value: bigint) {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  const types = {
    Permit: [
      { name: "owner", type: "address" },
      { name: "spender", type: "address" },
      { name: "value", type: "uint256" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
  };
  const message = { owner: owner.address, spender, value, nonce: await token.nonces(owner.address), deadline: ethers.MaxUint256 };
  const { v, r, s } = ethers.Signature.from(await owner.signTypedData({ name, version, chainId, verifyingContract }, types, message));
  return { value, deadline: ethers.MaxUint256, v, r, s };
}
