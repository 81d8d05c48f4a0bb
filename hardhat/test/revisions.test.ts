import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { EPOCH, ethers, fixture, goTo, live, marketWorld, open, settle, type World } from "./market.js";

const EMPTY = { number: 0n, dataRoot: ethers.ZeroHash, weight: 0n };
const REVISION = { number: 7n, dataRoot: ethers.id("contents"), weight: 1_000n };
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function sign(world: World, signer: HardhatEthersSigner, revision: typeof REVISION, agreementId = 1n): Promise<string> {
  const domain = {
    name: "Storage Marketplace",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await world.agreements.getAddress(),
  };
  const types = {
    Revision: [
      { name: "agreementId", type: "uint256" },
      { name: "number", type: "uint64" },
      { name: "dataRoot", type: "bytes32" },
      { name: "weight", type: "uint64" },
    ],
  };
  const message = { agreementId, ...revision };
  expect(await world.agreements.revisionDigest(agreementId, revision)).to.equal(ethers.TypedDataEncoder.hash(domain, types, message));
  return signer.signTypedData(domain, types, message);
}

describe("Revisions", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world, { term: 4n });
    return world;
  });

  it("are good with the data key's signature", async () => {
    const world = await load();
    await world.agreements.requireRevision(world.provider, 1n, REVISION, await sign(world, world.dataKey, REVISION));
  });

  it("are refused with anybody else's, for anything else, or malformed", async () => {
    const world = await load();
    const { agreements, provider, dataKey } = world;
    const good = await sign(world, dataKey, REVISION);
    const refused = (revision: typeof REVISION, signature: string, signer?: string) => {
      const attempt = expect(agreements.requireRevision(provider, 1n, revision, signature)).to.be.revertedWithCustomError(
        agreements,
        "RevisionNotSigned",
      );
      return signer ? attempt.withArgs(1n, revision.number, signer) : attempt;
    };
    await refused(REVISION, await sign(world, world.consumer, REVISION), world.consumer.address);
    for (const changed of [{ number: 8n }, { dataRoot: ethers.id("other") }, { weight: 1_001n }])
      await refused({ ...REVISION, ...changed }, good);
    await refused(REVISION, await sign(world, dataKey, REVISION, 2n));
    for (const malformed of ["0x", good.slice(0, -2), `${good}00`, `0x${"00".repeat(65)}`])
      await refused(REVISION, malformed, ethers.ZeroAddress);
    const { r, s, v } = ethers.Signature.from(good);
    const twin = ethers.concat([r, ethers.toBeHex(ORDER - BigInt(s), 32), ethers.toBeHex(v === 27 ? 28 : 27, 1)]);
    await refused(REVISION, twin, ethers.ZeroAddress);
  });

  it("revision 0 is the empty one and needs no signature", async () => {
    const { agreements, provider } = await load();
    await agreements.requireRevision(provider, 1n, EMPTY, `0x${"00".repeat(65)}`);
    for (const changed of [{ dataRoot: ethers.id("x") }, { weight: 1n }]) {
      const revision = { ...EMPTY, ...changed };
      await expect(agreements.requireRevision(provider, 1n, revision, "0x"))
        .to.be.revertedWithCustomError(agreements, "EmptyRevisionInvalid")
        .withArgs(1n, revision.dataRoot, revision.weight);
    }
  });

  it("fit into the rented space", async () => {
    const world = await load();
    const { agreements, provider, dataKey } = world;
    const full = { ...REVISION, weight: 10n * 2n ** 20n };
    await agreements.requireRevision(provider, 1n, full, await sign(world, dataKey, full));
    const more = { ...full, weight: full.weight + 1n };
    await expect(agreements.requireRevision(provider, 1n, more, await sign(world, dataKey, more)))
      .to.be.revertedWithCustomError(agreements, "RevisionTooLarge")
      .withArgs(1n, more.weight, 10n);
  });

  it("are of the provider's own agreements", async () => {
    const world = await load();
    await expect(world.agreements.requireRevision(world.stranger.address, 1n, EMPTY, "0x"))
      .to.be.revertedWithCustomError(world.agreements, "NotProvider")
      .withArgs(1n, world.stranger.address);
  });

  it("stay good when the consumer names another key, which is good from then on", async () => {
    const world = await load();
    const { agreements, provider, consumer, dataKey, stranger } = world;
    const [old, next] = [await sign(world, dataKey, REVISION), await sign(world, stranger, REVISION)];
    await expect(agreements.requireRevision(provider, 1n, REVISION, next)).to.be.revertedWithCustomError(agreements, "RevisionNotSigned");
    await expect(agreements.connect(consumer).authorizeDataKey(1n, stranger.address))
      .to.emit(agreements, "DataKeyAuthorized")
      .withArgs(1n, stranger.address);
    await agreements.requireRevision(provider, 1n, REVISION, next);
    await agreements.requireRevision(provider, 1n, REVISION, old);
    expect((await agreements.agreement(1n)).dataKey).to.equal(stranger.address);
    expect([await agreements.isDataKey(1n, dataKey.address), await agreements.isDataKey(1n, stranger.address)]).to.deep.equal([true, true]);
    await expect(agreements.connect(consumer).authorizeDataKey(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(
      agreements,
      "DataKeyIsZero",
    );
  });

  it("of proposals count for nothing: they hold no stake", async () => {
    const world = await load();
    const id = await open(world, { listing: 2n });
    await expect(world.agreements.requireRevision(world.provider, id, EMPTY, "0x"))
      .to.be.revertedWithCustomError(world.agreements, "WrongState")
      .withArgs(id, 1n);
  });

  it("of an ended agreement stay good for two epochs", async () => {
    const world = await load();
    const { agreements, provider } = world;
    await live(world, 12, 17, () => false);
    await settle(world, 1n, 0);
    await goTo(18, EPOCH - 10n);
    await agreements.requireRevision(provider, 1n, EMPTY, "0x");
    await goTo(19, 0);
    await expect(agreements.requireRevision(provider, 1n, EMPTY, "0x"))
      .to.be.revertedWithCustomError(agreements, "WrongState")
      .withArgs(1n, 6n);
  });
});
