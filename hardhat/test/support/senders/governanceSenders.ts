import { asContract, ethers, fixture, time, VALUES } from "../../market.js";
import {
  DAY,
  DELAY,
  governedWorld,
  pass,
  propose,
  proposalOf,
  untilDecided,
  untilVote,
  Vote,
  type GovernedWorld,
  type Proposal,
} from "../governance.js";
import { ballot } from "../ballots.js";
import { partsOf, type SenderRow, type SenderRows, type SenderTable, type Stage } from "./senderTable.js";

type GovernedStage = GovernedWorld & Stage & { proposal?: Proposal };
type Row = SenderRow<GovernedStage>;

const NO_SALT = [ethers.ZeroHash, ethers.ZeroHash];

const load = fixture(async (): Promise<GovernedStage> => {
  const world = await governedWorld();
  const { consumer, owner, operator, stranger, deployer, others } = world;
  const [whale, voter] = world.voters;
  return {
    ...world,
    parts: partsOf(world as any),
    people: { consumer, owner, operator, stranger, deployer, whale, voter, guardian: others[8] },
  };
});

const ofTimelock = (args: Row["args"], error = "NotOwner"): Row => ({ by: ["timelock"], error, args });
const anybody = (args: Row["args"], before?: Row["before"]): Row => ({ args, before });

const parameters: SenderRows<GovernedStage> = {
  setValues: ofTimelock(({ stranger }) => [{ ...VALUES, treasury: stranger.address }]),
  setGuardian: ofTimelock(({ stranger }) => [stranger.address]),
  pause: { by: ["guardian"], error: "NotGuardian", args: () => [] },
  unpause: {
    by: ["guardian", "timelock"],
    error: "NotGuardianOrOwner",
    before: (world) => world.parameters.connect(world.others[8]).pause(),
    args: () => [],
  },
};

const harmless = async ({ stranger }: GovernedStage) => proposalOf([{ target: stranger.address, data: "0x" }], "nothing at all");
const harmlessCalls = async (world: GovernedStage) => {
  const { args, hash } = await harmless(world);
  return [...args, hash];
};
const idOf = async (world: GovernedStage) =>
  world.governor.hashProposal(...((await harmlessCalls(world)) as [string[], bigint[], string[], string]));
const proposed = (world: GovernedStage) => propose(world, [{ target: world.stranger.address, data: "0x" }], "nothing at all");
const voting = async (world: GovernedStage) => untilVote(world, await proposed(world));
const passed = (world: GovernedStage) => pass(world, [{ target: world.stranger.address, data: "0x" }], "nothing at all");
const won = async (world: GovernedStage) => {
  const proposal = await proposed(world);
  await untilVote(world, proposal);
  await world.governor.connect(world.voters[0]).castVote(proposal.id, Vote.For);
  await untilDecided(world, proposal);
};
const due = async (world: GovernedStage) => {
  const { id } = await passed(world);
  await time.increaseTo(await world.governor.proposalEta(id));
};

/** The timelock itself can call these only with a proposal that the governor is executing at the time. */
const asDecided = (args: Row["args"]): Row => ({ by: [], notDirectly: ["timelock"], error: "GovernorOnlyExecutor", args });
const deposits = (error?: string): SenderRows<GovernedStage> => ({
  onERC721Received: { by: [], error, args: ({ stranger }) => [stranger.address, stranger.address, 0n, "0x"] },
  onERC1155Received: { by: [], error, args: ({ stranger }) => [stranger.address, stranger.address, 0n, 0n, "0x"] },
  onERC1155BatchReceived: { by: [], error, args: ({ stranger }) => [stranger.address, stranger.address, [], [], "0x"] },
});

const governor: SenderRows<GovernedStage> = {
  propose: {
    by: ["whale", "voter"],
    error: "GovernorInsufficientProposerVotes",
    args: async (world) => {
      const { args, description } = await harmless(world);
      return [...args, description];
    },
  },
  cancel: { by: ["whale"], error: "GovernorUnableToCancel", before: proposed, args: harmlessCalls },
  queue: anybody(harmlessCalls, won),
  execute: anybody(harmlessCalls, due),
  castVote: anybody(async (world) => [await idOf(world), Vote.For], voting),
  castVoteWithReason: anybody(async (world) => [await idOf(world), Vote.For, "because"], voting),
  castVoteWithReasonAndParams: anybody(async (world) => [await idOf(world), Vote.For, "because", "0x"], voting),
  castVoteBySig: anybody(
    async (world) => [await idOf(world), Vote.For, world.voters[0].address, await ballot(world, world.voters[0], await idOf(world))],
    voting,
  ),
  castVoteWithReasonAndParamsBySig: anybody(
    async (world) => [
      await idOf(world),
      Vote.For,
      world.voters[0].address,
      "",
      "0x",
      await ballot(world, world.voters[0], await idOf(world), ""),
    ],
    voting,
  ),
  relay: asDecided(({ stranger }) => [stranger.address, 0n, "0x"]),
  setVotingDelay: asDecided(() => [2n * DAY]),
  setVotingPeriod: asDecided(() => [4n * DAY]),
  setProposalThreshold: asDecided(() => [10n ** 24n]),
  updateQuorumNumerator: asDecided(() => [3n]),
  setLateQuorumVoteExtension: asDecided(() => [2n * DAY]),
  ...deposits("GovernorDisabledDeposit"),
};

const ofGovernor = (args: Row["args"], before?: Row["before"]): Row => ({
  by: ["governor"],
  error: "AccessControlUnauthorizedAccount",
  args,
  before,
});
const one = ({ stranger }: GovernedStage) => [stranger.address, 0n, "0x", ...NO_SALT];
const batch = ({ stranger }: GovernedStage) => [[stranger.address], [0n], ["0x"], ...NO_SALT];
const scheduled =
  (method: "schedule" | "scheduleBatch", args: (world: GovernedStage) => unknown[]) =>
  async (world: GovernedStage): Promise<void> => {
    await (world.timelock.connect(await asContract(world.governor)) as any)[method](...args(world), DELAY);
    await time.increase(DELAY);
  };
const grant = async ({ timelock, stranger }: GovernedStage) => [await timelock.PROPOSER_ROLE(), stranger.address];

const timelock: SenderRows<GovernedStage> = {
  schedule: ofGovernor((world) => [...one(world), DELAY]),
  scheduleBatch: ofGovernor((world) => [...batch(world), DELAY]),
  cancel: ofGovernor(
    ({ timelock: lock, stranger }) => lock.hashOperation(stranger.address, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash).then((id) => [id]),
    scheduled("schedule", one),
  ),
  execute: anybody(one, scheduled("schedule", one)),
  executeBatch: anybody(batch, scheduled("scheduleBatch", batch)),
  grantRole: ofTimelock(grant, "AccessControlUnauthorizedAccount"),
  revokeRole: ofTimelock(grant, "AccessControlUnauthorizedAccount"),
  renounceRole: {
    by: ["governor"],
    error: "AccessControlBadConfirmation",
    args: async (world) => [await world.timelock.PROPOSER_ROLE(), await world.governor.getAddress()],
  },
  updateDelay: ofTimelock(() => [3n * DAY], "TimelockUnauthorizedCaller"),
  ...deposits(),
};

export const governanceSenders: SenderTable[] = [
  { contract: "MarketplaceParameters", part: "parameters", load, rows: parameters },
  { contract: "MarketplaceGovernor", part: "governor", load, rows: governor },
  { contract: "MarketplaceTimelock", part: "timelock", load, rows: timelock },
];
