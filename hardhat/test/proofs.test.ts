import { expect } from "chai";
import { AbiCoder, keccak256, sha256, solidityPacked } from "ethers";
import { ethers, EPOCH, GENESIS, goTo, networkHelpers, NO_PERMIT, register, request, time, VALUES, WINDOW } from "./market.js";
import { build, packAll } from "./support/answers.js";
import {
  advance,
  answersFor,
  answersTo,
  inclusion,
  NOTHING,
  loadProvingWorld,
  reachAnchor,
  seal,
  sign,
  signature,
} from "./support/proving.js";
import { checkpointOf, EMPTY, providerTree, type Agreement, type Checkpoint } from "./support/sumtree.js";

const CHECKPOINT = "tuple(bytes32 root, uint64 leaves, uint32 agreements)";

function hashOf(checkpoint: Checkpoint): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([CHECKPOINT], [checkpoint]));
}

describe("PossessionProofs: committing", () => {
  const load = loadProvingWorld;

  it("the newest checkpoint is kept with its epoch, and reported", async () => {
    const { proofs, operator, provider } = await load();
    const next = { root: ethers.id("root"), leaves: 7n, agreements: 2n };
    await goTo(12);
    await expect(proofs.connect(operator).commit(provider, next))
      .to.emit(proofs, "CheckpointCommitted")
      .withArgs(provider, 12n, next.root, next.leaves, next.agreements);
    expect(await proofs.checkpointOf(provider)).to.deep.equal([true, [next.root, next.leaves, next.agreements], 12n]);
  });

  it("before the first there is none, which is not the same as an empty one", async () => {
    const { proofs, stranger, registry, operator, ...world } = await load();
    expect((await proofs.checkpointOf(stranger.address)).exists).to.equal(false);
    await register({ ...world, proofs, registry }, stranger, world.others[0].address);
    await proofs.connect(world.others[0]).commit(stranger.address, NOTHING);
    expect((await proofs.checkpointOf(stranger.address)).exists).to.equal(true);
  });

  it("only the operator commits or proves: not the owner, not a stranger, not another provider's operator", async () => {
    const world = await load();
    const { proofs, provider, owner, stranger, operator, others } = world;
    await register(world, stranger, others[0].address);
    const refused = (sent: Promise<unknown>, of: string, caller: string) =>
      expect(sent).to.be.revertedWithCustomError(proofs, "NotOperator").withArgs(of, caller);
    for (const caller of [owner, stranger, others[0]]) {
      await refused(proofs.connect(caller).commit(provider, NOTHING), provider, caller.address);
      await refused(proofs.connect(caller).advance(provider, "0x", NOTHING), provider, caller.address);
    }
    await refused(proofs.connect(operator).commit(stranger.address, NOTHING), stranger.address, operator.address);
    await refused(proofs.connect(operator).commit(ethers.ZeroAddress, NOTHING), ethers.ZeroAddress, operator.address);
  });

  it("whoever names somebody else's operator gains nothing, and takes nothing from whose it is", async () => {
    const world = await load();
    const { proofs, provider, operator, stranger, registry } = world;
    await register(world, stranger, operator.address);
    expect([await registry.operatorOf(provider), await registry.operatorOf(stranger.address)]).to.deep.equal(
      Array(2).fill(operator.address),
    );
    await proofs.connect(operator).commit(provider, NOTHING);
    expect((await proofs.checkpointOf(stranger.address)).exists).to.equal(false);
    expect((await proofs.checkpointOf(provider)).exists).to.equal(true);
  });

  it("a checkpoint that contradicts itself is refused", async () => {
    const { proofs, operator, provider } = await load();
    const root = ethers.id("root");
    const invalid = [
      { root, leaves: 0n, agreements: 0n },
      { root, leaves: 1n, agreements: 0n },
      { root: ethers.ZeroHash, leaves: 1n, agreements: 0n },
      { root: ethers.ZeroHash, leaves: 0n, agreements: 1n },
      { root: ethers.ZeroHash, leaves: 1n, agreements: 1n },
    ];
    for (const one of invalid) {
      await expect(proofs.connect(operator).commit(provider, one)).to.be.revertedWithCustomError(proofs, "CheckpointInvalid");
    }
    await proofs.connect(operator).commit(provider, { root, leaves: 0n, agreements: 1n });
  });
});

describe("PossessionProofs: proving", () => {
  const load = loadProvingWorld;

  it("one transaction proves the epoch, commits the next checkpoint and is recorded", async () => {
    const world = await load();
    const { proofs, registry, provider } = world;
    await seal(world, 11);
    const next = providerTree(world.contents.slice(0, 2));
    const sent = advance(world, 11, next);
    await expect(sent).to.emit(proofs, "PossessionProven").withArgs(provider, 11n, checkpointOf(world.root).root);
    await expect(sent).to.emit(proofs, "CheckpointCommitted");
    await expect(sent).to.emit(registry, "EpochProven").withArgs(provider, 11n);
    expect(await registry.hasProven(provider, 11n)).to.equal(true);
    expect(await proofs.provenCheckpoint(provider, 11n)).to.equal(hashOf(checkpointOf(world.root)));
    expect((await proofs.checkpointOf(provider)).checkpoint.root).to.equal(checkpointOf(next).root);
    expect((await proofs.checkpointOf(provider)).committedIn).to.equal(11n);
  });

  it("epoch after epoch, each against the checkpoint of the one before", async () => {
    const world = await load();
    for (let epoch = 11; epoch < 19; epoch++) {
      await seal(world, epoch);
      await advance(world, epoch);
    }
    expect((await world.registry.trackRecord(world.provider)).proven).to.equal(8n);
  });

  it("the first proof seals the epoch by itself", async () => {
    const world = await load();
    await reachAnchor(world, 11);
    const anchor = await world.beacon.anchorBlock(11n);
    const { hash } = (await ethers.provider.getBlock(Number(anchor)))!;
    const seed = sha256(solidityPacked(["bytes32", "uint64"], [hash, 11n]));
    await world.proofs.connect(world.operator).advance(world.provider, packAll(answersTo(world, seed)), checkpointOf(world.root));
    expect(await world.beacon.seed(11n)).to.equal(seed);
    expect(await world.registry.hasProven(world.provider, 11n)).to.equal(true);
  });

  it("an epoch that is not open, or past its first half unsealed, cannot be proven", async () => {
    const world = await load();
    const attempt = () => world.proofs.connect(world.operator).advance(world.provider, "0x", NOTHING);
    await goTo(11);
    await expect(attempt()).to.be.revertedWithCustomError(world.beacon, "EpochNotOpened").withArgs(11n);
    await reachAnchor(world, 11);
    await goTo(11, EPOCH / 2n);
    await expect(attempt()).to.be.revertedWithCustomError(world.beacon, "NotInFirstHalf");
  });

  it("an empty checkpoint proves itself, and takes no bytes", async () => {
    const world = await load();
    await world.proofs.connect(world.operator).commit(world.provider, NOTHING);
    await seal(world, 11);
    await expect(world.proofs.connect(world.operator).advance(world.provider, "0x00", NOTHING)).to.be.revertedWithCustomError(
      world.proofs,
      "AnswersTooLong",
    );
    await world.proofs.connect(world.operator).advance(world.provider, "0x", NOTHING);
    expect(await world.registry.hasProven(world.provider, 11n)).to.equal(true);
  });

  it("agreements without contents answer the draws by agreement, and there are none by leaf", async () => {
    const world = await load();
    const root = providerTree([{ id: 1n, revision: 0n, data: EMPTY }, world.contents[1]]);
    world.signatures.set(1n, Buffer.alloc(65));
    await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(root));
    await seal(world, 11);
    const answers = await answersFor(world, 11, root);
    expect(answers.length).to.equal(4);
    await world.proofs.connect(world.operator).advance(world.provider, packAll(answers), NOTHING);
  });

  it("a checkpoint of this very epoch is too new, even if it is the same", async () => {
    const world = await load();
    await seal(world, 11);
    await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(world.root));
    await expect(advance(world, 11)).to.be.revertedWithCustomError(world.proofs, "CheckpointTooNew").withArgs(world.provider, 11n);
  });

  it("without a checkpoint there is nothing to prove", async () => {
    const world = await load();
    const operator = world.others[0];
    await register(world, world.stranger, operator.address);
    await seal(world, 11);
    await expect(world.proofs.connect(operator).advance(world.stranger.address, "0x", NOTHING))
      .to.be.revertedWithCustomError(world.proofs, "NoCheckpoint")
      .withArgs(world.stranger.address);
  });

  it("an epoch is proven once", async () => {
    const world = await load();
    await seal(world, 11);
    await advance(world, 11);
    await expect(advance(world, 11)).to.be.revertedWithCustomError(world.proofs, "AlreadyProven").withArgs(world.provider, 11n);
  });

  it("the window closes with its last second", async () => {
    const world = await load();
    await seal(world, 11);
    const closesAt = (await world.beacon.sealedAt(11n)) + WINDOW;
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(closesAt + 1n);
    await expect(advance(world, 11))
      .to.be.revertedWithCustomError(world.proofs, "ProofWindowClosed")
      .withArgs(11n, closesAt, closesAt + 1n);
    await snapshot.restore();
    await time.setNextBlockTimestamp(closesAt);
    await advance(world, 11);
    expect(closesAt).to.be.lessThan(GENESIS + 12n * EPOCH);
  });

  it("another epoch's answers, and another provider's call data, prove nothing", async () => {
    const world = await load();
    await seal(world, 11);
    const earlier = packAll(await answersFor(world, 11));
    const copycat = world.others[0];
    await register(world, world.stranger, copycat.address);
    await world.proofs.connect(copycat).commit(world.stranger.address, checkpointOf(world.root));
    await seal(world, 12);
    const mine = packAll(await answersFor(world, 12));
    const next = checkpointOf(world.root);
    await expect(world.proofs.connect(world.operator).advance(world.provider, earlier, next)).to.be.revertedWithCustomError(
      world.proofs,
      "WrongTarget",
    );
    const theirs = (answers: string) => world.proofs.connect(copycat).advance(world.stranger.address, answers, next);
    await expect(theirs(mine)).to.be.revertedWithCustomError(world.proofs, "WrongTarget");
    await expect(world.proofs.connect(copycat).advance(world.provider, mine, next)).to.be.revertedWithCustomError(
      world.proofs,
      "NotOperator",
    );
    // Even with the right paths: the contents belong to agreements of somebody else.
    const own = packAll(await answersFor(world, 12, world.root, world.stranger.address));
    await expect(theirs(own)).to.be.revertedWithCustomError(world.agreements, "NotProvider");
    await world.proofs.connect(world.operator).advance(world.provider, mine, next);
  });

  it("truncated or extended answers are refused", async () => {
    const world = await load();
    await seal(world, 11);
    const packed = packAll(await answersFor(world, 11));
    const attempt = (bytes: string) => world.proofs.connect(world.operator).advance(world.provider, bytes, NOTHING);
    await expect(attempt(packed.slice(0, -2))).to.be.revertedWithCustomError(world.proofs, "AnswersTooShort");
    await expect(attempt("0x")).to.be.revertedWithCustomError(world.proofs, "AnswersTooShort");
    await expect(attempt(`${packed}00`)).to.be.revertedWithCustomError(world.proofs, "AnswersTooLong");
    await expect(attempt(packed + packed.slice(2))).to.be.revertedWithCustomError(world.proofs, "AnswersTooLong");
  });

  it("contents that are kept cannot be shown again and again in the place of others", async () => {
    const world = await load();
    // The third agreement's data is lost; the first's, repeated, would answer nine of ten draws.
    const root = providerTree([...Array<Agreement>(20).fill(world.contents[0]), world.contents[2]]);
    await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(root));
    await seal(world, 11);
    const packed = packAll(await answersFor(world, 11, root));
    await expect(world.proofs.connect(world.operator).advance(world.provider, packed, NOTHING)).to.be.revertedWithCustomError(
      world.proofs,
      "OutOfOrder",
    );
  });

  it("contents that no consumer signed are refused", async () => {
    const world = await load();
    const invented: Agreement = { ...world.contents[0], revision: 5n };
    for (const [signer, agreement] of [
      [world.operator, invented],
      [world.dataKey, { ...invented, revision: 6n }],
      [world.dataKey, { ...invented, id: 3n }],
    ] as const) {
      const snapshot = await networkHelpers.takeSnapshot();
      const root = providerTree([invented]);
      world.signatures.set(1n, await signature(world, agreement, signer));
      await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(root));
      await seal(world, 11);
      await expect(
        world.proofs.connect(world.operator).advance(world.provider, packAll(await answersFor(world, 11, root)), NOTHING),
      ).to.be.revertedWithCustomError(world.agreements, "RevisionNotSigned");
      await snapshot.restore();
    }
  });

  it("revision 0 with contents, and an agreement that does not exist, are refused", async () => {
    const world = await load();
    for (const [agreement, error] of [
      [{ ...world.contents[0], revision: 0n }, "EmptyRevisionInvalid"],
      [{ ...world.contents[0], id: 99n }, "UnknownAgreement"],
    ] as const) {
      const snapshot = await networkHelpers.takeSnapshot();
      const root = providerTree([agreement]);
      await sign(world, agreement);
      await world.proofs.connect(world.operator).commit(world.provider, checkpointOf(root));
      await seal(world, 11);
      await expect(
        world.proofs.connect(world.operator).advance(world.provider, packAll(await answersFor(world, 11, root)), NOTHING),
      ).to.be.revertedWithCustomError(world.agreements, error);
      await snapshot.restore();
    }
  });

  it("a consumer that names another data key cannot make its provider fail", async () => {
    const world = await load();
    await world.agreements.connect(world.consumer).authorizeDataKey(1n, world.stranger.address);
    await seal(world, 11);
    await advance(world, 11);
  });

  it("the number of challenges is the market's at the time of the proof", async () => {
    const world = await load();
    await world.parameters.setValues({ ...VALUES, challengesPerEpoch: 9n, treasury: world.treasury.address });
    await seal(world, 11);
    await expect(advance(world, 11)).to.be.revertedWithCustomError(world.proofs, "AnswersTooShort");
    const nine = packAll(await answersFor(world, 11, world.root, world.provider, 9));
    await world.proofs.connect(world.operator).advance(world.provider, nine, NOTHING);
  });
});

describe("PossessionProofs: inclusion", () => {
  const load = loadProvingWorld;

  async function proven() {
    const world = await load();
    await seal(world, 11);
    await advance(world, 11);
    const checkpoint = checkpointOf(world.root);
    const answer = (index: number) => build(world.root, world.contents[index], BigInt(index), 0n, (one) => world.signatures.get(one.id)!);
    const check = (id: bigint, packed: string, epoch = 11n, against = checkpoint, provider = world.provider) =>
      world.proofs.requireInclusion(provider, epoch, id, against, packed);
    return { ...world, checkpoint, answer, check };
  }

  it("each agreement is shown, with contents or without", async () => {
    const { contents, answer, check } = await proven();
    for (const [index, agreement] of contents.entries()) await check(agreement.id, inclusion(answer(index)));
  });

  it("only against the checkpoint that was proven in that epoch by that provider", async () => {
    const { proofs, checkpoint, stranger, provider, answer, check } = await proven();
    const packed = inclusion(answer(0));
    const other = { ...checkpoint, leaves: checkpoint.leaves + 1n };
    await expect(check(1n, packed, 11n, other))
      .to.be.revertedWithCustomError(proofs, "NotTheProvenCheckpoint")
      .withArgs(provider, 11n);
    await expect(check(1n, packed, 12n)).to.be.revertedWithCustomError(proofs, "NotTheProvenCheckpoint");
    await expect(check(1n, packed, 11n, checkpoint, stranger.address)).to.be.revertedWithCustomError(proofs, "NotTheProvenCheckpoint");
  });

  it("not for another agreement, with another length, root or signature", async () => {
    const { proofs, agreements, answer, check } = await proven();
    const packed = inclusion(answer(0));
    await expect(check(3n, packed)).to.be.revertedWithCustomError(proofs, "WrongAgreement").withArgs(3n, 1n);
    await expect(check(1n, `${packed}00`)).to.be.revertedWithCustomError(proofs, "AnswersTooLong");
    await expect(check(1n, packed.slice(0, -2))).to.be.revertedWithCustomError(proofs, "AnswersTooShort");
    await expect(check(1n, inclusion({ ...answer(0), agreementId: 0n }))).to.be.revertedWithCustomError(proofs, "WrongRoot");
    await expect(check(1n, inclusion({ ...answer(0), revision: 9n }))).to.be.revertedWithCustomError(proofs, "WrongRoot");
    const unsigned = inclusion({ ...answer(0), signature: Buffer.alloc(65, 1) });
    await expect(check(1n, unsigned)).to.be.revertedWithCustomError(agreements, "RevisionNotSigned");
  });

  it("an agreement that was left out of the checkpoint cannot be shown", async () => {
    const world = await proven();
    await world.agreements.connect(world.consumer).open([request(world as any, { space: 1n })] as any, NO_PERMIT);
    const late = { id: 4n, revision: 0n, data: EMPTY };
    const tree = providerTree([...world.contents, late]);
    await expect(world.check(4n, inclusion(build(tree, late, 3n, 0n)))).to.be.revertedWithCustomError(world.proofs, "WrongRoot");
  });
});
