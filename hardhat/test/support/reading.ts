import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import { ethers, NO_PERMIT, type World } from "../market.js";

/** Half of the curve's order is the highest s that Ethereum takes. */
export const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const types = {
  EgressVoucher: [
    { name: "agreementId", type: "uint256" },
    { name: "amount", type: "uint256" },
  ],
};

export async function voucherDomain({ egress }: Pick<World, "egress">): Promise<TypedDataDomain> {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Storage Marketplace", version: "1", chainId, verifyingContract: await egress.getAddress() };
}

/** What a consumer's gateway signs: all that is owed for reading under an agreement. */
export async function voucher(
  world: Pick<World, "egress" | "dataKey">,
  amount: bigint,
  agreementId = 1n,
  signer: HardhatEthersSigner = world.dataKey,
  domain: Partial<TypedDataDomain> = {},
): Promise<string> {
  return signer.signTypedData({ ...(await voucherDomain(world)), ...domain }, types, { agreementId, amount });
}

export async function voucherHash(world: Pick<World, "egress">, amount: bigint, agreementId: bigint): Promise<string> {
  return ethers.TypedDataEncoder.hash(await voucherDomain(world), types, { agreementId, amount });
}

export async function redeem(world: World, amount: bigint, id = 1n, by = world.stranger) {
  return world.egress.connect(by).redeem(id, amount, await voucher(world, amount, id));
}

export function prepay(world: World, amount: bigint, id = 1n, by = world.consumer) {
  return world.egress.connect(by).deposit([id], [amount], NO_PERMIT);
}

/** Base units that escrow holds for reading under an agreement. */
export async function heldForReading(world: World, id = 1n): Promise<bigint> {
  return world.escrow.held(await world.egress.getAddress(), id);
}
