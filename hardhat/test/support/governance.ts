import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { deployMarket, type GovernedMarket } from "../../deploy/deploy.js";
import { ethers, EPOCH, GENESIS, goTo, SUPPLY, time, VALUES, type World } from "../market.js";

export const DAY = 86_400n;

/** What a public chain begins with. */
export const FLOORS = { votingDelay: DAY, votingPeriod: 3n * DAY, lateQuorumExtension: DAY };
export const SETTINGS = { ...FLOORS, votingPeriod: 5n * DAY, proposalThreshold: SUPPLY / 1_000n, quorumPercent: 10n };
export const DELAY = 2n * DAY;

/** Of what the voters decide: a hundred and two hundred times what VALUES begin with. */
export const CEILINGS = { stakePerGiB: 10_000n, auditBond: 10_000n };

export const enum Vote {
  Against,
  For,
  Abstain,
}

export const enum ProposalState {
  Pending,
  Active,
  Canceled,
  Defeated,
  Succeeded,
  Queued,
  Expired,
  Executed,
}

export interface GovernedWorld extends World, Pick<GovernedMarket, "governor" | "timelock"> {
  /** Hold 25 %, 6 %, 3 % and 1 % of the supply, delegated to themselves. */
  voters: HardhatEthersSigner[];
}

/** A market that the governor rules through the timelock from the first block on; the deployer has neither tokens nor a role. */
export async function governedWorld(): Promise<GovernedWorld> {
  const [deployer, treasury, consumer, dataKey, owner, operator, stranger, ...others] = await ethers.getSigners();
  const founder = others[9];
  const market = await deployMarket(ethers, deployer, {
    holder: founder.address,
    supply: SUPPLY,
    governance: { settings: SETTINGS, floors: FLOORS, timelockDelay: DELAY, timelockFloor: DELAY },
    guardian: others[8].address,
    genesis: GENESIS,
    epochLength: EPOCH,
    ceilings: CEILINGS,
    values: VALUES,
    contracts: { beacon: "MockBeacon", proofs: "MockProofs" },
  });
  const voters = others.slice(0, 4);
  const shares = [25n, 6n, 3n, 1n];
  for (const [index, voter] of voters.entries()) {
    await market.token.connect(founder).transfer(voter.address, (SUPPLY * shares[index]) / 100n);
    await market.token.connect(voter).delegate(voter.address);
  }
  for (const account of [consumer, owner, stranger]) {
    await market.token.connect(founder).transfer(account.address, SUPPLY / 1_000n);
    await market.token.connect(account).approve(market.stakes, ethers.MaxUint256);
    await market.token.connect(account).approve(market.escrow, ethers.MaxUint256);
  }
  await goTo(10);
  return { ...market, voters, deployer, treasury, consumer, dataKey, owner, operator, stranger, others, provider: owner.address };
}

export interface Call {
  target: any;
  data: string;
  value?: bigint;
}

/** The four arguments by which the governor knows a proposal. */
export async function proposalOf(calls: Call[], description: string) {
  const targets = await Promise.all(calls.map(({ target }) => (typeof target === "string" ? target : target.getAddress())));
  return {
    args: [targets, calls.map(({ value }) => value ?? 0n), calls.map(({ data }) => data)] as [string[], bigint[], string[]],
    description,
    hash: ethers.id(description),
  };
}

export type Proposal = Awaited<ReturnType<typeof proposalOf>> & { id: bigint };

export async function propose(world: GovernedWorld, calls: Call[], description: string, by = world.voters[0]): Promise<Proposal> {
  const proposal = await proposalOf(calls, description);
  await world.governor.connect(by).propose(...proposal.args, description);
  return { ...proposal, id: await world.governor.hashProposal(...proposal.args, proposal.hash) };
}

/** The first second in which votes are taken. */
export async function untilVote(world: GovernedWorld, { id }: Proposal): Promise<void> {
  await time.increaseTo((await world.governor.proposalSnapshot(id)) + 1n);
}

export async function untilDecided(world: GovernedWorld, { id }: Proposal): Promise<void> {
  await time.increaseTo((await world.governor.proposalDeadline(id)) + 1n);
}

/** Proposes, has all voters vote for it, and queues it. */
export async function pass(world: GovernedWorld, calls: Call[], description: string): Promise<Proposal> {
  const proposal = await propose(world, calls, description);
  await untilVote(world, proposal);
  for (const voter of world.voters) await world.governor.connect(voter).castVote(proposal.id, Vote.For);
  await untilDecided(world, proposal);
  await world.governor.queue(...proposal.args, proposal.hash);
  return proposal;
}

export function execute(world: GovernedWorld, proposal: Proposal, by = world.stranger) {
  return world.governor.connect(by).execute(...proposal.args, proposal.hash);
}

/** The whole life of a decision, up to a transaction that anybody sends. */
export async function decide(world: GovernedWorld, calls: Call[], description: string) {
  const proposal = await pass(world, calls, description);
  await time.increaseTo(await world.governor.proposalEta(proposal.id));
  return execute(world, proposal);
}

/** A call that sets all parameters, with some of them changed. */
export async function setValues({ parameters, timelock }: GovernedWorld, changes: Record<string, unknown>) {
  const values = { ...VALUES, treasury: await timelock.getAddress(), ...changes };
  return { target: parameters, data: parameters.interface.encodeFunctionData("setValues", [values as any]) };
}

export const stateOf = async ({ governor }: GovernedWorld, id: bigint) => Number(await governor.state(id));
