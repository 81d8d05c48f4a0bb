import { fixture, networkHelpers, time } from "../../market.js";
import { ballot } from "../ballots.js";
import {
  DAY,
  governedWorld,
  proposalOf,
  ProposalState,
  untilDecided,
  untilVote,
  Vote,
  type GovernedWorld,
  type Proposal,
} from "../governance.js";
import { all, no, type Refusal, type StateTable } from "./stateTable.js";

const states = ["Unknown", "Pending", "Active", "Canceled", "Defeated", "Succeeded", "Waiting", "Ready", "Executed"] as const;
type State = (typeof states)[number];
type Outcomes = Record<State, State | Refusal>;

const DESCRIPTION = "nothing at all";
/** The same proposal in every world. */
async function plan(world: GovernedWorld): Promise<Proposal> {
  const proposal = await proposalOf([{ target: world.stranger.address, data: "0x" }], DESCRIPTION);
  return { ...proposal, id: await world.governor.hashProposal(...proposal.args, proposal.hash) };
}

const proposer = ({ governor, voters }: GovernedWorld) => governor.connect(voters[0]);
const propose = async (world: GovernedWorld) => proposer(world).propose(...(await plan(world)).args, DESCRIPTION);
const carry = (method: "cancel" | "queue" | "execute") => async (world: GovernedWorld) => {
  const { args, hash } = await plan(world);
  return (proposer(world) as any)[method](...args, hash);
};
const vote = async (world: GovernedWorld) => proposer(world).castVote((await plan(world)).id, Vote.For);

/** One step after the other, each on what the one before has reached. */
const reach: Record<State, (world: GovernedWorld) => Promise<unknown>> = {
  Unknown: async () => {},
  Pending: propose,
  Active: async (world) => {
    await propose(world);
    await untilVote(world, await plan(world));
    await networkHelpers.mine();
  },
  Canceled: async (world) => {
    await propose(world);
    await carry("cancel")(world);
  },
  Defeated: async (world) => {
    await reach.Active(world);
    await untilDecided(world, await plan(world));
  },
  Succeeded: async (world) => {
    await reach.Active(world);
    await vote(world);
    await untilDecided(world, await plan(world));
  },
  Waiting: async (world) => {
    await reach.Succeeded(world);
    await carry("queue")(world);
  },
  Ready: async (world) => {
    await reach.Waiting(world);
    await time.increaseTo(await world.governor.proposalEta((await plan(world)).id));
  },
  Executed: async (world) => {
    await reach.Ready(world);
    await carry("execute")(world);
  },
};

const UNEXPECTED = all(states, no("GovernorUnexpectedProposalState"));
const known = (outcomes: Partial<Outcomes>): Outcomes => ({ ...UNEXPECTED, Unknown: no("GovernorNonexistentProposal"), ...outcomes });
const voting = known({ Active: "Active" });
/** Whatever becomes of a proposal, its proposer may not do by itself what only a decision may. */
const decided = (
  call: (governor: GovernedWorld["governor"], world: GovernedWorld) => Promise<unknown>,
  error = "GovernorOnlyExecutor",
) => ({
  call: (world: GovernedWorld) => call(proposer(world), world),
  from: all(states, no(error)),
});

export const governorStates: StateTable<GovernedWorld, State> = {
  contract: "MarketplaceGovernor",
  about: "a proposal",
  load: fixture(governedWorld),
  states: reach,
  now: async (world) => {
    const { id } = await plan(world);
    if ((await world.governor.proposalSnapshot(id)) === 0n) return "Unknown";
    const state = Number(await world.governor.state(id));
    if (state !== ProposalState.Queued) return nameOf(state);
    return BigInt(await time.latest()) < (await world.governor.proposalEta(id)) ? "Waiting" : "Ready";
  },
  rows: {
    propose: { call: propose, from: { ...UNEXPECTED, Unknown: "Pending" } },
    cancel: {
      call: carry("cancel"),
      from: { ...all(states, no("GovernorUnableToCancel")), Unknown: no("GovernorNonexistentProposal"), Pending: "Canceled" },
    },
    queue: { call: carry("queue"), from: known({ Succeeded: "Waiting" }) },
    execute: { call: carry("execute"), from: known({ Waiting: no("TimelockUnexpectedOperationState"), Ready: "Executed" }) },
    castVote: { call: async (world) => world.governor.connect(world.voters[1]).castVote((await plan(world)).id, Vote.For), from: voting },
    castVoteWithReason: {
      call: async (world) => world.governor.connect(world.voters[1]).castVoteWithReason((await plan(world)).id, Vote.For, "because"),
      from: voting,
    },
    castVoteWithReasonAndParams: {
      call: async (world) =>
        world.governor.connect(world.voters[1]).castVoteWithReasonAndParams((await plan(world)).id, Vote.For, "because", "0x"),
      from: voting,
    },
    castVoteBySig: {
      call: async (world) => {
        const [, voter] = world.voters;
        const { id } = await plan(world);
        return world.governor.castVoteBySig(id, Vote.For, voter.address, await ballot(world, voter, id));
      },
      from: voting,
    },
    castVoteWithReasonAndParamsBySig: {
      call: async (world) => {
        const [, voter] = world.voters;
        const { id } = await plan(world);
        const signed = await ballot(world, voter, id, "because");
        return world.governor.castVoteWithReasonAndParamsBySig(id, Vote.For, voter.address, "because", "0x", signed);
      },
      from: voting,
    },
    relay: decided((governor, { stranger }) => governor.relay(stranger.address, 0n, "0x")),
    setVotingDelay: decided((governor) => governor.setVotingDelay(2n * DAY)),
    setVotingPeriod: decided((governor) => governor.setVotingPeriod(4n * DAY)),
    setProposalThreshold: decided((governor) => governor.setProposalThreshold(10n ** 24n)),
    updateQuorumNumerator: decided((governor) => governor.updateQuorumNumerator(3n)),
    setLateQuorumVoteExtension: decided((governor) => governor.setLateQuorumVoteExtension(2n * DAY)),
    onERC721Received: decided(
      (governor, { stranger }) => governor.onERC721Received(stranger.address, stranger.address, 0n, "0x"),
      "GovernorDisabledDeposit",
    ),
    onERC1155Received: decided(
      (governor, { stranger }) => governor.onERC1155Received(stranger.address, stranger.address, 0n, 0n, "0x"),
      "GovernorDisabledDeposit",
    ),
    onERC1155BatchReceived: decided(
      (governor, { stranger }) => governor.onERC1155BatchReceived(stranger.address, stranger.address, [], [], "0x"),
      "GovernorDisabledDeposit",
    ),
  },
  contracts: ({ governor, timelock }) => [governor, timelock],
};

function nameOf(state: ProposalState): State {
  const names: Partial<Record<ProposalState, State>> = {
    [ProposalState.Pending]: "Pending",
    [ProposalState.Active]: "Active",
    [ProposalState.Canceled]: "Canceled",
    [ProposalState.Defeated]: "Defeated",
    [ProposalState.Succeeded]: "Succeeded",
    [ProposalState.Executed]: "Executed",
  };
  const name = names[state];
  // A timelock's operations do not expire.
  if (name === undefined) throw new Error(`No proposal can be in state ${state}.`);
  return name;
}
