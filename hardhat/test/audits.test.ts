import { expect } from "chai";
import { ethers, fixture, goTo, open, register, time, TLS, VALUES, type World } from "./market.js";
import {
  AuditState,
  auditWorld,
  BOND,
  deadlineOf,
  demand,
  malleated,
  NEXT,
  nextAt,
  NOBODY,
  PENALTY,
  refused,
  revisionOf,
  shows,
  signed,
  signedElsewhere,
  startOf,
  STORED,
  type Contents,
} from "./support/auditing.js";
import { signPermit, usePermit } from "./permits.js";
import { EMPTY } from "./support/sumtree.js";

const load = fixture(() => auditWorld());

describe("StorageAudits: demanding", () => {
  it("asks for a leaf of a countersigned revision, and fixes deadline, bond and penalty", async () => {
    const world = await load();
    const { audits, provider, consumer, escrow } = world;
    await nextAt(startOf(12) + 7n);
    const deadline = startOf(12) + 7n + VALUES.auditWindow;
    const { number, dataRoot, weight } = revisionOf(STORED);
    await expect(demand(world))
      .to.emit(audits, "AuditDemanded")
      .withArgs(1n, 1n, provider, consumer.address, [number, dataRoot, weight], 6n, deadline, BOND, PENALTY);
    expect(await audits.auditOf(1n)).to.deep.equal([
      1n,
      consumer.address,
      BigInt(AuditState.Demanded),
      6n,
      startOf(12) + 7n,
      deadline,
      [number, dataRoot, weight],
      BOND,
      PENALTY,
    ]);
    expect([await audits.openAudit(1n, consumer.address), await audits.auditCount()]).to.deep.equal([1n, 1n]);
    expect(await escrow.held(audits, 1n)).to.equal(BOND);
  });

  it("anybody may who holds both signatures: a stranger, the data key's owner, the provider itself", async () => {
    const world = await load();
    for (const [index, by] of [world.stranger, world.owner, world.others[0]].entries()) {
      await demand(world, { by });
      expect(await world.audits.openAudit(1n, by.address)).to.equal(BigInt(index + 1));
    }
  });

  it("the first and the last leaf, and none after it", async () => {
    const world = await load();
    await demand(world, { leaf: 0n });
    await demand(world, { leaf: STORED.data.weight - 1n, by: world.stranger });
    for (const leaf of [STORED.data.weight, STORED.data.weight + 32n, 2n ** 64n - 1n]) {
      await refused(demand(world, { leaf, by: world.owner }), world, "LeafOutOfRange").withArgs(leaf, STORED.data.weight);
    }
  });

  it("not of the empty agreement, which has no leaf", async () => {
    const world = await load();
    const empty: Contents = { number: 0n, data: EMPTY };
    await refused(demand(world, { contents: empty, leaf: 0n }), world, "LeafOutOfRange").withArgs(0n, 0n);
    const pretended: Contents = { number: 0n, data: STORED.data };
    await refused(demand(world, { contents: pretended }), world, "EmptyRevisionInvalid", world.agreements);
  });

  it("not without the consumer's signature of this revision of this agreement on this chain", async () => {
    const world = await load();
    await open(world, { term: 20n });
    const { dataKey, agreements, operator, consumer } = world;
    const right = await signed(world, STORED, dataKey);
    const wrong = [
      NOBODY,
      right.slice(0, -2),
      `${right}00`,
      malleated(right),
      await signed(world, NEXT, dataKey),
      await signed(world, { ...STORED, number: 5n }, dataKey),
      await signed(world, STORED, dataKey, 2n),
      await signed(world, STORED, operator),
      await signed(world, STORED, consumer),
      await signedElsewhere(world, STORED, { chainId: 1n }),
      await signedElsewhere(world, STORED, { verifyingContract: await world.audits.getAddress() }),
    ];
    for (const [index, consumerSignature] of wrong.entries()) {
      await expect(demand(world, { consumerSignature }), `signature ${index}`).to.be.revertedWithCustomError(
        agreements,
        "RevisionNotSigned",
      );
    }
    await demand(world);
  });

  it("not without the operator's countersignature of the same", async () => {
    const world = await load();
    await open(world, { term: 20n });
    const { dataKey, operator, owner } = world;
    const right = await signed(world, STORED, operator);
    const wrong: [string, string][] = [
      [NOBODY, ethers.ZeroAddress],
      [right.slice(0, -2), ethers.ZeroAddress],
      [malleated(right), ethers.ZeroAddress],
      [await signed(world, STORED, dataKey), dataKey.address],
      [await signed(world, STORED, owner), owner.address],
    ];
    for (const [operatorSignature, signer] of wrong) {
      await refused(demand(world, { operatorSignature }), world, "NotCountersigned").withArgs(1n, 3n, signer);
    }
    for (const other of [await signed(world, NEXT, operator), await signed(world, STORED, operator, 2n)]) {
      await refused(demand(world, { operatorSignature: other }), world, "NotCountersigned");
    }
  });

  it("a key that was the operator when it signed binds the provider for ever, one of another provider never", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, others } = world;
    const countersigned = await signed(world, STORED, operator);
    await registry.connect(owner).update(others[0].address, "https://node.example:7443", TLS, "0x4445", "");
    await demand(world, { operatorSignature: countersigned });
    await demand(world, { operatorSignature: await signed(world, STORED, others[0]), by: stranger });
    await register(world, stranger, operator.address);
    await demand(world, { operatorSignature: countersigned, by: owner });
    await register(world, others[1], others[2].address);
    const foreign = await signed(world, STORED, others[2]);
    await refused(demand(world, { operatorSignature: foreign, by: others[3] }), world, "NotCountersigned").withArgs(
      1n,
      3n,
      others[2].address,
    );
  });

  it("a data key that was replaced stays good for what it signed", async () => {
    const world = await load();
    await world.agreements.connect(world.consumer).authorizeDataKey(1n, world.others[5].address);
    await demand(world);
    await demand(world, { consumerSignature: await signed(world, STORED, world.others[5]), by: world.stranger });
  });

  it("not of more leaves than are rented", async () => {
    const world = await load();
    const large: Contents = { number: 3n, data: { ...STORED.data, weight: (10n << 20n) + 1n } };
    await refused(demand(world, { contents: large }), world, "RevisionTooLarge", world.agreements);
    await demand(world, { contents: { number: 3n, data: { ...STORED.data, weight: 10n << 20n } }, leaf: (10n << 20n) - 1n });
  });

  it("once at a time for each auditor, again when that is over", async () => {
    const world = await load();
    await demand(world);
    await refused(demand(world, { leaf: 7n }), world, "AuditOpen").withArgs(1n, 1n);
    await demand(world, { by: world.stranger });
    await open(world, { term: 20n });
    await demand(world, { id: 2n });
    await world.audits.answer(1n, shows(STORED, 6n));
    await demand(world, { leaf: 7n });
    expect(await world.audits.openAudit(1n, world.consumer.address)).to.equal(4n);
  });

  it("with the deadline at the end of the agreement, and not a second later", async () => {
    const world = await load();
    const end = startOf(32);
    await goTo(31, 0);
    await nextAt(end - VALUES.auditWindow + 1n);
    await refused(demand(world), world, "TooLateToAudit").withArgs(1n, end + 1n, end);
    const again = await load();
    await goTo(31, 0);
    await nextAt(end - VALUES.auditWindow);
    await demand(again);
    expect(await deadlineOf(again)).to.equal(end);
  });

  it("not when the term is over and the agreement not yet closed", async () => {
    const world = await load();
    await goTo(33);
    await refused(demand(world), world, "TooLateToAudit");
  });

  it("also before the start, and during the notice of an agreement that ends early", async () => {
    const world = await load();
    expect(await time.latest()).to.be.lessThan(Number(startOf(12)));
    await demand(world, { by: world.stranger });
    await goTo(13);
    await world.agreements.connect(world.consumer).terminate(1n);
    await demand(world);
    await goTo(15, 999n - VALUES.auditWindow);
    await demand(world, { by: world.others[0] });
    await goTo(15, 1_001n - VALUES.auditWindow);
    await refused(demand(world, { by: world.others[1] }), world, "TooLateToAudit").withArgs(1n, startOf(16) + 2n, startOf(16));
  });

  it("with a permit for the bond, whoever uses it first, and not with another's", async () => {
    const world = await load();
    const { token, escrow, audits, stranger } = world;
    const [auditor, other] = world.others;
    const spender = await escrow.getAddress();
    for (const account of [auditor, other]) await (token.connect(account) as any).approve(spender, 0n);
    await refused(demand(world, { by: auditor }), world, "ERC20InsufficientAllowance", token);
    await demand(world, { by: auditor, permit: await signPermit(token, auditor, spender, BOND) });
    await audits.answer(1n, shows(STORED, 6n));

    const permit = await signPermit(token, auditor, spender, BOND);
    await refused(demand(world, { by: other, permit }), world, "ERC20InsufficientAllowance", token);
    await usePermit(token, stranger, auditor.address, spender, permit);
    await demand(world, { by: auditor, permit });
    expect(await token.allowance(auditor.address, spender)).to.equal(0n);
  });

  it("not without the tokens for the bond; and without any where the market asks for none", async () => {
    const world = await load();
    const { token, parameters, treasury, deployer, others } = world;
    const poor = others[7];
    await (token.connect(poor) as any).approve(world.escrow, BOND);
    await refused(demand(world, { by: poor }), world, "ERC20InsufficientBalance", token);
    await parameters.connect(deployer).setValues({ ...VALUES, auditBond: 0n, treasury: treasury.address });
    await demand(world, { by: poor });
    expect((await world.audits.auditOf(1n)).bond).to.equal(0n);
    await expect(world.audits.answer(1n, shows(STORED, 6n))).to.not.emit(world.escrow, "Credited");
  });
});
