import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { asContract } from "../../market.js";

/** Where the rows of one contract are tried. */
export interface Stage {
  /** Contracts and people by name; each of them is tried as a sender. */
  parts: Record<string, any>;
  people: Record<string, HardhatEthersSigner>;
}

/** Who may call a function, with arguments that do something. */
export interface SenderRow<S extends Stage> {
  /** Every other sender gets the error; without an error anybody may. */
  by?: string[];
  /** These get the error, and everybody else may. */
  exceptFor?: string[];
  error?: string;
  /** Those who may, but not by a transaction of their own: these get a panic. */
  notDirectly?: string[];
  before?: (stage: S) => Promise<unknown>;
  args: (stage: S, sender: HardhatEthersSigner) => unknown[] | Promise<unknown[]>;
}

export type SenderRows<S extends Stage> = Record<string, SenderRow<S>>;

/** One contract, by its name in the sources and on the stage. */
export interface SenderTable {
  contract: string;
  part: string;
  load: () => Promise<Stage>;
  rows: SenderRows<any>;
}

export function titleOf(row: SenderRow<any>): string {
  if (row.exceptFor) return `everybody but ${row.exceptFor.join(" and ")}`;
  if (!row.error) return "anybody";
  return [...(row.by ?? []), ...(row.notDirectly ?? []).map((one) => `${one} as decided`)].join(", ") || "nobody";
}

/** Tries a function as every person and every contract of the stage, from the same state each time. */
export async function trySenders({ part, load, rows }: SenderTable, name: string): Promise<void> {
  const row = rows[name];
  const stage = await load();
  await row.before?.(stage);
  const contract = stage.parts[part];
  const tried = await senders(stage);
  expect([...tried.keys()]).to.include.members([...(row.by ?? []), ...(row.exceptFor ?? []), ...(row.notDirectly ?? [])]);
  for (const [who, sender] of tried) {
    const args = await row.args(stage, sender);
    const attempt = contract
      .connect(sender)
      .getFunction(name)
      .staticCall(...args);
    if (row.notDirectly?.includes(who)) await expect(attempt, who).to.be.revertedWithPanic();
    else if (isAllowed(row, who)) await attempt;
    else await expect(attempt, who).to.be.revertedWithCustomError(sourceOf(row.error!, contract, stage), row.error!);
  }
}

function isAllowed({ by, exceptFor, error }: SenderRow<any>, who: string): boolean {
  if (exceptFor) return !exceptFor.includes(who);
  return error === undefined || (by ?? []).includes(who);
}

async function senders({ parts, people }: Stage): Promise<Map<string, HardhatEthersSigner>> {
  const found = new Map(Object.entries(people));
  for (const [name, part] of Object.entries(parts)) found.set(name, await asContract(part));
  return found;
}

/** The contract that refuses, or another one on whose behalf it does. */
function sourceOf(error: string, contract: any, { parts }: Stage): any {
  return [contract, ...Object.values(parts)].find((part) => part.interface.getError(error) !== null) ?? contract;
}

/** The market's contracts, as far as a world has them. */
export function partsOf(world: Record<string, any>): Record<string, any> {
  return Object.fromEntries(Object.entries(world).filter(([, part]) => part?.interface && part?.getFunction));
}
