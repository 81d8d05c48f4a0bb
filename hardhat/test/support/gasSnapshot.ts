import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";

const SNAPSHOT = new URL("../../gas-snapshot.json", import.meta.url);

/** Gas used, all in, and for what is long the bytes of call data. */
export interface Cost {
  gas: number;
  bytes?: number;
}

export type Costs = Record<string, Cost>;

/** Compares one section of the committed snapshot with what was measured; with UPDATE_GAS=1 it writes that section anew. */
export function expectAsCommitted(section: string, measured: Costs): void {
  const all = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, Costs>;
  if (process.env.UPDATE_GAS === "1") {
    all[section] = measured;
    writeFileSync(SNAPSHOT, `${JSON.stringify(all, null, 2)}\n`);
  }
  const committed = all[section] ?? {};
  const changes = Object.keys({ ...committed, ...measured })
    .filter((title) => show(committed[title]) !== show(measured[title]))
    .map((title) => `${title}: ${show(committed[title])} -> ${show(measured[title])}`);
  const advice = `The cost of ${section} changed. If that is meant, run the tests with UPDATE_GAS=1 and commit ${SNAPSHOT.pathname}`;
  expect(changes, advice).to.deep.equal([]);
}

function show(cost: Cost | undefined): string {
  if (cost === undefined) return "nothing";
  return cost.bytes === undefined ? `${cost.gas} gas` : `${cost.gas} gas for ${cost.bytes} bytes`;
}
