import { expect } from "chai";
import { bn254 } from "@kevincharm/noble-bn254-drand";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { CEILINGS, fixture, GENESIS, VALUES } from "./market.js";
import { coordinates, DrandNetwork, encoded, EVMNET, FIELD, pointOf, PUBLISHED, seedOf, TEST_NETWORK } from "./support/drand.js";
import { deployBeacon, deployParameters, ROUND } from "./support/drandBeacon.js";
import { Randomness } from "./support/random.js";

const OTHER = new DrandNetwork(77n);

describe("DrandBeacon: rounds and keys", () => {
  async function rounds() {
    const parameters = await deployParameters();
    const evmnet = await deployBeacon(parameters, { publicKey: EVMNET.publicKey });
    return { parameters, evmnet, own: await deployBeacon(parameters), network: new DrandNetwork() };
  }
  const load = fixture(rounds);

  it("takes the round that drand published, under drand's key", async () => {
    const { evmnet } = await load();
    await evmnet.requireRound(PUBLISHED.round, PUBLISHED.signature);
    expect(await evmnet.publicKey()).to.equal(EVMNET.publicKey);
    expect(pointOf(PUBLISHED.round)).to.equal(PUBLISHED.hashToG1);
  });

  it("takes rounds that another implementation signed, of every size and on every branch of the hash to the curve", async () => {
    const { own, network } = await load();
    const random = new Randomness(254);
    const sizes = [0n, 1n, 255n, 256n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
    const drawn = Array.from({ length: 40 }, () => BigInt(random.below(2 ** 31)));
    for (const round of [...sizes, ...drawn]) await own.requireRound(round, network.sign(round));
  });

  it("takes the rounds that the node's tests are served, each for the epoch that they are meant for", async () => {
    const { publicKey, epochLength, margin, period, rounds } = TEST_NETWORK;
    const parameters = await deployParameters(GENESIS, BigInt(epochLength));
    const plan = { publicKey, genesis: GENESIS, period: BigInt(period), margin: BigInt(margin), timeout: 300n };
    const beacon = await deployBeacon(parameters, plan);
    for (const { epoch, round, signature } of rounds) {
      expect(await beacon.roundOf(epoch)).to.equal(round);
      await beacon.requireRound(round, signature);
      expect(new DrandNetwork().sign(round)).to.equal(signature);
    }
    expect(rounds.length).to.be.greaterThan(20);
  });

  it("takes no round for another", async () => {
    const { evmnet, own, network } = await load();
    for (const other of [ROUND - 1n, ROUND + 1n, 0n]) {
      for (const [beacon, signature] of [
        [evmnet, PUBLISHED.signature],
        [own, network.sign(ROUND)],
      ] as const) {
        await expect(beacon.requireRound(other, signature)).to.be.revertedWithCustomError(beacon, "SignatureNotOfRound").withArgs(other);
      }
    }
  });

  it("takes no signature of another key", async () => {
    const { evmnet, own } = await load();
    await expect(own.requireRound(ROUND, PUBLISHED.signature)).to.be.revertedWithCustomError(own, "SignatureNotOfRound").withArgs(ROUND);
    await expect(own.requireRound(ROUND, OTHER.sign(ROUND)))
      .to.be.revertedWithCustomError(own, "SignatureNotOfRound")
      .withArgs(ROUND);
    await expect(evmnet.requireRound(ROUND, OTHER.sign(ROUND))).to.be.revertedWithCustomError(evmnet, "SignatureNotOfRound");
  });

  it("takes no other point of the curve: negated, doubled, the message, the generator", async () => {
    const { own, network } = await load();
    const [x, y] = coordinates(network.sign(ROUND));
    const point = bn254.G1.ProjectivePoint.fromAffine({ x, y });
    const doubled = point.double().toAffine();
    for (const wrong of [encoded(x, FIELD - y), encoded(doubled.x, doubled.y), pointOf(ROUND), encoded(1n, 2n)]) {
      await expect(own.requireRound(ROUND, wrong)).to.be.revertedWithCustomError(own, "SignatureNotOfRound").withArgs(ROUND);
    }
  });

  it("takes no signature in which a bit is changed", async () => {
    const { evmnet } = await load();
    const bytes = Buffer.from(PUBLISHED.signature.slice(2), "hex");
    for (let bit = 0; bit < 512; bit += 13) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] ^= 1 << (bit & 7);
      const [x, y] = coordinates(`0x${altered.toString("hex")}`);
      const error = x >= FIELD || y >= FIELD ? "SignatureNotCanonical" : "SignatureNotOnCurve";
      await expect(evmnet.requireRound(ROUND, altered)).to.be.revertedWithCustomError(evmnet, error).withArgs(x, y);
    }
  });

  it("takes 64 bytes and no other number of them", async () => {
    const { evmnet } = await load();
    const right = PUBLISHED.signature;
    for (const wrong of ["0x", right.slice(0, 66), right.slice(0, -2), `${right}00`, right + right.slice(2)]) {
      await expect(evmnet.requireRound(ROUND, wrong))
        .to.be.revertedWithCustomError(evmnet, "SignatureLengthWrong")
        .withArgs((wrong.length - 2) / 2, 64);
    }
  });

  it("takes a point in one encoding only, so that a round has one seed", async () => {
    const { evmnet } = await load();
    const [x, y] = coordinates(PUBLISHED.signature);
    const others = [
      [x + FIELD, y],
      [x, y + FIELD],
      [x + FIELD, y + FIELD],
      [FIELD, y],
      [x, FIELD],
      [2n ** 256n - 1n, 2n ** 256n - 1n],
    ];
    for (const [otherX, otherY] of others) {
      await expect(evmnet.requireRound(ROUND, encoded(otherX, otherY)))
        .to.be.revertedWithCustomError(evmnet, "SignatureNotCanonical")
        .withArgs(otherX, otherY);
    }
    await expect(evmnet.requireRound(ROUND, encoded(FIELD - 1n, FIELD - 1n))).to.be.revertedWithCustomError(evmnet, "SignatureNotOnCurve");
  });

  it("takes infinity for nothing", async () => {
    const { evmnet } = await load();
    await expect(evmnet.requireRound(ROUND, encoded(0n, 0n)))
      .to.be.revertedWithCustomError(evmnet, "SignatureNotOnCurve")
      .withArgs(0, 0);
    await expect(evmnet.requireRound(ROUND, encoded(FIELD, FIELD))).to.be.revertedWithCustomError(evmnet, "SignatureNotCanonical");
  });

  it("is deployed with no key but a point of G2's subgroup in its one encoding", async () => {
    const { parameters, own } = await load();
    const words = EVMNET.publicKey.slice(2).match(/.{64}/g)!;
    const shifted = words.map((word, index) => words.with(index, (BigInt(`0x${word}`) + FIELD).toString(16).padStart(64, "0")));
    const wrong: Record<string, string> = {
      "a byte short": EVMNET.publicKey.slice(0, -2),
      "a byte long": `${EVMNET.publicKey}00`,
      nothing: "0x",
      infinity: `0x${"00".repeat(128)}`,
      "off the curve": `0x${words.with(3, "1".padStart(64, "0")).join("")}`,
      "in the precompile's other order": `0x${[words[1], words[0], words[3], words[2]].join("")}`,
      "outside the subgroup": outsideTheSubgroup(),
      ...Object.fromEntries(shifted.map((one, index) => [`coordinate ${index} written with the prime added`, `0x${one.join("")}`])),
    };
    for (const [title, publicKey] of Object.entries(wrong)) {
      await expect(deployBeacon(parameters, { publicKey }), title)
        .to.be.revertedWithCustomError(own, "PublicKeyInvalid")
        .withArgs(publicKey);
    }
  });

  it("seals on the round's own second, with drand's own genesis and period", async () => {
    const at = EVMNET.genesis + (PUBLISHED.round - 1) * EVMNET.period;
    const margin = 60n;
    const past = await network.create({ override: { initialDate: new Date((at - 1_000) * 1_000) } });
    const [deployer] = await past.ethers.getSigners();
    const parameters = await past.ethers.deployContract("MarketplaceParameters", [
      deployer.address,
      ZeroAddress,
      BigInt(at) - margin - 86_400n,
      86_400n,
      CEILINGS,
      { ...VALUES, proofWindow: 1_800n, auditWindow: 86_400n, treasury: deployer.address },
    ]);
    const beacon = await past.ethers.deployContract("DrandBeacon", [
      await parameters.getAddress(),
      2n,
      { publicKey: EVMNET.publicKey, genesis: EVMNET.genesis, period: EVMNET.period },
      margin,
      7_200n,
    ]);
    expect(await beacon.roundOf(1n)).to.equal(PUBLISHED.round);
    expect(await beacon.roundTime(PUBLISHED.round)).to.equal(at);
    await past.networkHelpers.time.setNextBlockTimestamp(at);
    await beacon.sealWithRound(PUBLISHED.signature);
    expect(await beacon.seed(1n)).to.equal(seedOf(PUBLISHED.signature, 1n));
    expect(await beacon.sealedAt(1n)).to.equal(at);
    await past.close();
  });
});

/** A point of the twist whose order is not the group's: the first that has an integer for its abscissa. */
function outsideTheSubgroup(): string {
  const { Fp2 } = bn254.fields;
  const b = bn254.G2.CURVE.b;
  for (let x = 1n; ; x++) {
    const abscissa = Fp2.create({ c0: x, c1: 0n });
    const square = Fp2.add(Fp2.mul(Fp2.sqr(abscissa), abscissa), b);
    const root = rootOf(square);
    if (!root) continue;
    const point = bn254.G2.ProjectivePoint.fromAffine({ x: abscissa, y: root });
    if (point.multiplyUnsafe(bn254.params.r - 1n).equals(point.negate())) continue;
    return encoded(abscissa.c1, abscissa.c0) + encoded(root.c1, root.c0).slice(2);
  }

  function rootOf(square: { c0: bigint; c1: bigint }) {
    try {
      const root = Fp2.sqrt(square);
      return Fp2.eql(Fp2.sqr(root), square) ? root : undefined;
    } catch {
      // Not a square: the next abscissa may have one.
      return undefined;
    }
  }
}
