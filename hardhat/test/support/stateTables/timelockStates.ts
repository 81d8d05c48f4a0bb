import { asContract, ethers, fixture, networkHelpers, time } from "../../market.js";
import { DAY, DELAY, governedWorld, type GovernedWorld } from "../governance.js";
import { all, no, stays, type StateTable } from "./stateTable.js";

const states = ["Unset", "Waiting", "Ready", "Done"] as const;
type State = (typeof states)[number];

const NO_SALT = [ethers.ZeroHash, ethers.ZeroHash] as const;
const WRONG = no("TimelockUnexpectedOperationState");
const byGovernor = async ({ timelock, governor }: GovernedWorld) => timelock.connect(await asContract(governor));

/** What a single operation and a batch have each for themselves. */
interface Kind {
  about: string;
  schedule: "schedule" | "scheduleBatch";
  execute: "execute" | "executeBatch";
  args: (world: GovernedWorld) => unknown[];
  id: (world: GovernedWorld) => Promise<string>;
}

const single: Kind = {
  about: "an operation",
  schedule: "schedule",
  execute: "execute",
  args: ({ stranger }) => [stranger.address, 0n, "0x", ...NO_SALT],
  id: ({ timelock, stranger }) => timelock.hashOperation(stranger.address, 0n, "0x", ...NO_SALT),
};
const batch: Kind = {
  about: "a batch",
  schedule: "scheduleBatch",
  execute: "executeBatch",
  args: ({ stranger }) => [[stranger.address], [0n], ["0x"], ...NO_SALT],
  id: ({ timelock, stranger }) => timelock.hashOperationBatch([stranger.address], [0n], ["0x"], ...NO_SALT),
};

function operationStates(kind: Kind): StateTable<GovernedWorld, State> {
  const schedule = async (world: GovernedWorld) => ((await byGovernor(world)) as any)[kind.schedule](...kind.args(world), DELAY);
  const execute = async (world: GovernedWorld) => (world.timelock.connect(world.stranger) as any)[kind.execute](...kind.args(world));
  const ready = async (world: GovernedWorld) => {
    await schedule(world);
    await time.increase(DELAY);
    await networkHelpers.mine();
  };
  return {
    contract: "MarketplaceTimelock",
    about: kind.about,
    load: fixture(governedWorld),
    states: {
      Unset: async () => {},
      Waiting: schedule,
      Ready: ready,
      Done: async (world) => {
        await ready(world);
        await execute(world);
      },
    },
    now: async (world) => states[Number(await world.timelock.getOperationState(await kind.id(world)))],
    rows: {
      [kind.schedule]: { call: schedule, from: { ...all(states, WRONG), Unset: "Waiting" } },
      [kind.execute]: { call: execute, from: { ...all(states, WRONG), Ready: "Done" } },
      cancel: {
        call: async (world) => (await byGovernor(world)).cancel(await kind.id(world)),
        from: { Unset: WRONG, Waiting: "Unset", Ready: "Unset", Done: WRONG },
      },
    },
    contracts: ({ timelock }) => [timelock],
  };
}

export const singleStates = operationStates(single);
export const batchStates = operationStates(batch);

const roles = ["Held", "NotHeld"] as const;
type Role = (typeof roles)[number];
const byItself = async ({ timelock }: GovernedWorld) => timelock.connect(await asContract(timelock));
const grant = async (world: GovernedWorld) =>
  (await byItself(world)).grantRole(await world.timelock.PROPOSER_ROLE(), world.stranger.address);
const holder = ({ timelock, stranger }: GovernedWorld) => timelock.connect(stranger);

export const roleStates: StateTable<GovernedWorld, Role> = {
  contract: "MarketplaceTimelock",
  about: "an account's role",
  load: fixture(governedWorld),
  states: { Held: grant, NotHeld: async () => {} },
  now: async ({ timelock, stranger }) => ((await timelock.hasRole(await timelock.PROPOSER_ROLE(), stranger.address)) ? "Held" : "NotHeld"),
  rows: {
    grantRole: { call: grant, from: all(roles, "Held") },
    revokeRole: {
      call: async (world) => (await byItself(world)).revokeRole(await world.timelock.PROPOSER_ROLE(), world.stranger.address),
      from: all(roles, "NotHeld"),
    },
    renounceRole: {
      call: async (world) => holder(world).renounceRole(await world.timelock.PROPOSER_ROLE(), world.stranger.address),
      from: all(roles, "NotHeld"),
    },
    "grantRole (by who holds one)": {
      of: "grantRole",
      call: async (world) => holder(world).grantRole(await world.timelock.CANCELLER_ROLE(), world.stranger.address),
      from: all(roles, no("AccessControlUnauthorizedAccount")),
    },
    updateDelay: { call: (world) => holder(world).updateDelay(3n * DAY), from: all(roles, no("TimelockUnauthorizedCaller")) },
    "updateDelay (by a decision)": {
      of: "updateDelay",
      call: async (world) => (await byItself(world)).updateDelay(3n * DAY),
      from: stays(roles),
    },
    onERC721Received: {
      call: (world) => holder(world).onERC721Received(world.stranger.address, world.stranger.address, 0n, "0x"),
      from: stays(roles),
    },
    onERC1155Received: {
      call: (world) => holder(world).onERC1155Received(world.stranger.address, world.stranger.address, 0n, 0n, "0x"),
      from: stays(roles),
    },
    onERC1155BatchReceived: {
      call: (world) => holder(world).onERC1155BatchReceived(world.stranger.address, world.stranger.address, [], [], "0x"),
      from: stays(roles),
    },
  },
  contracts: ({ timelock }) => [timelock],
};
