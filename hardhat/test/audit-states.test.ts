import { expect } from "chai";
import { failAudit, fixture, goTo, live, marketWorld, open, settle, type World } from "./market.js";
import { AuditState, auditWorld, demand, NEXT, passDeadline, refused, revisionOf, shows, signed, STORED } from "./support/auditing.js";

type StateName = keyof typeof AuditState;
/** Before the deadline and after it. */
type Moment = "in time" | "late";

const answer = (world: World, by = world.operator) => world.audits.connect(by).answer(1n, shows(STORED, 6n));
const supersede = async (world: World, by = world.operator) =>
  world.audits.connect(by).supersede(1n, revisionOf(NEXT), await signed(world, NEXT, world.dataKey));
const conclude = (world: World, by = world.stranger) => world.audits.connect(by).conclude(1n);

/** Brings audit 1 of agreement 1 into a state. */
const reach: Record<StateName, (world: World) => Promise<unknown>> = {
  None: async () => {},
  Demanded: (world) => demand(world),
  Answered: async (world) => {
    await demand(world);
    await answer(world);
  },
  Superseded: async (world) => {
    await demand(world);
    await supersede(world);
  },
  Failed: async (world) => {
    await demand(world);
    await passDeadline(world);
    await conclude(world);
  },
};
const names = Object.keys(reach) as StateName[];
const moments: Moment[] = ["in time", "late"];

interface Action {
  call: (world: World, by?: World["owner"]) => Promise<unknown>;
  /** Where it leads from Demanded, and the refusal at the other moment. */
  when: Moment;
  leadsTo: StateName;
  otherwise: string;
  /** Who may; anybody if empty. */
  by: ("owner" | "operator")[];
}

const actions: Record<string, Action> = {
  answer: { call: answer, when: "in time", leadsTo: "Answered", otherwise: "DeadlinePassed", by: [] },
  supersede: { call: supersede, when: "in time", leadsTo: "Superseded", otherwise: "DeadlinePassed", by: ["owner", "operator"] },
  conclude: { call: conclude, when: "late", leadsTo: "Failed", otherwise: "DeadlineNotPassed", by: [] },
};

const roles = ["consumer", "dataKey", "owner", "operator", "stranger", "treasury", "deployer"] as const;

describe("StorageAudits: every function in every state", () => {
  const load = fixture(() => auditWorld());

  for (const [name, action] of Object.entries(actions)) {
    for (const state of names) {
      for (const moment of moments) {
        const isTaken = state === "Demanded" && moment === action.when;
        it(`${name} of ${state}, ${moment}, ${isTaken ? `leads to ${action.leadsTo}` : "is refused"}`, async () => {
          const world = await load();
          await reach[state](world);
          if (moment === "late" && state !== "None") await goTo(12);
          const attempt = action.call(world);
          if (state === "None") await refused(attempt, world, "UnknownAudit").withArgs(1n);
          else if (state !== "Demanded") await refused(attempt, world, "AuditNotOpen").withArgs(1n, AuditState[state]);
          else if (moment !== action.when) await refused(attempt, world, action.otherwise);
          else await attempt;
          const after = isTaken ? action.leadsTo : state;
          expect(Number((await world.audits.auditOf(1n)).state)).to.equal(AuditState[after]);
        });
      }
    }

    for (const role of roles) {
      const may = action.by.length === 0 || action.by.includes(role as "owner");
      it(`${name} by the ${role} ${may ? "is possible" : "is refused"}`, async () => {
        const world = await load();
        await demand(world);
        if (action.when === "late") await passDeadline(world);
        const attempt = action.call(world, world[role]);
        if (may) await attempt;
        else await refused(attempt, world, "NotAuditedProvider").withArgs(1n, world[role].address);
      });
    }
  }

  for (const state of names) {
    const isOpen = state === "Demanded";
    it(`another demand of the same auditor after ${state} ${isOpen || state === "Failed" ? "is refused" : "is possible"}`, async () => {
      const world = await load();
      await reach[state](world);
      const attempt = demand(world, { contents: NEXT, leaf: 0n });
      if (isOpen) await refused(attempt, world, "AuditOpen").withArgs(1n, 1n);
      else if (state === "Failed") await refused(attempt, world, "AgreementNotRunning").withArgs(1n);
      else await attempt;
    });
  }
});

/** Brings agreement 1 into a state, and its name, as far as audits are concerned. */
const agreementStates: Record<string, (world: World) => Promise<unknown>> = {
  None: async () => {},
  Proposed: (world) => open(world, { listing: 2n, term: 4n }),
  Declined: async (world) => {
    await open(world, { listing: 2n, term: 4n });
    await world.agreements.connect(world.owner).decline(1n);
  },
  Withdrawn: async (world) => {
    await open(world, { listing: 2n, term: 4n });
    await world.agreements.connect(world.consumer).withdrawProposal(1n);
  },
  Active: (world) => open(world, { term: 4n }),
  Terminated: async (world) => {
    await open(world, { term: 4n });
    await world.agreements.connect(world.consumer).terminate(1n);
  },
  Ended: async (world) => {
    await open(world, { term: 4n });
    await live(world, 12, 17, () => false);
    await settle(world, 1n, 0);
  },
  Voided: async (world) => {
    await open(world, { term: 4n });
    await failAudit(world, 1n);
  },
};

describe("StorageAudits: agreements of every state", () => {
  const load = fixture(() => marketWorld());

  for (const [state, reachState] of Object.entries(agreementStates)) {
    const isRunning = state === "Active" || state === "Terminated";
    it(`one that is ${state} ${isRunning ? "is audited" : "is not"}`, async () => {
      const world = await load();
      await reachState(world);
      if (!isRunning) {
        await refused(demand(world), world, "AgreementNotRunning").withArgs(1n);
        return;
      }
      await demand(world);
      expect(await world.audits.auditCount()).to.equal(1n);
    });
  }
});
