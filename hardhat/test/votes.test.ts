import { expect } from "chai";
import { ethers, fixture, networkHelpers, SUPPLY, time } from "./market.js";
import {
  governedWorld,
  ProposalState,
  propose,
  SETTINGS,
  setValues,
  stateOf,
  untilDecided,
  untilVote,
  Vote,
} from "./support/governance.js";
import { Randomness } from "./support/random.js";

const load = fixture(governedWorld);

describe("Votes", () => {
  it("borrowed for a transaction are none: not to vote, not to propose, not in the snapshot's second", async () => {
    const world = await load();
    const { governor, token, voters, parameters } = world;
    const [lender] = voters;
    const amount = await token.balanceOf(lender.address);
    const flash = (await ethers.deployContract("FlashVoter", [token])) as any;
    await token.connect(lender).approve(flash, ethers.MaxUint256);
    const call = await setValues(world, { protocolFeeBps: 1n });
    await expect(flash.propose(governor, lender.address, amount, await parameters.getAddress(), call.data))
      .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
      .withArgs(await flash.getAddress(), 0n, SETTINGS.proposalThreshold);

    const proposal = await propose(world, [call], "lower the fee");
    await time.setNextBlockTimestamp(await governor.proposalSnapshot(proposal.id));
    await flash.touch(lender.address, amount);
    await time.increase(1n);
    expect(await flash.vote.staticCall(governor, proposal.id, lender.address, amount)).to.equal(0n);
    await flash.vote(governor, proposal.id, lender.address, amount);
    expect(await governor.proposalVotes(proposal.id)).to.deep.equal([0n, 0n, 0n]);
    expect(await governor.connect(lender).castVote.staticCall(proposal.id, Vote.For)).to.equal(amount);
  });

  it("count once: sold after the snapshot they stay the seller's, and the buyer has none", async () => {
    const world = await load();
    const { governor, token, voters, stranger, owner } = world;
    await token.connect(stranger).delegate(stranger.address);
    await token.connect(owner).delegate(owner.address);
    const had = await token.balanceOf(owner.address);
    const proposal = await propose(world, [await setValues(world, {})], "nothing");
    await untilVote(world, proposal);
    const sold = await token.balanceOf(voters[3].address);
    await token.connect(voters[3]).transfer(owner.address, sold);
    await governor.connect(voters[3]).castVote(proposal.id, Vote.For);
    await governor.connect(owner).castVote(proposal.id, Vote.For);
    expect(await governor.proposalVotes(proposal.id)).to.deep.equal([0n, sold + had, 0n]);
  });

  it("a quorum that is reached late keeps the vote open, and one that is not reached does not", async () => {
    const world = await load();
    const { governor, voters } = world;
    const proposal = await propose(world, [await setValues(world, {})], "in the last second");
    await untilVote(world, proposal);
    const deadline = await governor.proposalDeadline(proposal.id);
    await governor.connect(voters[1]).castVote(proposal.id, Vote.For);
    await time.setNextBlockTimestamp(deadline - 1n);
    await expect(governor.connect(voters[2]).castVote(proposal.id, Vote.For)).to.not.emit(governor, "ProposalExtended");
    expect(await governor.proposalDeadline(proposal.id)).to.equal(deadline);

    await time.setNextBlockTimestamp(deadline);
    const extended = deadline + SETTINGS.lateQuorumExtension;
    await expect(governor.connect(voters[3]).castVote(proposal.id, Vote.For))
      .to.emit(governor, "ProposalExtended")
      .withArgs(proposal.id, extended);
    await time.setNextBlockTimestamp(extended);
    await governor.connect(voters[0]).castVote(proposal.id, Vote.Against);
    expect(await governor.proposalDeadline(proposal.id)).to.equal(extended);
    await untilDecided(world, proposal);
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Defeated);
  });

  it("whatever the votes: a proposal passes with a majority of a quorum, and with nothing less", async () => {
    const world = await load();
    const { governor, token, voters } = world;
    const random = new Randomness(20_260_101);
    const seen = new Set<number>();
    for (let round = 0; round < 24; round++) {
      const proposal = await propose(world, [await setValues(world, {})], `round ${round}`);
      await untilVote(world, proposal);
      const tally = [0n, 0n, 0n];
      for (const voter of voters) {
        const choice = random.below(4);
        if (choice === 3) continue;
        await governor.connect(voter).castVote(proposal.id, choice);
        tally[choice] += await token.balanceOf(voter.address);
      }
      await untilDecided(world, proposal);
      const passes = tally[Vote.For] + tally[Vote.Abstain] >= SUPPLY / 10n && tally[Vote.For] > tally[Vote.Against];
      const state = await stateOf(world, proposal.id);
      expect(state).to.equal(passes ? ProposalState.Succeeded : ProposalState.Defeated);
      if (!passes) {
        await expect(governor.queue(...proposal.args, proposal.hash)).to.be.revertedWithCustomError(
          governor,
          "GovernorUnexpectedProposalState",
        );
      }
      seen.add(state);
    }
    expect([...seen].sort()).to.deep.equal([ProposalState.Defeated, ProposalState.Succeeded]);
  });
});

describe("Proposals", () => {
  it("need the threshold of votes, a second before", async () => {
    const world = await load();
    const { governor, token, stranger, voters } = world;
    expect(await token.balanceOf(stranger.address)).to.equal(SETTINGS.proposalThreshold);
    await token.connect(stranger).transfer(voters[0].address, 1n);
    await token.connect(stranger).delegate(stranger.address);
    const call = await setValues(world, {});
    await time.increase(10n);
    await expect(propose(world, [call], "too few", stranger))
      .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
      .withArgs(stranger.address, SETTINGS.proposalThreshold - 1n, SETTINGS.proposalThreshold);
    await token.connect(voters[0]).transfer(stranger.address, 1n);
    await time.increase(1n);
    await propose(world, [call], "enough", stranger);
  });

  it("that name their proposer cannot be made, and cancelled, by somebody faster", async () => {
    const world = await load();
    const { governor, voters } = world;
    const [author, rival] = voters;
    const call = await setValues(world, {});
    const description = `raise nothing#proposer=${author.address.toLowerCase()}`;
    await expect(propose(world, [call], description, rival))
      .to.be.revertedWithCustomError(governor, "GovernorRestrictedProposer")
      .withArgs(rival.address);
    const proposal = await propose(world, [call], description, author);
    await expect(governor.connect(rival).cancel(...proposal.args, proposal.hash)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnableToCancel",
    );
  });

  it("a proposer's name with a mistake in it is refused instead of protecting nobody", async () => {
    const world = await load();
    const { governor, voters } = world;
    const call = await setValues(world, {});
    const address = voters[0].address.toLowerCase();
    const wrongs = [
      `${address.slice(0, 41)}g`,
      `0y${address.slice(2)}`,
      `  ${address.slice(2)}`,
      // Not quite at the end, or not quite an address long.
      "",
      ` ${address}`,
      address.slice(0, 41),
      `${address}0`,
      `${address}\n`,
      `${address}.`,
      `${address}${" ".repeat(52)}`,
    ];
    for (const wrong of wrongs) {
      for (const before of ["", "x", "words ".repeat(20)]) {
        await expect(propose(world, [call], `${before}#proposer=${wrong}`)).to.be.revertedWithCustomError(
          governor,
          "GovernorRestrictedProposer",
        );
      }
    }
    for (const [index, harmless] of [
      "",
      "#proposer",
      `#proposes=${address}`,
      `#proposer=${address}`,
      `#proposer=nobody, as this text far from the end says${" ".repeat(100)}`,
      "words ".repeat(20),
    ].entries()) {
      await propose(world, [await setValues(world, { protocolFeeBps: BigInt(index) })], harmless);
    }
  });

  it("are cancelled by their proposer alone, and only before the vote", async () => {
    const world = await load();
    const { governor, voters, deployer, others } = world;
    const proposal = await propose(world, [await setValues(world, {})], "on second thoughts");
    for (const caller of [voters[1], deployer, others[8]]) {
      await expect(governor.connect(caller).cancel(...proposal.args, proposal.hash))
        .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
        .withArgs(proposal.id, caller.address);
    }
    const pending = await networkHelpers.takeSnapshot();
    await governor.connect(voters[0]).cancel(...proposal.args, proposal.hash);
    expect(await stateOf(world, proposal.id)).to.equal(ProposalState.Canceled);
    await pending.restore();
    await untilVote(world, proposal);
    await expect(governor.connect(voters[0]).cancel(...proposal.args, proposal.hash)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnableToCancel",
    );
  });
});
