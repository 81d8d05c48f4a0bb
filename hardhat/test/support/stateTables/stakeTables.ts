import { bareWorld, fixture, goTo, live, NO_PERMIT, open, register, type World } from "../../market.js";
import { ALL, delegate, delegationWorld, holdingSpace, slash, SHARES, stretch } from "../stakes.js";

export interface State {
  reach: (world: World) => Promise<unknown>;
  /** For each function the error with which it is refused; where there is none it succeeds. */
  refuses: Record<string, string>;
}

/** Every function in every state: it succeeds, or is refused with the state's error. */
export interface StakeTable {
  load: () => Promise<World>;
  states: Record<string, State>;
  functions: Record<string, (world: World) => Promise<unknown>>;
}

function delegatorTable(): StakeTable {
  const alice = (world: World) => world.others[0];
  const leave = (world: World, shares: bigint) => world.stakes.connect(alice(world)).requestUndelegate(world.provider, shares);
  const states: Record<string, State> = {
    "one that was never in": {
      reach: async () => {},
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated", shortenHold: "HeldNoLonger" },
    },
    "one that is in": {
      reach: (world) => delegate(world, alice(world), 500n),
      refuses: { withdrawUndelegated: "NothingUndelegated", shortenHold: "HeldNoLonger" },
    },
    "one that is in and waits for a part": {
      reach: async (world) => {
        await delegate(world, alice(world), 500n);
        await leave(world, 100n * SHARES);
      },
      refuses: { withdrawUndelegated: "StillUndelegating", shortenHold: "HeldNoLonger" },
    },
    "one that waits for all": {
      reach: async (world) => {
        await delegate(world, alice(world), 500n);
        await leave(world, ALL);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "StillUndelegating", shortenHold: "HeldNoLonger" },
    },
    "one that has waited": {
      reach: async (world) => {
        await states["one that waits for all"].reach(world);
        await goTo(15);
      },
      refuses: { requestUndelegate: "NothingDelegated", shortenHold: "HeldNoLonger" },
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
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "StakeTooSmall", shortenHold: "HeldNoLonger" },
    },
    "one that waits, and whose provider a stranger obliged for longer than agreements run": {
      reach: async (world) => {
        await delegate(world, alice(world), 700n);
        await open(world, { space: 10n });
        await stretch(world);
        await leave(world, ALL);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "StillUndelegating" },
    },
    "one that was paid": {
      reach: async (world) => {
        await states["one that has waited"].reach(world);
        await world.stakes.connect(alice(world)).withdrawUndelegated(world.provider);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated", shortenHold: "HeldNoLonger" },
    },
    "one that lost everything": {
      reach: async (world) => {
        await states["one that is in and waits for a part"].reach(world);
        await slash(world, 99_999n);
        await world.stakes.connect(world.owner).stake(5_000n);
      },
      refuses: { requestUndelegate: "NothingDelegated", withdrawUndelegated: "NothingUndelegated", shortenHold: "HeldNoLonger" },
    },
  };
  const functions: StakeTable["functions"] = {
    delegate: (world) => delegate(world, alice(world), 100n),
    requestUndelegate: (world) => leave(world, 1n),
    withdrawUndelegated: (world) => world.stakes.connect(alice(world)).withdrawUndelegated(world.provider),
    shortenHold: async (world) => world.stakes.shortenHold(world.provider, alice(world).address, await holdingSpace(world)),
  };
  return { load: fixture(() => delegationWorld()), states, functions };
}

function providerTable(): StakeTable {
  const own = (world: World) => world.stakes.connect(world.owner);
  const nothing = { requestUnstake: "MoreThanStaked", withdrawUnstaked: "NothingToWithdraw" };
  const states: Record<string, State> = {
    nobody: {
      reach: async () => {},
      refuses: {
        stake: "NotRegistered",
        stakeWithPermit: "NotRegistered",
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
        await slash(world, 9_999n);
      },
      refuses: { ...nothing, delegate: "SelfStakeTooSmall" },
    },
  };
  const functions: StakeTable["functions"] = {
    stake: (world) => own(world).stake(1n),
    stakeWithPermit: (world) => own(world).stakeWithPermit(1n, NO_PERMIT),
    requestUnstake: (world) => own(world).requestUnstake(1n),
    withdrawUnstaked: (world) => own(world).withdrawUnstaked(),
    setCommission: (world) => own(world).setCommission(100n),
    delegate: (world) => delegate(world, world.others[0], 1n),
  };
  return { load: fixture(() => bareWorld()), states, functions };
}

export const delegators = delegatorTable();
export const providers = providerTable();
