import { ethers, fixture, goTo, networkHelpers, time } from "./market.js";
import { ballot } from "./support/ballots.js";
import { expectAsCommitted, type Cost } from "./support/gasSnapshot.js";
import { execute, governedWorld, propose, setValues, untilDecided, untilVote, Vote } from "./support/governance.js";

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;
const gas = async (sent: Sent): Promise<Cost> => ({ gas: Number((await (await sent).wait())!.gasUsed) });

/** The newest transaction. */
async function latest(): Sent {
  const block = await ethers.provider.getBlock("latest");
  return (await ethers.provider.getTransaction(block!.transactions[0]))!;
}

describe("MarketplaceGovernor: gas", () => {
  it("what a decision costs, from the proposal to its execution, is what the committed snapshot says", async () => {
    const world = await fixture(governedWorld)();
    const { governor, token, voters, stranger, consumer } = world;
    await goTo(11);
    const delegated = await gas(token.connect(consumer).delegate(voters[3].address));
    const call = await setValues(world, { protocolFeeBps: 250n });
    const proposal = await propose(world, [call], "lower the fee");
    const proposed = await gas(latest());
    await untilVote(world, proposal);
    await networkHelpers.mine();
    const first = await gas(governor.connect(voters[1]).castVote(proposal.id, Vote.For));
    const later = await gas(governor.connect(voters[2]).castVote(proposal.id, Vote.For));
    const reaching = await gas(governor.connect(voters[0]).castVote(proposal.id, Vote.For));
    const signed = await ballot(world, voters[3], proposal.id);
    const sent = await gas(governor.connect(stranger).castVoteBySig(proposal.id, Vote.For, voters[3].address, signed));
    await untilDecided(world, proposal);
    const queued = await gas(governor.queue(...proposal.args, proposal.hash));
    await time.increaseTo(await governor.proposalEta(proposal.id));
    expectAsCommitted("governance", {
      "delegate votes": delegated,
      propose: proposed,
      "vote, the first": first,
      "vote, later ones": later,
      "vote, the one that reaches the quorum": reaching,
      "vote by signature": sent,
      queue: queued,
      "execute a change of parameters": await gas(execute(world, proposal)),
    });
  });
});
