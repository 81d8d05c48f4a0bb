import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { sha256, solidityPacked } from "ethers";
import { deployMarket } from "../deploy/deploy.js";
import { CEILINGS, EPOCH, ethers, fixture, GENESIS, goTo, networkHelpers, SUPPLY, VALUES } from "./market.js";
import { HISTORY, HISTORY_CODE, HISTORY_WINDOW, mineTo, OPCODE_WINDOW } from "./support/blocks.js";
import { Randomness } from "./support/random.js";

const DELAY = 2n;

async function deployBeacon() {
  const [deployer] = await ethers.getSigners();
  const factory = await ethers.getContractFactory("MarketplaceParameters");
  const parameters = await factory.deploy(deployer.address, ethers.ZeroAddress, GENESIS, EPOCH, CEILINGS, {
    ...VALUES,
    treasury: deployer.address,
  });
  const beacon = await ethers.deployContract("BlockhashBeacon", [await parameters.getAddress(), DELAY]);
  await goTo(10);
  return { parameters, beacon, deployer };
}

async function seedFrom(anchor: bigint): Promise<string> {
  const { hash } = (await ethers.provider.getBlock(Number(anchor)))!;
  return sha256(solidityPacked(["bytes32", "uint64"], [hash, 10n]));
}

describe("BlockhashBeacon", () => {
  const load = fixture(deployBeacon);

  async function openAndReachAnchor() {
    const world = await load();
    await world.beacon.open();
    await networkHelpers.mine(DELAY);
    return { ...world, anchor: await world.beacon.anchorBlock(10n) };
  }

  it("the anchor's delay is at least one block and at most 64", async () => {
    const { parameters, beacon } = await load();
    const factory = await ethers.getContractFactory("BlockhashBeacon");
    for (const delay of [0n, 65n]) {
      await expect(factory.deploy(await parameters.getAddress(), delay))
        .to.be.revertedWithCustomError(beacon, "AnchorDelayOutOfBounds")
        .withArgs(delay, 1n, 64n);
    }
    for (const delay of [1n, 64n]) expect(await (await factory.deploy(await parameters.getAddress(), delay)).anchorDelay()).to.equal(delay);
  });

  it("opening fixes a block that is still to come", async () => {
    const { beacon } = await load();
    const anchor = BigInt(await ethers.provider.getBlockNumber()) + 1n + DELAY;
    await expect(beacon.open()).to.emit(beacon, "EpochOpened").withArgs(10n, anchor);
    expect(await beacon.anchorBlock(10n)).to.equal(anchor);
    expect(await beacon.seed(10n)).to.equal(ethers.ZeroHash);
    expect(await beacon.sealedAt(10n)).to.equal(0n);
  });

  it("the seed is the hash of the anchor's hash and the epoch, and anybody may seal", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    const stranger = (await ethers.getSigners())[7] as HardhatEthersSigner;
    const seed = await seedFrom(anchor);
    const sealing = await beacon.connect(stranger).seal();
    await expect(sealing).to.emit(beacon, "EpochSealed").withArgs(10n, seed);
    const { timestamp } = (await ethers.provider.getBlock((await sealing.wait())!.blockNumber))!;
    expect([await beacon.seed(10n), await beacon.sealedAt(10n)]).to.deep.equal([seed, BigInt(timestamp)]);
  });

  it("an epoch that is not open, or whose anchor is not mined, has no seed", async () => {
    const { beacon } = await load();
    await expect(beacon.seal()).to.be.revertedWithCustomError(beacon, "EpochNotOpened").withArgs(10n);
    await beacon.open();
    const anchor = await beacon.anchorBlock(10n);
    for (const current of [anchor - 2n, anchor - 1n, anchor]) {
      await expect(beacon.seal.staticCall({ blockTag: "latest" }))
        .to.be.revertedWithCustomError(beacon, "AnchorNotReached")
        .withArgs(10n, anchor, current);
      await networkHelpers.mine(1);
    }
  });

  it("opening again while the anchor can be read, or after the sealing, changes nothing", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    for (let blocks = 0; blocks < 5; blocks++) {
      await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
      await networkHelpers.mine(40);
    }
    expect(await beacon.anchorBlock(10n)).to.equal(anchor);
    await goTo(10, 400);
    await beacon.seal();
    const [seed, sealedAt] = [await beacon.seed(10n), await beacon.sealedAt(10n)];
    await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
    await expect(beacon.seal()).not.to.emit(beacon, "EpochSealed");
    await goTo(10, 900);
    await beacon.open();
    await beacon.seal();
    expect([await beacon.anchorBlock(10n), await beacon.seed(10n), await beacon.sealedAt(10n)]).to.deep.equal([anchor, seed, sealedAt]);
    expect(await beacon.sealedThrough(10n)).to.equal(1n);
  });

  it("opening again before the anchor, and in the anchor's own block, changes nothing", async () => {
    const { beacon } = await load();
    await beacon.open();
    const anchor = await beacon.anchorBlock(10n);
    for (let block = anchor - DELAY + 1n; block <= anchor; block++) {
      await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
      expect(BigInt(await ethers.provider.getBlockNumber())).to.equal(block);
    }
    expect(await beacon.anchorBlock(10n)).to.equal(anchor);
  });

  it("an anchor that left the window of readable hashes is chosen anew, once", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    await mineTo(anchor + OPCODE_WINDOW + 1n);
    await expect(beacon.seal.staticCall({ blockTag: "latest" }))
      .to.be.revertedWithCustomError(beacon, "AnchorExpired")
      .withArgs(10n, anchor);
    await expect(beacon.open())
      .to.emit(beacon, "EpochOpened")
      .withArgs(10n, anchor + OPCODE_WINDOW + 2n + DELAY);
    await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
    await networkHelpers.mine(DELAY);
    await beacon.seal();
    expect(await beacon.seed(10n)).to.equal(await seedFrom(anchor + OPCODE_WINDOW + 2n + DELAY));
  });

  it("the last block of the window still gives the seed", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    await mineTo(anchor + OPCODE_WINDOW - 1n);
    await beacon.seal();
    expect(await beacon.seed(10n)).to.equal(await seedFrom(anchor));
  });

  it("where the chain keeps a history, an anchor is read from it for 8,191 blocks", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    const { hash } = (await ethers.provider.getBlock(Number(anchor)))!;
    await networkHelpers.setCode(HISTORY, HISTORY_CODE);
    await networkHelpers.setStorageAt(HISTORY, anchor % HISTORY_WINDOW, hash!);
    await mineTo(anchor + 300n);
    await expect(beacon.open()).not.to.emit(beacon, "EpochOpened");
    const snapshot = await networkHelpers.takeSnapshot();
    await beacon.seal();
    expect(await beacon.seed(10n)).to.equal(await seedFrom(anchor));
    await snapshot.restore();
    await networkHelpers.mine(HISTORY_WINDOW - 299n, { interval: 0 });
    await expect(beacon.seal.staticCall({ blockTag: "latest" })).to.be.revertedWithCustomError(beacon, "AnchorExpired");
  });

  it("code in the history's place that answers with other than 32 bytes gives no hash", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    await mineTo(anchor + OPCODE_WINDOW + 1n);
    for (const length of ["1f", "21", "40"]) {
      // Stores 1 and returns so many bytes of it.
      await networkHelpers.setCode(HISTORY, `0x600160005260${length}6000f3`);
      await expect(beacon.seal.staticCall({ blockTag: "latest" })).to.be.revertedWithCustomError(beacon, "AnchorExpired");
    }
  });

  it("a chain without any code in the history's place is no oracle of zero", async () => {
    const { beacon, anchor } = await openAndReachAnchor();
    await networkHelpers.setCode(HISTORY, "0x");
    await mineTo(anchor + OPCODE_WINDOW + 1n);
    await expect(beacon.seal.staticCall({ blockTag: "latest" })).to.be.revertedWithCustomError(beacon, "AnchorExpired");
  });

  it("in its second half an epoch can neither be opened nor sealed any more", async () => {
    const { beacon, parameters } = await openAndReachAnchor();
    const half = GENESIS + 10n * EPOCH + EPOCH / 2n;
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.setNextBlockTimestamp(half - 1n);
    await beacon.seal();
    expect(await beacon.sealedAt(10n)).to.equal(half - 1n);
    // The window of the last moment ends before the epoch does.
    expect(half - 1n + EPOCH / 2n).to.be.lessThan(await parameters.epochStart(11n));
    await snapshot.restore();
    await networkHelpers.time.setNextBlockTimestamp(half);
    await expect(beacon.seal()).to.be.revertedWithCustomError(beacon, "NotInFirstHalf").withArgs(10n, half);
    await goTo(11, EPOCH / 2n);
    await expect(beacon.open()).to.be.revertedWithCustomError(beacon, "NotInFirstHalf");
  });

  it("an epoch that nobody sealed stays dormant, and its anchor does not serve the next", async () => {
    const { beacon } = await openAndReachAnchor();
    await goTo(11);
    await expect(beacon.seal()).to.be.revertedWithCustomError(beacon, "EpochNotOpened").withArgs(11n);
    expect(await beacon.seed(10n)).to.equal(ethers.ZeroHash);
    expect(await beacon.sealedThrough(11n)).to.equal(0n);
    expect(await beacon.lastSealedThrough(11n)).to.deep.equal([false, 0n]);
    expect(await beacon.firstSealedFrom(0n)).to.deep.equal([false, 0n]);
  });

  it("counts and finds sealed epochs as a plain list would", async () => {
    const { beacon } = await load();
    const random = new Randomness(3);
    const list: number[] = [];
    let epoch = 10;
    for (let round = 0; round < 60; round++) {
      epoch += 1 + (random.below(3) === 0 ? random.below(9) : 0);
      await goTo(epoch);
      await beacon.open();
      await networkHelpers.mine(DELAY);
      await beacon.seal();
      list.push(epoch);
      for (let question = 0; question < 6; question++) await compare(random.below(epoch + 5));
    }
    for (let asked = 0; asked < epoch + 5; asked++) await compare(asked);

    async function compare(asked: number) {
      const [first, last] = [list.find((one) => one >= asked), list.findLast((one) => one <= asked)];
      expect(await beacon.sealedThrough(asked)).to.equal(BigInt(list.filter((one) => one <= asked).length));
      expect(await beacon.firstSealedFrom(asked)).to.deep.equal([first !== undefined, BigInt(first ?? 0)]);
      expect(await beacon.lastSealedThrough(asked)).to.deep.equal([last !== undefined, BigInt(last ?? 0)]);
    }
  });

  it("is deployed with the market", async () => {
    const [deployer] = await ethers.getSigners();
    const market = await deployMarket(ethers, deployer, {
      holder: deployer.address,
      supply: SUPPLY,
      owner: deployer.address,
      genesis: GENESIS,
      epochLength: EPOCH,
      ceilings: CEILINGS,
      values: { ...VALUES, treasury: deployer.address },
    });
    const beacon = await ethers.getContractAt("BlockhashBeacon", await market.beacon.getAddress());
    expect(await beacon.anchorDelay()).to.equal(2n);
    expect(await beacon.parameters()).to.equal(await market.parameters.getAddress());
  });
});
