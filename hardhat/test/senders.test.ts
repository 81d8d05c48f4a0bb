import { expect } from "chai";
import { ethers, fixture, marketWorld, open } from "./market.js";
import { chainSenders } from "./support/senders/chainSenders.js";
import { governanceSenders } from "./support/senders/governanceSenders.js";
import { marketSenders } from "./support/senders/marketSenders.js";
import { providerSenders } from "./support/senders/providerSenders.js";
import { titleOf, trySenders } from "./support/senders/senderTable.js";
import { tokenSenders } from "./support/senders/tokenSenders.js";
import { fullNames, productionContracts } from "./support/production.js";

const tables = [...marketSenders, ...providerSenders, ...tokenSenders, ...chainSenders, ...governanceSenders];

describe("Wrong senders (I14)", () => {
  it("every function of every production contract that changes something is in the table", async () => {
    const rows = new Map<string, string[]>();
    const contracts = await productionContracts();
    for (const { contract, rows: named } of tables) rows.set(contract, fullNames(Object.keys(named), contracts.get(contract) ?? []).sort());
    expect(Object.fromEntries(rows)).to.deep.equal(Object.fromEntries([...contracts].map(([name, functions]) => [name, functions.sort()])));
  });

  for (const table of tables) {
    describe(table.contract, () => {
      for (const [name, row] of Object.entries(table.rows)) {
        it(`${name} is for ${titleOf(row)}`, () => trySenders(table, name));
      }
    });
  }

  it("a withdrawal takes the sender's own, wherever it goes", async () => {
    const world = await fixture(() => marketWorld())();
    await open(world);
    await world.agreements.connect(world.consumer).terminate(1n);
    const due = await world.escrow.withdrawable(world.consumer.address);
    const target = ethers.Wallet.createRandom().address;
    await expect(world.escrow.connect(world.stranger).withdraw(world.consumer.address)).to.be.revertedWithCustomError(
      world.escrow,
      "NothingToWithdraw",
    );
    await world.escrow.connect(world.consumer).withdraw(target);
    expect(await world.token.balanceOf(target)).to.equal(due);
  });
});
