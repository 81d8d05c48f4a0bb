import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { EPOCH, marketWorld, networkHelpers, time, VALUES, type World } from "../market.js";
import { AuditState } from "./auditing.js";
import { ALL, delegate } from "./stakes.js";
import { prepay } from "./reading.js";

/** No step of anybody's way out may cost more, whatever happened before and however long ago. */
const GAS_BOUND = 500_000n;

export const parties = ["consumer", "provider", "delegator", "auditor", "treasury"] as const;
export type Party = (typeof parties)[number];

export function signerOf(world: World, party: Party): HardhatEthersSigner {
  const { consumer, owner, others, stranger, treasury } = world;
  return { consumer, provider: owner, delegator: others[0], auditor: stranger, treasury }[party];
}

/** A provider with 10,000 of its own and 2,000 delegated. Block hashes as beacon: what time has passed costs what it costs on a chain. */
export async function exitWorld(): Promise<World> {
  const world = await marketWorld({}, { beacon: "BlockhashBeacon" });
  await world.stakes.connect(world.owner).setCommission(1_000n);
  await delegate(world, signerOf(world, "delegator"), 2_000n);
  return world;
}

/** Passes through epochs, of which each is sealed and proven if said so. */
export async function pass(world: World, from: number, to: number, proven: boolean): Promise<void> {
  for (let epoch = from; epoch < to; epoch++) {
    const start = await world.parameters.epochStart(epoch);
    await time.increaseTo(start + 10n);
    await world.beacon.open();
    await networkHelpers.mine(2, { interval: 1 });
    await world.beacon.seal();
    if (proven) await (world.proofs as any).prove(world.provider);
    else await time.increaseTo(start + EPOCH / 2n + VALUES.proofWindow);
  }
}

export const PREPAID = 100n;
export const prepaid = (world: World) => prepay(world, PREPAID);

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function step(sent: Sent): Promise<void> {
  expect((await (await sent).wait())!.gasUsed < GAS_BOUND, "gas").to.equal(true);
}

/** Agreement 1 comes to its end, by whoever wants it to. */
async function end({ agreements }: World, by: HardhatEthersSigner): Promise<void> {
  if (await agreements.isRunning(1n)) await step(agreements.connect(by).close(1n));
}

async function takeCredit({ escrow }: World, by: HardhatEthersSigner): Promise<void> {
  if ((await escrow.withdrawable(by.address)) > 0n) await step(escrow.connect(by).withdraw(by.address));
}

const wait = () => time.increase((VALUES.unbondingEpochs + 1n) * EPOCH);

/** What each does to get what is theirs; all of it is their own doing. */
const exits: Record<Party, (world: World, self: HardhatEthersSigner) => Promise<void>> = {
  consumer: async (world, self) => {
    const { agreements, egress, stakes } = world;
    if ((await agreements.agreement(1n)).state === 1n) await step(agreements.connect(self).withdrawProposal(1n));
    await end(world, self);
    const { deposited, redeemed, reclaimed } = await egress.accountOf(1n);
    if (deposited - redeemed - reclaimed > 0n) await step(egress.connect(self).reclaim(1n));
    await step(world.registry.connect(self).settleMisses(world.provider));
    if ((await stakes.compensationOf(1n)) > 0n) await step(stakes.connect(self).claimCompensation(1n));
    await takeCredit(world, self);
  },
  provider: async (world, self) => {
    await end(world, self);
    const { staked } = await world.stakes.stakeOf(self.address);
    if (staked > 0n) await step(world.stakes.connect(self).requestUnstake(staked));
    await wait();
    if ((await world.stakes.stakeOf(self.address)).unbonding > 0n) await step(world.stakes.connect(self).withdrawUnstaked());
    await takeCredit(world, self);
  },
  delegator: async (world, self) => {
    await end(world, self);
    await step(world.registry.connect(self).settleMisses(world.provider));
    if ((await world.stakes.delegationOf(world.provider, self.address)).shares === 0n) return;
    await step(world.stakes.connect(self).requestUndelegate(world.provider, ALL));
    await wait();
    await step(world.stakes.connect(self).withdrawUndelegated(world.provider));
  },
  auditor: async (world, self) => {
    const { audits } = world;
    const isOpen = (await audits.auditCount()) > 0n && Number((await audits.auditOf(1n)).state) === AuditState.Demanded;
    if (isOpen) await step(audits.connect(self).conclude(1n));
    await takeCredit(world, self);
  },
  treasury: async (world, self) => {
    await end(world, self);
    await step(world.registry.connect(self).settleMisses(world.provider));
    if ((await world.stakes.treasuryDue()) > 0n) await step(world.stakes.connect(self).sweep());
    await takeCredit(world, self);
  },
};

/** Lets one party take out all that it can, and says how much that was. */
export async function leave(world: World, party: Party): Promise<bigint> {
  const self = signerOf(world, party);
  const before = await world.token.balanceOf(self.address);
  await exits[party](world, self);
  return (await world.token.balanceOf(self.address)) - before;
}

/** Base units that escrow and vault hold or owe when nobody is left. */
export async function leftOver({ escrow, stakes, token }: World) {
  return {
    held: await escrow.totalHeld(),
    owed: await escrow.totalWithdrawable(),
    escrow: await token.balanceOf(escrow),
    vault: await token.balanceOf(stakes),
    liabilities: await stakes.totalLiabilities(),
  };
}
