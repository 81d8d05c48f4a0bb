import { asContract, fixture, marketWorld, open, type World } from "../../market.js";
import { delegate, delegationWorld, earn } from "../stakes.js";
import { all, no, stays, type Refusal, type StateTable } from "./stateTable.js";

/** Whether somebody holds space, and what waits of slashes: the consumers' part, and the treasury's. */
interface Slashed {
  rented: boolean;
  claim: boolean;
  sweep: boolean;
}

const BOOLEANS = [false, true];
const combinations: Slashed[] = BOOLEANS.flatMap((rented) =>
  BOOLEANS.flatMap((claim) => BOOLEANS.map((sweep) => ({ rented, claim, sweep }))),
);
const named = ({ rented, claim, sweep }: Slashed) =>
  [rented ? "rented" : "not rented", claim && "with compensation", sweep && "with something for the treasury"].filter(Boolean).join(", ");
const from = (outcome: (state: Slashed) => Slashed | Refusal): Record<string, string | Refusal> =>
  Object.fromEntries(
    combinations.map((state) => {
      const then = outcome(state);
      return [named(state), "error" in then ? then : named(then)];
    }),
  );

const byRegistry = async ({ stakes, registry }: World) => stakes.connect(await asContract(registry));
const slash = async (world: World) => (await byRegistry(world)).slash(world.provider, 100n);

async function reach(world: World, { rented, claim, sweep }: Slashed): Promise<void> {
  if (claim || sweep) await slash(world);
  if (!claim && sweep) await world.stakes.claimCompensation(1n);
  if (claim && !sweep) await world.stakes.sweep();
  if (!rented) await (await byRegistry(world)).endPosition(1n);
}

/** One agreement of 10 GiB, so that each of its GiB gets 5 of a slash of 100, and the treasury 50. */
export const slashStates: StateTable<World, string> = {
  contract: "StakeVault",
  about: "what was slashed",
  load: fixture(async () => {
    const world = await marketWorld();
    await open(world, { term: 20n });
    return world;
  }),
  states: Object.fromEntries(combinations.map((state) => [named(state), (world: World) => reach(world, state)])),
  now: async ({ stakes, provider }) =>
    named({
      rented: (await stakes.stakeOf(provider)).reserved > 0n,
      claim: (await stakes.compensationOf(1n)) > 0n,
      sweep: (await stakes.treasuryDue()) > 0n,
    }),
  rows: {
    slash: { call: slash, from: from((state) => ({ ...state, claim: state.claim || state.rented, sweep: true })) },
    // The agreement is compensated, over or not.
    slashFor: {
      call: async (world) => (await byRegistry(world)).slashFor(world.provider, 1n, 100n),
      from: from((state) => ({ ...state, claim: true, sweep: true })),
    },
    claimCompensation: {
      call: ({ stakes, stranger }) => stakes.connect(stranger).claimCompensation(1n),
      from: from((state) => (state.claim ? { ...state, claim: false } : no("NothingToClaim"))),
    },
    sweep: {
      call: ({ stakes, stranger }) => stakes.connect(stranger).sweep(),
      from: from((state) => (state.sweep ? { ...state, sweep: false } : no("NothingToSweep"))),
    },
    addPosition: {
      call: async (world) => (await byRegistry(world)).addPosition(1n, world.provider, 10n),
      from: from((state) => ({ ...state, rented: true })),
    },
    endPosition: { call: async (world) => (await byRegistry(world)).endPosition(1n), from: from((state) => ({ ...state, rented: false })) },
  },
  contracts: ({ stakes }) => [stakes],
};

const earnings = ["no delegators", "delegators", "earnings in escrow", "earnings collected"] as const;
type Earnings = (typeof earnings)[number];

export const earningStates: StateTable<World, Earnings> = {
  contract: "StakeVault",
  about: "delegators' earnings",
  load: fixture(() => delegationWorld()),
  states: {
    "no delegators": async () => {},
    delegators: (world) => delegate(world, world.others[0], 500n),
    "earnings in escrow": async (world) => {
      await delegate(world, world.others[0], 500n);
      await earn(world, 300n);
    },
    "earnings collected": async (world) => {
      await delegate(world, world.others[0], 500n);
      await earn(world, 300n);
      await world.stakes.collect();
    },
  },
  now: async ({ stakes, escrow, provider }) => {
    if ((await escrow.withdrawable(stakes)) > 0n) return "earnings in escrow";
    const { delegated, unvested } = await stakes.stakeOf(provider);
    if (unvested > 0n) return "earnings collected";
    return delegated > 0n ? "delegators" : "no delegators";
  },
  rows: {
    addEarnings: { call: (world) => earn(world, 300n), from: all(earnings, "earnings in escrow") },
    collect: { call: ({ stakes }) => stakes.collect(), from: { ...stays(earnings), "earnings in escrow": "earnings collected" } },
  },
  contracts: ({ stakes }) => [stakes],
};
