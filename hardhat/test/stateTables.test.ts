import { expect } from "chai";
import { fullNames, productionContracts } from "./support/production.js";
import { actions, vouchers } from "./support/stateTables/agreementActions.js";
import { actions as audits } from "./support/stateTables/auditActions.js";
import { beaconStates } from "./support/stateTables/beaconStates.js";
import { functions as drand } from "./support/stateTables/drandTable.js";
import { escrowStates } from "./support/stateTables/escrowStates.js";
import { factoryStates } from "./support/stateTables/factoryStates.js";
import { governorStates } from "./support/stateTables/governorStates.js";
import { listingStates } from "./support/stateTables/listingStates.js";
import { lossStates } from "./support/stateTables/lossStates.js";
import { offerStates } from "./support/stateTables/offerStates.js";
import { pauseStates } from "./support/stateTables/parameterStates.js";
import { proofStates } from "./support/stateTables/proofStates.js";
import { registryStates } from "./support/stateTables/registryStates.js";
import { delegators, providers } from "./support/stateTables/stakeTables.js";
import { functionsOf, titleOf, tryState, type StateTable } from "./support/stateTables/stateTable.js";
import { batchStates, roleStates, singleStates } from "./support/stateTables/timelockStates.js";
import { tokenStates } from "./support/stateTables/tokenStates.js";
import { earningStates, slashStates } from "./support/stateTables/vaultStates.js";

const tables: StateTable[] = [
  offerStates,
  listingStates,
  lossStates,
  proofStates,
  beaconStates,
  pauseStates,
  escrowStates,
  registryStates,
  slashStates,
  earningStates,
  tokenStates,
  factoryStates,
  governorStates,
  singleStates,
  batchStates,
  roleStates,
];

/** Those of states.test.ts, audit-states.test.ts, stakeStates.test.ts and drandStates.test.ts, which have columns of their own. */
const elsewhere: Record<string, string[]> = {
  StorageAgreements: [...Object.keys(actions), "void"],
  EgressVouchers: Object.keys(vouchers),
  StorageAudits: [...Object.keys(audits), "demand"],
  StakeVault: [...Object.keys(delegators.functions), ...Object.keys(providers.functions)],
  DrandBeacon: Object.keys(drand).map((title) => title.split(",")[0]),
};

describe("Every function in every state (I9)", () => {
  it("every function of every production contract that changes something is in a table", async () => {
    const contracts = await productionContracts();
    const tried = new Map<string, string[]>(Object.entries(elsewhere));
    for (const table of tables) tried.set(table.contract, [...(tried.get(table.contract) ?? []), ...functionsOf(table)]);
    const rows = [...tried].map(([contract, functions]) => [contract, fullNames(functions, contracts.get(contract) ?? []).sort()]);
    expect(Object.fromEntries(rows)).to.deep.equal(Object.fromEntries([...contracts].map(([name, functions]) => [name, functions.sort()])));
  });

  for (const table of tables) {
    describe(`${table.contract}: ${table.about}`, () => {
      for (const [title, row] of Object.entries(table.rows)) {
        for (const state of Object.keys(table.states)) {
          it(titleOf(title, state, row.from[state]), () => tryState(table, title, state));
        }
      }
    });
  }
});
