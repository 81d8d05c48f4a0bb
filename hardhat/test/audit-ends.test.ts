import { expect } from "chai";
import { ethers, fixture, goTo, live, open, settle, TLS, VALUES, type World } from "./market.js";
import { asLost, packLeaf, toHex } from "./support/answers.js";
import {
  AuditState,
  auditWorld,
  BOND,
  deadlineOf,
  demand,
  leafOf,
  malleated,
  NEXT,
  nextAt,
  NOBODY,
  passDeadline,
  PENALTY,
  refused,
  revisionOf,
  shows,
  showsLost,
  signed,
  signedElsewhere,
  startOf,
  STORED,
  type Contents,
} from "./support/auditing.js";

const NONE = [0n, ethers.ZeroHash, 0n];

/** Audit 1 asks for leaf 6 of revision 3 of agreement 1, demanded in epoch 13. */
async function demanded(): Promise<World> {
  const world = await auditWorld();
  await goTo(13);
  await demand(world);
  return world;
}

const load = fixture(demanded);
const stateOf = async ({ audits }: World, audit = 1n) => Number((await audits.auditOf(audit)).state);
const asTuple = (contents: Contents) => Object.values(revisionOf(contents));

describe("StorageAudits: answering", () => {
  it("with the leaf ends the audit and gives the provider's owner the bond", async () => {
    const world = await load();
    const { audits, escrow, provider, consumer, stranger } = world;
    await expect(audits.connect(stranger).answer(1n, shows(STORED, 6n)))
      .to.emit(audits, "AuditAnswered")
      .withArgs(1n, 1n);
    expect(await stateOf(world)).to.equal(AuditState.Answered);
    expect(await audits.openAudit(1n, consumer.address)).to.equal(0n);
    expect([await escrow.held(audits, 1n), await escrow.withdrawable(provider)]).to.deep.equal([0n, BOND]);
    expect((await world.agreements.agreement(1n)).state).to.equal(4n);
    expect(await world.stakes.slashable(provider)).to.equal(10_000n);
  });

  it("with any other leaf, path or revision is refused, as for a challenge", async () => {
    const world = await load();
    const { proofs } = world;
    const leaf = leafOf(STORED, 6n);
    const part = (changes: object) => toHex(packLeaf({ ...leaf, ...changes }));
    const wrong: Record<string, [string, string]> = {
      "another leaf": [shows(STORED, 7n), "WrongTarget"],
      "the leaf's index beyond the depth": [part({ position: leaf.position | (1n << BigInt(leaf.depth)) }), "PositionOutOfRange"],
      "the leaf of the next revision": [shows(NEXT, 6n), "WrongDataRoot"],
      "other bytes": [part({ chunk: Buffer.alloc(1024, 3) }), "WrongDataRoot"],
      "a short path": [part({ depth: leaf.depth - 1, position: leaf.position >> 1n, siblings: leaf.siblings.slice(1) }), "WrongDataRoot"],
      "an inner node as a leaf": [
        part({ ...asLost(leaf, 2), lost: undefined, chunk: padded(asLost(leaf, 2).lost!.hash) }),
        "WrongDataRoot",
      ],
      "the root as a leaf": [part({ depth: 0, position: 0n, siblings: [], chunk: padded(STORED.data.hash) }), "WrongDataRoot"],
      nothing: [NOBODY, "AnswersTooShort"],
      "all but the last byte": [shows(STORED, 6n).slice(0, -2), "AnswersTooShort"],
      "a byte too many": [`${shows(STORED, 6n)}00`, "AnswersTooLong"],
      "a node that nobody declared": [showsLost(STORED, 6n, 3).bytes, "NotDeclared"],
      "the leaf's hash that nobody declared": [showsLost(STORED, 6n, 0).bytes, "NotDeclared"],
    };
    for (const [what, [bytes, error]] of Object.entries(wrong)) {
      await expect(world.audits.answer(1n, bytes), what).to.be.revertedWithCustomError(proofs, error);
    }
    expect(await stateOf(world)).to.equal(AuditState.Demanded);
  });

  it("until the deadline's last second", async () => {
    const world = await load();
    await nextAt(await deadlineOf(world));
    await world.audits.answer(1n, shows(STORED, 6n));
    const late = await load();
    const deadline = await deadlineOf(late);
    await nextAt(deadline + 1n);
    await refused(late.audits.answer(1n, shows(STORED, 6n)), late, "DeadlinePassed").withArgs(1n, deadline, deadline + 1n);
  });

  it("with a node that was declared lost in an epoch before the demand", async () => {
    const world = await load();
    const { losses, owner, audits, parameters, deployer, treasury } = world;
    const { bytes, node, leaves } = showsLost(STORED, 6n, 3);
    await parameters.connect(deployer).setValues({ ...VALUES, auditWindow: 5_000n, treasury: treasury.address });
    await demand(world, { by: world.stranger });
    await losses.connect(owner).declare(1n, 3n, node, leaves);
    await refused(audits.answer(2n, bytes), world, "NotDeclared", world.proofs).withArgs(0n, 1n, node, leaves);
    await goTo(14, 0);
    await refused(audits.answer(2n, bytes), world, "NotDeclared", world.proofs);
    await demand(world, { by: world.others[0] });
    await refused(audits.answer(3n, showsLost(STORED, 6n, 2).bytes), world, "NotDeclared", world.proofs);
    await audits.answer(3n, bytes);
    await demand(world, { by: world.others[0], leaf: 0n });
    await refused(audits.answer(4n, bytes), world, "WrongTarget", world.proofs);
  });
});

describe("StorageAudits: superseding", () => {
  const supersede = async (world: World, contents = NEXT, by = world.operator, signature?: string) =>
    world.audits.connect(by).supersede(1n, revisionOf(contents), signature ?? (await signed(world, contents, world.dataKey)));

  it("with a later revision ends the audit, gives the owner the bond and binds the provider to that revision", async () => {
    const world = await load();
    const { audits, escrow, provider, consumer } = world;
    expect(await audits.acknowledged(1n)).to.deep.equal(NONE);
    await expect(supersede(world)).to.emit(audits, "AuditSuperseded").withArgs(1n, 1n, asTuple(NEXT));
    expect(await stateOf(world)).to.equal(AuditState.Superseded);
    expect(await audits.openAudit(1n, consumer.address)).to.equal(0n);
    expect([await escrow.held(audits, 1n), await escrow.withdrawable(provider)]).to.deep.equal([0n, BOND]);
    expect(await audits.acknowledged(1n)).to.deep.equal(asTuple(NEXT));
  });

  it("what it acknowledged is audited though it never countersigned it: nobody answers with N+1 and drops N", async () => {
    const world = await load();
    await supersede(world);
    await refused(demand(world), world, "StaleRevision").withArgs(1n, 3n, 4n);
    await demand(world, { contents: NEXT, operatorSignature: NOBODY });
    await passDeadline(world, 2n);
    await world.audits.conclude(2n);
    expect(await stateOf(world, 2n)).to.equal(AuditState.Failed);
    expect((await world.agreements.agreement(1n)).state).to.equal(7n);
  });

  it("only this very revision: another of the same number needs a countersignature", async () => {
    const world = await load();
    await supersede(world);
    const equivocal: Contents = { number: 4n, data: STORED.data };
    await refused(demand(world, { contents: equivocal, operatorSignature: NOBODY }), world, "NotCountersigned");
    const lighter: Contents = { number: 4n, data: { ...NEXT.data, weight: NEXT.data.weight - 1n } };
    await refused(demand(world, { contents: lighter, operatorSignature: NOBODY }), world, "NotCountersigned");
    const later: Contents = { number: 5n, data: NEXT.data };
    await refused(demand(world, { contents: later, operatorSignature: NOBODY }), world, "NotCountersigned");
    await demand(world, { contents: equivocal });
  });

  it("only by the provider's owner or its operator of now: a consumer could sign what the provider does not have", async () => {
    const world = await load();
    for (const by of [world.consumer, world.dataKey, world.stranger, world.deployer]) {
      await refused(supersede(world, NEXT, by), world, "NotAuditedProvider").withArgs(1n, by.address);
    }
    await world.registry.connect(world.owner).update(world.others[0].address, "https://node.example:7443", TLS, "0x4445", "");
    await refused(supersede(world), world, "NotAuditedProvider").withArgs(1n, world.operator.address);
    await supersede(world, NEXT, world.others[0]);
    const again = await load();
    await supersede(again, NEXT, again.owner);
  });

  it("not with the audited revision, an earlier one, or one that the consumer did not sign so", async () => {
    const world = await load();
    const { agreements, operator, dataKey } = world;
    for (const number of [3n, 2n, 0n]) {
      await refused(supersede(world, { ...NEXT, number }), world, "NotNewer").withArgs(1n, number, 3n);
    }
    const right = await signed(world, NEXT, dataKey);
    const wrong = [
      NOBODY,
      right.slice(0, -2),
      malleated(right),
      await signed(world, NEXT, operator),
      await signed(world, STORED, dataKey),
      await signed(world, NEXT, dataKey, 2n),
      await signedElsewhere(world, NEXT, { chainId: 1n }),
    ];
    for (const signature of wrong) await refused(supersede(world, NEXT, operator, signature), world, "RevisionNotSigned", agreements);
  });

  it("not with more leaves than are rented, which could not be audited", async () => {
    const world = await load();
    const large: Contents = { number: 4n, data: { ...NEXT.data, weight: (10n << 20n) + 1n } };
    await refused(supersede(world, large), world, "RevisionTooLarge", world.agreements).withArgs(1n, large.data.weight, 10n);
    await supersede(world, { number: 4n, data: { ...NEXT.data, weight: 10n << 20n } });
  });

  it("until the deadline's last second", async () => {
    const world = await load();
    await nextAt(await deadlineOf(world));
    await supersede(world);
    const late = await load();
    const deadline = await deadlineOf(late);
    await nextAt(deadline + 1n);
    await refused(supersede(late), late, "DeadlinePassed").withArgs(1n, deadline, deadline + 1n);
  });

  it("of several audits, in any order, never goes back to an earlier one", async () => {
    const world = await load();
    const { audits, operator, dataKey } = world;
    await demand(world, { by: world.stranger });
    await supersede(world, { number: 9n, data: NEXT.data });
    await audits.connect(operator).supersede(2n, revisionOf(NEXT), await signed(world, NEXT, dataKey));
    expect(await audits.acknowledged(1n)).to.deep.equal([9n, ...asTuple(NEXT).slice(1)]);
    expect(await world.escrow.withdrawable(world.provider)).to.equal(2n * BOND);
  });
});

describe("StorageAudits: concluding", () => {
  it("slashes, voids, refunds the consumer and gives the bond back", async () => {
    const world = await load();
    const { audits, agreements, escrow, stakes, registry, provider, consumer, stranger } = world;
    await passDeadline(world);
    await expect(audits.connect(stranger).conclude(1n)).to.emit(audits, "AuditFailed").withArgs(1n, 1n, PENALTY, 1_400n);
    expect(await stateOf(world)).to.equal(AuditState.Failed);
    expect(await audits.openAudit(1n, consumer.address)).to.equal(0n);
    expect((await agreements.agreement(1n)).state).to.equal(7n);
    expect([await escrow.held(audits, 1n), await escrow.withdrawable(consumer.address)]).to.deep.equal([0n, BOND + 1_400n]);
    expect(await stakes.slashable(provider)).to.equal(10_000n - PENALTY);
    expect((await registry.trackRecord(provider)).slashed).to.equal(PENALTY);
    expect(await registry.reservedOf(provider)).to.equal(0n);
    // Half of the slash, to the only agreement there was: the audited one.
    expect(await stakes.compensationOf(1n)).to.equal(PENALTY / 2n);
  });

  it("gives the bond to whoever demanded, not to whoever concludes", async () => {
    const world = await load();
    await demand(world, { by: world.stranger });
    await passDeadline(world, 2n);
    await world.audits.connect(world.others[0]).conclude(2n);
    expect(await world.escrow.withdrawable(world.stranger.address)).to.equal(BOND);
    expect(await world.escrow.withdrawable(world.others[0].address)).to.equal(0n);
  });

  it("from the second after the deadline on", async () => {
    const world = await load();
    const deadline = await deadlineOf(world);
    await refused(world.audits.conclude(1n), world, "DeadlineNotPassed");
    await nextAt(deadline);
    await refused(world.audits.conclude(1n), world, "DeadlineNotPassed").withArgs(1n, deadline, deadline);
    await nextAt(deadline + 1n);
    await world.audits.conclude(1n);
  });

  it("long after the deadline costs the same, whatever the parameters say by then", async () => {
    const world = await load();
    const { parameters, deployer, treasury, audits } = world;
    const dearer = { ...VALUES, auditSlashBps: 10_000n, auditBond: 999n, stakePerGiB: 200n, auditWindow: 250n, missSlashBps: 0n };
    await parameters.connect(deployer).setValues({ ...dearer, treasury: treasury.address });
    await goTo(29);
    await expect(audits.conclude(1n)).to.emit(audits, "AuditFailed").withArgs(1n, 1n, PENALTY, 1_400n);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(BOND + 1_400n);
  });

  it("voids what was terminated meanwhile, and keeps what was settled", async () => {
    const world = await load();
    await world.agreements.connect(world.consumer).terminate(1n);
    await live(world, 13, 17);
    await settle(world, 1n, 0);
    // Terminated in epoch 13 with a notice of 2: [12,16) is all there is, so that it has ended with its only cycle.
    expect((await world.agreements.agreement(1n)).state).to.equal(6n);
    await expect(world.audits.conclude(1n)).to.emit(world.audits, "AuditFailed").withArgs(1n, 1n, PENALTY, 0n);
    expect((await world.agreements.agreement(1n)).state).to.equal(6n);
    expect(await world.escrow.held(world.audits, 1n)).to.equal(0n);
  });

  it("during the notice voids the rest of it", async () => {
    const world = await load();
    await world.agreements.connect(world.consumer).terminate(1n);
    await passDeadline(world);
    await expect(world.audits.conclude(1n)).to.emit(world.audits, "AuditFailed").withArgs(1n, 1n, PENALTY, 280n);
    expect((await world.agreements.agreement(1n)).state).to.equal(7n);
  });

  it("of an agreement that was closed meanwhile slashes and gives the bond back all the same", async () => {
    const world = await load();
    await goTo(40);
    await world.agreements.close(1n);
    const before = await world.stakes.slashable(world.provider);
    await expect(world.audits.conclude(1n)).to.emit(world.audits, "AuditFailed").withArgs(1n, 1n, PENALTY, 0n);
    expect(await world.stakes.slashable(world.provider)).to.equal(before - PENALTY);
  });

  it("an answer and a later revision count after the agreement ended, too: nobody takes the provider's time away", async () => {
    for (const end of ["answer", "supersede"] as const) {
      const world = await load();
      const { agreements, audits, parameters, deployer, treasury, operator, dataKey } = world;
      await parameters.connect(deployer).setValues({ ...VALUES, auditWindow: 15_000n, treasury: treasury.address });
      await demand(world, { by: world.stranger });
      await agreements.connect(world.consumer).terminate(1n);
      await live(world, 13, 17);
      await settle(world, 1n, 0);
      await goTo(25);
      await refused(
        agreements.requireRevision(world.provider, 1n, revisionOf(NEXT), await signed(world, NEXT, dataKey)),
        world,
        "WrongState",
        agreements,
      );
      if (end === "answer") await audits.answer(2n, shows(STORED, 6n));
      else await audits.connect(operator).supersede(2n, revisionOf(NEXT), await signed(world, NEXT, dataKey));
      expect(await world.escrow.withdrawable(world.provider)).to.be.greaterThanOrEqual(BOND);
    }
  });

  it("counts the misses first, and takes no more than there is", async () => {
    const world = await load();
    const { stakes, registry, audits, provider, owner, token } = world;
    await stakes.connect(owner).requestUnstake(9_000n);
    await goTo(19);
    await stakes.connect(owner).withdrawUnstaked();
    for (let epoch = 19; epoch < 29; epoch++) {
      await goTo(epoch);
      await world.beacon.seal();
    }
    await goTo(29);
    // Ten misses, one forgiven: 9 x 100 of the 1,000 that are left.
    await expect(audits.conclude(1n)).to.emit(audits, "AuditFailed").withArgs(1n, 1n, 100n, 1_400n);
    expect([await stakes.slashable(provider), (await registry.trackRecord(provider)).slashed]).to.deep.equal([0n, 1_000n]);
    expect(await token.balanceOf(stakes)).to.be.greaterThanOrEqual(await stakes.totalLiabilities());
  });

  it("of an unknown audit or one that is over is refused, as is everything else", async () => {
    const world = await load();
    await refused(world.audits.conclude(2n), world, "UnknownAudit").withArgs(2n);
    await refused(world.audits.conclude(0n), world, "UnknownAudit").withArgs(0n);
    await refused(world.audits.answer(2n, NOBODY), world, "UnknownAudit").withArgs(2n);
    await refused(world.audits.connect(world.owner).supersede(2n, revisionOf(NEXT), NOBODY), world, "UnknownAudit").withArgs(2n);
    await open(world, { term: 4n });
    expect(Number((await world.audits.auditOf(2n)).state)).to.equal(AuditState.None);
    expect(startOf(13)).to.be.lessThan(await deadlineOf(world));
  });
});

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1024 - bytes.length)]);
}
