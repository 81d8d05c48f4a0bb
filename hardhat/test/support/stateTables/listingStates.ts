import { asContract, bareWorld, fixture, register, TERMS, type World } from "../../market.js";
import { all, no, stays, type StateTable } from "./stateTable.js";

const states = ["None", "Open", "Private", "Full", "Withdrawn"] as const;
type State = (typeof states)[number];

const SPACE = 5n;
const OFFER = { ...TERMS, available: SPACE };
const publish = (world: World, changes = {}) => world.listings.connect(world.owner).publish({ ...OFFER, ...changes });
const byAgreements = async (world: World) => world.listings.connect(await asContract(world.agreements));
const take = async (world: World) => (await byAgreements(world)).take(1n, SPACE, world.stranger.address);

export const listingStates: StateTable<World, State> = {
  contract: "ListingBook",
  about: "a listing",
  load: fixture(async () => {
    const world = await bareWorld();
    await register(world, world.owner, world.operator.address);
    return world;
  }),
  states: {
    None: async () => {},
    Open: (world) => publish(world),
    Private: (world) => publish(world, { onlyFor: world.consumer.address }),
    Full: async (world) => {
      await publish(world);
      await take(world);
    },
    Withdrawn: async (world) => {
      await publish(world);
      await world.listings.connect(world.owner).withdraw(1n);
    },
  },
  now: async ({ listings, consumer }) => {
    if ((await listings.listingCount()) === 0n) return "None";
    const { withdrawn, terms } = await listings.listing(1n);
    if (withdrawn) return "Withdrawn";
    if (terms.onlyFor === consumer.address) return "Private";
    return terms.available === 0n ? "Full" : "Open";
  },
  rows: {
    publish: { call: (world) => publish(world), from: { ...stays(states), None: "Open" } },
    change: {
      call: ({ listings, owner }) => listings.connect(owner).change(1n, OFFER),
      from: { ...all(states, "Open"), None: no("UnknownListing"), Withdrawn: no("ListingIsWithdrawn") },
    },
    withdraw: {
      call: ({ listings, owner }) => listings.connect(owner).withdraw(1n),
      from: { ...all(states, "Withdrawn"), None: no("UnknownListing"), Withdrawn: no("ListingIsWithdrawn") },
    },
    take: {
      call: take,
      from: {
        None: no("UnknownListing"),
        Open: "Full",
        Private: no("ListingIsPrivate"),
        Full: no("SpaceNotAvailable"),
        Withdrawn: no("ListingIsWithdrawn"),
      },
    },
    giveBack: {
      call: async (world) => (await byAgreements(world)).giveBack(1n, 1n),
      from: { ...stays(states), None: no("UnknownListing"), Full: "Open" },
    },
  },
  contracts: ({ listings }) => [listings],
};
