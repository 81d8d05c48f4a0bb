import { expect } from "chai";
import type { ContractTransactionResponse, TransactionReceipt } from "ethers";
import { checkpointFor, ethers, fixture, held, live, marketWorld, networkHelpers, NO_PERMIT, open, request, type World } from "./market.js";
import { signPermit, usePermit } from "./permits.js";

type Fees = { gasLimit: bigint; maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };
type Send = (fees: Fees) => Promise<ContractTransactionResponse>;

const GWEI = 10n ** 9n;

/** Mines transactions of different accounts in one block in this order, as a proposer can, and says which of them succeeded. */
async function inOneBlock(...sends: Send[]): Promise<boolean[]> {
  await ethers.provider.send("evm_setAutomine", [false]);
  try {
    const sent: ContractTransactionResponse[] = [];
    for (const [index, send] of sends.entries()) {
      const tip = BigInt(sends.length - index) * GWEI;
      sent.push(await send({ gasLimit: 2_000_000n, maxFeePerGas: 100n * GWEI, maxPriorityFeePerGas: tip }));
    }
    await networkHelpers.mine();
    const receipts = await Promise.all(sent.map(({ hash }) => ethers.provider.getTransactionReceipt(hash) as Promise<TransactionReceipt>));
    expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size, "blocks").to.equal(1);
    expect(
      receipts.map(({ index }) => index),
      "order",
    ).to.deep.equal(sends.map((_, index) => index));
    return receipts.map(({ status }) => status === 1);
  } finally {
    await ethers.provider.send("evm_setAutomine", [true]);
  }
}

/** Both orders of the same two transactions, each from the same beginning. */
async function inBothOrders<T>(
  load: () => Promise<World>,
  first: (world: World) => Send,
  second: (world: World) => Send,
  outcome: (world: World) => T,
) {
  const results: { succeeded: boolean[]; after: Awaited<T> }[] = [];
  for (const turned of [false, true]) {
    const world = await load();
    const pair = [first(world), second(world)];
    const succeeded = await inOneBlock(...(turned ? pair.reverse() : pair));
    results.push({ succeeded, after: await outcome(world) });
  }
  return results;
}

describe("In whatever order a block takes transactions (T16)", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world);
    await live(world, 11, 17, (epoch) => epoch < 14);
    return world;
  });

  it("a settlement pays the same, once, whoever sends it and comes first", async () => {
    const { drawn } = await (await load()).agreements.settlementDraw(1n, 0n);
    const settlement =
      (by: "operator" | "stranger") =>
      (world: World): Send =>
      (fees) =>
        world.agreements.connect(world[by]).settle(1n, 0n, checkpointFor(drawn), "0x", fees);
    const [ours, theirs] = await inBothOrders(load, settlement("operator"), settlement("stranger"), async (world) => {
      const accounts = [world.provider, world.consumer, world.treasury, world.operator, world.stranger];
      return Promise.all(accounts.map((account) => world.escrow.withdrawable(account)));
    });
    expect([ours.succeeded, theirs.succeeded]).to.deep.equal([
      [true, false],
      [true, false],
    ]);
    expect(ours.after).to.deep.equal(theirs.after);
    const [provider, consumer, , operator, stranger] = ours.after;
    expect(provider).to.be.greaterThan(0n);
    expect(consumer).to.be.greaterThan(0n);
    expect([operator, stranger]).to.deep.equal([0n, 0n]);
  });

  it("a report of misses costs and pays the same before and after the provider asks its stake back", async () => {
    const report =
      (world: World): Send =>
      (fees) =>
        world.registry.connect(world.stranger).settleMisses(world.provider, fees);
    const ask =
      (world: World): Send =>
      (fees) =>
        world.stakes.connect(world.owner).requestUnstake(5_000n, fees);
    const [reported, asked] = await inBothOrders(load, report, ask, async (world) => [
      (await world.registry.trackRecord(world.provider)).slashed,
      await world.stakes.slashable(world.provider),
      (await world.stakes.stakeOf(world.provider)).unbonding > 0n,
      await world.token.balanceOf(world.stranger.address),
      await world.escrow.withdrawable(world.stranger.address),
    ]);
    expect([reported.succeeded, asked.succeeded].flat()).to.deep.equal([true, true, true, true]);
    expect(reported.after[0]).to.be.greaterThan(0n);
    expect(reported.after).to.deep.equal(asked.after);
    expect(reported.after.at(-1)).to.equal(0n);
  });

  it("of two openings for the last space the first has it, and the other pays nothing", async () => {
    const rent =
      (who: "consumer" | "stranger") =>
      (world: World): Send =>
      (fees) =>
        world.agreements.connect(world[who]).open([request(world, { listing: 1n, space: 60n })] as any, NO_PERMIT, fees);
    const outcomes = await inBothOrders(load, rent("consumer"), rent("stranger"), async (world) => {
      expect(await world.agreements.agreementCount()).to.equal(2n);
      return [
        (await world.agreements.agreement(2n)).consumer,
        await held(world, 2n),
        world.consumer.address,
        world.stranger.address,
      ] as const;
    });
    for (const [index, { succeeded, after }] of outcomes.entries()) {
      expect(succeeded).to.deep.equal([true, false]);
      expect(after[0]).to.equal(after[2 + index]);
      expect(after[1]).to.equal(60n * 70n);
    }
  });

  it("a permit that is used just before or just after the opening that carries it does no harm", async () => {
    const permits = new Map<World, Awaited<ReturnType<typeof signPermit>>>();
    const withPermit = async () => {
      const world = await load();
      await (world.token.connect(world.consumer) as any).approve(world.escrow, 0n);
      permits.set(world, await signPermit(world.token, world.consumer, await world.escrow.getAddress(), 700n));
      return world;
    };
    const take = (world: World): Send => {
      const spender = world.escrow.target as string;
      return (fees) => usePermit(world.token, world.stranger, world.consumer.address, spender, permits.get(world)!, fees);
    };
    const rent =
      (world: World): Send =>
      (fees) =>
        world.agreements.connect(world.consumer).open([request(world)] as any, permits.get(world)!, fees);
    const outcomes = await inBothOrders(withPermit, take, rent, (world) => held(world, 2n));
    expect(outcomes).to.deep.equal([
      { succeeded: [true, true], after: 700n },
      { succeeded: [true, false], after: 700n },
    ]);
  });
});
