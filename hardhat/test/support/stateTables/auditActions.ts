import type { World } from "../../market.js";
import { AuditState, demand, NEXT, passDeadline, revisionOf, shows, signed, STORED } from "../auditing.js";

export type StateName = keyof typeof AuditState;
/** Before the deadline and after it. */
export type Moment = "in time" | "late";

const answer = (world: World, by = world.operator) => world.audits.connect(by).answer(1n, shows(STORED, 6n));
const supersede = async (world: World, by = world.operator) =>
  world.audits.connect(by).supersede(1n, revisionOf(NEXT), await signed(world, NEXT, world.dataKey));
const conclude = (world: World, by = world.stranger) => world.audits.connect(by).conclude(1n);

/** Brings audit 1 of agreement 1 into a state. */
export const reach: Record<StateName, (world: World) => Promise<unknown>> = {
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
export const names = Object.keys(reach) as StateName[];
export const moments: Moment[] = ["in time", "late"];

export interface Action {
  call: (world: World, by?: World["owner"]) => Promise<unknown>;
  /** Where it leads from Demanded, and the refusal at the other moment. */
  when: Moment;
  leadsTo: StateName;
  otherwise: string;
  /** Who may; anybody if empty. */
  by: ("owner" | "operator")[];
}

export const actions: Record<string, Action> = {
  answer: { call: answer, when: "in time", leadsTo: "Answered", otherwise: "DeadlinePassed", by: [] },
  supersede: { call: supersede, when: "in time", leadsTo: "Superseded", otherwise: "DeadlinePassed", by: ["owner", "operator"] },
  conclude: { call: conclude, when: "late", leadsTo: "Failed", otherwise: "DeadlineNotPassed", by: [] },
};
