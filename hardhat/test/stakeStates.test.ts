import { expect } from "chai";
import { bareWorld, fixture, goTo, live, open, register, type World } from "./market.js";
import { ALL, delegate, delegationWorld, penalize, SHARES } from "./support/stakes.js";

interface State {
  reach: (world: World) => Promise<unknown>;
  /** For each function the error with which it is refused; where there is none it succeeds. */
  refuses: Record<string, string>;
}

/** Every function in every state: it succeeds, or is refused with that error. */
function table(load: () => Promise<World>, states: Record<string, State>, functions: Record<string, (world: World) => Promise<unknown>>) {
  for (const [state, { reach, refuses }] of Object.entries(states)) {
    for (const [name, call] of Object.entries(functions)) {
      it(`${name} of ${state} ${refuses[name] ? `is refused with ${refuses[name]}` : "succeeds"}`, async () => {
        const world = await load();
        await reach(world);
        if (!refuses[name]) await call(world);
        else {
          const source = refuses[name] === "NotRegistered" ? world.registry : world.stakes;
          await expect(call(world)).to.be.revertedWithCustomError(source, refuses[name]);
        }
      });
    }
  }
}

describe("Delegation: every function in every state of a delegator", () => {
  const alice = (world: World) => world.others[0];
  const leave = (world: World, shares: bigint) => world.stakes.connect(alice(world)).requestUndelegate(world.provider, shares);
  const states: Record<string, State> = {
    "one that was never in": {
      reach: async () => {},
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated" },
    },
    "one that is in": {
      reach: (world) => delegate(world, alice(world), 500n),
      refuses: { withdrawUndelegated: "NothingUndelegated" },
    },
    "one that is in and waits for a part": {
      reach: async (world) => {
        await delegate(world, alice(world), 500n);
        await leave(world, 100n * SHARES);
      },
      refuses: { withdrawUndelegated: "StillUndelegating" },
    },
    "one that waits for all": {
      reach: async (world) => {
        await delegate(world, alice(world), 500n);
        await leave(world, ALL);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "StillUndelegating" },
    },
    "one that has waited": {
      reach: async (world) => {
        await states["one that waits for all"].reach(world);
        await goTo(15);
      },
      refuses: { requestUndelegate: "NothingDelegated" },
    },
    "one that has waited and is held": {
      reach: async (world) => {
        await world.stakes.connect(world.owner).requestUnstake(9_700n);
        await delegate(world, alice(world), 700n);
        await open(world, { space: 10n });
        await leave(world, ALL);
        await live(world, 12, 16);
        await world.stakes.connect(world.owner).withdrawUnstaked();
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "StakeTooSmall" },
    },
    "one that was paid": {
      reach: async (world) => {
        await states["one that has waited"].reach(world);
        await world.stakes.connect(alice(world)).withdrawUndelegated(world.provider);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated" },
    },
    "one that lost everything": {
      reach: async (world) => {
        await states["one that is in and waits for a part"].reach(world);
        await penalize(world, 99_999n);
        await world.stakes.connect(world.owner).stake(5_000n);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated" },
    },
  };
  table(
    fixture(() => delegationWorld()),
    states,
    {
      delegate: (world) => delegate(world, alice(world), 100n),
      requestUndelegate: (world) => leave(world, 1n),
      withdrawUndelegated: (world) => world.stakes.connect(alice(world)).withdrawUndelegated(world.provider),
    },
  );
});

describe("StakeVault: every function in every state of a provider", () => {
  const own = (world: World) => world.stakes.connect(world.owner);
  const nothing = { requestUnstake: "MoreThanStaked", withdrawUnstaked: "NothingToWithdraw" };
  const states: Record<string, State> = {
    nobody: {
      reach: async () => {},
      refuses: {
        stake: "NotRegistered",
        requestUnstake: "NotRegistered",
        withdrawUnstaked: "NotRegistered",
        setCommission: "NotRegistered",
        delegate: "NotRegistered",
      },
    },
    "one without stake": {
      reach: (world) => register(world, world.owner, world.operator.address),
      refuses: { ...nothing, delegate: "DelegationClosed" },
    },
    "one that takes delegations, without stake": {
      reach: async (world) => {
        await states["one without stake"].reach(world);
        await own(world).setCommission(0n);
      },
      refuses: { ...nothing, delegate: "SelfStakeTooSmall" },
    },
    "one with stake": {
      reach: async (world) => {
        await states["one that takes delegations, without stake"].reach(world);
        await own(world).stake(1_000n);
      },
      refuses: { withdrawUnstaked: "NothingToWithdraw" },
    },
    "one that waits for its stake": {
      reach: async (world) => {
        await states["one with stake"].reach(world);
        await own(world).requestUnstake(1_000n);
      },
      refuses: { requestUnstake: "MoreThanStaked", withdrawUnstaked: "StillUnbonding", delegate: "SelfStakeTooSmall" },
    },
    "one that has waited": {
      reach: async (world) => {
        await states["one that waits for its stake"].reach(world);
        await goTo(15);
      },
      refuses: { requestUnstake: "MoreThanStaked", delegate: "SelfStakeTooSmall" },
    },
    "one whose stake was all slashed": {
      reach: async (world) => {
        await states["one with stake"].reach(world);
        await own(world).requestUnstake(500n);
        await penalize(world, 9_999n);
      },
      refuses: { ...nothing, delegate: "SelfStakeTooSmall" },
    },
  };
  table(
    fixture(() => bareWorld()),
    states,
    {
      stake: (world) => own(world).stake(1n),
      requestUnstake: (world) => own(world).requestUnstake(1n),
      withdrawUnstaked: (world) => own(world).withdrawUnstaked(),
      setCommission: (world) => own(world).setCommission(100n),
      delegate: (world) => delegate(world, world.others[0], 1n),
    },
  );
});
