import { expect } from "chai";
import { ethers, fixture, goTo, held, NO_PERMIT, open, SPACE, VALUES, type World } from "./market.js";
import { permitData } from "./permits.js";
import {
  AuditState,
  auditWorld,
  BOND,
  demand,
  NEXT,
  NOBODY,
  passDeadline,
  PENALTY,
  refused,
  revisionOf,
  shows,
  signed,
  STORED,
} from "./support/auditing.js";
import { Safe } from "./support/safe.js";

/** Agreement 1 of 10 GiB in epochs 12 to 31; it is epoch 13. */
const load = fixture(async () => {
  const world = await auditWorld();
  await goTo(13);
  return world;
});

/** All that an account has or can withdraw. */
async function wealth({ token, escrow }: World, account: string): Promise<bigint> {
  return (await token.balanceOf(account)) + (await escrow.withdrawable(account));
}

describe("StorageAudits: who gains", () => {
  it("a provider that audits itself gets its own bond back, and nothing else changes", async () => {
    const world = await load();
    const { audits, stakes, owner, operator, provider, token } = world;
    const before = await wealth(world, provider);
    await demand(world, { by: owner });
    expect(await wealth(world, provider)).to.equal(before - BOND);
    await audits.connect(operator).answer(1n, shows(STORED, 6n));
    expect(await wealth(world, provider)).to.equal(before);
    await token.connect(owner).transfer(operator.address, BOND);
    await (token.connect(operator) as any).approve(world.escrow, BOND);
    await demand(world, { by: operator });
    await audits.connect(operator).supersede(2n, revisionOf(NEXT), await signed(world, NEXT, world.dataKey));
    expect(await wealth(world, provider)).to.equal(before);
    expect(await stakes.slashable(provider)).to.equal(10_000n);
  });

  it("and cannot keep others' audits away with audits of leaves that it still has", async () => {
    const world = await load();
    const { audits, owner, operator, provider, others } = world;
    await demand(world, { by: owner, leaf: 0n });
    await demand(world, { by: others[0], leaf: 1n });
    await demand(world, { leaf: 15n });
    await audits.connect(operator).answer(1n, shows(STORED, 0n));
    await demand(world, { by: owner, leaf: 0n });
    await passDeadline(world, 4n);
    await expect(audits.conclude(3n)).to.emit(audits, "AuditFailed").withArgs(3n, 1n, PENALTY, 1_400n);
    await refused(demand(world, { by: others[2] }), world, "AgreementNotRunning").withArgs(1n);
    expect(await world.stakes.slashable(provider)).to.equal(10_000n - PENALTY);
  });

  it("an auditor of an honest provider loses its bond each time, the provider gains as much", async () => {
    const world = await load();
    const { audits, provider, consumer } = world;
    const [auditors, providers] = [await wealth(world, consumer.address), await wealth(world, provider)];
    for (let round = 1n; round <= 5n; round++) {
      await demand(world, { leaf: round });
      await audits.answer(round, shows(STORED, round));
    }
    expect(await wealth(world, consumer.address)).to.equal(auditors - 5n * BOND);
    expect(await wealth(world, provider)).to.equal(providers + 5n * BOND);
    expect(await held(world, 1n)).to.equal(1_400n);
  });

  it("of several failed audits the dearest is slashed for, in whatever order they are concluded", async () => {
    for (const order of [
      [1n, 2n, 3n],
      [3n, 1n, 2n],
      [2n, 3n, 1n],
    ]) {
      const world = await load();
      const { audits, agreements, consumer, stranger, owner, others, escrow, stakes, provider } = world;
      await demand(world);
      const more = { listing: 0n, space: 20n, term: 0n, maxDeposit: ethers.MaxUint256 };
      await agreements.connect(consumer).extend(1n, more, NO_PERMIT);
      await demand(world, { by: stranger });
      await demand(world, { by: others[0] });
      await passDeadline(world, 3n);
      let [voided, charged] = [false, 0n];
      for (const audit of order) {
        const penalty = audit === 1n ? PENALTY : 3n * PENALTY;
        const due = penalty > charged ? penalty - charged : 0n;
        const refund = voided ? 0n : await held(world, 1n);
        await expect(audits.connect(owner).conclude(audit)).to.emit(audits, "AuditFailed").withArgs(audit, 1n, due, refund);
        [voided, charged] = [true, charged + due];
      }
      expect(charged).to.equal(3n * PENALTY);
      expect(await stakes.slashable(provider)).to.equal(10_000n - 3n * PENALTY);
      for (const auditor of [stranger, others[0]]) expect(await escrow.withdrawable(auditor.address)).to.equal(BOND);
    }
  });

  it("half of the slash goes to the audited agreement's consumer alone, whoever rents before the conclusion, the rest to the treasury", async () => {
    const world = await load();
    const { audits, stakes, consumer, stranger, treasury, token } = world;
    await demand(world);
    await passDeadline(world);
    await open(world, { space: 90n, term: 20n }, stranger);
    await expect(audits.conclude(1n))
      .to.emit(stakes, "CompensationAwarded")
      .withArgs(1n, world.provider, PENALTY / 2n);
    expect([await stakes.compensationOf(1n), await stakes.compensationOf(2n)]).to.deep.equal([PENALTY / 2n, 0n]);
    const before = await token.balanceOf(consumer.address);
    await stakes.claimCompensation(1n);
    expect(await token.balanceOf(consumer.address)).to.equal(before + PENALTY / 2n);
    await stakes.sweep();
    expect(await token.balanceOf(treasury.address)).to.equal(PENALTY / 2n);
    expect((await world.agreements.agreement(2n)).state).to.equal(4n);
  });

  it("stake that was asked back is slashed too, and cannot leave before", async () => {
    const world = await load();
    const { audits, stakes, owner, provider } = world;
    await stakes.connect(owner).requestUnstake(9_000n);
    await demand(world);
    await passDeadline(world);
    await audits.conclude(1n);
    const { staked, unbonding } = await stakes.stakeOf(provider);
    expect([staked, unbonding]).to.deep.equal([950n, 8_550n]);
  });

  it("a penalty of nothing voids all the same", async () => {
    const world = await load();
    const { parameters, deployer, treasury, audits } = world;
    await parameters.connect(deployer).setValues({ ...VALUES, auditSlashBps: 0n, treasury: treasury.address });
    await demand(world);
    await passDeadline(world);
    await expect(audits.conclude(1n)).to.emit(audits, "AuditFailed").withArgs(1n, 1n, 0n, 1_400n);
    expect(await world.stakes.slashable(world.provider)).to.equal(10_000n);
  });

  it("the penalty is rounded up, and does not overflow with the dearest stake", async () => {
    const world = await load();
    const { parameters, deployer, treasury, audits } = world;
    const set = (changes: object) => parameters.connect(deployer).setValues({ ...VALUES, ...changes, treasury: treasury.address });
    await set({ stakePerGiB: 1n, auditSlashBps: 1n });
    await demand(world);
    expect((await audits.auditOf(1n)).penalty).to.equal(1n);
    await set({ stakePerGiB: 1_001n, auditSlashBps: 3_333n });
    await demand(world, { by: world.stranger });
    expect((await audits.auditOf(2n)).penalty).to.equal(3_337n);
    await set({ stakePerGiB: 2n ** 96n - 1n, auditSlashBps: 10_000n, auditBond: 0n, missSlashBps: 0n });
    await demand(world, { by: world.others[0] });
    expect((await audits.auditOf(3n)).penalty).to.equal(10n * (2n ** 96n - 1n));
    await passDeadline(world, 3n);
    await audits.conclude(3n);
    expect(await world.stakes.slashable(world.provider)).to.equal(0n);
  });
});

describe("StorageAudits: the bond", () => {
  it("lies under the audit's number, where no agreement's deposit is touched", async () => {
    const world = await load();
    const { audits, agreements, escrow, consumer } = world;
    await demand(world);
    expect([await escrow.held(audits, 1n), await escrow.held(agreements, 1n)]).to.deep.equal([BOND, 1_400n]);
    expect(await escrow.totalHeld()).to.equal(BOND + 1_400n);
    await passDeadline(world);
    await audits.conclude(1n);
    expect([await escrow.held(audits, 1n), await escrow.held(agreements, 1n), await escrow.totalHeld()]).to.deep.equal([0n, 0n, 0n]);
    expect(await escrow.withdrawable(consumer.address)).to.equal(BOND + 1_400n);
  });

  it("is the market's of the demand, and the largest that the parameters allow", async () => {
    const world = await load();
    const { parameters, deployer, treasury, audits, token, stranger, escrow } = world;
    await demand(world);
    const most = 2n ** 96n - 1n;
    await parameters.connect(deployer).setValues({ ...VALUES, auditBond: most, treasury: treasury.address });
    await audits.answer(1n, shows(STORED, 6n));
    expect(await escrow.withdrawable(world.provider)).to.equal(BOND);
    await refused(demand(world, { by: stranger }), world, "ERC20InsufficientBalance", token);
  });

  it("of a token that delivers less is refused, and one that calls back in the middle finds everything closed", async () => {
    const world = await fixture(async () => {
      const odd = await auditWorld({}, { token: "OddToken" });
      await goTo(13);
      return odd;
    })();
    const { audits, escrow } = world;
    const token = world.token as any;
    await token.setFee(1n);
    await refused(demand(world), world, "UnexpectedTransferAmount", escrow).withArgs(BOND, BOND - 1n);
    await token.setFee(0n);
    const again = audits.interface.encodeFunctionData("demand", [
      1n,
      revisionOf(STORED),
      await signed(world, STORED, world.dataKey),
      await signed(world, STORED, world.operator),
      7n,
      NO_PERMIT,
    ]);
    const calls = [
      again,
      audits.interface.encodeFunctionData("answer", [1n, shows(STORED, 6n)]),
      audits.interface.encodeFunctionData("supersede", [1n, revisionOf(NEXT), NOBODY]),
      audits.interface.encodeFunctionData("conclude", [1n]),
    ];
    for (const [index, call] of calls.entries()) {
      await token.setCallback(audits, call);
      await demand(world, { by: world.others[index] });
      expect(await token.callbackFailure()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
      expect(Number((await audits.auditOf(index + 1)).state)).to.equal(AuditState.Demanded);
    }
    expect(await escrow.totalHeld()).to.equal(1_400n + 4n * BOND);
  });

  it("of a Safe comes from its permit, and goes back to it", async () => {
    const world = await load();
    const { audits, token, escrow, others, stranger, dataKey, operator } = world;
    const safe = await Safe.create(others.slice(6, 9), 2, stranger);
    await token.transfer(safe.address, SPACE);
    const permit = {
      value: BOND,
      deadline: ethers.MaxUint256,
      signature: await safe.sign(await permitData(token, safe.address, await escrow.getAddress(), BOND, ethers.MaxUint256)),
    };
    const signatures = [await signed(world, STORED, dataKey), await signed(world, STORED, operator)];
    await safe.call(audits, "demand", [1n, revisionOf(STORED), ...signatures, 6n, permit]);
    expect((await audits.auditOf(1n)).auditor).to.equal(safe.address);
    await passDeadline(world);
    await audits.conclude(1n);
    await safe.call(escrow, "withdraw", [safe.address]);
    expect(await token.balanceOf(safe.address)).to.equal(SPACE);
  });
});
