import { ethers, goTo, NO_PERMIT, type World } from "../../market.js";
import { NOTHING } from "../proving.js";
import { prepay, redeem } from "../reading.js";
import { PREPAID, type StateName } from "../states.js";

const LONGER = { listing: 1n, space: 0n, term: 1n, maxDeposit: ethers.MaxUint256 };

export interface Action {
  /** The states from which it leads somewhere, with where. */
  leads: Partial<Record<StateName, StateName>>;
  /** Who may; anybody if empty. */
  by: ("consumer" | "owner" | "operator")[];
  refusal?: string;
  before?: (world: World) => Promise<void>;
  call: (agreements: World["agreements"], world: World) => Promise<unknown>;
}

const late = (epoch: number) => async () => goTo(epoch);
/** What can be done with agreement 1; `void`, which changes nothing where there is nothing to void, is tried beside them. */
export const actions: Record<string, Action> = {
  accept: { leads: { Proposed: "Active" }, by: ["owner", "operator"], refusal: "NotProvider", call: (a) => a.accept(1n) },
  decline: { leads: { Proposed: "Declined" }, by: ["owner", "operator"], refusal: "NotProvider", call: (a) => a.decline(1n) },
  extend: { leads: { Active: "Active" }, by: ["consumer"], refusal: "NotConsumer", call: (a) => a.extend(1n, LONGER, NO_PERMIT) },
  withdrawProposal: { leads: { Proposed: "Withdrawn" }, by: ["consumer"], refusal: "NotConsumer", call: (a) => a.withdrawProposal(1n) },
  terminate: { leads: { Active: "Terminated" }, by: ["consumer"], refusal: "NotConsumer", call: (a) => a.terminate(1n) },
  authorizeDataKey: {
    leads: { Proposed: "Proposed", Active: "Active", Terminated: "Terminated" },
    by: ["consumer"],
    refusal: "NotConsumer",
    call: (a, world) => a.authorizeDataKey(1n, world.stranger.address),
  },
  /** What it is refused with is what the call in it is refused with. */
  multicall: {
    leads: { Active: "Terminated" },
    by: ["consumer"],
    refusal: "NotConsumer",
    call: (a) => a.multicall([a.interface.encodeFunctionData("terminate", [1n])]),
  },
  settle: {
    leads: { Active: "Ended", Terminated: "Ended" },
    by: [],
    before: late(17),
    call: (a) => a.settle(1n, 0n, NOTHING, "0x"),
  },
  close: { leads: { Active: "Ended", Terminated: "Ended" }, by: [], before: late(40), call: (a) => a.close(1n) },
};

/** What becomes of vouchers and their deposit: in which states, and from when on. */
export const vouchers: Record<string, { states: StateName[]; late?: StateName[]; call: (world: World) => Promise<unknown> }> = {
  deposit: { states: ["Proposed", "Active", "Terminated"], call: (world) => prepay(world, 1n, 1n, world.stranger) },
  redeem: { states: ["Active", "Terminated", "Ended"], call: (world) => redeem(world, PREPAID) },
  reclaim: {
    states: ["Declined", "Withdrawn", "Voided"],
    late: ["Active", "Terminated", "Ended"],
    call: (world) => world.egress.connect(world.stranger).reclaim(1n),
  },
};
