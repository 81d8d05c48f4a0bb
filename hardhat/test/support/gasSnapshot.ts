import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { showTable } from "./gasTable.js";

const SNAPSHOT = new URL("../../gas-snapshot.json", import.meta.url);

/** Gas used, all in, and for what is long the bytes of call data. */
export interface Cost {
  gas: number;
  bytes?: number;
}

export type Costs = Record<string, Cost>;

/** All that is committed, by section. */
export function committed(): Record<string, Costs> {
  return JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, Costs>;
}

/** Compares one section of the committed snapshot with what was measured; with UPDATE_GAS=1 it writes that section anew, and docs/gas.md. */
export function expectAsCommitted(section: string, measured: Costs): void {
  const all = committed();
  if (process.env.UPDATE_GAS === "1") {
    all[section] = measured;
    writeFileSync(SNAPSHOT, `${JSON.stringify(all, null, 2)}\n`);
    showTable(all);
  }
  const expected = all[section] ?? {};
  const changes = Object.keys({ ...expected, ...measured })
    .filter((title) => show(expected[title]) !== show(measured[title]))
    .map((title) => `${title}: ${show(expected[title])} -> ${show(measured[title])}`);
  const advice = `The cost of ${section} changed. If that is meant, run the tests with UPDATE_GAS=1 and commit ${SNAPSHOT.pathname}`;
  expect(changes, advice).to.deep.equal([]);
}

function show(cost: Cost | undefined): string {
  if (cost === undefined) return "nothing";
  return cost.bytes === undefined ? `${cost.gas} gas` : `${cost.gas} gas for ${cost.bytes} bytes`;
}
