import { ethers, fixture, goTo, marketWorld, open, type World } from "../../market.js";
import { revisionOf, signed, type Contents, NEXT } from "../auditing.js";
import { all, no, type StateTable } from "./stateTable.js";

const states = ["Unknown", "Healthy", "Suspended", "Cured", "Over", "OverSuspended", "LongOver"] as const;
type State = (typeof states)[number];

const declare = ({ losses, owner }: World, node = "lost") => losses.connect(owner).declare(1n, 3n, ethers.id(node), 5n);
const cure = async (world: World, contents: Contents = NEXT) =>
  world.losses.connect(world.owner).cure(1n, revisionOf(contents), await signed(world, contents, world.dataKey));
const rent = (world: World) => open(world, { term: 4n });
const end = async (world: World) => {
  await goTo(40);
  await world.agreements.close(1n);
};
const UNKNOWN = no("NotProvider");

export const lossStates: StateTable<World, State> = {
  contract: "DeclaredLosses",
  about: "an agreement's contents",
  load: fixture(() => marketWorld({ missSlashBps: 0n })),
  states: {
    Unknown: async () => {},
    Healthy: rent,
    Suspended: async (world) => {
      await rent(world);
      await declare(world);
    },
    Cured: async (world) => {
      await rent(world);
      await declare(world);
      await cure(world);
    },
    Over: async (world) => {
      await rent(world);
      await end(world);
    },
    OverSuspended: async (world) => {
      await rent(world);
      await declare(world);
      await end(world);
    },
    LongOver: async (world) => {
      await rent(world);
      await declare(world);
      await end(world);
      await goTo(43);
    },
  },
  now: async ({ agreements, losses, parameters }) => {
    const { state } = await agreements.agreement(1n);
    const { newestLossy, suspended } = await losses.lossOf(1n);
    if (state === 0n) return "Unknown";
    if (!(await agreements.isRunning(1n))) {
      if (!suspended) return "Over";
      // Revisions of what ended are taken for as long as it may be in a checkpoint that can be proven.
      return (await parameters.currentEpoch()) > 42n ? "LongOver" : "OverSuspended";
    }
    if (suspended) return "Suspended";
    return newestLossy === 0n ? "Healthy" : "Cured";
  },
  rows: {
    declare: {
      call: (world) => declare(world),
      from: {
        Unknown: UNKNOWN,
        Healthy: "Suspended",
        Suspended: no("AlreadyDeclared"),
        Cured: "Suspended",
        Over: no("AgreementNotRunning"),
        OverSuspended: no("AgreementNotRunning"),
        LongOver: no("AgreementNotRunning"),
      },
    },
    "declare (another node)": {
      of: "declare",
      call: (world) => declare(world, "lost, too"),
      from: {
        ...all(states, "Suspended"),
        Unknown: UNKNOWN,
        Over: no("AgreementNotRunning"),
        OverSuspended: no("AgreementNotRunning"),
        LongOver: no("AgreementNotRunning"),
      },
    },
    cure: {
      call: (world) => cure(world),
      from: {
        ...all(states, no("NothingToCure")),
        Unknown: UNKNOWN,
        Suspended: "Cured",
        OverSuspended: "Over",
        LongOver: no("WrongState"),
      },
    },
    restore: {
      call: ({ losses, owner }) => losses.connect(owner).restore(1n),
      from: { ...all(states, no("NothingToCure")), Unknown: UNKNOWN, Suspended: "Cured", OverSuspended: "Over", LongOver: "Over" },
    },
  },
  contracts: ({ losses, agreements }) => [losses, agreements],
};
