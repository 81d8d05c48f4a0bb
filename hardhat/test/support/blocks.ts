import { ethers, networkHelpers } from "../market.js";

/** EIP-2935's system contract, which the test chain replaces by one that refuses with a message. */
export const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
export const HISTORY_CODE =
  "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257" +
  "611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
/** Blocks whose hashes that contract keeps. */
export const HISTORY_WINDOW = 8_191n;
/** Blocks whose hashes every chain lets a contract read. */
export const OPCODE_WINDOW = 256n;

/** Mines without letting the epoch pass. */
export async function mineTo(block: bigint, interval = 1): Promise<void> {
  await networkHelpers.mine(block - BigInt(await ethers.provider.getBlockNumber()), { interval });
}

export async function hashOf(block: bigint): Promise<string> {
  return (await ethers.provider.getBlock(Number(block)))!.hash!;
}
