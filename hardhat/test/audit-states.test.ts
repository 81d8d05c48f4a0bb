import { expect } from "chai";
import { fixture, goTo, marketWorld } from "./market.js";
import { AuditState, auditWorld, demand, NEXT, passDeadline, refused } from "./support/auditing.js";
import { reach as reachAgreement } from "./support/states.js";
import { actions, moments, names, reach } from "./support/stateTables/auditActions.js";

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

describe("StorageAudits: agreements of every state", () => {
  const load = fixture(() => marketWorld());

  for (const [state, reachState] of Object.entries(reachAgreement)) {
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
