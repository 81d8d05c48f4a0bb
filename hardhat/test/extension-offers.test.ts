import { expect } from "chai";
import { failAudit, fixture, held, open, register, TERMS } from "./market.js";
import { signPermit } from "./permits.js";
import { extend, extension, rented, reprice } from "./support/extending.js";

describe("StorageAgreements: who and what an extension depends on", () => {
  const load = fixture(rented);

  it("asks for no more than the consumer agreed to", async () => {
    const world = await load();
    await reprice(world, 9n);
    await expect(extend(world, { term: 6n, maxDeposit: 539n }))
      .to.be.revertedWithCustomError(world.agreements, "DepositTooHigh")
      .withArgs(540n, 539n);
    await extend(world, { term: 6n, maxDeposit: 540n });
  });

  it("adds something", async () => {
    const world = await load();
    await expect(extend(world, {})).to.be.revertedWithCustomError(world.agreements, "NothingRequested");
    await expect(extend(world, { listing: 1n })).to.be.revertedWithCustomError(world.agreements, "NothingRequested");
  });

  it("works by permit", async () => {
    const world = await load();
    const { agreements, token, consumer, escrow } = world;
    await (token.connect(consumer) as any).approve(escrow, 0n);
    const permit = await signPermit(token, consumer, await escrow.getAddress(), 70n);
    await agreements.connect(consumer).extend(1n, extension({ term: 1n }) as any, permit);
    expect(await held(world, 1n)).to.equal(770n);
  });

  it("is refused while the guardian has stopped new agreements, and nothing else is", async () => {
    const world = await load();
    const { agreements, parameters, deployer, consumer } = world;
    await parameters.connect(deployer).setGuardian(deployer.address);
    await parameters.connect(deployer).pause();
    await expect(extend(world, { term: 1n })).to.be.revertedWithCustomError(parameters, "MarketPaused");
    await agreements.connect(consumer).terminate(1n);
    await parameters.connect(deployer).unpause();
  });

  it("of a withdrawn offer is refused, until the provider makes another one", async () => {
    const world = await load();
    const { agreements, listings, owner } = world;
    await listings.connect(owner).withdraw(1n);
    await expect(extend(world, { term: 1n }))
      .to.be.revertedWithCustomError(listings, "ListingIsWithdrawn")
      .withArgs(1n);
    await listings.connect(owner).publish({ ...TERMS, price: 8n });
    await expect(extend(world, { listing: 3n, term: 1n, space: 2n }))
      .to.emit(agreements, "AgreementExtended")
      .withArgs(1n, 3n, 2n, 12n, 23n, 8n, 80n + 2n * 8n * 11n);
    expect((await agreements.agreement(1n)).listing).to.equal(3n);
    expect((await listings.listing(1n)).terms.available).to.equal(1_000n);
    expect((await listings.listing(3n)).terms.available).to.equal(988n);
    await failAudit(world, 1n);
    expect((await listings.listing(3n)).terms.available).to.equal(1_000n);
  });

  it("of an offer without space is possible in time, and in space not", async () => {
    const world = await load();
    await reprice(world, 7n, { available: 0n });
    await extend(world, { term: 1n });
    await expect(extend(world, { space: 1n }))
      .to.be.revertedWithCustomError(world.listings, "SpaceNotAvailable")
      .withArgs(1n, 1n, 0n);
  });

  it("under another offer needs space there for all of the agreement", async () => {
    const world = await load();
    await world.listings.connect(world.owner).publish({ ...TERMS, available: 10n });
    await expect(extend(world, { listing: 3n, space: 1n }))
      .to.be.revertedWithCustomError(world.listings, "SpaceNotAvailable")
      .withArgs(3n, 11n, 10n);
    await extend(world, { listing: 3n, term: 1n });
    expect((await world.listings.listing(3n)).terms.available).to.equal(0n);
  });

  it("under an offer that somebody has to answer is refused; a private one for the consumer does instead", async () => {
    const world = await load();
    const { agreements, listings, owner, consumer, stranger } = world;
    await expect(extend(world, { listing: 2n, term: 1n }))
      .to.be.revertedWithCustomError(agreements, "ListingNeedsAcceptance")
      .withArgs(2n);
    await listings.connect(owner).publish({ ...TERMS, onlyFor: stranger.address });
    await expect(extend(world, { listing: 3n, term: 1n }))
      .to.be.revertedWithCustomError(listings, "ListingIsPrivate")
      .withArgs(3n, consumer.address);
    await listings.connect(owner).publish({ ...TERMS, onlyFor: consumer.address });
    await extend(world, { listing: 4n, term: 1n });
    expect((await agreements.agreement(1n)).listing).to.equal(4n);
  });

  it("of an agreement under an offer by proposal is refused without another offer", async () => {
    const world = await load();
    const id = await open(world, { listing: 2n });
    await world.agreements.connect(world.owner).accept(id);
    await expect(extend(world, { term: 1n }, id))
      .to.be.revertedWithCustomError(world.agreements, "ListingNeedsAcceptance")
      .withArgs(2n);
    await extend(world, { listing: 1n, term: 1n }, id);
    expect((await world.listings.listing(2n)).terms.available).to.equal(1_000n);
  });

  it("under another provider's offer, or one that never was, is refused", async () => {
    const world = await load();
    const { agreements, listings, stranger } = world;
    await register(world, stranger, stranger.address);
    await listings.connect(stranger).publish(TERMS);
    await expect(extend(world, { listing: 3n, term: 1n }))
      .to.be.revertedWithCustomError(agreements, "OtherProvider")
      .withArgs(3n, stranger.address);
    await expect(extend(world, { listing: 4n, term: 1n }))
      .to.be.revertedWithCustomError(listings, "UnknownListing")
      .withArgs(4n);
  });
});
