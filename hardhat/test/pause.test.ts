import { expect } from "chai";
import {
  bareWorld,
  CEILINGS,
  ethers,
  EPOCH,
  fixture,
  GENESIS,
  goTo,
  live,
  marketWorld,
  networkHelpers,
  NO_PERMIT,
  open,
  request,
  settle,
  time,
  VALUES,
} from "./market.js";

const DAY = 86_400n;
const MAX_PAUSE = 14n * DAY;
const COOLDOWN = 60n * DAY;

/** The block in which the next transaction comes. */
async function at<T>(timestamp: bigint, act: () => Promise<T>): Promise<T> {
  await time.setNextBlockTimestamp(timestamp);
  return act();
}

async function withGuardian<T extends { parameters: any; others: any[] }>(build: () => Promise<T>) {
  const world = await build();
  const [guardian] = world.others;
  await world.parameters.setGuardian(guardian.address);
  return { ...world, guardian };
}

describe("The guardian's pause", () => {
  const load = fixture(() => withGuardian(() => bareWorld()));

  it("only the owner names the guardian, with the deployment or later, and may name nobody", async () => {
    const { parameters, guardian, stranger, treasury } = await load();
    for (const caller of [guardian, stranger]) {
      await expect(parameters.connect(caller).setGuardian(caller.address))
        .to.be.revertedWithCustomError(parameters, "NotOwner")
        .withArgs(caller.address);
    }
    await expect(parameters.setGuardian(ethers.ZeroAddress))
      .to.emit(parameters, "GuardianChanged")
      .withArgs(guardian.address, ethers.ZeroAddress);
    await expect(parameters.connect(guardian).pause()).to.be.revertedWithCustomError(parameters, "NotGuardian").withArgs(guardian.address);

    const values = { ...VALUES, treasury: treasury.address };
    const fresh = await ethers.deployContract("MarketplaceParameters", [
      stranger.address,
      guardian.address,
      GENESIS,
      EPOCH,
      CEILINGS,
      values,
    ]);
    expect([await fresh.guardian(), await fresh.pausedUntil(), await fresh.nextPauseFrom()]).to.deep.equal([guardian.address, 0n, 0n]);
    await fresh.requireNotPaused();
  });

  it("only the guardian pauses, not even the owner", async () => {
    const { parameters, deployer, stranger } = await load();
    for (const caller of [deployer, stranger]) {
      await expect(parameters.connect(caller).pause()).to.be.revertedWithCustomError(parameters, "NotGuardian").withArgs(caller.address);
    }
  });

  it("ends by itself after fourteen days, to the second", async () => {
    const { parameters, guardian } = await load();
    const began = BigInt(await time.latest()) + 100n;
    await at(began, async () =>
      expect(await parameters.connect(guardian).pause())
        .to.emit(parameters, "PauseBegan")
        .withArgs(guardian.address, began + MAX_PAUSE),
    );
    expect([await parameters.pausedUntil(), await parameters.nextPauseFrom()]).to.deep.equal([began + MAX_PAUSE, began + COOLDOWN]);
    for (const moment of [began + 1n, began + MAX_PAUSE - 1n]) {
      await time.increaseTo(moment);
      await expect(parameters.requireNotPaused())
        .to.be.revertedWithCustomError(parameters, "MarketPaused")
        .withArgs(began + MAX_PAUSE);
    }
    await time.increaseTo(began + MAX_PAUSE);
    await parameters.requireNotPaused();
  });

  it("cannot begin again for sixty days: not when it was ended early, and not by another guardian", async () => {
    const { parameters, guardian, stranger } = await load();
    const began = BigInt(await time.latest()) + 100n;
    await at(began, () => parameters.connect(guardian).pause());
    await expect(parameters.connect(guardian).pause()).to.be.revertedWithCustomError(parameters, "PauseTooSoon");
    await parameters.connect(guardian).unpause();
    await parameters.setGuardian(stranger.address);
    await at(began + COOLDOWN - 1n, () =>
      expect(parameters.connect(stranger).pause())
        .to.be.revertedWithCustomError(parameters, "PauseTooSoon")
        .withArgs(began + COOLDOWN, began + COOLDOWN - 1n),
    );
    await at(began + COOLDOWN, () => parameters.connect(stranger).pause());
    expect(await parameters.pausedUntil()).to.equal(began + COOLDOWN + MAX_PAUSE);
  });

  it("of 120 days at most 28 are paused, however often the guardian tries", async () => {
    const { parameters, guardian } = await load();
    const begin = BigInt(await time.latest()) + DAY;
    const ends = new Set<bigint>();
    for (let day = 0n; day < 120n; day++) {
      await time.increaseTo(begin + day * DAY);
      const trial = parameters.connect(guardian).pause();
      await trial.catch(async () => {
        await expect(trial).to.be.revertedWithCustomError(parameters, "PauseTooSoon");
      });
      ends.add(await parameters.pausedUntil());
    }
    expect(BigInt(ends.size) * MAX_PAUSE).to.equal(28n * DAY);
  });

  it("is ended by the guardian or the owner, by nobody else, and only while it lasts", async () => {
    const { parameters, guardian, stranger, deployer } = await load();
    await expect(parameters.connect(guardian).unpause()).to.be.revertedWithCustomError(parameters, "MarketNotPaused");
    const began = BigInt(await time.latest()) + 100n;
    await at(began, () => parameters.connect(guardian).pause());
    const paused = await networkHelpers.takeSnapshot();
    await expect(parameters.connect(stranger).unpause())
      .to.be.revertedWithCustomError(parameters, "NotGuardianOrOwner")
      .withArgs(stranger.address);
    for (const caller of [guardian, deployer]) {
      await paused.restore();
      await expect(parameters.connect(caller).unpause()).to.emit(parameters, "PauseEnded").withArgs(caller.address);
      await parameters.requireNotPaused();
      await expect(parameters.connect(caller).unpause()).to.be.revertedWithCustomError(parameters, "MarketNotPaused");
    }
    await paused.restore();
    await at(began + MAX_PAUSE, () => expect(parameters.unpause()).to.be.revertedWithCustomError(parameters, "MarketNotPaused"));
  });
});

describe("While paused (I17)", () => {
  const load = fixture(() =>
    withGuardian(async () => {
      const world = await marketWorld();
      await open(world, { term: 4n });
      await open(world, { listing: 2n });
      return world;
    }),
  );

  it("new agreements stop, and only they", async () => {
    const world = await load();
    const { parameters, agreements, registry, stakes, escrow, token, consumer, owner, provider, treasury } = world;
    await parameters.connect(world.guardian).pause();
    const until = await parameters.pausedUntil();
    await expect(agreements.connect(consumer).open([request(world)] as any, NO_PERMIT))
      .to.be.revertedWithCustomError(parameters, "MarketPaused")
      .withArgs(until);

    await agreements.connect(consumer).withdrawProposal(2n);
    await agreements.connect(consumer).authorizeDataKey(1n, world.stranger.address);
    await stakes.connect(owner).stake(5n);
    await stakes.connect(owner).requestUnstake(5n);
    await live(world, 11, 17);
    await registry.settleMisses(provider);
    await settle(world, 1n, 0);
    expect(BigInt(await time.latest())).to.be.lessThan(until);
    for (const account of [consumer, owner, treasury]) {
      const due = await escrow.withdrawable(account.address);
      expect(due).to.be.greaterThan(0n);
      await expect(escrow.connect(account).withdraw(account.address)).to.changeTokenBalance(ethers, token, account, due);
    }
    await stakes.connect(owner).withdrawUnstaked();
    await expect(agreements.connect(consumer).open([request(world)] as any, NO_PERMIT)).to.be.revertedWithCustomError(
      parameters,
      "MarketPaused",
    );
  });

  it("an agreement can be ended, and a proposal accepted or declined", async () => {
    const world = await load();
    await open(world, { listing: 2n });
    await world.parameters.connect(world.guardian).pause();
    await goTo(12);
    await world.agreements.connect(world.consumer).terminate(1n);
    await world.agreements.connect(world.operator).accept(2n);
    await world.agreements.connect(world.operator).decline(3n);
  });
});
