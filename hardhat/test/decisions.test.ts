import { expect } from "chai";
import { ethers, EPOCH, fixture, open, register, TERMS, time, VALUES } from "./market.js";
import {
  CEILINGS,
  DAY,
  decide,
  DELAY,
  execute,
  governedWorld,
  pass,
  ProposalState,
  propose,
  SETTINGS,
  setValues,
  stateOf,
  untilDecided,
  untilVote,
  Vote,
} from "./support/governance.js";

const load = fixture(governedWorld);

describe("A decision's life (I16)", () => {
  it("is proposed, voted on, queued, waited for, and executed by anybody", async () => {
    const world = await load();
    const { governor, timelock, parameters, voters } = world;
    const proposal = await propose(world, [await setValues(world, { protocolFeeBps: 42n })], "lower the fee");
    const proposed = BigInt(await time.latest());
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Pending);
    expect(await governor.proposalSnapshot(proposal.id)).to.equal(proposed + SETTINGS.votingDelay);
    expect(await governor.proposalDeadline(proposal.id)).to.equal(proposed + SETTINGS.votingDelay + SETTINGS.votingPeriod);
    await expect(governor.connect(voters[0]).castVote(proposal.id, Vote.For)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnexpectedProposalState",
    );

    await untilVote(world, proposal);
    for (const voter of voters.slice(0, 2)) await governor.connect(voter).castVote(proposal.id, Vote.For);
    await expect(governor.connect(voters[0]).castVote(proposal.id, Vote.For))
      .to.be.revertedWithCustomError(governor, "GovernorAlreadyCastVote")
      .withArgs(voters[0].address);
    await expect(governor.queue(...proposal.args, proposal.hash)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnexpectedProposalState",
    );

    await untilDecided(world, proposal);
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Succeeded);
    await expect(execute(world, proposal)).to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState");
    await governor.queue(...proposal.args, proposal.hash);
    const eta = await governor.proposalEta(proposal.id);
    expect(eta).to.equal(BigInt(await time.latest()) + DELAY);
    await time.setNextBlockTimestamp(eta - 1n);
    await expect(execute(world, proposal)).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
    expect((await parameters.values()).protocolFeeBps).to.equal(VALUES.protocolFeeBps);

    await time.setNextBlockTimestamp(eta);
    await expect(execute(world, proposal)).to.emit(parameters, "ParametersChanged");
    expect((await parameters.values()).protocolFeeBps).to.equal(42n);
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Executed);
    await expect(execute(world, proposal)).to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState");
  });

  it("can be executed at the timelock itself, once", async () => {
    const world = await load();
    const { governor, timelock, stranger } = world;
    const proposal = await pass(world, [await setValues(world, { protocolFeeBps: 42n })], "lower the fee");
    await time.increaseTo(await governor.proposalEta(proposal.id));
    const salt = ethers.toBeHex((BigInt(await governor.getAddress()) << 96n) ^ BigInt(proposal.hash), 32);
    await timelock.connect(stranger).executeBatch(...proposal.args, ethers.ZeroHash, salt);
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Executed);
    await expect(execute(world, proposal)).to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState");
  });

  it("no vote sets a parameter outside its bounds", async () => {
    const world = await load();
    const outside: [string, bigint][] = [
      ["challengesPerEpoch", 65n],
      ["proofWindow", EPOCH / 2n + 1n],
      ["stakePerGiB", CEILINGS.stakePerGiB + 1n],
      ["missSlashBps", 2_001n],
      ["missGraceEpochs", 366n],
      ["unbondingEpochs", 366n],
      ["billingCycle", 257n],
      ["settlementGrace", 366n],
      ["terminationNotice", 91n],
      ["protocolFeeBps", 1_001n],
      ["compensationBps", 9_001n],
      ["auditWindow", 30n * DAY + 1n],
      ["auditBond", CEILINGS.auditBond + 1n],
      ["auditSlashBps", 10_001n],
      ["lossSlashBps", 2_001n],
      ["minSelfStakeBps", 10_001n],
      ["commissionNotice", 366n],
    ];
    expect([...outside.map(([name]) => name), "treasury"].sort()).to.deep.equal(
      Object.keys(((await world.parameters.values()) as any).toObject()).sort(),
    );
    for (const [name, value] of outside) {
      await expect(decide(world, [await setValues(world, { [name]: value })], `set ${name}`), name)
        .to.be.revertedWithCustomError(world.parameters, "ParameterOutOfBounds")
        .withArgs(name, value, (minimum: bigint) => minimum <= EPOCH / 4n, value - 1n);
    }
    await expect(decide(world, [await setValues(world, { treasury: ethers.ZeroAddress })], "burn")).to.be.revertedWithCustomError(
      world.parameters,
      "TreasuryIsZero",
    );
  });

  it("spends the treasury: protocol fees from escrow, tokens and ether that it holds", async () => {
    const world = await load();
    const { timelock, escrow, token, treasury, consumer, owner, stranger } = world;
    await register(world, owner, world.operator.address);
    await world.stakes.connect(owner).stake(10_000n);
    await world.listings.connect(owner).publish({ ...TERMS, price: 1_000n });
    await open(world as any, { term: 4n });
    for (let epoch = 11n; epoch < 17n; epoch++) {
      await time.increaseTo((await world.parameters.epochStart(epoch)) + 10n);
      await world.beacon.seal();
      await (world.proofs as any).prove(owner.address);
    }
    const { drawn } = await world.agreements.settlementDraw(1n, 0n);
    await world.agreements.settle(1n, 0n, { root: ethers.toBeHex(drawn, 32), leaves: 0n, agreements: 1n }, "0x");
    const fees = await escrow.withdrawable(timelock);
    expect(fees).to.equal((40_000n * VALUES.protocolFeeBps) / 10_000n);
    await token.connect(consumer).transfer(timelock, 77n);
    await stranger.sendTransaction({ to: timelock, value: 5n });

    await decide(
      world,
      [
        { target: escrow, data: escrow.interface.encodeFunctionData("withdraw", [treasury.address]) },
        { target: token, data: token.interface.encodeFunctionData("transfer", [treasury.address, 77n]) },
        { target: treasury.address, data: "0x", value: 5n },
      ],
      "pay the developers",
    );
    expect(await token.balanceOf(treasury.address)).to.equal(fees + 77n);
    expect([
      await escrow.withdrawable(timelock),
      await token.balanceOf(timelock),
      await ethers.provider.getBalance(timelock),
    ]).to.deep.equal([0n, 0n, 0n]);
  });

  it("whoever disagrees has left before it takes effect", async () => {
    const world = await load();
    const { parameters, stakes, escrow, agreements, token, owner, consumer } = world;
    await register(world, owner, world.operator.address);
    await stakes.connect(owner).stake(10_000n);
    await world.listings.connect(owner).publish(TERMS);
    await open(world as any, { term: 1_000n });
    const worst = { protocolFeeBps: 1_000n, unbondingEpochs: 365n, terminationNotice: 90n, stakePerGiB: CEILINGS.stakePerGiB };
    const proposal = await pass(world, [await setValues(world, worst)], "squeeze them");
    const eta = await world.governor.proposalEta(proposal.id);

    const { end } = await agreements.agreement(1n);
    await agreements.connect(consumer).terminate(1n);
    const refund = await escrow.withdrawable(consumer.address);
    await expect(escrow.connect(consumer).withdraw(consumer.address)).to.changeTokenBalance(ethers, token, consumer, refund);
    await stakes.connect(owner).requestUnstake(9_000n);
    await time.increase(VALUES.unbondingEpochs * EPOCH);
    await expect(stakes.connect(owner).withdrawUnstaked()).to.changeTokenBalance(ethers, token, owner, 9_000n);
    expect(refund).to.equal((end - (await agreements.agreement(1n)).end) * 70n);
    expect(refund).to.be.greaterThan(0n);
    expect(BigInt(await time.latest())).to.be.lessThan(eta);

    await time.increaseTo(eta);
    await execute(world, proposal);
    expect((await parameters.values()).unbondingEpochs).to.equal(365n);
    expect((await agreements.agreement(1n)).protocolFeeBps).to.equal(VALUES.protocolFeeBps);
  });

  it("names another guardian, and can end a pause", async () => {
    const world = await load();
    const { parameters, others, stranger } = world;
    const guardian = others[8];
    const ending = await pass(world, [{ target: parameters, data: parameters.interface.encodeFunctionData("unpause") }], "go on");
    await time.increaseTo(await world.governor.proposalEta(ending.id));
    await parameters.connect(guardian).pause();
    await execute(world, ending);
    await parameters.requireNotPaused();
    await decide(
      world,
      [{ target: parameters, data: parameters.interface.encodeFunctionData("setGuardian", [stranger.address]) }],
      "another guardian",
    );
    await expect(parameters.connect(guardian).pause()).to.be.revertedWithCustomError(parameters, "NotGuardian");
  });
});
