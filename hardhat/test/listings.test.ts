import { expect } from "chai";
import { fixture, marketWorld, NO_PERMIT, open, TERMS } from "./market.js";

const U64 = 2n ** 64n - 1n;
const PRICE = 2n ** 128n - 1n;

describe("ListingBook", () => {
  const load = fixture(() => marketWorld());

  it("keeps and reports an offer", async () => {
    const { listings, owner, provider } = await load();
    expect(await listings.listingCount()).to.equal(2n);
    await expect(listings.connect(owner).publish(TERMS)).to.emit(listings, "ListingPublished").withArgs(3n, provider, Object.values(TERMS));
    expect(await listings.listing(3n)).to.deep.equal([provider, false, Object.values(TERMS)]);
  });

  it("only registered providers publish", async () => {
    const { listings, operator, stranger } = await load();
    for (const caller of [operator, stranger]) {
      await expect(listings.connect(caller).publish(TERMS))
        .to.be.revertedWithCustomError(listings, "NotAProvider")
        .withArgs(caller.address);
    }
  });

  it("terms that cannot be right are refused when published and when changed", async () => {
    const { listings, owner } = await load();
    const book = listings.connect(owner);
    await expect(book.publish({ ...TERMS, available: 0n })).to.be.revertedWithCustomError(listings, "SpaceIsZero");
    for (const attempt of [book.publish, (terms: any) => book.change(1n, terms)]) {
      for (const [minTerm, maxTerm] of [
        [0n, 5n],
        [6n, 5n],
      ]) {
        await expect(attempt({ ...TERMS, minTerm, maxTerm }))
          .to.be.revertedWithCustomError(listings, "TermBoundsInvalid")
          .withArgs(minTerm, maxTerm);
      }
      await expect(attempt({ ...TERMS, price: PRICE + 1n }))
        .to.be.revertedWithCustomError(listings, "PriceTooHigh")
        .withArgs(PRICE + 1n, PRICE);
      await expect(attempt({ ...TERMS, egressPrice: PRICE + 1n })).to.be.revertedWithCustomError(listings, "PriceTooHigh");
      await attempt({ ...TERMS, price: PRICE, egressPrice: PRICE, minTerm: 5n, maxTerm: 5n });
    }
  });

  it("a change replaces the terms, for its owner only", async () => {
    const { listings, owner, operator } = await load();
    const terms = { ...TERMS, price: 9n, available: 0n };
    await expect(listings.connect(owner).change(1n, terms)).to.emit(listings, "ListingChanged").withArgs(1n, Object.values(terms));
    expect((await listings.listing(1n)).terms).to.deep.equal(Object.values(terms));
    for (const attempt of [() => listings.connect(operator).change(1n, terms), () => listings.connect(operator).withdraw(1n)]) {
      await expect(attempt()).to.be.revertedWithCustomError(listings, "NotListingOwner").withArgs(1n, operator.address);
    }
  });

  it("an offer that was withdrawn takes no agreements and cannot be changed back", async () => {
    const world = await load();
    const { listings, owner } = world;
    await expect(listings.connect(owner).withdraw(1n)).to.emit(listings, "ListingWithdrawn").withArgs(1n);
    expect((await listings.listing(1n)).withdrawn).to.equal(true);
    for (const attempt of [
      () => listings.connect(owner).withdraw(1n),
      () => listings.connect(owner).change(1n, TERMS),
      () => open(world),
    ]) {
      await expect(attempt()).to.be.revertedWithCustomError(listings, "ListingIsWithdrawn").withArgs(1n);
    }
  });

  it("numbers that were never given are unknown", async () => {
    const world = await load();
    const { listings, owner } = world;
    for (const id of [0n, 3n]) {
      for (const attempt of [
        () => listings.listing(id),
        () => listings.connect(owner).change(id, TERMS),
        () => listings.connect(owner).withdraw(id),
        () => open(world, { listing: id }),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(listings, "UnknownListing").withArgs(id);
      }
    }
  });

  it("space is taken by agreements and not beyond what is there", async () => {
    const world = await load();
    const { listings } = world;
    await listings.connect(world.owner).change(1n, { ...TERMS, available: 15n });
    await expect(
      world.agreements
        .connect(world.consumer)
        .open([{ listing: 1n, space: 10n, term: 5n, dataKey: world.stranger.address, maxDeposit: 10_000n, maxEgressPrice: 3n }], NO_PERMIT),
    )
      .to.emit(listings, "ListingTaken")
      .withArgs(1n, 10n, 5n);
    await expect(open(world, { space: 6n }))
      .to.be.revertedWithCustomError(listings, "SpaceNotAvailable")
      .withArgs(1n, 6n, 5n);
    await open(world, { space: 5n });
    expect((await listings.listing(1n)).terms.available).to.equal(0n);
  });

  it("giving space back never fails, though the whole range is on offer", async () => {
    const world = await load();
    const { listings, agreements, consumer } = world;
    const id = await open(world, { listing: 2n });
    await listings.connect(world.owner).change(2n, { ...TERMS, available: U64 - 3n });
    await expect(agreements.connect(consumer).withdrawProposal(id)).to.emit(listings, "ListingReturned").withArgs(2n, 10n, U64);
    expect((await listings.listing(2n)).terms.available).to.equal(U64);
  });

  it("a private one is for its consumer alone, until it is changed", async () => {
    const world = await load();
    const { listings, consumer, stranger } = world;
    await listings.connect(world.owner).change(1n, { ...TERMS, onlyFor: stranger.address });
    expect((await listings.listing(1n)).terms.onlyFor).to.equal(stranger.address);
    await expect(open(world)).to.be.revertedWithCustomError(listings, "ListingIsPrivate").withArgs(1n, consumer.address);
    expect(await open(world, {}, stranger)).to.equal(1n);
    await listings.connect(world.owner).change(1n, TERMS);
    expect(await open(world)).to.equal(2n);
  });

  it("a private one by proposal keeps others from taking its space", async () => {
    const world = await load();
    await world.listings.connect(world.owner).change(2n, { ...TERMS, autoAccept: false, onlyFor: world.stranger.address });
    await expect(open(world, { listing: 2n })).to.be.revertedWithCustomError(world.listings, "ListingIsPrivate");
    expect((await world.listings.listing(2n)).terms.available).to.equal(1_000n);
  });

  it("only the agreements take space and give it back", async () => {
    const { listings, owner, stranger } = await load();
    for (const caller of [owner, stranger]) {
      await expect(listings.connect(caller).take(1n, 1n, caller.address))
        .to.be.revertedWithCustomError(listings, "OnlyAgreements")
        .withArgs(caller.address);
      await expect(listings.connect(caller).giveBack(1n, 1n))
        .to.be.revertedWithCustomError(listings, "OnlyAgreements")
        .withArgs(caller.address);
    }
  });
});
