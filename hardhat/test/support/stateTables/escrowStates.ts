import { asContract, fixture, marketWorld, type World } from "../../market.js";
import { all, no, type StateTable } from "./stateTable.js";

const states = ["Empty", "Holding", "Owing", "Both"] as const;
type State = (typeof states)[number];

const KEY = 77n;
const controller = async ({ escrow, egress }: World) => escrow.connect(await asContract(egress));
const deposit = async (world: World) => (await controller(world)).deposit(KEY, world.consumer.address, 100n);
const credit = async (world: World, amount = 100n) => (await controller(world)).credit(KEY, world.stranger.address, amount);

export const escrowStates: StateTable<World, State> = {
  contract: "AgreementEscrow",
  about: "a deposit and an account",
  load: fixture(() => marketWorld()),
  states: {
    Empty: async () => {},
    Holding: deposit,
    Owing: async (world) => {
      await deposit(world);
      await credit(world);
    },
    Both: async (world) => {
      await deposit(world);
      await credit(world, 40n);
    },
  },
  now: async ({ escrow, egress, stranger }) => {
    const holds = (await escrow.held(egress, KEY)) > 0n;
    const owes = (await escrow.withdrawable(stranger.address)) > 0n;
    if (holds) return owes ? "Both" : "Holding";
    return owes ? "Owing" : "Empty";
  },
  rows: {
    deposit: { call: deposit, from: { Empty: "Holding", Holding: "Holding", Owing: "Both", Both: "Both" } },
    credit: {
      call: (world) => credit(world, 60n),
      from: { Empty: no("InsufficientEscrow"), Holding: "Both", Owing: no("InsufficientEscrow"), Both: "Owing" },
    },
    withdraw: {
      call: ({ escrow, stranger }) => escrow.connect(stranger).withdraw(stranger.address),
      from: { ...all(states, no("NothingToWithdraw")), Owing: "Empty", Both: "Holding" },
    },
  },
  contracts: ({ escrow }) => [escrow],
};
