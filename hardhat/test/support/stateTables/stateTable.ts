import { expect } from "chai";

/** The name of a custom error, "panic", or "nothing said" for a refusal without a reason. */
export interface Refusal {
  error: string;
}

export const no = (error: string): Refusal => ({ error });

export interface StateRow<W, S extends string> {
  /** The function, if the row has another title: several rows may try one function in different ways. */
  of?: string;
  call: (world: W) => Promise<unknown>;
  /** Where it leads from each state, or how it is refused; what is refused leaves the state as it was. */
  from: Record<S, S | Refusal>;
}

/** Every function of a contract in every state of what it is about. */
export interface StateTable<W = any, S extends string = any> {
  contract: string;
  /** Whose states these are. */
  about: string;
  load: () => Promise<W>;
  states: Record<S, (world: W) => Promise<unknown>>;
  /** The state as the contracts' views tell it. */
  now: (world: W) => Promise<S>;
  rows: Record<string, StateRow<W, S>>;
  /** Where an error may come from, besides the contract. */
  contracts: (world: W) => any[];
}

export function functionsOf({ rows }: StateTable): string[] {
  return Object.entries(rows).map(([title, row]) => row.of ?? title);
}

/** The same outcome in several states. */
export function all<S extends string>(states: readonly S[], outcome: S | Refusal): Record<S, S | Refusal> {
  return Object.fromEntries(states.map((state) => [state, outcome])) as Record<S, S | Refusal>;
}

/** Each state leads to itself. */
export function stays<S extends string>(states: readonly S[]): Record<S, S | Refusal> {
  return Object.fromEntries(states.map((state) => [state, state])) as Record<S, S | Refusal>;
}

export function titleOf(title: string, state: string, outcome: string | Refusal): string {
  if (typeof outcome !== "string") return `${title} of ${state} is refused: ${outcome.error}`;
  return `${title} of ${state} ${outcome === state ? "leaves it so" : `leads to ${outcome}`}`;
}

export async function tryState(table: StateTable, title: string, state: string): Promise<void> {
  const world = await table.load();
  await table.states[state](world);
  expect(await table.now(world), "reached").to.equal(state);
  const outcome: string | Refusal = table.rows[title].from[state];
  const attempt = table.rows[title].call(world);
  if (typeof outcome === "string") await attempt;
  else await expectRefusal(attempt, outcome.error, table.contracts(world));
  expect(await table.now(world), "after").to.equal(typeof outcome === "string" ? outcome : state);
}

async function expectRefusal(attempt: Promise<unknown>, error: string, contracts: any[]): Promise<void> {
  if (error === "panic") await expect(attempt).to.be.revertedWithPanic();
  else if (error === "nothing said") await expect(attempt).to.be.revertedWithoutReason(undefined as any);
  else {
    const source = contracts.find((one) => one.interface.getError(error) !== null) ?? contracts[0];
    await expect(attempt).to.be.revertedWithCustomError(source, error);
  }
}
