import { bareWorld, ethers, fixture, time, VALUES, type World } from "../../market.js";
import { all, no, stays, type StateTable } from "./stateTable.js";

const DAY = 86_400n;
const pauses = ["Unguarded", "Open", "Paused", "Cooling", "Rested"] as const;
type Pause = (typeof pauses)[number];

const guardian = ({ others }: World) => others[0];
const name = (world: World) => world.parameters.setGuardian(guardian(world).address);
const pause = (world: World) => world.parameters.connect(guardian(world)).pause();
const pausedFor = (days: bigint) => async (world: World) => {
  await name(world);
  await pause(world);
  if (days > 0n) await time.increase(days * DAY);
};

export const pauseStates: StateTable<World, Pause> = {
  contract: "MarketplaceParameters",
  about: "the market's pause",
  load: fixture(() => bareWorld()),
  states: { Unguarded: async () => {}, Open: name, Paused: pausedFor(0n), Cooling: pausedFor(15n), Rested: pausedFor(61n) },
  now: async ({ parameters }) => {
    const now = BigInt(await time.latest());
    if ((await parameters.guardian()) === ethers.ZeroAddress) return "Unguarded";
    if (now < (await parameters.pausedUntil())) return "Paused";
    const next = await parameters.nextPauseFrom();
    if (next === 0n) return "Open";
    return now < next ? "Cooling" : "Rested";
  },
  rows: {
    pause: {
      call: pause,
      from: { Unguarded: no("NotGuardian"), Open: "Paused", Paused: no("PauseTooSoon"), Cooling: no("PauseTooSoon"), Rested: "Paused" },
    },
    unpause: {
      call: (world) => world.parameters.connect(guardian(world)).unpause(),
      from: { ...all(pauses, no("MarketNotPaused")), Unguarded: no("NotGuardianOrOwner"), Paused: "Cooling" },
    },
    "unpause (by the owner)": {
      of: "unpause",
      call: ({ parameters }) => parameters.unpause(),
      from: { ...all(pauses, no("MarketNotPaused")), Paused: "Cooling" },
    },
    setGuardian: { call: name, from: { ...stays(pauses), Unguarded: "Open" } },
    setValues: {
      call: ({ parameters, treasury }) => parameters.setValues({ ...VALUES, protocolFeeBps: 7n, treasury: treasury.address }),
      from: stays(pauses),
    },
    "setValues (by others)": {
      of: "setValues",
      call: ({ parameters, stranger, treasury }) => parameters.connect(stranger).setValues({ ...VALUES, treasury: treasury.address }),
      from: all(pauses, no("NotOwner")),
    },
  },
  contracts: ({ parameters }) => [parameters],
};
