import { expect } from "chai";
import { ethers, failAudit, fixture, goTo, live, marketWorld, open, settle } from "./market.js";
import { actions, vouchers } from "./support/stateTables/agreementActions.js";
import { names, reach, type StateName } from "./support/states.js";

describe("StorageAgreements: every function in every state", () => {
  const load = fixture(() => marketWorld());

  for (const [name, action] of Object.entries(actions)) {
    for (const state of names) {
      const target = action.leads[state];
      it(`${name} of ${state} ${target ? `leads to ${target}` : "is refused"}`, async () => {
        const world = await load();
        await reach[state](world);
        await action.before?.(world);
        const { agreements } = world;
        if (target) {
          const callers = action.by.length > 0 ? action.by : (["consumer", "owner", "operator"] as const);
          for (const role of callers.slice(0, 1)) await action.call(agreements.connect(world[role]), world);
          expect(names[Number((await agreements.agreement(1n)).state)]).to.equal(target);
        } else {
          const caller = action.by[0] ? world[action.by[0]] : world.stranger;
          const attempt = expect(action.call(agreements.connect(caller), world));
          if (state === "None") await attempt.to.be.revertedWithCustomError(agreements, "UnknownAgreement").withArgs(1n);
          else await attempt.to.be.revertedWithCustomError(agreements, "WrongState").withArgs(1n, names.indexOf(state));
        }
      });
    }
  }

  for (const [name, action] of Object.entries(actions).filter(([, { by }]) => by.length > 0)) {
    it(`${name} is only for ${action.by.join(" and ")}`, async () => {
      const world = await load();
      const from = Object.keys(action.leads)[0] as StateName;
      for (const role of ["consumer", "owner", "operator", "dataKey", "stranger", "treasury", "deployer"] as const) {
        const fresh = await load();
        await reach[from](fresh);
        const attempt = () => action.call(fresh.agreements.connect(fresh[role]), fresh);
        if ((action.by as string[]).includes(role)) await attempt();
        else {
          await expect(attempt()).to.be.revertedWithCustomError(world.agreements, action.refusal!).withArgs(1n, fresh[role].address);
        }
      }
    });
  }

  it("all that changes something is in the table", async () => {
    const { agreements } = await load();
    const changing = agreements.interface.fragments.filter((fragment: any) => fragment.type === "function" && !fragment.constant);
    expect(changing.map((fragment: any) => fragment.name).sort()).to.deep.equal([...Object.keys(actions), "open", "void"].sort());
  });

  for (const state of names) {
    const leads = state === "Active" || state === "Terminated";
    it(`void of ${state} ${leads ? "leads to Voided" : "changes nothing"}`, async () => {
      const world = await load();
      await reach[state](world);
      if (state === "None") {
        await expect(failAudit(world, 1n)).to.be.revertedWithCustomError(world.agreements, "UnknownAgreement").withArgs(1n);
        return;
      }
      const before = await world.agreements.agreement(1n);
      await failAudit(world, 1n);
      const after = await world.agreements.agreement(1n);
      if (leads) expect(names[Number(after.state)]).to.equal("Voided");
      else expect(after).to.deep.equal(before);
    });
  }

  it("void is only for the audits", async () => {
    const world = await load();
    await reach.Active(world);
    for (const role of ["consumer", "owner", "operator", "dataKey", "stranger", "treasury", "deployer"] as const) {
      await expect(world.agreements.connect(world[role]).void(1n))
        .to.be.revertedWithCustomError(world.agreements, "OnlyAudits")
        .withArgs(world[role].address);
    }
  });

  it("runs while space is reserved for it, and in no other state", async () => {
    for (const state of names) {
      const world = await load();
      await reach[state](world);
      const reserved = await world.registry.reservedOf(world.provider);
      expect(await world.agreements.isRunning(1n)).to.equal(state === "Active" || state === "Terminated");
      expect(reserved > 0n).to.equal(await world.agreements.isRunning(1n));
    }
  });

  it("numbers that were never given have no state, and nothing can be asked of them", async () => {
    const { agreements } = await load();
    expect((await agreements.agreement(9n)).state).to.equal(0n);
    for (const attempt of [
      () => agreements.cycleCount(9n),
      () => agreements.isCycleSettled(9n, 0n),
      () => agreements.settlementDraw(9n, 0n),
      () => agreements.requireRevision(ethers.ZeroAddress, 9n, { number: 0n, dataRoot: ethers.ZeroHash, weight: 0n }, "0x"),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(agreements, "UnknownAgreement").withArgs(9n);
    }
  });

  it("ending a proposal or an agreement gives space and stake back exactly once", async () => {
    const world = await load();
    await open(world, { term: 4n });
    await open(world, { listing: 2n, term: 4n });
    await world.agreements.connect(world.owner).decline(2n);
    await live(world, 12, 17, () => false);
    await settle(world, 1n, 0);
    expect(await world.registry.reservedOf(world.provider)).to.equal(0n);
    for (const id of [1n, 2n]) expect((await world.listings.listing(id)).terms.available).to.equal(1_000n);
  });
});

describe("EgressVouchers: every function in every state", () => {
  const load = fixture(() => marketWorld());

  for (const [name, { states, late: later = [], call }] of Object.entries(vouchers)) {
    for (const state of names) {
      it(`${name} of ${state} is ${states.includes(state) ? "possible" : later.includes(state) ? "possible later" : "refused"}`, async () => {
        const world = await load();
        await reach[state](world);
        if (states.includes(state)) await call(world);
        else if (later.includes(state)) {
          await expect(call(world)).to.be.revertedWithCustomError(world.egress, "RedemptionOpen");
          await goTo(40);
          await call(world);
        } else {
          await expect(call(world)).to.be.revertedWithCustomError(world.egress, "WrongState").withArgs(1n, names.indexOf(state));
          await goTo(40);
          await expect(call(world)).to.be.revertedWithCustomError(world.egress, "WrongState").withArgs(1n, names.indexOf(state));
        }
      });
    }
  }

  it("all that changes something is in the table", async () => {
    const { egress } = await load();
    const changing = egress.interface.fragments.filter((fragment: any) => fragment.type === "function" && !fragment.constant);
    expect(changing.map((fragment: any) => fragment.name).sort()).to.deep.equal(Object.keys(vouchers).sort());
  });
});
