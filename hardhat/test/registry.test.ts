import { expect } from "chai";
import {
  asContract,
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
  VALUES,
} from "./market.js";

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
    expect(await registry.operatorOf(provider)).to.equal(operator.address);
    expect(await registry.isRegistered(provider)).to.equal(true);
    expect(await registry.isRegistered(operator.address)).to.equal(false);
    await expect(register(world, owner, owner.address))
      .to.be.revertedWithCustomError(registry, "AlreadyRegistered")
      .withArgs(provider);
  });

  it("an update replaces everything but the epoch of registration", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, provider } = world;
    await register(world, owner, operator.address);
    await goTo(12);
    await expect(registry.connect(owner).update(stranger.address, "https://b:1", ethers.id("b"), "0x0000", "x"))
      .to.emit(registry, "ProviderUpdated")
      .withArgs(provider, stranger.address, "https://b:1", ethers.id("b"), "0x0000", "x");
    expect(await (registry as any).provider(provider)).to.deep.equal([stranger.address, 10n, "0x0000", ethers.id("b"), "https://b:1", "x"]);
    expect(await registry.operatorOf(provider)).to.equal(stranger.address);
  });

  it("an update may keep the operator", async () => {
    const world = await load();
    const { registry, owner, operator, provider } = world;
    await register(world, owner, operator.address);
    await registry.connect(owner).update(operator.address, ENDPOINT, TLS, REGION, "new");
    expect(await registry.operatorOf(provider)).to.equal(operator.address);
  });

  it("nobody keeps an operator from its provider by naming it first", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, provider } = world;
    await register(world, stranger, operator.address);
    await register(world, owner, operator.address);
    expect([await registry.operatorOf(provider), await registry.operatorOf(stranger.address)]).to.deep.equal(
      Array(2).fill(operator.address),
    );
    expect(await registry.operatorOf(operator.address)).to.equal(ethers.ZeroAddress);
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
    await registry.connect(owner).update(operator.address, "x".repeat(9), TLS, REGION, "");
  });

  it("only registered providers update, and only theirs is counted", async () => {
    const { registry, stranger } = await load();
    const theirs = registry.connect(stranger);
    for (const attempt of [() => theirs.update(stranger.address, ENDPOINT, TLS, REGION, ""), () => theirs.settleMisses(stranger.address)]) {
      await expect(attempt()).to.be.revertedWithCustomError(registry, "NotRegistered").withArgs(stranger.address);
    }
  });

  it("a key binds its provider for all agreements while it is the operator, and for those before its replacement for ever", async () => {
    const world = await load();
    const { registry, owner, operator, stranger, consumer, provider } = world;
    await register(world, owner, operator.address);
    const binds = async (of: string, key: string, agreement: bigint) => registry.bindsFor(of, key, agreement);
    const last = await world.agreements.agreementCount();
    for (const agreement of [0n, 1n, last, last + 1n, 2n ** 255n])
      expect(await binds(provider, operator.address, agreement)).to.equal(true);
    expect(await binds(provider, stranger.address, 0n)).to.equal(false);
    expect(await binds(provider, owner.address, 1n)).to.equal(false);
    expect(await binds(consumer.address, operator.address, 1n)).to.equal(false);
    expect(await binds(consumer.address, ethers.ZeroAddress, 1n)).to.equal(false);
  });

  it("only the agreements reserve, only the proofs record, only audits and losses penalize", async () => {
    const world = await load();
    const { registry, provider } = world;
    await register(world, world.owner, world.operator.address);
    const calls = {
      reserve: { error: "OnlyAgreements", by: ["agreements"], args: [1n, provider, 0n, 20n] },
      extend: { error: "OnlyAgreements", by: ["agreements"], args: [1n, provider, 0n, 20n] },
      release: { error: "OnlyAgreements", by: ["agreements"], args: [1n, provider, 0n] },
      recordProof: { error: "OnlyProofs", by: ["proofs"], args: [provider, 10n] },
      penalize: { error: "OnlyAuditsOrLosses", by: ["audits", "losses"], args: [provider, 1n, 1n] },
    };
    const parts = ["agreements", "proofs", "audits", "losses", "stakes", "beacon", "parameters"] as const;
    const people = ["deployer", "owner", "operator", "stranger", "treasury"] as const;
    for (const [name, { error, by, args }] of Object.entries(calls)) {
      for (const part of parts) {
        const attempt = (registry.connect(await asContract(await registry[part]())) as any)[name](...args);
        if (by.includes(part)) await attempt;
        else
          await expect(attempt, `${name} by ${part}`)
            .to.be.revertedWithCustomError(registry, error)
            .withArgs(await registry[part]());
      }
      for (const person of people) {
        const attempt = (registry.connect(world[person]) as any)[name](...args);
        await expect(attempt, `${name} by ${person}`).to.be.revertedWithCustomError(registry, error).withArgs(world[person].address);
      }
    }
  });
});

describe("ProviderRegistry: reservations", () => {
  const load = fixture(marketWorld);

  it("are reported with the total, and so are releases", async () => {
    const world = await load();
    const { registry, agreements, provider } = world;
    await open(world, { space: 60n, term: 2n });
    await expect(agreements.connect(world.consumer).open([request(world, { space: 5n })] as any, NO_PERMIT))
      .to.emit(registry, "SpaceReserved")
      .withArgs(provider, 5n, 65n);
    expect(await registry.reservedOf(provider)).to.equal(65n);
    await live(world, 11, 15);
    await expect(settle(world, 1n, 0))
      .to.emit(registry, "SpaceReleased")
      .withArgs(provider, 60n, 5n);
    expect(await registry.reservedOf(provider)).to.equal(5n);
  });

  it("need cover, and it is enough when it just covers the space", async () => {
    const world = await load();
    const { registry, provider } = world;
    await open(world, { space: 100n });
    expect(await registry.reservedOf(provider)).to.equal(100n);
    await expect(open(world, { space: 1n }))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 10_000n, 10_100n);
  });

  it("oblige until the last of them ends, and not at all when there is none", async () => {
    const world = await load();
    const { registry, agreements, consumer, provider } = world;
    expect(await registry.obligedUntil(provider)).to.equal(0n);
    await open(world, { term: 9n });
    await open(world, { term: 2n });
    expect(await registry.obligedUntil(provider)).to.equal(21n);
    await agreements.connect(consumer).terminate(1n);
    await agreements.connect(consumer).terminate(2n);
    expect(await registry.obligedUntil(provider)).to.equal(21n);
    await live(world, 12, 16);
    for (const id of [1n, 2n]) await settle(world, id, 0);
    expect(await registry.obligedUntil(provider)).to.equal(0n);
  });

  it("an extension of time or space needs cover for all that is reserved, and prolongs the duty", async () => {
    const world = await load();
    const { registry, stakes, parameters, treasury, provider } = world;
    await open(world, { space: 60n, term: 4n });
    const agreements = await asContract(world.agreements);
    await expect(registry.connect(agreements).extend(1n, provider, 41n, 30n))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 10_000n, 10_100n);
    await expect(registry.connect(agreements).extend(1n, provider, 40n, 30n))
      .to.emit(registry, "SpaceReserved")
      .withArgs(provider, 40n, 100n)
      .and.to.emit(stakes, "PositionAdded")
      .withArgs(1n, provider, 40n);
    expect([await registry.reservedOf(provider), await registry.obligedUntil(provider)]).to.deep.equal([100n, 30n]);

    const longer = registry.connect(agreements).extend(1n, provider, 0n, 40n);
    await expect(longer).not.to.emit(registry, "SpaceReserved");
    expect([await registry.reservedOf(provider), await registry.obligedUntil(provider)]).to.deep.equal([100n, 40n]);
    await registry.connect(agreements).extend(1n, provider, 0n, 35n);
    expect(await registry.obligedUntil(provider)).to.equal(40n);

    await parameters.setValues({ ...VALUES, stakePerGiB: 101n, treasury: treasury.address });
    await expect(registry.connect(agreements).extend(1n, provider, 0n, 41n))
      .to.be.revertedWithCustomError(registry, "StakeTooSmall")
      .withArgs(provider, 10_000n, 10_100n);
  });

  it("an extension counts the misses before it", async () => {
    const world = await load();
    const { registry, provider } = world;
    await open(world);
    await live(world, 12, 14, () => false);
    await goTo(14);
    await expect(registry.connect(await asContract(world.agreements)).extend(1n, provider, 50n, 30n))
      .to.emit(registry, "ProviderSlashed")
      .withArgs(provider, 100n);
  });
});

describe("ProviderRegistry: penalties", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world);
    return world;
  });

  for (const part of ["audits", "losses"] as const) {
    it(`those of the ${part} are taken from the stake and recorded, after the misses until then`, async () => {
      const world = await load();
      const { registry, stakes, provider } = world;
      await live(world, 12, 14, () => false);
      await goTo(14);
      const penalizing = registry.connect(await asContract(await registry[part]()));
      expect(await penalizing.penalize.staticCall(provider, 1n, 77n)).to.equal(77n);
      const sent = penalizing.penalize(provider, 1n, 77n);
      await expect(sent).to.emit(registry, "EpochsMissed").withArgs(provider, 13n, 2n, 1n);
      await expect(sent).to.emit(registry, "ProviderSlashed").withArgs(provider, 100n);
      await expect(sent).to.emit(registry, "ProviderSlashed").withArgs(provider, 77n);
      expect((await registry.trackRecord(provider)).slashed).to.equal(177n);
      expect((await stakes.stakeOf(provider)).staked).to.equal(10_000n - 177n);
    });
  }

  it("take what is there, and then nothing", async () => {
    const { registry, provider } = await load();
    const penalizing = registry.connect(await asContract(await registry.audits()));
    expect(await penalizing.penalize.staticCall(provider, 1n, 10_001n)).to.equal(10_000n);
    await penalizing.penalize(provider, 1n, 10_001n);
    expect((await registry.trackRecord(provider)).slashed).to.equal(10_000n);
    expect(await penalizing.penalize.staticCall(provider, 1n, 1n)).to.equal(0n);
    await expect(penalizing.penalize(provider, 1n, 1n)).not.to.emit(registry, "ProviderSlashed");
  });

  it("need a provider", async () => {
    const { registry, stranger } = await load();
    await expect(registry.connect(await asContract(await registry.losses())).penalize(stranger.address, 1n, 1n))
      .to.be.revertedWithCustomError(registry, "NotRegistered")
      .withArgs(stranger.address);
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
