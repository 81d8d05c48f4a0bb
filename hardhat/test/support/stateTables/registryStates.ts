import { asContract, bareWorld, ethers, fixture, goTo, prove, register, REGION, time, TLS, WINDOW, type World } from "../../market.js";
import { penalize } from "../stakes.js";
import { all, no, stays, type StateTable } from "./stateTable.js";

const states = ["Unregistered", "Idle", "Obliged", "Proven", "Missed"] as const;
type State = (typeof states)[number];

/** The first epoch of which a reservation in epoch 10 asks a proof. */
const EPOCH = 12n;
const byAgreements = async ({ registry, agreements }: World) => registry.connect(await asContract(agreements));
const particulars = () => [ethers.Wallet.createRandom().address, "https://node.example:7443", TLS, REGION, ""] as const;

const join = async (world: World) => {
  await register(world, world.owner, world.operator.address);
  await world.stakes.connect(world.owner).stake(10_000n);
};
const begin = async (world: World) => {
  await goTo(EPOCH);
  await world.beacon.seal();
};
const rented = async (world: World) => {
  await join(world);
  await (await byAgreements(world)).reserve(1n, world.provider, 5n, 40n);
  await begin(world);
};

export const registryStates: StateTable<World, State> = {
  contract: "ProviderRegistry",
  about: "a provider in an epoch",
  load: fixture(() => bareWorld()),
  states: {
    Unregistered: begin,
    Idle: async (world) => {
      await join(world);
      await begin(world);
    },
    Obliged: rented,
    Proven: async (world) => {
      await rented(world);
      await prove(world);
    },
    Missed: async (world) => {
      await rented(world);
      await time.increase(WINDOW + 1n);
      await world.registry.settleMisses(world.provider);
    },
  },
  now: async ({ registry, provider }) => {
    if (!(await registry.isRegistered(provider))) return "Unregistered";
    if (await registry.hasProven(provider, EPOCH)) return "Proven";
    if ((await registry.trackRecord(provider)).missed > 0n) return "Missed";
    return (await registry.reservedOf(provider)) > 0n ? "Obliged" : "Idle";
  },
  rows: {
    register: {
      call: ({ registry, owner }) => registry.connect(owner).register(...particulars()),
      from: { ...all(states, no("AlreadyRegistered")), Unregistered: "Idle" },
    },
    update: {
      call: ({ registry, owner }) => registry.connect(owner).update(...particulars()),
      from: { ...stays(states), Unregistered: no("NotRegistered") },
    },
    reserve: {
      call: async (world) => (await byAgreements(world)).reserve(2n, world.provider, 1n, 40n),
      from: { ...stays(states), Unregistered: no("NotRegistered"), Idle: "Obliged" },
    },
    extend: {
      call: async (world) => (await byAgreements(world)).extend(1n, world.provider, 1n, 50n),
      // StorageAgreements extends only what runs, for which space is reserved.
      from: { ...stays(states), Unregistered: no("StakeTooSmall"), Idle: "Obliged" },
    },
    release: {
      call: async (world) => (await byAgreements(world)).release(1n, world.provider, 5n),
      from: { ...stays(states), Unregistered: no("panic"), Idle: no("panic"), Obliged: "Idle" },
    },
    penalize: { call: (world) => penalize(world, 100n), from: { ...stays(states), Unregistered: no("NotRegistered") } },
    recordProof: {
      call: (world) => prove(world),
      // PossessionProofs asks only for operators' providers, which are registered.
      from: {
        ...all(states, "Proven"),
        Unregistered: "Unregistered",
        Proven: no("EpochAlreadyProven"),
        Missed: no("EpochAlreadyMissed"),
      },
    },
    shortenObligation: {
      call: ({ registry, provider }) => registry.shortenObligation(provider, []),
      from: { ...all(states, no("AgreementsMissing")), Unregistered: no("NotRegistered"), Idle: "Idle" },
    },
    settleMisses: {
      call: ({ registry, provider }) => registry.settleMisses(provider),
      from: { ...stays(states), Unregistered: no("NotRegistered") },
    },
  },
  contracts: ({ registry }) => [registry],
};
