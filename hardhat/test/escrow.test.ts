import { expect } from "chai";
import { bareWorld, ethers, fixture, networkHelpers, type World } from "./market.js";

/** The world with an escrow that takes orders from plain accounts. */
async function escrowOf(world: World) {
  const [controller, audits, egress] = world.others;
  const factory = await ethers.getContractFactory("AgreementEscrow");
  const escrow = await factory.deploy(world.token, controller.address, audits.address, egress.address);
  await (world.token.connect(world.consumer) as any).approve(escrow, ethers.MaxUint256);
  await world.token.transfer(world.consumer.address, 10_000n);
  const held = (key: bigint, by = controller) => escrow.held(by.address, key);
  return { ...world, escrow, controller, controllers: [controller, audits, egress], ordered: escrow.connect(controller), held };
}

describe("AgreementEscrow", () => {
  const load = fixture(async () => escrowOf(await bareWorld()));
  const loadOdd = fixture(async () => escrowOf(await bareWorld({}, { token: "OddToken" })));

  it("holds deposits for each key", async () => {
    const { escrow, ordered, held, controller, token, consumer } = await load();
    await expect(ordered.deposit(1n, consumer.address, 100n))
      .to.emit(escrow, "Deposited")
      .withArgs(controller.address, 1n, consumer.address, 100n);
    await ordered.deposit(1n, consumer.address, 20n);
    await ordered.deposit(2n, consumer.address, 3n);
    expect([await held(1n), await held(2n), await escrow.totalHeld()]).to.deep.equal([120n, 3n, 123n]);
    expect(await token.balanceOf(escrow)).to.equal(123n);
  });

  it("credits part of a key's deposit, never another's", async () => {
    const { escrow, ordered, held, controller, consumer, provider } = await load();
    await ordered.deposit(1n, consumer.address, 100n);
    await ordered.deposit(2n, consumer.address, 100n);
    await expect(ordered.credit(1n, provider, 60n))
      .to.emit(escrow, "Credited")
      .withArgs(controller.address, 1n, provider, 60n);
    expect([await held(1n), await escrow.totalHeld()]).to.deep.equal([40n, 140n]);
    expect([await escrow.withdrawable(provider), await escrow.totalWithdrawable()]).to.deep.equal([60n, 60n]);
    await expect(ordered.credit(1n, provider, 41n))
      .to.be.revertedWithCustomError(escrow, "InsufficientEscrow")
      .withArgs(controller.address, 1n, 40n, 41n);
  });

  it("no controller reaches what another one holds, under whatever key", async () => {
    const { escrow, controllers, held, token, consumer, stranger } = await load();
    for (const [index, by] of controllers.entries()) {
      await escrow.connect(by).deposit(1n, consumer.address, 10n * BigInt(index + 1));
    }
    for (const [index, by] of controllers.entries()) {
      const own = 10n * BigInt(index + 1);
      expect(await held(1n, by)).to.equal(own);
      await expect(escrow.connect(by).credit(1n, stranger.address, own + 1n))
        .to.be.revertedWithCustomError(escrow, "InsufficientEscrow")
        .withArgs(by.address, 1n, own, own + 1n);
      await escrow.connect(by).credit(1n, stranger.address, own);
      expect(await held(1n, by)).to.equal(0n);
    }
    expect([await escrow.totalHeld(), await escrow.withdrawable(stranger.address)]).to.deep.equal([0n, 60n]);
    expect(await token.balanceOf(escrow)).to.equal(60n);
  });

  it("pays everybody's own to where they say, once", async () => {
    const { escrow, ordered, token, consumer, stranger } = await load();
    await ordered.deposit(1n, consumer.address, 100n);
    await ordered.credit(1n, stranger.address, 60n);
    const target = ethers.Wallet.createRandom().address;
    await expect(escrow.connect(stranger).withdraw(target)).to.emit(escrow, "Withdrawn").withArgs(stranger.address, target, 60n);
    expect(await token.balanceOf(target)).to.equal(60n);
    expect([await escrow.withdrawable(stranger.address), await escrow.totalWithdrawable(), await escrow.totalHeld()]).to.deep.equal([
      0n,
      0n,
      40n,
    ]);
    await expect(escrow.connect(stranger).withdraw(target))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(stranger.address);
    await expect(escrow.connect(consumer).withdraw(target)).to.be.revertedWithCustomError(escrow, "NothingToWithdraw");
  });

  it("a withdrawal to nobody fails and keeps what is owed", async () => {
    const { escrow, ordered, token, consumer, stranger } = await load();
    await ordered.deposit(1n, consumer.address, 100n);
    await ordered.credit(1n, stranger.address, 60n);
    await expect(escrow.connect(stranger).withdraw(ethers.ZeroAddress)).to.be.revertedWithCustomError(token, "ERC20InvalidReceiver");
    expect(await escrow.withdrawable(stranger.address)).to.equal(60n);
  });

  it("takes orders from its controllers only", async () => {
    const { escrow, deployer, consumer } = await load();
    for (const caller of [deployer, consumer]) {
      await expect(escrow.connect(caller).deposit(1n, consumer.address, 1n))
        .to.be.revertedWithCustomError(escrow, "OnlyControllers")
        .withArgs(caller.address);
      await expect(escrow.connect(caller).credit(1n, caller.address, 0n)).to.be.revertedWithCustomError(escrow, "OnlyControllers");
    }
  });

  it("a token without code delivers nothing, and nothing is booked (Morpho, Cantina 3.1.1)", async () => {
    const [controller, audits, egress, nobody] = (await load()).others;
    const escrow = await ethers.deployContract("AgreementEscrow", [nobody, controller, audits, egress]);
    await expect(escrow.connect(controller).deposit(1n, egress, 5n)).to.be.revertedWithoutReason(ethers);
    expect([await escrow.held(controller, 1n), await escrow.totalHeld()]).to.deep.equal([0n, 0n]);
  });

  it("a token that keeps a fee is refused", async () => {
    const { escrow, ordered, token, consumer } = await loadOdd();
    await (token as any).setFee(1n);
    await expect(ordered.deposit(1n, consumer.address, 100n))
      .to.be.revertedWithCustomError(escrow, "UnexpectedTransferAmount")
      .withArgs(100n, 99n);
    expect(await escrow.totalHeld()).to.equal(0n);
  });

  it("a token that calls back cannot withdraw twice", async () => {
    const { escrow, ordered, token, consumer } = await loadOdd();
    const odd = token as any;
    const account = await token.getAddress();
    await ordered.deposit(1n, consumer.address, 100n);
    await ordered.credit(1n, account, 50n);
    await odd.setCallback(escrow, escrow.interface.encodeFunctionData("withdraw", [account]));
    await networkHelpers.setBalance(account, 10n ** 18n);
    await networkHelpers.impersonateAccount(account);
    await escrow.connect(await ethers.getSigner(account)).withdraw(consumer.address);
    expect(await odd.callbackFailure()).to.equal(escrow.interface.getError("ReentrancyGuardReentrantCall")!.selector);
    expect(await token.balanceOf(escrow)).to.equal(50n);
  });
});
