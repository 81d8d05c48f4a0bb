import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataField } from "ethers";
import { Vote, type GovernedWorld } from "./governance.js";

/** A vote for a proposal that somebody else sends, as OpenZeppelin's governor takes it; the extended one with a reason. */
export async function ballot(
  { governor }: GovernedWorld,
  voter: HardhatEthersSigner,
  proposalId: bigint,
  reason?: string,
): Promise<string> {
  const { name, version, chainId, verifyingContract } = await governor.eip712Domain();
  const domain = { name, version, chainId, verifyingContract };
  const field = (type: string, one: string): TypedDataField => ({ name: one, type });
  const fields = [field("uint256", "proposalId"), field("uint8", "support"), field("address", "voter"), field("uint256", "nonce")];
  const message = { proposalId, support: Vote.For, voter: voter.address, nonce: await governor.nonces(voter.address) };
  if (reason === undefined) return voter.signTypedData(domain, { Ballot: fields }, message);
  const types = { ExtendedBallot: [...fields, field("string", "reason"), field("bytes", "params")] };
  return voter.signTypedData(domain, types, { ...message, reason, params: "0x" });
}
