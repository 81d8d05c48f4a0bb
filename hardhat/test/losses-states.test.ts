import { expect } from "chai";
import { failAudit, fixture, goTo, marketWorld, TLS, type World } from "./market.js";
import { NEXT } from "./support/auditing.js";
import { cure, declare, load, refused } from "./support/declaring.js";
import { reach } from "./support/states.js";

const states: Record<string, (world: World) => Promise<unknown>> = {
  ...reach,
  "Active, before the start": reach.Active,
  "Active, after the end": async (world) => {
    await reach.Active(world);
    await goTo(17);
  },
};
const RUNNING = ["Active", "Active, before the start", "Active, after the end", "Terminated"];

describe("DeclaredLosses: every function in every state", () => {
  const loadBare = fixture(() => marketWorld());

  for (const [state, bring] of Object.entries(states)) {
    it(`a loss of ${state} is ${RUNNING.includes(state) ? "declared, cured and restored" : "refused"}`, async () => {
      const world = await loadBare();
      await bring(world);
      if (RUNNING.includes(state)) {
        await declare(world);
        await cure(world);
        expect(await world.losses.lossOf(1n)).to.deep.equal([3n, false]);
        await declare(world, { revision: 4n });
        await world.losses.connect(world.operator).restore(1n);
        expect(await world.losses.lossOf(1n)).to.deep.equal([4n, false]);
      } else if (state === "None") {
        await refused(declare(world), world, "NotProvider").withArgs(1n, world.operator.address);
        await refused(cure(world), world, "NotProvider").withArgs(1n, world.operator.address);
        await refused(world.losses.connect(world.operator).restore(1n), world, "NotProvider").withArgs(1n, world.operator.address);
      } else {
        await refused(declare(world), world, "AgreementNotRunning").withArgs(1n);
        await refused(cure(world), world, "NothingToCure").withArgs(1n);
        await refused(world.losses.connect(world.operator).restore(1n), world, "NothingToCure").withArgs(1n);
      }
    });
  }

  it("a loss of an agreement that ended is cured while its revisions count, and no longer", async () => {
    for (const [epoch, counts] of [
      [16, true],
      [17, false],
    ] as const) {
      const world = await load();
      await declare(world);
      await goTo(14);
      await failAudit(world, 1n);
      await goTo(epoch);
      if (counts) await cure(world);
      else await refused(cure(world), world, "WrongState", world.agreements);
    }
  });

  it("only the provider's owner and its operator of now declare, cure and restore", async () => {
    const world = await load();
    const { registry, owner, operator, consumer, dataKey, stranger, deployer, treasury, others } = world;
    await registry.connect(stranger).register(others[1].address, "https://node.example:7443", TLS, "0x4445", "");
    for (const by of [consumer, dataKey, stranger, others[1], others[0], deployer, treasury]) {
      await refused(declare(world, { by }), world, "NotProvider").withArgs(1n, by.address);
      await refused(cure(world, NEXT, by), world, "NotProvider").withArgs(1n, by.address);
      await refused(world.losses.connect(by).restore(1n), world, "NotProvider").withArgs(1n, by.address);
    }
    await registry.connect(owner).update(others[0].address, "https://node.example:7443", TLS, "0x4445", "");
    await refused(declare(world, { by: operator }), world, "NotProvider").withArgs(1n, operator.address);
    await refused(cure(world, NEXT, operator), world, "NotProvider").withArgs(1n, operator.address);
    await declare(world, { by: others[0] });
    await cure(world, NEXT, owner);
    await declare(world, { by: owner, revision: 4n });
    await cure(world, { ...NEXT, number: 5n }, others[0]);
    for (const [index, by] of [owner, others[0]].entries()) {
      await declare(world, { by: owner, revision: 5n + BigInt(index) });
      await refused(world.losses.connect(operator).restore(1n), world, "NotProvider");
      await world.losses.connect(by).restore(1n);
    }
  });
});
