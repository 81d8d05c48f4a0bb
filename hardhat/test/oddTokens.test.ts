import { expect } from "chai";
import { ethers, failAudit, fixture, goTo, live, marketWorld, NO_PERMIT, open, request, settle, type World } from "./market.js";
import { signPermit } from "./permits.js";
import { heldForReading, prepay, redeem, voucher } from "./support/reading.js";

const NOTHING = { root: ethers.ZeroHash, leaves: 0n, agreements: 0n };
const LONGER = { listing: 0n, space: 0n, term: 5n, maxDeposit: ethers.MaxUint256 };

/** What takes tokens of the consumer, by what it does. */
const takes: Record<string, { amount: bigint; call: (world: World) => Promise<unknown> }> = {
  opening: { amount: 700n, call: (world) => open(world) },
  extending: { amount: 350n, call: (world) => world.agreements.connect(world.consumer).extend(1n, LONGER, NO_PERMIT) },
  "a deposit for reading": { amount: 200n, call: (world) => prepay(world, 200n) },
};

/** Agreement 1 of 10 GiB at 7 in epochs 12 to 21, with 100 for reading. */
async function odd(): Promise<World> {
  const world = await marketWorld({}, { token: "OddToken" });
  await open(world);
  await prepay(world, 100n);
  return world;
}

async function state({ agreements, egress, escrow, token }: World) {
  const { deposited } = await agreements.agreement(1n);
  const prepaid = (await egress.accountOf(1n)).deposited;
  return [await agreements.agreementCount(), deposited, prepaid, await escrow.totalHeld(), await token.balanceOf(escrow)];
}

describe("Odd tokens (T21)", () => {
  const load = fixture(odd);

  for (const [name, { amount, call }] of Object.entries(takes)) {
    it(`a token that keeps a fee makes ${name} impossible, and changes nothing`, async () => {
      const world = await load();
      const before = await state(world);
      await (world.token as any).setFee(1n);
      await expect(call(world))
        .to.be.revertedWithCustomError(world.escrow, "UnexpectedTransferAmount")
        .withArgs(amount, amount - 1n);
      expect(await state(world)).to.deep.equal(before);
    });

    it(`a token that only says that it failed makes ${name} impossible, and changes nothing`, async () => {
      const world = await load();
      const before = await state(world);
      await (world.token as any).setAnswersFalse(true);
      await expect(call(world)).to.be.revertedWithCustomError(world.escrow, "SafeERC20FailedOperation");
      expect(await state(world)).to.deep.equal(before);
    });

    it(`a token that calls back in the middle of ${name} cannot do anything else there`, async () => {
      const world = await load();
      const { agreements, egress, escrow, stranger } = world;
      const signed = await voucher(world, 50n);
      const entries: [any, string, unknown[]][] = [
        [agreements, "open", [[request(world)], NO_PERMIT]],
        [agreements, "extend", [1n, LONGER, NO_PERMIT]],
        [agreements, "settle", [1n, 0n, NOTHING, "0x"]],
        [agreements, "close", [1n]],
        [agreements, "terminate", [1n]],
        [agreements, "multicall", [[agreements.interface.encodeFunctionData("terminate", [1n])]]],
        [egress, "deposit", [[1n], [1n], NO_PERMIT]],
        [egress, "redeem", [1n, 50n, signed]],
        [egress, "reclaim", [1n]],
        [escrow, "withdraw", [stranger.address]],
      ];
      const inside = name === "a deposit for reading" ? egress : agreements;
      for (const [target, method, args] of entries.filter(([target]) => target === inside || target === escrow)) {
        await (world.token as any).setCallback(target, target.interface.encodeFunctionData(method, args));
        await call(world);
        expect(await (world.token as any).callbackFailure(), method).to.equal(
          agreements.interface.getError("ReentrancyGuardReentrantCall")!.selector,
        );
      }
    });
  }

  it("a token without ERC-7597's permit does with an allowance", async () => {
    const world = await load();
    const permit = await signPermit(world.token, world.consumer, await world.escrow.getAddress(), 350n);
    await world.agreements.connect(world.consumer).extend(1n, LONGER, permit);
    expect((await world.agreements.agreement(1n)).deposited).to.equal(1_050n);
  });

  it("a provider, a consumer or a treasury that the token refuses holds up nobody else's money", async () => {
    const world = await load();
    const { agreements, egress, escrow, token, consumer, owner, treasury, stranger, provider } = world;
    await live(world, 12, 17);
    for (const account of [consumer, owner, treasury]) await (token as any).setBlocked(account.address, true);
    await redeem(world, 60n);
    await settle(world, 1n, 0);
    await agreements.connect(consumer).terminate(1n);
    await goTo(40);
    await agreements.connect(stranger).close(1n);
    await egress.connect(stranger).reclaim(1n);
    for (const account of [consumer, owner, treasury]) {
      await expect(escrow.connect(account).withdraw(account.address)).to.be.revertedWithCustomError(token as any, "AccountBlocked");
      const due = await escrow.withdrawable(account.address);
      expect(due > 0n).to.equal(true);
      const target = ethers.Wallet.createRandom().address;
      await escrow.connect(account).withdraw(target);
      expect(await token.balanceOf(target)).to.equal(due);
    }
    expect(await escrow.withdrawable(provider)).to.equal(0n);
    expect([await escrow.totalHeld(), await escrow.totalWithdrawable(), await token.balanceOf(escrow)]).to.deep.equal([0n, 0n, 0n]);
  });

  it("a void is possible whatever the token does", async () => {
    const world = await load();
    await (world.token as any).setAnswersFalse(true);
    await failAudit(world, 1n);
    await world.egress.reclaim(1n);
    expect(await heldForReading(world)).to.equal(0n);
    expect(await world.escrow.withdrawable(world.consumer.address)).to.equal(800n);
  });
});
