import { expect } from "chai";
import { ethers, goTo, VALUES } from "./market.js";
import { demand, passDeadline, revisionOf, signed, AuditState } from "./support/auditing.js";
import { collect, keep } from "./support/collecting.js";
import { loadProvingWorld, NOTHING, seal, type ProvingWorld } from "./support/proving.js";
import { checkpointOf, EMPTY, providerTree, type Agreement, type SumNode } from "./support/sumtree.js";

/** What its consumer holds of agreement 1: revision 4 with both signatures. */
function held({ contents }: ProvingWorld) {
  const { revision: number, data } = contents[0];
  return { number, data };
}

/** The consumer has agreement 1 audited, nobody answers, and a stranger concludes. */
async function auditInVain(world: ProvingWorld, stored: ReturnType<typeof held>) {
  const market = world as any;
  await demand(market, { contents: stored, leaf: 0n });
  await passDeadline(market);
  await world.audits.connect(world.stranger).conclude(1n);
  expect(Number((await world.audits.auditOf(1n)).state)).to.equal(AuditState.Failed);
}

/** Of the single GiB of agreement 1. */
const PENALTY = (VALUES.stakePerGiB * VALUES.auditSlashBps) / 10_000n;
const DEPOSIT = 100n * 7n;

describe("What proofs alone do not show, an audit does (T1)", () => {
  it("who shows revision 0 in the place of what it was given is paid until it is audited, then slashed, voided and paid no more", async () => {
    const world = await loadProvingWorld();
    const stored = held(world);
    const dropped: Agreement[] = [1n, 2n, 3n].map((id) => ({ id, revision: 0n, data: EMPTY }));
    world.contents = dropped;
    world.root = providerTree(dropped);
    world.signed.clear();
    world.signatures = new Map(dropped.map(({ id }) => [id, Buffer.alloc(65)]));
    await goTo(11);
    await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(world.root));
    const trees = new Map<bigint, SumNode>();
    await keep(world, 12, 17, trees);
    await collect(world, 1n, 0n, trees);
    const { paid } = await world.agreements.agreement(1n);
    // What is lost for good: the pay of the cycles that were settled before anybody looked.
    expect(paid).to.equal(VALUES.billingCycle * 7n);

    await auditInVain(world, stored);
    const after = await world.agreements.agreement(1n);
    expect([after.state, after.paid, after.refunded, after.remaining]).to.deep.equal([7n, paid, DEPOSIT - paid, 0n]);
    expect((await world.registry.trackRecord(world.provider)).slashed).to.equal(PENALTY);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(DEPOSIT - paid + VALUES.auditBond);
    expect(await world.registry.reservedOf(world.provider)).to.equal(2n);
  });

  it("who commits nothing has a faultless record and no pay, and loses stake and agreement to an audit", async () => {
    const world = await loadProvingWorld();
    const stored = held(world);
    await goTo(11);
    await world.proofs.connect(world.operator).commit(world.provider, NOTHING);
    for (let epoch = 12; epoch < 24; epoch++) {
      await seal(world, epoch);
      await world.proofs.connect(world.operator).advance(world.provider, "0x", NOTHING);
    }
    await goTo(24);
    await world.registry.settleMisses(world.provider);
    const { proven, missed, slashed } = await world.registry.trackRecord(world.provider);
    expect([proven, missed, slashed, await world.registry.reservedOf(world.provider)]).to.deep.equal([12n, 0n, 0n, 3n]);
    // Cycle 0 is the consumer's by now; in what cycle 1 would be paid for, nothing can be shown.
    expect((await world.agreements.settlementDraw(1n, 0n)).provenEpochs).to.equal(0n);
    expect((await world.agreements.settlementDraw(1n, 1n)).provenEpochs).to.equal(4n);
    const settlement = world.agreements.connect(world.operator).settle(1n, 1n, NOTHING, "0x");
    await expect(settlement).to.be.revert(ethers);

    await auditInVain(world, stored);
    const { state, paid, refunded } = await world.agreements.agreement(1n);
    expect([state, paid, refunded]).to.deep.equal([7n, 0n, DEPOSIT]);
    expect((await world.registry.trackRecord(world.provider)).slashed).to.equal(PENALTY);
  });

  it("a stolen data key that was replaced ends audits with the provider's help, and the consumer ends the agreement (ADR 3)", async () => {
    const world = (await loadProvingWorld()) as any;
    const stored = held(world);
    await goTo(13);
    await world.agreements.connect(world.consumer).authorizeDataKey(1n, world.others[5].address);
    await demand(world, { contents: stored, leaf: 0n });
    const last = { number: 2n ** 64n - 1n, data: EMPTY };
    await world.audits.connect(world.operator).supersede(1n, revisionOf(last), await signed(world, last, world.dataKey));
    const again = demand(world, { contents: stored, leaf: 0n });
    await expect(again).to.be.revertedWithCustomError(world.audits, "StaleRevision");
    await world.agreements.connect(world.consumer).terminate(1n);
    const { end, start } = await world.agreements.agreement(1n);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(DEPOSIT - (end - start) * 7n);
    expect(end).to.be.at.most(13n + 1n + VALUES.terminationNotice);
  });
});
