import { ethers, fixture, goTo, live, marketWorld, NO_PERMIT, open, request, settle, TERMS, type World } from "./market.js";
import { signPermit } from "./permits.js";
import { expectAsCommitted } from "./support/gasSnapshot.js";
import { collect, keep } from "./support/collecting.js";
import { extension } from "./support/extending.js";
import { loadProvingWorld, seal } from "./support/proving.js";
import { prepay, redeem } from "./support/reading.js";
import type { SumNode } from "./support/sumtree.js";

interface Sent {
  wait(): Promise<{ gasUsed: bigint } | null>;
}

async function gas(sent: Promise<Sent> | Sent) {
  return { gas: Number((await (await sent).wait())!.gasUsed) };
}

describe("StorageAgreements: gas", () => {
  it("the cost of opening and of settling is what the committed snapshot says", async () => {
    const world = await loadProvingWorld();
    const trees = new Map<bigint, SumNode>();
    const opened = await world.agreements.connect(world.consumer).open([request(world as unknown as World)] as any, NO_PERMIT);
    await keep(world, 11, 16, trees);
    await seal(world, 16);
    expectAsCommitted("agreements", {
      "open one agreement, accepted automatically": await gas(opened),
      "settle a cycle, the first credit of both sides": await gas(collect(world, 1n, 0n, trees)),
      "settle a cycle, later ones": await gas(collect(world, 2n, 0n, trees)),
    });
  });

  it("the cost of the other ways into an agreement and out of it is what the committed snapshot says", async () => {
    const world = (await loadProvingWorld()) as unknown as World;
    const { agreements, listings, owner, consumer, token, escrow } = world;
    await listings.connect(owner).publish({ ...TERMS, autoAccept: false });
    const ask = (requests: number, changes = {}, permit = NO_PERMIT) =>
      agreements.connect(consumer).open(Array(requests).fill(request(world, changes)) as any, permit);
    const ten = await gas(ask(10, { space: 1n }));
    await token.connect(consumer).approve(escrow, 0n);
    const withPermit = await gas(ask(1, { space: 1n }, await signPermit(token, consumer, await escrow.getAddress(), 70n)));
    await token.connect(consumer).approve(escrow, ethers.MaxUint256);
    const proposed = await gas(ask(1, { listing: 2n }));
    const accepted = await gas(agreements.connect(owner).accept(15n));
    const terminated = await gas(agreements.connect(consumer).terminate(15n));
    await goTo(150);
    expectAsCommitted("endings", {
      "open ten agreements in one transaction": ten,
      "open one agreement with a permit": withPermit,
      "propose an agreement": proposed,
      "accept a proposal": accepted,
      "end an agreement early": terminated,
      "close an agreement that nobody settled": await gas(agreements.close(1n)),
      "withdraw from escrow": await gas(escrow.connect(consumer).withdraw(consumer.address)),
    });
  });

  const load = fixture(async () => {
    const world = await marketWorld({ billingCycle: 256n, stakePerGiB: 1n, missSlashBps: 0n });
    await open(world, { term: 256n });
    await open(world, { term: 256n });
    return world;
  });

  it("the cost of extending, and of settling what was extended most often, is what the committed snapshot says", async () => {
    const world = await load();
    const { agreements, listings, owner, consumer } = world;
    const extend = (changes: Record<string, unknown>, id = 1n) => {
      const extension = { listing: 0n, space: 0n, term: 0n, maxDeposit: ethers.MaxUint256, ...changes };
      return agreements.connect(consumer).extend(id, extension as any, NO_PERMIT);
    };
    const longer = await gas(extend({ term: 1n }, 2n));
    await listings.connect(owner).change(1n, { ...TERMS, price: 8n });
    const dearer = await gas(extend({ term: 1n, space: 1n }, 2n));
    await listings.connect(owner).publish(TERMS);
    const moved = await gas(extend({ listing: 3n, space: 1n }, 2n));
    for (let epoch = 11; epoch < 74; epoch++) {
      await live(world, epoch, epoch + 1);
      await extend({ space: 1n });
    }
    await goTo(268);
    await world.beacon.seal();
    expectAsCommitted("extensions", {
      "extend in time at the same price": longer,
      "extend in space and time at another price": dearer,
      "extend in space under another listing": moved,
      "settle a cycle of 64 rates": await gas(settle(world, 1n, 0)),
    });
  });
});

describe("StorageAgreements: gas of many calls", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await world.agreements.connect(world.consumer).open(Array(10).fill(request(world, { space: 1n })) as any, NO_PERMIT);
    await world.token.connect(world.consumer).approve(world.escrow, 0n);
    return world;
  });

  it("the cost of extending and of ending a rental of ten is what the committed snapshot says", async () => {
    const world = await load();
    const { agreements, token, escrow, consumer } = world;
    const rented = Array.from({ length: 10 }, (_, index) => BigInt(index + 1));
    const permit = await signPermit(token, consumer, await escrow.getAddress(), 350n);
    const longer = rented.map((id, index) =>
      agreements.interface.encodeFunctionData("extend", [id, extension({ term: 5n }) as any, index === 0 ? permit : NO_PERMIT]),
    );
    const extended = await gas(agreements.connect(consumer).multicall(longer));
    const ended = rented.map((id) => agreements.interface.encodeFunctionData("terminate", [id]));
    expectAsCommitted("together", {
      "extend ten agreements with a permit": extended,
      "end ten agreements early": await gas(agreements.connect(consumer).multicall(ended)),
    });
  });
});

describe("EgressVouchers: gas", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world);
    await open(world);
    await open(world, { listing: 2n });
    return world;
  });

  it("the cost of deposits and vouchers is what the committed snapshot says", async () => {
    const world = await load();
    const { agreements, egress, owner, stranger, provider } = world;
    const first = await gas(prepay(world, 1_000n));
    await prepay(world, 1_000n, 3n);
    await agreements.connect(owner).decline(3n);
    const redeemedFirst = await gas(redeem(world, 100n));
    const redeemedLater = await gas(redeem(world, 200n));
    await world.stakes.connect(owner).setCommission(1_000n);
    await world.stakes.connect(stranger).delegate(provider, 10_000n, 1_000n, 0n, NO_PERMIT);
    // Two epochs of the agreement's that the delegators' stake was behind.
    await goTo(14);
    await redeem(world, 300n);
    expectAsCommitted("vouchers", {
      "deposit for reading": first,
      "redeem a voucher, the first credit of both sides": redeemedFirst,
      "redeem a voucher, later ones": redeemedLater,
      "redeem a voucher with delegators": await gas(redeem(world, 400n)),
      "give back what nobody claimed": await gas(egress.reclaim(3n)),
    });
  });
});
