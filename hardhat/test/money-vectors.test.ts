import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { MoneyHarness } from "../types/mocks/MoneyHarness.js";
import {
  bareWorld,
  checkpointFor,
  ethers,
  fixture,
  goTo,
  live,
  NO_PERMIT,
  open,
  register,
  TERMS,
  time,
  VALUES,
  WINDOW,
  type World,
} from "./market.js";
import { demand } from "./support/auditing.js";
import { delegate, shareOf } from "./support/stakes.js";

/** What the C# code reckoned (tests/vectors/README.md): the contracts must come to the same base units. */
interface Rent {
  price: string;
  space: number;
  term: number;
  billingCycle: number;
  notice: number;
  feeBps: number;
  deposit: string;
  changes: { epoch: number; space: number; term: number; price: string; deposit: string }[];
  steps: { from: number; rate: string }[];
  terminated: { epoch: number; refund: string; end: number } | null;
  proven: number[];
  cycles: { proven: number; net: string; fee: string; refund: string }[];
  deposited: string;
  paid: string;
  refunded: string;
}

interface Penalty {
  stakePerGiB: string;
  space: number;
  missed: number;
  grace: number;
  missSlashBps: number;
  lossSlashBps: number;
  auditSlashBps: number;
  leaves: string;
  missCost: string;
  lossPenalty: string;
  auditPenalty: string;
}

interface Vectors {
  agreements: Rent[];
  splits: { pots: string[]; amount: string; parts: string[] }[];
  shares: Record<"amount" | "assets" | "shares" | "minted" | "worth", string>[];
  fees: { gross: string; bps: number; fee: string }[];
  prices: { price: string; space: number; epochs: number; total: string }[];
  penalties: Penalty[];
  earnings: { staked: string; delegated: string; net: string; commissionBps: number; share: string }[];
}

/** scripts/test.mjs has the C# tests write many more, and runs this over them. */
const file = process.env.RANDOM_MONEY_FILE ?? new URL("../../tests/vectors/money.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const load = fixture(() => bareWorld());

/** The market with other numbers, and a provider with as much stake as may be needed. */
async function market(changes: Record<string, unknown>, stake: bigint): Promise<World> {
  const world = await load();
  await world.parameters.setValues({ ...VALUES, treasury: world.treasury.address, ...changes } as any);
  await register(world, world.owner, world.operator.address);
  if (stake > 0n) await world.stakes.connect(world.owner).stake(stake);
  return world;
}

describe("Vectors: what agreements cost and pay", () => {
  for (const [index, rent] of vectors.agreements.entries()) {
    const { changes, terminated } = rent;
    it(`agreement ${index}: ${changes.length} extensions, ${terminated ? "ended early" : "to its end"}`, () => replay(rent));
  }
});

async function replay(rent: Rent): Promise<void> {
  const { billingCycle, notice, feeBps, space, term } = rent;
  const numbers = {
    billingCycle,
    terminationNotice: notice,
    protocolFeeBps: feeBps,
    settlementGrace: 365,
    stakePerGiB: 0,
    missSlashBps: 0,
  };
  const world = await market(numbers, 0n);
  const { agreements, listings, owner } = world;
  await listings.connect(owner).publish({ ...TERMS, price: rent.price });
  await open(world, { space, term });
  expect((await agreements.agreement(1n)).deposited).to.equal(rent.deposit);

  const proven = new Set(rent.proven);
  const last = 12 + rent.term + rent.changes.reduce((sum, change) => sum + change.term, 0);
  const { changes, terminated } = rent;
  for (let epoch = 10; epoch <= last; epoch++) {
    await goTo(epoch, 1);
    for (const change of changes.filter((one) => one.epoch === epoch)) await extend(world, change);
    if (terminated?.epoch === epoch) await terminate(world, rent);
    await live(world, epoch, epoch + 1, (one) => proven.has(one));
  }
  if (!terminated) await expectSteps(world, rent);
  await settleAll(world, rent);
}

async function extend({ agreements, listings, owner, consumer }: World, change: Rent["changes"][0]): Promise<void> {
  await listings.connect(owner).change(1n, { ...TERMS, price: change.price });
  const wanted = { listing: 0n, space: change.space, term: change.term, maxDeposit: change.deposit };
  const before = (await agreements.agreement(1n)).deposited;
  await agreements.connect(consumer).extend(1n, wanted, NO_PERMIT);
  expect((await agreements.agreement(1n)).deposited - before).to.equal(change.deposit);
}

async function terminate(world: World, rent: Rent): Promise<void> {
  await expectSteps(world, rent);
  await expect(world.agreements.connect(world.consumer).terminate(1n))
    .to.emit(world.agreements, "AgreementTerminated")
    .withArgs(1n, rent.terminated!.end, rent.terminated!.refund);
}

async function expectSteps({ agreements }: World, { steps }: Rent): Promise<void> {
  const told = (await agreements.rateSteps(1n)).map(({ from, rate }) => ({ from: Number(from), rate: rate.toString() }));
  expect(told).to.deep.equal(steps);
}

async function settleAll({ agreements, stranger }: World, rent: Rent): Promise<void> {
  expect(Number(await agreements.cycleCount(1n))).to.equal(rent.cycles.length);
  for (const [cycle, { proven, net, fee, refund }] of rent.cycles.entries()) {
    const { drawn } = await agreements.settlementDraw(1n, cycle);
    await expect(agreements.connect(stranger).settle(1n, cycle, checkpointFor(drawn), "0x"))
      .to.emit(agreements, "CycleSettled")
      .withArgs(1n, cycle, proven, net, fee, refund);
  }
  const { deposited, paid, refunded } = await agreements.agreement(1n);
  expect([deposited, paid, refunded].map(String)).to.deep.equal([rent.deposited, rent.paid, rent.refunded]);
}

describe("Vectors: what is slashed", () => {
  for (const [index, one] of vectors.penalties.entries()) {
    it(`penalties ${index}: ${one.missed} misses, ${one.leaves} leaves, an audit of ${one.space} GiB`, async () => {
      const { missSlashBps, lossSlashBps, auditSlashBps, space } = one;
      const numbers = { missSlashBps, lossSlashBps, auditSlashBps, missGraceEpochs: one.grace, stakePerGiB: one.stakePerGiB };
      const world = await market(numbers, 20_000_000n + BigInt(one.stakePerGiB) * BigInt(space) * 16n);
      await world.listings.connect(world.owner).publish(TERMS);
      await open(world, { space, term: 20n });
      await demand(world);
      expect((await world.audits.auditOf(1n)).penalty).to.equal(one.auditPenalty);
      await expect(world.losses.connect(world.owner).declare(1n, 3n, ethers.id("lost"), one.leaves))
        .to.emit(world.losses, "LossDeclared")
        .withArgs(1n, world.provider, 3n, ethers.id("lost"), one.leaves, one.lossPenalty);
      await live(world, 12, 12 + one.missed, () => false);
      await time.increase(WINDOW + 1n);
      expect(await world.registry.pendingSlash(world.provider)).to.equal(one.missCost);
    });
  }
});

describe("Vectors: what delegators earn", () => {
  for (const [index, { staked, delegated, net, commissionBps, share }] of vectors.earnings.entries()) {
    it(`earnings ${index}: of ${delegated} beside ${staked}`, async () => {
      const world = await market({ minSelfStakeBps: 0 }, BigInt(staked));
      await world.stakes.connect(world.owner).setCommission(commissionBps);
      if (delegated !== "0") await delegate(world, world.stranger, BigInt(delegated));
      expect(await shareOf(world, BigInt(net))).to.equal(share);
    });
  }
});

describe("Vectors: arithmetic", () => {
  let harness: MoneyHarness;
  before(async () => {
    await load();
    harness = await ethers.deployContract("MoneyHarness");
  });

  it("prices", async () => {
    for (const { price, space, epochs, total } of vectors.prices) expect(await harness.price(price, space, epochs)).to.equal(total);
  });

  it("fees", async () => {
    for (const { gross, bps, fee } of vectors.fees) expect(await harness.fee(gross, bps)).to.equal(fee);
  });

  it("slashes' parts", async () => {
    for (const { pots, amount, parts } of vectors.splits) {
      const [staked, unbonding, delegated, undelegating] = pots;
      const told = await harness.split({ staked, unbonding, delegated, undelegating }, amount);
      expect([...told].map(String)).to.deep.equal(parts);
    }
  });

  it("shares", async () => {
    for (const { amount, assets, shares, minted, worth } of vectors.shares) {
      expect(await harness.toShares(amount, assets, shares)).to.equal(minted);
      const [after, all] = [BigInt(assets) + BigInt(amount), BigInt(shares) + BigInt(minted)];
      expect(await harness.toAssets(minted, after, all)).to.equal(worth);
    }
  });
});
