import { expect } from "chai";
import { ethers, failAudit, fixture, goTo, live, marketWorld, NO_PERMIT, open, settle, VALUES, type World } from "./market.js";
import { signPermit } from "./permits.js";
import { heldForReading, ORDER, prepay, redeem, voucher, voucherHash } from "./support/reading.js";

/** Agreements 1 and 2 run in epochs 12 to 15, with 1,000 for reading under the first. */
async function reading(): Promise<World> {
  const world = await marketWorld();
  await open(world, { term: 4n });
  await open(world, { term: 4n });
  await prepay(world, 1_000n);
  return world;
}

async function account(world: World, id = 1n): Promise<bigint[]> {
  const { deposited, redeemed, reclaimed } = await world.egress.accountOf(id);
  expect(await heldForReading(world, id)).to.equal(deposited - redeemed - reclaimed);
  return [deposited, redeemed, reclaimed];
}

describe("EgressVouchers: deposits", () => {
  const load = fixture(reading);

  it("are held for each agreement, whoever pays, and add up", async () => {
    const world = await load();
    const { egress, escrow, stranger } = world;
    await expect(egress.connect(stranger).deposit([2n, 1n, 2n], [5n, 6n, 7n], NO_PERMIT))
      .to.emit(egress, "EgressDeposited")
      .withArgs(2n, stranger.address, 5n)
      .and.to.emit(egress, "EgressDeposited")
      .withArgs(1n, stranger.address, 6n)
      .and.to.emit(egress, "EgressDeposited")
      .withArgs(2n, stranger.address, 7n)
      .and.to.emit(escrow, "Deposited")
      .withArgs(await egress.getAddress(), 2n, stranger.address, 7n);
    expect(await account(world, 1n)).to.deep.equal([1_006n, 0n, 0n]);
    expect(await account(world, 2n)).to.deep.equal([12n, 0n, 0n]);
  });

  it("are apart from what is held for space", async () => {
    const world = await load();
    const { agreements, escrow } = world;
    expect(await escrow.held(await agreements.getAddress(), 1n)).to.equal(280n);
    expect(await heldForReading(world)).to.equal(1_000n);
    expect((await agreements.agreement(1n)).remaining).to.equal(280n);
  });

  it("work by permit, also when somebody else used it first", async () => {
    const world = await load();
    const { egress, token, consumer, escrow } = world;
    await (token.connect(consumer) as any).approve(escrow, 0n);
    const permit = await signPermit(token, consumer, await escrow.getAddress(), 30n);
    await egress.connect(consumer).deposit([1n, 2n], [10n, 20n], permit);
    expect(await account(world, 2n)).to.deep.equal([20n, 0n, 0n]);
    const used = await signPermit(token, consumer, await escrow.getAddress(), 3n);
    await egress.connect(consumer).deposit([2n], [1n], used);
    await egress.connect(consumer).deposit([2n], [2n], used);
    expect(await account(world, 2n)).to.deep.equal([23n, 0n, 0n]);
    await expect(egress.connect(world.others[7]).deposit([2n], [1n], used)).to.be.revertedWithCustomError(
      token,
      "ERC20InsufficientAllowance",
    );
  });

  it("that are none, or do not fit together, are refused", async () => {
    const { egress, consumer } = await load();
    const ours = egress.connect(consumer);
    await expect(ours.deposit([], [], NO_PERMIT)).to.be.revertedWithCustomError(egress, "NothingDeposited");
    await expect(ours.deposit([1n], [1n, 2n], NO_PERMIT))
      .to.be.revertedWithCustomError(egress, "LengthsDiffer")
      .withArgs(1n, 2n);
    await expect(ours.deposit([1n, 2n], [1n], NO_PERMIT))
      .to.be.revertedWithCustomError(egress, "LengthsDiffer")
      .withArgs(2n, 1n);
    await expect(ours.deposit([1n, 2n], [1n, 0n], NO_PERMIT))
      .to.be.revertedWithCustomError(egress, "AmountIsZero")
      .withArgs(2n);
  });

  it("larger than any supply are refused instead of wrapped", async () => {
    const { egress, consumer } = await load();
    for (const amount of [2n ** 128n - 1_000n, 2n ** 256n - 1_001n]) {
      await expect(egress.connect(consumer).deposit([1n], [amount], NO_PERMIT))
        .to.be.revertedWithCustomError(egress, "SafeCastOverflowedUintDowncast")
        .withArgs(128n, amount + 1_000n);
    }
  });
});

describe("EgressVouchers: redemption", () => {
  const load = fixture(reading);

  it("pays what is owed beyond what was paid, less the fee, whoever asks", async () => {
    const world = await load();
    const { egress, escrow, treasury, provider } = world;
    await expect(redeem(world, 400n)).to.emit(egress, "VoucherRedeemed").withArgs(1n, 400n, 388n, 12n);
    expect(await account(world)).to.deep.equal([1_000n, 400n, 0n]);
    await expect(redeem(world, 500n)).to.emit(egress, "VoucherRedeemed").withArgs(1n, 500n, 97n, 3n);
    expect(await account(world)).to.deep.equal([1_000n, 500n, 0n]);
    expect(await escrow.withdrawable(provider)).to.equal(485n);
    expect(await escrow.withdrawable(treasury.address)).to.equal(15n);
  });

  it("says what it pays", async () => {
    const world = await load();
    expect(await world.egress.redeem.staticCall(1n, 400n, await voucher(world, 400n))).to.equal(400n);
  });

  it("of the same or a lower voucher pays nothing any more", async () => {
    const world = await load();
    await redeem(world, 400n);
    for (const amount of [400n, 399n, 1n, 0n]) {
      await expect(redeem(world, amount)).to.be.revertedWithCustomError(world.egress, "NothingToRedeem").withArgs(1n, amount, 400n, 1_000n);
    }
  });

  it("is bounded by the deposit, and goes on after a further one", async () => {
    const world = await load();
    const { egress, escrow, provider } = world;
    await expect(redeem(world, 2n ** 256n - 1n))
      .to.emit(egress, "VoucherRedeemed")
      .withArgs(1n, 2n ** 256n - 1n, 970n, 30n);
    expect(await account(world)).to.deep.equal([1_000n, 1_000n, 0n]);
    await expect(redeem(world, 1_500n)).to.be.revertedWithCustomError(egress, "NothingToRedeem").withArgs(1n, 1_500n, 1_000n, 1_000n);
    await prepay(world, 700n);
    await expect(redeem(world, 1_500n)).to.emit(egress, "VoucherRedeemed").withArgs(1n, 1_500n, 485n, 15n);
    expect(await account(world)).to.deep.equal([1_700n, 1_500n, 0n]);
    expect(await escrow.withdrawable(provider)).to.equal(1_455n);
  });

  it("takes the digest of EIP-712", async () => {
    const world = await load();
    for (const [id, amount] of [
      [1n, 0n],
      [2n, 2n ** 256n - 1n],
      [2n ** 256n - 1n, 7n],
    ]) {
      expect(await world.egress.voucherDigest(id, amount)).to.equal(await voucherHash(world, amount, id));
    }
  });

  it("takes no other signature", async () => {
    const world = await load();
    const { egress, agreements, consumer, dataKey } = world;
    const good = await voucher(world, 400n);
    const refused = async (signature: string, signer?: string) => {
      const attempt = expect(egress.redeem(1n, 400n, signature)).to.be.revertedWithCustomError(egress, "VoucherNotSigned");
      await (signer ? attempt.withArgs(1n, 400n, signer) : attempt);
    };
    await refused(await voucher(world, 400n, 1n, consumer), consumer.address);
    await refused(await voucher(world, 401n));
    await refused(await voucher(world, 400n, 2n));
    await refused(await voucher(world, 400n, 1n, dataKey, { chainId: 1n }));
    await refused(await voucher(world, 400n, 1n, dataKey, { verifyingContract: await agreements.getAddress() }));
    await refused(await voucher(world, 400n, 1n, dataKey, { name: "Storage Market" }));
    await refused(await voucher(world, 400n, 1n, dataKey, { version: "2" }));
    for (const malformed of ["0x", good.slice(0, -2), `${good}00`, `0x${"00".repeat(65)}`]) await refused(malformed, ethers.ZeroAddress);
    const { r, s, v } = ethers.Signature.from(good);
    const twin = ethers.concat([r, ethers.toBeHex(ORDER - BigInt(s), 32), ethers.toBeHex(v === 27 ? 28 : 27, 1)]);
    await refused(twin, ethers.ZeroAddress);
    await egress.redeem(1n, 400n, good);
  });

  it("takes a former data key's vouchers, and never another agreement's key", async () => {
    const world = await load();
    const { agreements, egress, consumer, stranger } = world;
    const old = await voucher(world, 400n);
    const next = await voucher(world, 500n, 1n, stranger);
    await expect(egress.redeem(1n, 500n, next))
      .to.be.revertedWithCustomError(egress, "VoucherNotSigned")
      .withArgs(1n, 500n, stranger.address);
    await agreements.connect(consumer).authorizeDataKey(2n, stranger.address);
    await expect(egress.redeem(1n, 500n, next)).to.be.revertedWithCustomError(egress, "VoucherNotSigned");
    await agreements.connect(consumer).authorizeDataKey(1n, stranger.address);
    await egress.redeem(1n, 400n, old);
    await egress.redeem(1n, 500n, next);
  });

  it("goes on while the guardian has stopped new agreements", async () => {
    const world = await load();
    await world.parameters.connect(world.deployer).setGuardian(world.deployer.address);
    await world.parameters.connect(world.deployer).pause();
    await prepay(world, 1n);
    await redeem(world, 400n);
  });
});

describe("EgressVouchers: what nobody claimed", () => {
  const load = fixture(reading);

  it("goes back when the time to settle is over, and not before", async () => {
    const world = await load();
    const { egress, escrow, consumer, stranger } = world;
    await redeem(world, 400n);
    await goTo(16n + VALUES.settlementGrace, 990);
    await expect(egress.reclaim(1n)).to.be.revertedWithCustomError(egress, "RedemptionOpen").withArgs(1n, 22n, 22n);
    await redeem(world, 500n);
    await goTo(23, 0);
    expect(await egress.reclaim.staticCall(1n)).to.equal(500n);
    await expect(egress.connect(stranger).reclaim(1n)).to.emit(egress, "EgressReclaimed").withArgs(1n, 500n);
    expect(await account(world)).to.deep.equal([1_000n, 500n, 500n]);
    expect(await escrow.withdrawable(consumer.address)).to.equal(500n);
    await expect(egress.reclaim(1n)).to.be.revertedWithCustomError(egress, "NothingToReclaim").withArgs(1n);
    await expect(redeem(world, 600n)).to.be.revertedWithCustomError(egress, "NothingToRedeem").withArgs(1n, 600n, 500n, 500n);
  });

  it("can still be redeemed as long as nobody asked for it back", async () => {
    const world = await load();
    await goTo(40);
    await redeem(world, 400n);
    await world.egress.reclaim(1n);
    expect(await account(world)).to.deep.equal([1_000n, 400n, 600n]);
  });

  it("waits for an extended agreement's end, and for a terminated one's", async () => {
    const world = await load();
    const { agreements, egress, consumer } = world;
    await prepay(world, 10n, 2n);
    const more = { listing: 0n, space: 0n, term: 10n, maxDeposit: 1_000n };
    await agreements.connect(consumer).extend(1n, more, NO_PERMIT);
    await agreements.connect(consumer).terminate(2n);
    await goTo(19, 990);
    await expect(egress.reclaim(2n)).to.be.revertedWithCustomError(egress, "RedemptionOpen").withArgs(2n, 19n, 19n);
    await goTo(20, 0);
    await egress.reclaim(2n);
    await goTo(32, 990);
    await expect(egress.reclaim(1n)).to.be.revertedWithCustomError(egress, "RedemptionOpen").withArgs(1n, 32n, 32n);
    await goTo(33, 0);
    await egress.reclaim(1n);
  });

  it("of an ended agreement waits as long as vouchers can come", async () => {
    const world = await load();
    await live(world, 12, 17);
    await settle(world, 1n, 0);
    await redeem(world, 400n);
    await expect(world.egress.reclaim(1n)).to.be.revertedWithCustomError(world.egress, "RedemptionOpen").withArgs(1n, 22n, 16n);
  });

  it("goes back at once when the provider failed an audit, whatever vouchers say", async () => {
    const world = await load();
    const { egress, escrow, consumer } = world;
    await redeem(world, 400n);
    await failAudit(world, 1n);
    await expect(redeem(world, 500n)).to.be.revertedWithCustomError(egress, "WrongState").withArgs(1n, 7n);
    const had = await escrow.withdrawable(consumer.address);
    await egress.reclaim(1n);
    expect((await escrow.withdrawable(consumer.address)) - had).to.equal(600n);
    expect(await account(world)).to.deep.equal([1_000n, 400n, 600n]);
  });

  it("comes back with a proposal that was not accepted", async () => {
    for (const [by, action] of [
      ["owner", "decline"],
      ["consumer", "withdrawProposal"],
    ] as const) {
      const world = await load();
      const id = await open(world, { listing: 2n });
      await prepay(world, 50n, id, world.stranger);
      await world.agreements.connect(world[by])[action](id);
      const had = await world.escrow.withdrawable(world.consumer.address);
      await world.egress.reclaim(id);
      expect((await world.escrow.withdrawable(world.consumer.address)) - had).to.equal(50n);
      await expect(world.egress.reclaim(id)).to.be.revertedWithCustomError(world.egress, "NothingToReclaim");
    }
  });

  it("can be deposited anew after it was given back, and given back anew", async () => {
    const world = await load();
    await goTo(30);
    await world.egress.reclaim(1n);
    await prepay(world, 100n);
    await redeem(world, 60n);
    await world.egress.reclaim(1n);
    expect(await account(world)).to.deep.equal([1_100n, 60n, 1_040n]);
  });
});
