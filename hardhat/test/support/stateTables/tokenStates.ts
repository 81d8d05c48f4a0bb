import { bareWorld, ethers, fixture, type World } from "../../market.js";
import { DELEGATE, delegationData, PERMIT, PERMIT_2612, permitData, sign } from "../../permits.js";
import { no, stays, type StateTable } from "./stateTable.js";

const states = ["Empty", "Holding", "Allowing", "EmptyAllowing"] as const;
type State = (typeof states)[number];

const NEVER = ethers.MaxUint256;
const TRANSFER = 100n;
const DELEGATE_OF_SIGNER = "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)";
const holder = ({ others }: World) => others[7];
const own = (world: World) => world.token.connect(holder(world));
const give = (world: World) => world.token.transfer(holder(world).address, TRANSFER);
const approve = (world: World) => own(world).approve(world.stranger.address, TRANSFER);
const permit = async (world: World) => {
  const data = await permitData(world.token, holder(world).address, world.stranger.address, TRANSFER, NEVER);
  return sign(holder(world), data);
};
const ALLOWS = { Empty: "EmptyAllowing", Holding: "Allowing", Allowing: "Allowing", EmptyAllowing: "EmptyAllowing" } as const;

async function permitInParts(world: World) {
  const { v, r, s } = ethers.Signature.from(await permit(world));
  return world.token[PERMIT_2612](holder(world).address, world.stranger.address, TRANSFER, NEVER, v, r, s);
}

/** As OpenZeppelin's, whose signer is who delegates. */
async function delegateInParts(world: World) {
  const { domain } = await delegationData(world.token, holder(world).address, world.stranger.address, 0n, NEVER);
  const uint256 = (name: string) => ({ name, type: "uint256" });
  const types = { Delegation: [{ name: "delegatee", type: "address" }, uint256("nonce"), uint256("expiry")] };
  const message = { delegatee: world.stranger.address, nonce: 0n, expiry: NEVER };
  const { v, r, s } = ethers.Signature.from(await holder(world).signTypedData(domain, types, message));
  return world.token[DELEGATE_OF_SIGNER](world.stranger.address, 0n, NEVER, v, r, s);
}

export const tokenStates: StateTable<World, State> = {
  contract: "StorageToken",
  about: "a holder",
  load: fixture(() => bareWorld()),
  states: {
    Empty: async () => {},
    Holding: give,
    Allowing: async (world) => {
      await give(world);
      await approve(world);
    },
    EmptyAllowing: approve,
  },
  now: async (world) => {
    const holds = (await world.token.balanceOf(holder(world).address)) > 0n;
    const allows = (await world.token.allowance(holder(world).address, world.stranger.address)) > 0n;
    if (holds) return allows ? "Allowing" : "Holding";
    return allows ? "EmptyAllowing" : "Empty";
  },
  rows: {
    transfer: {
      call: (world) => own(world).transfer(world.consumer.address, TRANSFER),
      from: {
        Empty: no("ERC20InsufficientBalance"),
        Holding: "Empty",
        Allowing: "EmptyAllowing",
        EmptyAllowing: no("ERC20InsufficientBalance"),
      },
    },
    transferFrom: {
      call: (world) => world.token.connect(world.stranger).transferFrom(holder(world).address, world.consumer.address, TRANSFER),
      from: {
        Empty: no("ERC20InsufficientAllowance"),
        Holding: no("ERC20InsufficientAllowance"),
        Allowing: "Empty",
        EmptyAllowing: no("ERC20InsufficientBalance"),
      },
    },
    approve: { call: approve, from: ALLOWS },
    [PERMIT]: {
      call: async (world) => world.token[PERMIT](holder(world).address, world.stranger.address, TRANSFER, NEVER, await permit(world)),
      from: ALLOWS,
    },
    [PERMIT_2612]: { call: permitInParts, from: ALLOWS },
    delegate: { call: (world) => own(world).delegate(world.stranger.address), from: stays(states) },
    [DELEGATE]: {
      call: async (world) => {
        const { address } = holder(world);
        const data = await delegationData(world.token, address, world.stranger.address, 0n, NEVER);
        return world.token[DELEGATE](address, world.stranger.address, 0n, NEVER, await sign(holder(world), data));
      },
      from: stays(states),
    },
    [DELEGATE_OF_SIGNER]: { call: delegateInParts, from: stays(states) },
  },
  contracts: ({ token }) => [token],
};
