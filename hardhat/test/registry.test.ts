import { expect } from "chai";
import {
  bareWorld,
  ethers,
  fixture,
  goTo,
  live,
  marketWorld,
  NO_PERMIT,
  open,
  prove,
  REGION,
  register,
  request,
  settle,
  TLS,
  type World,
} from "./market.js";
import { signPermit, usePermit } from "./permits.js";

const ENDPOINT = "https://node.example:7443";

describe("ProviderRegistry: particulars", () => {
  const load = fixture(() => bareWorld());

  it("a registration is kept and reported, and never done twice", async () => {
    const world = await load();
    const { registry, owner, operator, provider } = world;
    await expect(registry.connect(owner).register(operator.address, ENDPOINT, TLS, REGION, "bafy"))
      .to.emit(registry, "ProviderRegistered")
      .withArgs(provider, operator.address, ENDPOINT, TLS, REGION, "bafy");
    expect(await (registry as any).provider(provider)).to.deep.equal([operator.address, 10n, REGION, TLS, ENDPOINT, "bafy"]);
    expect(await registry.providerOf(operator.address)).to.equal(provider);
    expect(await registry.isRegistered(provider)).to.equal(true);
    expect(await registry.isRegistered(operator.address)).to.equal(false);
    await expect(register(world, owner, owner.address))
      .to.be.revertedWithCustomError(registry, "AlreadyRegistered")
      .withArgs(provider);
  });

  it("an update replaces everything but the epoch of registration, and sets the old operator free", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, provider } = world;
    await register(world, owner, operator.address);
    await goTo(12);
    await expect(registry.connect(owner).update(stranger.address, "https://b:1", ethers.id("b"), "0x0000", "x"))
      .to.emit(registry, "ProviderUpdated")
      .withArgs(provider, stranger.address, "https://b:1", ethers.id("b"), "0x0000", "x");
    expect(await (registry as any).provider(provider)).to.deep.equal([stranger.address, 10n, "0x0000", ethers.id("b"), "https://b:1", "x"]);
    expect(await registry.providerOf(operator.address)).to.equal(ethers.ZeroAddress);
    expect(await registry.providerOf(stranger.address)).to.equal(provider);
  });

  it("an update may keep the operator", async () => {
    const world = await load();
    const { registry, owner, operator, provider } = world;
    await register(world, owner, operator.address);
    await registry.connect(owner).update(operator.address, ENDPOINT, TLS, REGION, "new");
    expect(await registry.providerOf(operator.address)).to.equal(provider);
  });

  it("an operator belongs to one provider", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, provider } = world;
    await register(world, owner, operator.address);
    await expect(register(world, stranger, operator.address))
      .to.be.revertedWithCustomError(registry, "OperatorTaken")
      .withArgs(operator.address, provider);
    await register(world, stranger, stranger.address);
    await expect(registry.connect(stranger).update(operator.address, ENDPOINT, TLS, REGION, "")).to.be.revertedWithCustomError(
      registry,
      "OperatorTaken",
    );
  });

  it("particulars that cannot be right are refused", async () => {
    const { registry, owner, operator } = await load();
    const attempt = (operatorKey: string, endpoint: string, tls: string, metadata = "") =>
      registry.connect(owner).register(operatorKey, endpoint, tls, REGION, metadata);
    await expect(attempt(ethers.ZeroAddress, ENDPOINT, TLS)).to.be.revertedWithCustomError(registry, "OperatorIsZero");
    for (const length of [8, 257]) {
      await expect(attempt(operator.address, "x".repeat(length), TLS))
        .to.be.revertedWithCustomError(registry, "EndpointLengthOutOfBounds")
        .withArgs(length, 9, 256);
    }
    await expect(attempt(operator.address, ENDPOINT, ethers.ZeroHash)).to.be.revertedWithCustomError(registry, "TlsKeyHashIsZero");
    await expect(attempt(operator.address, ENDPOINT, TLS, "x".repeat(129)))
      .to.be.revertedWithCustomError(registry, "MetadataTooLong")
      .withArgs(129, 128);
    await attempt(operator.address, "x".repeat(256), TLS, "x".repeat(128));
  });

  it("only registered providers update, stake and unstake, and only theirs is counted", async () => {
    const { registry, stranger } = await load();
    const theirs = registry.connect(stranger);
    for (const attempt of [
      () => theirs.update(stranger.address, ENDPOINT, TLS, REGION, ""),
      () => theirs.stake(1n),
      () => theirs.requestUnstake(1n),
      () => theirs.withdrawUnstaked(),
      () => theirs.settleMisses(stranger.address),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(registry, "NotRegistered").withArgs(stranger.address);
    }
  });

  it("only the agreements reserve and release, and only the proofs record", async () => {
    const { registry, deployer, owner, operator, stranger, provider } = await load();
    for (const caller of [deployer, owner, operator, stranger]) {
      const attempt = registry.connect(caller);
      await expect(attempt.reserve(provider, 1n, 20n))
        .to.be.revertedWithCustomError(registry, "OnlyAgreements")
        .withArgs(caller.address);
      await expect(attempt.release(provider, 1n)).to.be.revertedWithCustomError(registry, "OnlyAgreements").withArgs(caller.address);
      await expect(attempt.recordProof(provider, 10n)).to.be.revertedWithCustomError(registry, "OnlyProofs").withArgs(caller.address);
    }
  });
});

describe("ProviderRegistry: stake", () => {
  async function staked(): Promise<World> {
    const world = await bareWorld();
    await register(world, world.owner, world.operator.address);
    await world.registry.connect(world.owner).stake(1_000n);
    return world;
  }
  const load = fixture(staked);
  const loadMarket = fixture(marketWorld);

  it("is taken from the sender and kept for its provider", async () => {
    const { registry, token, owner, provider } = await load();
    await expect(registry.connect(owner).stake(500n)).to.emit(registry, "Staked").withArgs(provider, 500n);
    expect(await registry.stakeOf(provider)).to.deep.equal([1_500n, 0n, 0n, 0n]);
    expect(await token.balanceOf(registry)).to.equal(1_500n);
    await expect(registry.connect(owner).stake(0n)).to.be.revertedWithCustomError(registry, "AmountIsZero");
  });

  it("comes back after the wait, and only once", async () => {
    const { registry, token, owner, provider } = await load();
    const before = await token.balanceOf(provider);
    await expect(registry.connect(owner).withdrawUnstaked())
      .to.be.revertedWithCustomError(registry, "NothingToWithdraw")
      .withArgs(provider);
    await expect(registry.connect(owner).requestUnstake(400n)).to.emit(registry, "UnstakeRequested").withArgs(provider, 400n, 15n);
    expect(await registry.stakeOf(provider)).to.deep.equal([600n, 400n, 15n, 0n]);
    await goTo(14, 990);
    await expect(registry.connect(owner).withdrawUnstaked())
      .to.be.revertedWithCustomError(registry, "StillUnbonding")
      .withArgs(provider, 15n, 14n);
    await goTo(15, 0);
    await expect(registry.connect(owner).withdrawUnstaked()).to.emit(registry, "Unstaked").withArgs(provider, 400n);
    expect((await token.balanceOf(provider)) - before).to.equal(400n);
    expect(await registry.stakeOf(provider)).to.deep.equal([600n, 0n, 0n, 0n]);
    await expect(registry.connect(owner).withdrawUnstaked()).to.be.revertedWithCustomError(registry, "NothingToWithdraw");
  });

  it("a further request adds to the first and starts the wait anew", async () => {
    const { registry, owner, provider } = await load();
    await registry.connect(owner).requestUnstake(100n);
    await goTo(13);
    await registry.connect(owner).requestUnstake(200n);
    expect(await registry.stakeOf(provider)).to.deep.equal([700n, 300n, 18n, 0n]);
  });

  it("nobody asks back nothing, or more than there is", async () => {
    const { registry, owner, provider } = await load();
    await expect(registry.connect(owner).requestUnstake(0n)).to.be.revertedWithCustomError(registry, "AmountIsZero");
    for (const amount of [1_001n, ethers.MaxUint256]) {
      await expect(registry.connect(owner).requestUnstake(amount))
        .to.be.revertedWithCustomError(registry, "StakeTooSmall")
        .withArgs(provider, 0n, 0n);
    }
    await registry.connect(owner).requestUnstake(1_000n);
  });

  it("covers the reserved space at all times", async () => {
    const world = await loadMarket();
    const { registry, owner, provider } = world;
    await open(world, { space: 60n });
    await expect(registry.connect(owner).requestUnstake(4_001n))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 5_999n, 6_000n);
    await registry.connect(owner).requestUnstake(4_000n);
    await expect(open(world, { space: 1n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 6_000n, 6_100n);
    expect((await registry.stakeOf(provider)).reserved).to.equal(60n);
  });

  it("is enough when it just covers the space", async () => {
    const world = await loadMarket();
    await open(world, { space: 100n });
    expect((await world.registry.stakeOf(world.provider)).reserved).to.equal(100n);
    await expect(open(world, { space: 1n })).to.be.revertedWithCustomError(world.registry, "StakeTooSmall");
  });

  it("reservations are reported with the total, and so are releases", async () => {
    const world = await loadMarket();
    const { registry, agreements, provider } = world;
    await open(world, { space: 60n, term: 2n });
    await expect(agreements.connect(world.consumer).open([request(world, { space: 5n })], NO_PERMIT))
      .to.emit(registry, "SpaceReserved")
      .withArgs(provider, 5n, 65n);
    await live(world, 11, 15);
    await expect(settle(world, 1n, 0))
      .to.emit(registry, "SpaceReleased")
      .withArgs(provider, 60n, 5n);
  });

  describe("by permit", () => {
    async function permitOf(world: World, value: bigint) {
      await (world.token.connect(world.owner) as any).approve(world.registry, 0n);
      return signPermit(world.token, world.owner, await world.registry.getAddress(), value);
    }

    it("needs no approval", async () => {
      const world = await load();
      await world.registry.connect(world.owner).stakeWithPermit(50n, await permitOf(world, 50n));
      expect((await world.registry.stakeOf(world.provider)).staked).to.equal(1_050n);
    });

    it("works when somebody else used the permit first", async () => {
      const world = await load();
      const { token, registry, owner, stranger, provider } = world;
      const permit = await permitOf(world, 50n);
      await usePermit(token, stranger, owner.address, await registry.getAddress(), permit);
      await registry.connect(owner).stakeWithPermit(50n, permit);
      expect((await registry.stakeOf(provider)).staked).to.equal(1_050n);
    });

    it("a permit that is wrong leaves the missing allowance as the reason", async () => {
      const world = await load();
      const permit = { ...(await permitOf(world, 50n)), signature: "0x1b" };
      await expect(world.registry.connect(world.owner).stakeWithPermit(50n, permit)).to.be.revertedWithCustomError(
        world.token,
        "ERC20InsufficientAllowance",
      );
    });
  });
});

describe("ProviderRegistry: proven epochs", () => {
  const load = fixture(marketWorld);

  it("an epoch is proven once, and reported", async () => {
    const world = await load();
    const { registry, proofs, provider } = world;
    await world.beacon.seal();
    await expect((proofs as any).prove(provider))
      .to.emit(registry, "EpochProven")
      .withArgs(provider, 10n);
    expect(await registry.hasProven(provider, 10n)).to.equal(true);
    expect(await registry.hasProven(provider, 11n)).to.equal(false);
    await expect((proofs as any).prove(provider))
      .to.be.revertedWithCustomError(registry, "EpochAlreadyProven")
      .withArgs(provider, 10n);
    expect((await registry.trackRecord(provider)).proven).to.equal(1n);
  });

  it("are counted and picked by number within a range", async () => {
    const world = await load();
    const { registry, provider } = world;
    for (const epoch of [250, 255, 256, 258, 511, 512]) {
      await goTo(epoch);
      await prove(world);
    }
    expect(await registry.provenCount(provider, 250n, 250n)).to.equal(0n);
    expect(await registry.provenCount(provider, 250n, 256n)).to.equal(2n);
    expect(await registry.provenCount(provider, 256n, 512n)).to.equal(3n);
    expect(await registry.provenCount(provider, 257n, 513n)).to.equal(3n);
    const picked = await Promise.all([0n, 1n, 2n, 3n, 4n].map((index) => registry.provenAt(provider, 250n, 506n, index).catch(() => -1n)));
    expect(picked).to.deep.equal([250n, 255n, 256n, 258n, -1n]);
  });

  it("ranges of more than 256 epochs, backward ones and numbers beyond the last are refused", async () => {
    const { registry, provider } = await load();
    await expect(registry.provenCount(provider, 0n, 257n))
      .to.be.revertedWithCustomError(registry, "EpochRangeInvalid")
      .withArgs(0n, 257n);
    await expect(registry.provenCount(provider, 5n, 4n))
      .to.be.revertedWithCustomError(registry, "EpochRangeInvalid")
      .withArgs(5n, 4n);
    await expect(registry.provenAt(provider, 0n, 256n, 0n))
      .to.be.revertedWithCustomError(registry, "NoSuchProvenEpoch")
      .withArgs(provider, 0n, 256n, 0n);
  });
});

describe("ProviderRegistry: odd tokens", () => {
  const load = fixture(() => bareWorld({}, { token: "OddToken" }));

  it("a token that keeps a fee is refused, as is one that calls back in", async () => {
    const world = await load();
    const { registry, owner, operator, provider } = world;
    const token = world.token as any;
    await register(world, owner, operator.address);
    await token.setFee(1n);
    await expect(registry.connect(owner).stake(100n))
      .to.be.revertedWithCustomError(registry, "UnexpectedTransferAmount")
      .withArgs(100n, 99n);
    await token.setFee(0n);
    await token.setCallback(registry, registry.interface.encodeFunctionData("settleMisses", [provider]));
    await registry.connect(owner).stake(100n);
    expect(await token.callbackFailure()).to.equal(registry.interface.getError("ReentrancyGuardReentrantCall")!.selector);
  });
});
