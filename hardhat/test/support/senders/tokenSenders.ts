import { ethers, type World } from "../../market.js";
import { DELEGATE, delegationData, PERMIT, PERMIT_2612, permitData, sign } from "../../permits.js";
import { anybody, marketStage, only, type MarketStage } from "./marketStage.js";
import type { SenderRows, SenderTable } from "./senderTable.js";

const NEVER = ethers.MaxUint256;
const DELEGATE_OF_SIGNER = "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)";

/** The signature in three parts, as the older functions take it. */
function parted(signature: string): unknown[] {
  const { v, r, s } = ethers.Signature.from(signature);
  return [v, r, s];
}

async function permit({ token, consumer, stranger }: World): Promise<string> {
  return sign(consumer, await permitData(token, consumer.address, stranger.address, 5n, NEVER));
}

async function delegation({ token, consumer, stranger }: World): Promise<string> {
  return sign(consumer, await delegationData(token, consumer.address, stranger.address, 0n, NEVER));
}

/** OpenZeppelin's, of which the signer is who delegates. */
async function signersDelegation({ token, consumer, stranger }: World): Promise<string> {
  const { domain } = await delegationData(token, consumer.address, stranger.address, 0n, NEVER);
  const uint256 = (name: string) => ({ name, type: "uint256" });
  const types = { Delegation: [{ name: "delegatee", type: "address" }, uint256("nonce"), uint256("expiry")] };
  return consumer.signTypedData(domain, types, { delegatee: stranger.address, nonce: 0n, expiry: NEVER });
}

const token: SenderRows<MarketStage> = {
  transfer: anybody(({ stranger }) => [stranger.address, 1n]),
  approve: anybody(({ stranger }) => [stranger.address, 1n]),
  transferFrom: only(["stranger", "escrow", "stakes"], "ERC20InsufficientAllowance")(
    ({ consumer, treasury }) => [consumer.address, treasury.address, 1n],
    ({ token: space, consumer, stranger }) => space.connect(consumer).approve(stranger.address, 1n),
  ),
  delegate: anybody(({ stranger }) => [stranger.address]),
  [PERMIT]: anybody(async (world) => [world.consumer.address, world.stranger.address, 5n, NEVER, await permit(world)]),
  [PERMIT_2612]: anybody(async (world) => [world.consumer.address, world.stranger.address, 5n, NEVER, ...parted(await permit(world))]),
  [DELEGATE]: anybody(async (world) => [world.consumer.address, world.stranger.address, 0n, NEVER, await delegation(world)]),
  [DELEGATE_OF_SIGNER]: anybody(async (world) => [world.stranger.address, 0n, NEVER, ...parted(await signersDelegation(world))]),
};

export const tokenSenders: SenderTable[] = [{ contract: "StorageToken", part: "token", load: marketStage, rows: token }];
