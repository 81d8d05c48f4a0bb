import { fixture, marketWorld, NO_PERMIT, request, TERMS, type World } from "../../market.js";
import { no, stays, type StateTable } from "./stateTable.js";

const states = ["Unknown", "Automatic", "ByHand", "Taken", "Uncovered", "Withdrawn", "Paused"] as const;
type State = (typeof states)[number];

const THIRD = 3n;
const publish = (world: World, changes = {}) => world.listings.connect(world.owner).publish({ ...TERMS, available: 10n, ...changes });
const open = (world: World) => world.agreements.connect(world.consumer).open([request(world, { listing: THIRD })] as any, NO_PERMIT);

/** The states of an offer of 10 GiB, all of which is asked for. */
export const offerStates: StateTable<World, State> = {
  contract: "StorageAgreements",
  about: "an offer",
  load: fixture(() => marketWorld()),
  states: {
    Unknown: async () => {},
    Automatic: (world) => publish(world),
    ByHand: (world) => publish(world, { autoAccept: false }),
    Taken: async (world) => {
      await publish(world, { autoAccept: false });
      await open(world);
    },
    Uncovered: async (world) => {
      await publish(world);
      await world.stakes.connect(world.owner).requestUnstake(9_001n);
    },
    Withdrawn: async (world) => {
      await publish(world);
      await world.listings.connect(world.owner).withdraw(THIRD);
    },
    Paused: async (world) => {
      await publish(world);
      await world.parameters.setGuardian(world.stranger.address);
      await world.parameters.connect(world.stranger).pause();
    },
  },
  now: async ({ listings, parameters, stakes, provider }) => {
    if ((await listings.listingCount()) < THIRD) return "Unknown";
    if ((await parameters.pausedUntil()) > 0n) return "Paused";
    const { withdrawn, terms } = await listings.listing(THIRD);
    if (withdrawn) return "Withdrawn";
    if (terms.available === 0n) return "Taken";
    if (!terms.autoAccept) return "ByHand";
    return (await stakes.cover(provider)) < 1_000n ? "Uncovered" : "Automatic";
  },
  rows: {
    open: {
      call: open,
      from: {
        ...stays(states),
        Unknown: no("UnknownListing"),
        Automatic: "Taken",
        ByHand: "Taken",
        Taken: no("SpaceNotAvailable"),
        Uncovered: no("StakeTooSmall"),
        Withdrawn: no("ListingIsWithdrawn"),
        Paused: no("MarketPaused"),
      },
    },
  },
  contracts: ({ listings, registry, parameters }) => [listings, registry, parameters],
};
