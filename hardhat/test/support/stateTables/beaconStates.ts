import { bareWorld, ethers, fixture, networkHelpers, time, type World } from "../../market.js";
import { mineTo, OPCODE_WINDOW } from "../blocks.js";
import { all, no, type StateTable } from "./stateTable.js";

const states = ["Unopened", "Opened", "Anchored", "Expired", "Late", "Sealed", "SealedLate"] as const;
type State = (typeof states)[number];

const EPOCH = 11n;
const HALF = 500n;
const at = async ({ parameters }: World, offset: bigint) => time.increaseTo((await parameters.epochStart(EPOCH)) + offset);
const open = async (world: World) => {
  await at(world, 10n);
  await world.beacon.open();
};
const anchored = async (world: World) => {
  await open(world);
  await networkHelpers.mine(2, { interval: 1 });
};
const sealed = async (world: World) => {
  await anchored(world);
  await world.beacon.seal();
};

export const beaconStates: StateTable<World, State> = {
  contract: "BlockhashBeacon",
  about: "the current epoch",
  load: fixture(() => bareWorld({}, { beacon: "BlockhashBeacon" })),
  states: {
    Unopened: (world) => at(world, 10n),
    Opened: open,
    Anchored: anchored,
    Expired: async (world) => {
      await open(world);
      await mineTo((await world.beacon.anchorBlock(EPOCH)) + OPCODE_WINDOW, 0);
    },
    Late: async (world) => {
      await anchored(world);
      await at(world, HALF);
    },
    Sealed: sealed,
    SealedLate: async (world) => {
      await sealed(world);
      await at(world, HALF);
    },
  },
  now: async ({ beacon, parameters }) => {
    const isLate = BigInt(await time.latest()) >= (await parameters.epochStart(EPOCH)) + HALF;
    if ((await beacon.sealedAt(EPOCH)) !== 0n) return isLate ? "SealedLate" : "Sealed";
    if (isLate) return "Late";
    const anchor = await beacon.anchorBlock(EPOCH);
    if (anchor === 0n) return "Unopened";
    // The block that the next transaction comes into.
    const next = BigInt(await ethers.provider.getBlockNumber()) + 1n;
    if (next <= anchor) return "Opened";
    return next - anchor > OPCODE_WINDOW ? "Expired" : "Anchored";
  },
  rows: {
    open: {
      call: ({ beacon }) => beacon.open(),
      from: {
        Unopened: "Opened",
        // A block passes while nothing is done.
        Opened: "Opened",
        Anchored: "Anchored",
        Expired: "Opened",
        Late: no("NotInFirstHalf"),
        Sealed: "Sealed",
        SealedLate: "SealedLate",
      },
    },
    seal: {
      call: ({ beacon }) => beacon.seal(),
      from: {
        ...all(states, no("AnchorNotReached")),
        Unopened: no("EpochNotOpened"),
        Anchored: "Sealed",
        Expired: no("AnchorExpired"),
        Late: no("NotInFirstHalf"),
        Sealed: "Sealed",
        SealedLate: "SealedLate",
      },
    },
  },
  contracts: ({ beacon }) => [beacon],
};
