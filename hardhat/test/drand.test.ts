import { expect } from "chai";
import { sha256, solidityPacked } from "ethers";
import { bareWorld, EPOCH, ethers, fixture, GENESIS, goTo, networkHelpers, register } from "./market.js";
import { hashOf, HISTORY, HISTORY_CODE, HISTORY_WINDOW, mineTo, OPCODE_WINDOW } from "./support/blocks.js";
import { DrandNetwork, seedOf } from "./support/drand.js";
import { deployBeacon, deployParameters, drandWorld, MARGIN, PLAN, ROUND, START, TIMEOUT } from "./support/drandBeacon.js";
import { expectAsCommitted } from "./support/gasSnapshot.js";
import { NOTHING } from "./support/proving.js";

const HALF = START + EPOCH / 2n;

describe("DrandBeacon", () => {
  const load = fixture(drandWorld);

  it("gives the epoch the seed of its round, for whoever brings it", async () => {
    const { beacon, signature } = await load();
    const stranger = (await ethers.getSigners())[7];
    const seed = seedOf(signature, 10n);
    const sealing = await beacon.connect(stranger).sealWithRound(signature);
    await expect(sealing).to.emit(beacon, "EpochSealed").withArgs(10n, seed);
    await expect(sealing).to.emit(beacon, "EpochSealedByRound").withArgs(10n, ROUND, signature);
    const { timestamp } = (await ethers.provider.getBlock((await sealing.wait())!.blockNumber))!;
    expect([await beacon.seed(10n), await beacon.sealedAt(10n)]).to.deep.equal([seed, BigInt(timestamp)]);
    expect(await beacon.anchorBlock(10n)).to.equal(0n);
    expect(await beacon.sealedThrough(10n)).to.equal(1n);
    expect(await beacon.firstSealedFrom(0n)).to.deep.equal([true, 10n]);
    expect(await beacon.lastSealedThrough(99n)).to.deep.equal([true, 10n]);
  });

  it("every epoch has a round of its own, the first at or after its start plus the margin", async () => {
    const { parameters } = await load();
    for (const period of [1n, 3n, 7n, 30n]) {
      for (let offset = 0n; offset < period; offset++) {
        const genesis = GENESIS - 12_345n - offset;
        const beacon = await deployBeacon(parameters, { genesis, period });
        for (const epoch of [0n, 1n, 2n, 1_000_003n]) {
          const round = await beacon.roundOf(epoch);
          const due = GENESIS + epoch * EPOCH + MARGIN;
          const at = await beacon.roundTime(round);
          expect(at).to.equal(genesis + (round - 1n) * period);
          expect(at >= due && at < due + period, `epoch ${epoch}: round ${round} at ${at}, due ${due}`).to.equal(true);
        }
      }
    }
  });

  it("a network that begins with the market has round 1 for its first epoch", async () => {
    const { parameters } = await load();
    const beacon = await deployBeacon(parameters, { genesis: GENESIS + MARGIN });
    expect(await beacon.roundOf(0n)).to.equal(1n);
    expect(await beacon.roundTime(1n)).to.equal(GENESIS + MARGIN);
  });

  it("takes no round of another epoch, and no epoch but the current one", async () => {
    const { beacon, network, signature } = await load();
    const next = await beacon.roundOf(11n);
    await expect(beacon.sealWithRound(network.sign(next)))
      .to.be.revertedWithCustomError(beacon, "SignatureNotOfRound")
      .withArgs(ROUND);
    await goTo(11);
    await expect(beacon.sealWithRound(signature)).to.be.revertedWithCustomError(beacon, "SignatureNotOfRound").withArgs(next);
    await beacon.sealWithRound(network.sign(next));
    expect([await beacon.seed(10n), await beacon.seed(11n)]).to.deep.equal([ethers.ZeroHash, seedOf(network.sign(next), 11n)]);
  });

  it("a seed is fixed once: neither a round nor a block hash changes it, and nothing but a sealing makes one", async () => {
    const { beacon, network, signature } = await load();
    await beacon.sealWithRound(signature);
    const fixed = [await beacon.seed(10n), await beacon.sealedAt(10n)];
    const others = [signature, network.sign(ROUND + 1n), new DrandNetwork(9n).sign(ROUND), "0x"];
    for (const other of others) await expect(beacon.sealWithRound(other)).not.to.emit(beacon, "EpochSealed");
    await goTo(10, TIMEOUT);
    await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
    await expect(beacon.seal()).not.to.emit(beacon, "EpochSealed");
    expect([await beacon.seed(10n), await beacon.sealedAt(10n)]).to.deep.equal(fixed);
    expect(await beacon.sealedThrough(10n)).to.equal(1n);
  });

  it("a round seals up to the last second of the first half, and not after it", async () => {
    const { beacon, signature } = await load();
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.setNextBlockTimestamp(HALF - 1n);
    await beacon.sealWithRound(signature);
    expect(await beacon.sealedAt(10n)).to.equal(HALF - 1n);
    await snapshot.restore();
    await networkHelpers.time.setNextBlockTimestamp(HALF);
    await expect(beacon.sealWithRound(signature)).to.be.revertedWithCustomError(beacon, "NotInFirstHalf").withArgs(10n, HALF);
    expect(await beacon.seed(10n)).to.equal(ethers.ZeroHash);
    await goTo(11);
    expect([await beacon.sealedThrough(11n), (await beacon.firstSealedFrom(0n)).found]).to.deep.equal([0n, false]);
  });

  it("block hashes serve from the time-out's second, and not before it", async () => {
    const { beacon } = await load();
    expect(await beacon.fallbackFrom(10n)).to.equal(START + TIMEOUT);
    for (const call of [beacon.open, beacon.seal]) {
      await expect(call.staticCall())
        .to.be.revertedWithCustomError(beacon, "RoundAwaited")
        .withArgs(10n, ROUND, START + TIMEOUT);
    }
    await networkHelpers.time.setNextBlockTimestamp(START + TIMEOUT - 1n);
    await expect(beacon.open())
      .to.be.revertedWithCustomError(beacon, "RoundAwaited")
      .withArgs(10n, ROUND, START + TIMEOUT);
    await networkHelpers.time.setNextBlockTimestamp(START + TIMEOUT);
    const anchor = BigInt(await ethers.provider.getBlockNumber()) + 1n + PLAN.anchorDelay;
    await expect(beacon.open()).to.emit(beacon, "EpochOpened").withArgs(10n, anchor);
    expect(await beacon.anchorBlock(10n)).to.equal(anchor);
    await expect(beacon.seal.staticCall({ blockTag: "latest" })).to.be.revertedWithCustomError(beacon, "AnchorNotReached");
    await mineTo(anchor);
    const sealing = await beacon.seal();
    const seed = sha256(solidityPacked(["bytes32", "uint64"], [await hashOf(anchor), 10n]));
    await expect(sealing).to.emit(beacon, "EpochSealed").withArgs(10n, seed);
    await expect(sealing).not.to.emit(beacon, "EpochSealedByRound");
    expect([await beacon.seed(10n), await beacon.sealedThrough(10n)]).to.deep.equal([seed, 1n]);
  });

  it("a round that comes before the fallback's sealing wins, and one that comes after it does not", async () => {
    const { beacon, signature } = await load();
    await goTo(10, TIMEOUT);
    await beacon.open();
    await networkHelpers.mine(PLAN.anchorDelay, { interval: 1 });
    const snapshot = await networkHelpers.takeSnapshot();
    await beacon.sealWithRound(signature);
    expect(await beacon.seed(10n)).to.equal(seedOf(signature, 10n));
    await beacon.seal();
    expect(await beacon.seed(10n)).to.equal(seedOf(signature, 10n));
    await snapshot.restore();
    await beacon.seal();
    const fixed = await beacon.seed(10n);
    expect(fixed).not.to.equal(seedOf(signature, 10n));
    await expect(beacon.sealWithRound(signature)).not.to.emit(beacon, "EpochSealed");
    expect(await beacon.seed(10n)).to.equal(fixed);
  });

  for (const [blocks, title] of [
    [OPCODE_WINDOW + 1n, "257 blocks"],
    [8_192n, "8,192 blocks"],
  ] as const) {
    it(`${title} after the anchor its hash is gone; it is chosen anew, and the round still seals`, async () => {
      const { beacon, signature } = await load();
      await goTo(10, TIMEOUT);
      await beacon.open();
      const anchor = await beacon.anchorBlock(10n);
      await mineTo(anchor + blocks - 1n, 0);
      await expect(beacon.seal()).to.be.revertedWithCustomError(beacon, "AnchorExpired").withArgs(10n, anchor);
      await expect(beacon.open()).to.emit(beacon, "EpochOpened");
      expect(await beacon.anchorBlock(10n)).to.be.greaterThan(anchor + blocks);
      await beacon.sealWithRound(signature);
      expect(await beacon.seed(10n)).to.equal(seedOf(signature, 10n));
    });
  }

  it("where the chain keeps a history, the anchor serves for 8,191 blocks", async () => {
    const { beacon } = await load();
    await goTo(10, TIMEOUT);
    await beacon.open();
    const anchor = await beacon.anchorBlock(10n);
    await mineTo(anchor + 257n, 0);
    const hash = await hashOf(anchor);
    await networkHelpers.setCode(HISTORY, HISTORY_CODE);
    await networkHelpers.setStorageAt(HISTORY, anchor % HISTORY_WINDOW, hash);
    await mineTo(anchor + HISTORY_WINDOW - 1n, 0);
    const snapshot = await networkHelpers.takeSnapshot();
    await beacon.seal();
    expect(await beacon.seed(10n)).to.equal(sha256(solidityPacked(["bytes32", "uint64"], [hash, 10n])));
    await snapshot.restore();
    await networkHelpers.mine(1, { interval: 0 });
    await expect(beacon.seal()).to.be.revertedWithCustomError(beacon, "AnchorExpired").withArgs(10n, anchor);
  });

  it("a proof that comes before the round says what is awaited", async () => {
    const { parameters } = await load();
    const [deployer, operator] = await ethers.getSigners();
    const world = await bareWorld({}, { proofs: "PossessionProofs" });
    const beacon = await deployBeacon(parameters);
    const others = await Promise.all([world.registry, world.agreements, world.losses].map((part) => part.getAddress()));
    const proofs = await ethers.deployContract("PossessionProofs", [await parameters.getAddress(), await beacon.getAddress(), ...others]);
    await register(world, deployer, operator.address);
    await proofs.connect(operator).commit(deployer.address, NOTHING);
    await goTo(11);
    const awaited = await beacon.roundOf(11n);
    await expect(proofs.connect(operator).advance(deployer.address, "0x", NOTHING))
      .to.be.revertedWithCustomError(beacon, "RoundAwaited")
      .withArgs(11n, awaited, START + EPOCH + TIMEOUT);
  });

  it("an argument outside its bounds is refused by name", async () => {
    const { parameters, beacon } = await load();
    const period = PLAN.period;
    const refused: [string, bigint, bigint, bigint, Parameters<typeof deployBeacon>[1]][] = [
      ["period", 0n, 1n, 3_600n, { period: 0n }],
      ["period", 3_601n, 1n, 3_600n, { period: 3_601n }],
      ["livenessTimeout", 251n, period + 2n, 250n, { timeout: 251n }],
      ["livenessTimeout", period + 1n, period + 2n, 250n, { timeout: period + 1n }],
      ["margin", 0n, 1n, TIMEOUT - period - 1n, { margin: 0n }],
      ["margin", TIMEOUT - period, 1n, TIMEOUT - period - 1n, { margin: TIMEOUT - period }],
      ["genesis", 0n, 1n, GENESIS + MARGIN, { genesis: 0n }],
      ["genesis", GENESIS + MARGIN + 1n, 1n, GENESIS + MARGIN, { genesis: GENESIS + MARGIN + 1n }],
    ];
    for (const [name, given, minimum, maximum, changes] of refused) {
      await expect(deployBeacon(parameters, changes), name)
        .to.be.revertedWithCustomError(beacon, "DrandArgumentOutOfBounds")
        .withArgs(name, given, minimum, maximum);
    }
    for (const anchorDelay of [0n, 65n]) {
      await expect(deployBeacon(parameters, { anchorDelay })).to.be.revertedWithCustomError(beacon, "AnchorDelayOutOfBounds");
    }
    const day = await deployParameters(GENESIS, 86_400n);
    const taken = [
      { period: 1n, timeout: 3n, margin: 1n },
      { period: 3_600n, timeout: 21_600n, margin: 17_999n },
      { genesis: 1n },
      { genesis: GENESIS + MARGIN },
      { anchorDelay: 1n },
      { anchorDelay: 64n },
    ];
    for (const changes of taken) {
      const plan = { ...PLAN, ...changes };
      const one = await deployBeacon(day, plan);
      expect([
        await one.drandPeriod(),
        await one.livenessTimeout(),
        await one.margin(),
        await one.drandGenesis(),
        await one.anchorDelay(),
      ]).to.deep.equal([plan.period, plan.timeout, plan.margin, plan.genesis, plan.anchorDelay]);
    }
  });

  it("the round is out before the time-out, and half an epoch is left to prove after any sealing", async () => {
    const { parameters } = await load();
    for (const [period, timeout] of [
      [3n, 250n],
      [3n, 5n],
      [200n, 250n],
    ]) {
      const margin = timeout - period - 1n;
      for (let offset = 0n; offset < 3n; offset++) {
        const beacon = await deployBeacon(parameters, { period, timeout, margin, genesis: GENESIS - offset });
        const [round, from] = [await beacon.roundOf(10n), await beacon.fallbackFrom(10n)];
        expect(await beacon.roundTime(round)).to.be.lessThan(from);
        expect(from).to.be.at.most(START + EPOCH / 4n);
      }
    }
  });

  it("sealing: gas is what the committed snapshot says", async () => {
    const { beacon, network, signature } = await load();
    const first = (await (await beacon.sealWithRound(signature)).wait())!.gasUsed;
    await goTo(11);
    const later = (await (await beacon.sealWithRound(network.sign(await beacon.roundOf(11n)))).wait())!.gasUsed;
    await goTo(12, TIMEOUT);
    const opening = (await (await beacon.open()).wait())!.gasUsed;
    await networkHelpers.mine(PLAN.anchorDelay, { interval: 1 });
    const fallback = (await (await beacon.seal()).wait())!.gasUsed;
    expectAsCommitted("beacon", {
      "sealWithRound, the market's first epoch": { gas: Number(first) },
      "sealWithRound, later epochs": { gas: Number(later) },
      "open after the time-out": { gas: Number(opening) },
      "seal after the time-out": { gas: Number(fallback) },
    });
  });
});
