import { expect } from "chai";
import { delegators, providers, type StakeTable } from "./support/stateTables/stakeTables.js";

/** Every function in every state: it succeeds, or is refused with that error. */
function tryTable({ load, states, functions }: StakeTable) {
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

describe("Delegation: every function in every state of a delegator", () => tryTable(delegators));

describe("StakeVault: every function in every state of a provider", () => tryTable(providers));
