import { expect } from "chai";
import { fixture, goTo, marketWorld, open, VALUES } from "./market.js";
import { demand, malleated, refused as refusedBy, NEXT, NOBODY, revisionOf, shows, showsLost, signed, STORED } from "./support/auditing.js";
import { cure, declare, exempt, GIB, load, NEVER, NODE, OTHER, refused, suspensions } from "./support/declaring.js";

describe("DeclaredLosses: declaring", () => {
  it("suspends the pay from this epoch on and exempts from the next", async () => {
    const world = await load();
    const { losses, provider } = world;
    await expect(declare(world)).to.emit(losses, "LossDeclared").withArgs(1n, provider, 3n, NODE, 8n, 1n);
    expect(await losses.lossOf(1n)).to.deep.equal([3n, true]);
    expect(await suspensions(world)).to.deep.equal([13n, 13n, 13n, 13n, 13n]);
    expect([await exempt(world, 12n), await exempt(world, 13n), await exempt(world, 14n), await exempt(world, 31n)]).to.deep.equal([
      false,
      false,
      true,
      true,
    ]);
  });

  it("exempts that node, with that weight, in that revision of that agreement, and nothing else", async () => {
    const world = await load();
    await open(world, { term: 20n });
    await declare(world);
    expect(await exempt(world, 14n)).to.equal(true);
    expect(await exempt(world, 14n, OTHER)).to.equal(false);
    expect(await exempt(world, 14n, NODE, 7n)).to.equal(false);
    expect(await exempt(world, 14n, NODE, 9n)).to.equal(false);
    expect(await exempt(world, 14n, NODE, 8n, 2n)).to.equal(false);
    expect(await exempt(world, 14n, NODE, 8n, 4n)).to.equal(false);
    expect(await exempt(world, 14n, NODE, 8n, 3n, 2n)).to.equal(false);
    expect(await world.losses.unpaidFrom(2n, 0n)).to.equal(NEVER);
  });

  it("costs its part of the stake for the lost space, rounded up", async () => {
    const world = await load();
    const { losses, stakes, registry, provider } = world;
    // 5 % of 100 for each GiB.
    const prices: [bigint, bigint][] = [
      [1n, 1n],
      [GIB / 5n, 1n],
      [GIB / 5n + 1n, 2n],
      [GIB, 5n],
      [GIB + 1n, 6n],
      // Of 10 GiB, the rest: nobody pays for more than all of the space in one cycle.
      [10n * GIB, 38n],
      [10n * GIB, 0n],
    ];
    let all = 0n;
    for (const [index, [leaves, price]] of prices.entries()) {
      const revision = BigInt(index + 1);
      await expect(declare(world, { revision, leaves }))
        .to.emit(losses, "LossDeclared")
        .withArgs(1n, provider, revision, NODE, leaves, price);
      all += price;
      expect(await stakes.slashable(provider)).to.equal(10_000n - all);
    }
    expect((await registry.trackRecord(provider)).slashed).to.equal(all);
  });

  it("costs nothing where the market asks for nothing, and the pay all the same", async () => {
    const world = await load();
    await world.parameters.connect(world.deployer).setValues({ ...VALUES, lossSlashBps: 0n, treasury: world.treasury.address });
    await expect(declare(world)).to.emit(world.losses, "LossDeclared").withArgs(1n, world.provider, 3n, NODE, 8n, 0n);
    expect(await world.stakes.slashable(world.provider)).to.equal(10_000n);
    expect(await world.losses.unpaidFrom(1n, 0n)).to.equal(13n);
  });

  it("does not overflow with the dearest stake and the most leaves, and takes what is there", async () => {
    const world = await load();
    const most = { stakePerGiB: 2n ** 96n - 1n, lossSlashBps: 2_000n, missSlashBps: 0n };
    await world.parameters.connect(world.deployer).setValues({ ...VALUES, ...most, treasury: world.treasury.address });
    await declare(world, { leaves: 10n * GIB });
    expect(await world.stakes.slashable(world.provider)).to.equal(0n);
  });

  it("counts what was missed before, so that it is priced as it was", async () => {
    const world = await load();
    for (let epoch = 13; epoch < 16; epoch++) {
      await goTo(epoch);
      await world.beacon.seal();
    }
    await goTo(16);
    await expect(declare(world)).to.emit(world.registry, "EpochsMissed").withArgs(world.provider, 15n, 3n, 1n);
    // Two misses of a tenth of 1,000, and the declaration.
    expect(await world.stakes.slashable(world.provider)).to.equal(10_000n - 201n);
  });

  it("needs a revision and at least one leaf, at most as many as are rented", async () => {
    const world = await load();
    for (const [revision, leaves] of [
      [0n, 8n],
      [3n, 0n],
      [3n, 10n * GIB + 1n],
      [3n, 2n ** 64n - 1n],
    ]) {
      await refused(declare(world, { revision, leaves }), world, "LossInvalid").withArgs(1n, revision, leaves);
    }
    await declare(world, { leaves: 10n * GIB });
    await declare(world, { leaves: 1n });
  });

  it("happens once for the same node of the same revision while pay is suspended", async () => {
    const world = await load();
    await declare(world);
    await refused(declare(world, { by: world.owner }), world, "AlreadyDeclared").withArgs(1n, 3n, NODE, 8n);
    await declare(world, { revision: 2n });
    await declare(world, { node: OTHER });
    await declare(world, { leaves: 9n });
  });

  it("again when it was paid meanwhile costs again, and exempts from the next epoch on again: nobody waits for the seed", async () => {
    const world = await load();
    const { losses, stakes, provider } = world;
    await declare(world);
    await cure(world);
    await goTo(18);
    expect(await exempt(world, 18n)).to.equal(false);
    await expect(declare(world)).to.emit(losses, "LossDeclared").withArgs(1n, provider, 3n, NODE, 8n, 1n);
    expect(await stakes.slashable(provider)).to.equal(10_000n - 2n);
    expect([await exempt(world, 18n), await exempt(world, 19n)]).to.deep.equal([false, true]);
    await refused(declare(world), world, "AlreadyDeclared");
  });

  it("of anything else brings no earlier declaration back before the next epoch", async () => {
    const world = await load();
    await declare(world);
    await cure(world);
    await goTo(16);
    await declare(world, { revision: 4n, node: OTHER, leaves: 1n });
    expect([await exempt(world, 15n), await exempt(world, 16n), await exempt(world, 17n)]).to.deep.equal([true, false, true]);
  });

  it("an earlier revision's loss does not make a later one's cheaper to cure", async () => {
    const world = await load();
    await declare(world, { revision: 5n });
    await declare(world, { revision: 2n });
    expect(await world.losses.lossOf(1n)).to.deep.equal([5n, true]);
    await refused(cure(world, { ...NEXT, number: 5n }), world, "RevisionStillLossy").withArgs(1n, 5n, 5n);
    await cure(world, { ...NEXT, number: 6n });
  });
});

describe("DeclaredLosses: curing", () => {
  it("pays again from the next cycle on, and exempts no more from then on", async () => {
    const world = await load();
    await declare(world);
    await goTo(17);
    const { number, dataRoot, weight } = revisionOf(NEXT);
    await expect(cure(world)).to.emit(world.losses, "LossCured").withArgs(1n, [number, dataRoot, weight], 2n);
    expect(await world.losses.lossOf(1n)).to.deep.equal([3n, false]);
    expect(await world.losses.curedBy(1n)).to.deep.equal([number, dataRoot, weight]);
    expect(await suspensions(world)).to.deep.equal([13n, 13n, NEVER, NEVER, NEVER]);
    expect([await exempt(world, 19n), await exempt(world, 20n), await exempt(world, 31n)]).to.deep.equal([true, false, false]);
  });

  it("in the declaring cycle costs the rest of it", async () => {
    const world = await load();
    await declare(world);
    await cure(world);
    expect(await suspensions(world)).to.deep.equal([13n, NEVER, NEVER, NEVER, NEVER]);
  });

  it("and losing again in the same cycle suspends the following ones again", async () => {
    const world = await load();
    await declare(world);
    await goTo(14);
    await cure(world);
    await goTo(15);
    await declare(world, { revision: 4n });
    expect(await suspensions(world)).to.deep.equal([13n, 15n, 15n, 15n, 15n]);
    // In epochs that are not paid, every declaration exempts: nobody pays for what is not shown.
    expect([await exempt(world, 15n), await exempt(world, 16n), await exempt(world, 16n, NODE, 8n, 4n)]).to.deep.equal([true, true, true]);
    expect(await exempt(world, 15n, NODE, 8n, 4n)).to.equal(false);
    await cure(world, { ...NEXT, number: 5n });
    expect(await suspensions(world)).to.deep.equal([13n, NEVER, NEVER, NEVER, NEVER]);
  });

  it("and losing again in the next cycle suspends from the second loss on", async () => {
    const world = await load();
    await declare(world);
    await cure(world);
    await goTo(18);
    await declare(world, { revision: 4n });
    expect(await suspensions(world)).to.deep.equal([13n, 18n, 18n, 18n, 18n]);
    expect([await exempt(world, 17n), await exempt(world, 18n), await exempt(world, 19n)]).to.deep.equal([false, false, true]);
  });

  it("and losing again cycles later leaves the pay of those between", async () => {
    const world = await load();
    await declare(world);
    await cure(world);
    await goTo(25);
    await declare(world, { revision: 4n });
    expect(await suspensions(world)).to.deep.equal([13n, NEVER, NEVER, 25n, 25n]);
  });

  it("a loss before the start counts as one in the first cycle", async () => {
    const world = await fixture(() => marketWorld())();
    await open(world, { term: 20n });
    await goTo(11);
    await declare(world);
    expect(await suspensions(world)).to.deep.equal([11n, 11n, 11n, 11n, 11n]);
    expect([await exempt(world, 11n), await exempt(world, 12n)]).to.deep.equal([false, true]);
    await cure(world);
    expect(await suspensions(world)).to.deep.equal([11n, NEVER, NEVER, NEVER, NEVER]);
    expect([await exempt(world, 15n), await exempt(world, 16n)]).to.deep.equal([true, false]);
  });

  it("needs a later revision that the consumer signed, of this agreement", async () => {
    const world = await load();
    await refused(cure(world), world, "NothingToCure").withArgs(1n);
    await declare(world);
    for (const number of [0n, 1n, 3n]) {
      await refused(cure(world, { ...NEXT, number }), world, "RevisionStillLossy").withArgs(1n, number, 3n);
    }
    const { dataKey, operator, agreements } = world;
    const right = await signed(world, NEXT, dataKey);
    const wrong = [
      NOBODY,
      malleated(right),
      await signed(world, NEXT, operator),
      await signed(world, STORED, dataKey),
      await signed(world, NEXT, dataKey, 2n),
    ];
    for (const signature of wrong) await refused(cure(world, NEXT, operator, signature), world, "RevisionNotSigned", agreements);
    const large = { number: 4n, data: { ...NEXT.data, weight: 10n * GIB + 1n } };
    await refused(cure(world, large), world, "RevisionTooLarge", agreements);
    await cure(world);
    await refused(cure(world, { ...NEXT, number: 9n }), world, "NothingToCure");
  });

  it("holds the provider to that revision in audits, countersigned or not, and to none before it", async () => {
    const world = await load();
    const { audits } = world;
    await declare(world);
    await cure(world);
    const cured = Object.values(revisionOf(NEXT));
    expect(await audits.acknowledged(1n)).to.deep.equal(cured);
    await refusedBy(demand(world), world, "StaleRevision").withArgs(1n, 3n, 4n);
    await demand(world, { contents: NEXT, operatorSignature: NOBODY });
    await audits.answer(1n, shows(NEXT, 6n));
  });

  it("and superseding: the newer of both counts", async () => {
    const world = await load();
    const { audits, operator, dataKey } = world;
    await declare(world);
    await demand(world);
    const later = { ...NEXT, number: 8n };
    await audits.connect(operator).supersede(1n, revisionOf(later), await signed(world, later, dataKey));
    await cure(world);
    expect((await audits.acknowledged(1n)).number).to.equal(8n);
    await declare(world, { revision: 8n });
    await cure(world, { ...NEXT, number: 9n });
    expect((await audits.acknowledged(1n)).number).to.equal(9n);
  });
});

describe("DeclaredLosses: restoring", () => {
  it("pays again from the next cycle on, without a revision, and exempts no more from then on", async () => {
    const world = await load();
    await declare(world);
    await goTo(17);
    await expect(world.losses.connect(world.owner).restore(1n)).to.emit(world.losses, "LossRestored").withArgs(1n, 2n);
    expect(await world.losses.lossOf(1n)).to.deep.equal([3n, false]);
    expect((await world.losses.curedBy(1n)).number).to.equal(0n);
    expect(await suspensions(world)).to.deep.equal([13n, 13n, NEVER, NEVER, NEVER]);
    expect([await exempt(world, 19n), await exempt(world, 20n)]).to.deep.equal([true, false]);
  });

  it("of what is not there is found by an audit of the very node that was declared", async () => {
    const world = await load();
    const { losses, operator, audits } = world;
    const { bytes, node, leaves } = showsLost(STORED, 6n, 3);
    await declare(world, { node, leaves });
    await losses.connect(operator).restore(1n);
    await goTo(15);
    await demand(world);
    await audits.answer(1n, bytes);
    await goTo(16);
    await demand(world);
    await refusedBy(audits.answer(2n, bytes), world, "NotDeclared", world.proofs);
    await declare(world, { node, leaves });
    await goTo(16, 900);
    await expect(audits.conclude(2n)).to.emit(audits, "AuditFailed");
  });

  it("needs a suspension without end, and can be cured no more", async () => {
    const world = await load();
    const { losses, operator } = world;
    await refused(losses.connect(operator).restore(1n), world, "NothingToCure").withArgs(1n);
    await declare(world);
    await losses.connect(operator).restore(1n);
    await refused(losses.connect(operator).restore(1n), world, "NothingToCure").withArgs(1n);
    await refused(cure(world), world, "NothingToCure").withArgs(1n);
    expect(await suspensions(world)).to.deep.equal([13n, NEVER, NEVER, NEVER, NEVER]);
  });
});
