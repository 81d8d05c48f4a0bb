import { expect } from "chai";
import { ethers, fixture, goTo, held, marketWorld, NO_PERMIT, request, VALUES, type World } from "./market.js";
import { signPermit } from "./permits.js";
import { extension, reprice } from "./support/extending.js";

const RENTED = Array.from({ length: 10 }, (_, index) => BigInt(index + 1));
/** What 5 more epochs of 1 GiB cost at 7. */
const LONGER = 35n;
const [ACTIVE, TERMINATED] = [4n, 5n];

type Call = [method: "open" | "accept" | "extend" | "terminate" | "agreementCount" | "agreement" | "multicall", args: unknown[]];

const longer = (id: bigint, permit: unknown = NO_PERMIT): Call => ["extend", [id, extension({ term: 5n }), permit]];
const ended = (id: bigint): Call => ["terminate", [id]];

function encode({ agreements }: World, calls: Call[]): string[] {
  return calls.map(([method, args]) => agreements.interface.encodeFunctionData(method as any, args as any));
}

function together(world: World, calls: Call[], by = world.consumer) {
  return world.agreements.connect(by).multicall(encode(world, calls));
}

/** Agreements 1 to 10 of 1 GiB at 7 in epochs 12 to 21, of one transaction; the escrow may take nothing more. */
async function rental(token?: "OddToken"): Promise<World> {
  const world = await marketWorld({}, token && { token });
  await world.agreements.connect(world.consumer).open(Array(10).fill(request(world, { space: 1n })) as any, NO_PERMIT);
  await world.token.connect(world.consumer).approve(world.escrow, 0n);
  return world;
}

async function statesAndEnds({ agreements }: World): Promise<bigint[][]> {
  return Promise.all(RENTED.map(async (id) => agreements.agreement(id).then(({ state, end }) => [state, end])));
}

describe("StorageAgreements: many calls in one transaction", () => {
  const load = fixture(rental);

  it("extends all of a rental with one permit, in the first of the calls", async () => {
    const world = await load();
    const { token, escrow, consumer } = world;
    const permit = await signPermit(token, consumer, await escrow.getAddress(), LONGER * 10n);
    const before = await token.balanceOf(consumer);
    await together(world, [longer(1n, permit), ...RENTED.slice(1).map((id) => longer(id))]);
    expect(await statesAndEnds(world)).to.deep.equal(RENTED.map(() => [ACTIVE, 27n]));
    for (const id of RENTED) expect(await held(world, id)).to.equal(70n + LONGER);
    expect(before - (await token.balanceOf(consumer))).to.equal(LONGER * 10n);
    expect(await token.allowance(consumer, escrow)).to.equal(0n);
  });

  it("extends with a permit that somebody used first", async () => {
    const world = await load();
    const { token, escrow, consumer, stranger } = world;
    const permit = await signPermit(token, consumer, await escrow.getAddress(), LONGER * 10n);
    await token
      .connect(stranger)
      ["permit(address,address,uint256,uint256,bytes)"](consumer.address, escrow, permit.value, permit.deadline, permit.signature);
    await together(world, [longer(1n, permit), ...RENTED.slice(1).map((id) => longer(id))]);
    expect(await statesAndEnds(world)).to.deep.equal(RENTED.map(() => [ACTIVE, 27n]));
  });

  it("ends all of a rental, and what each gave back is the consumer's", async () => {
    const world = await load();
    await goTo(14);
    await together(world, RENTED.map(ended));
    expect(await statesAndEnds(world)).to.deep.equal(RENTED.map(() => [TERMINATED, 17n]));
    expect(await world.escrow.withdrawable(world.consumer)).to.equal(10n * 5n * 7n);
  });

  it("tells what each call returned", async () => {
    const world = await load();
    await reprice(world, 0n);
    const calls = encode(world, [
      ["open", [[request(world, { space: 1n }), request(world, { space: 1n })], NO_PERMIT]],
      ["agreementCount", []],
      ended(11n),
    ]);
    const results = await world.agreements.connect(world.consumer).multicall.staticCall(calls);
    const [opened] = world.agreements.interface.decodeFunctionResult("open", results[0]);
    expect(opened).to.deep.equal([11n, 12n]);
    expect(world.agreements.interface.decodeFunctionResult("agreementCount", results[1])).to.deep.equal([12n]);
    expect(results[2]).to.equal("0x");
  });

  it("does all or nothing: the first call that fails undoes the others, and says why as it would alone", async () => {
    const world = await load();
    const { agreements, token, escrow, consumer } = world;
    await agreements.connect(consumer).terminate(7n);
    const before = await statesAndEnds(world);
    await expect(together(world, RENTED.map(ended)))
      .to.be.revertedWithCustomError(agreements, "WrongState")
      .withArgs(7n, TERMINATED);
    const permit = await signPermit(token, consumer, await escrow.getAddress(), LONGER * 10n);
    await expect(together(world, [longer(1n, permit), longer(2n), longer(7n), longer(3n)]))
      .to.be.revertedWithCustomError(agreements, "WrongState")
      .withArgs(7n, TERMINATED);
    expect(await statesAndEnds(world)).to.deep.equal(before);
    expect(await token.allowance(consumer, escrow)).to.equal(0n);
  });

  it("says what other contracts refuse in their own words", async () => {
    const world = await load();
    const permit = await signPermit(world.token, world.consumer, await world.escrow.getAddress(), LONGER * 2n);
    await expect(together(world, [longer(1n, permit), longer(2n), longer(3n)]))
      .to.be.revertedWithCustomError(world.token, "ERC20InsufficientAllowance")
      .withArgs(await world.escrow.getAddress(), 0n, LONGER);
    await world.parameters.setValues({ ...VALUES, stakePerGiB: 10_000n, treasury: world.treasury.address });
    await expect(together(world, [longer(1n, permit)])).to.be.revertedWithCustomError(world.registry, "StakeTooSmall");
  });

  it("lets nobody do through it what is another's", async () => {
    const world = await load();
    const { agreements, consumer, stranger, owner } = world;
    await agreements.connect(stranger).open([request(world, { space: 1n })] as any, NO_PERMIT);
    await expect(together(world, [ended(1n), ended(11n)]))
      .to.be.revertedWithCustomError(agreements, "NotConsumer")
      .withArgs(11n, consumer.address);
    for (const by of [stranger, owner]) {
      await expect(together(world, [ended(1n)], by))
        .to.be.revertedWithCustomError(agreements, "NotConsumer")
        .withArgs(1n, by.address);
    }
    await expect(together(world, [["accept", [11n]]]))
      .to.be.revertedWithCustomError(agreements, "NotProvider")
      .withArgs(11n, consumer.address);
    await expect(agreements.connect(consumer).multicall([agreements.interface.encodeFunctionData("void", [11n])]))
      .to.be.revertedWithCustomError(agreements, "OnlyAudits")
      .withArgs(consumer.address);
  });

  it("takes nothing for the contract, and calls no function that is not there", async () => {
    const world = await load();
    const { agreements, consumer } = world;
    const data = agreements.interface.encodeFunctionData("multicall", [encode(world, [ended(1n)])]);
    await expect(consumer.sendTransaction({ to: agreements, data, value: 1n })).to.be.revert(ethers);
    await expect(agreements.connect(consumer).multicall(["0x12345678"])).to.be.revertedWithCustomError(agreements, "FailedCall");
    await expect(agreements.connect(consumer).multicall(["0x"])).to.be.revertedWithCustomError(agreements, "FailedCall");
  });

  it("of nothing, or of what only reads, changes nothing", async () => {
    const world = await load();
    const before = await statesAndEnds(world);
    await together(world, []);
    await together(
      world,
      [
        [
          "multicall",
          [
            encode(world, [
              ["agreement", [1n]],
              ["agreementCount", []],
            ]),
          ],
        ],
      ],
      world.stranger,
    );
    expect(await statesAndEnds(world)).to.deep.equal(before);
  });
});

describe("StorageAgreements: many calls, and a token that calls back", () => {
  const load = fixture(() => rental("OddToken"));

  it("cannot do anything in the middle of one of them, neither alone nor through many calls", async () => {
    const world = await load();
    const { agreements, token, escrow, consumer } = world;
    await token.connect(consumer).approve(escrow, ethers.MaxUint256);
    const inside = encode(world, [ended(3n)])[0];
    for (const data of [inside, agreements.interface.encodeFunctionData("multicall", [[inside]])]) {
      await (token as any).setCallback(agreements, data);
      await together(world, [longer(1n), longer(2n)]);
      expect(await (token as any).callbackFailure()).to.equal(agreements.interface.getError("ReentrancyGuardReentrantCall")!.selector);
    }
    expect((await agreements.agreement(3n)).state).to.equal(ACTIVE);
  });
});
