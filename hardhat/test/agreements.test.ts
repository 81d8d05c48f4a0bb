import { expect } from "chai";
import {
  ethers,
  EPOCH,
  fixture,
  goTo,
  held,
  live,
  marketWorld,
  NO_PERMIT,
  open,
  request,
  settle,
  SPACE,
  TERMS,
  VALUES,
  type World,
} from "./market.js";
import { signPermit, usePermit } from "./permits.js";

const State = { None: 0n, Proposed: 1n, Declined: 2n, Withdrawn: 3n, Active: 4n, Terminated: 5n, Ended: 6n };

describe("StorageAgreements: opening", () => {
  const load = fixture(() => marketWorld());

  it("with automatic acceptance is active from the second epoch on, paid for and reserved", async () => {
    const world = await load();
    const { agreements, registry, listings, consumer, dataKey, provider } = world;
    const opening = agreements.connect(consumer).open([request(world)] as any, NO_PERMIT);
    await expect(opening)
      .to.emit(agreements, "AgreementProposed")
      .withArgs(1n, consumer.address, provider, 1n, 10n, 10n, 7n, 700n)
      .and.to.emit(agreements, "DataKeyAuthorized")
      .withArgs(1n, dataKey.address)
      .and.to.emit(agreements, "AgreementActivated")
      .withArgs(1n, 12n, 22n);
    const agreement = ((await agreements.agreement(1n)) as any).toObject();
    expect(agreement).to.deep.equal({
      consumer: consumer.address,
      provider,
      dataKey: dataKey.address,
      state: State.Active,
      listing: 1n,
      space: 10n,
      start: 12n,
      end: 22n,
      term: 10n,
      billingCycle: VALUES.billingCycle,
      settlementGrace: VALUES.settlementGrace,
      terminationNotice: VALUES.terminationNotice,
      protocolFeeBps: VALUES.protocolFeeBps,
      price: TERMS.price,
      egressPrice: TERMS.egressPrice,
      deposited: 700n,
      paid: 0n,
      refunded: 0n,
      remaining: 700n,
    });
    expect(await held(world, 1n)).to.equal(700n);
    expect(await registry.reservedOf(provider)).to.equal(10n);
    expect((await listings.listing(1n)).terms.available).to.equal(990n);
    expect(await agreements.cycleCount(1n)).to.equal(3n);
  });

  it("by proposal takes space of the offer, and no stake before the provider accepts", async () => {
    const world = await load();
    const { agreements, escrow, registry, listings, operator, provider } = world;
    await open(world, { listing: 2n });
    expect((await agreements.agreement(1n)).state).to.equal(State.Proposed);
    expect(await registry.reservedOf(provider)).to.equal(0n);
    expect((await listings.listing(2n)).terms.available).to.equal(990n);
    expect(await held(world, 1n)).to.equal(700n);
    expect(await agreements.cycleCount(1n)).to.equal(0n);
    await goTo(15);
    await expect(agreements.connect(operator).accept(1n)).to.emit(agreements, "AgreementActivated").withArgs(1n, 17n, 27n);
    expect(await registry.reservedOf(provider)).to.equal(10n);
  });

  it("the owner accepts as well as the operator", async () => {
    const world = await load();
    await open(world, { listing: 2n });
    await world.agreements.connect(world.owner).accept(1n);
    expect((await world.agreements.agreement(1n)).state).to.equal(State.Active);
  });

  it("a proposal is accepted only with the stake for it", async () => {
    const world = await load();
    await open(world, { listing: 2n, space: 101n });
    await expect(world.agreements.connect(world.owner).accept(1n))
      .to.be.revertedWithCustomError(world.registry, "StakeTooSmall")
      .withArgs(world.provider, 10_000n, 10_100n);
  });

  for (const [action, state, event] of [
    ["decline", State.Declined, "AgreementDeclined"],
    ["withdrawProposal", State.Withdrawn, "ProposalWithdrawn"],
  ] as const) {
    it(`${action} gives the deposit and the space back`, async () => {
      const world = await load();
      const { agreements, escrow, listings, consumer, owner } = world;
      await open(world, { listing: 2n });
      const by = action === "decline" ? owner : consumer;
      await expect(agreements.connect(by)[action](1n)).to.emit(agreements, event).withArgs(1n);
      const { state: now, refunded, remaining } = await agreements.agreement(1n);
      expect([now, refunded, remaining]).to.deep.equal([state, 700n, 0n]);
      expect(await escrow.withdrawable(consumer.address)).to.equal(700n);
      expect((await listings.listing(2n)).terms.available).to.equal(1_000n);
    });
  }

  it("opens many at once, all or none", async () => {
    const world = await load();
    const { agreements, escrow, consumer } = world;
    const many = [request(world), request(world, { listing: 2n, space: 5n }), request(world, { term: 1n })] as any;
    expect(await agreements.connect(consumer).open.staticCall(many, NO_PERMIT)).to.deep.equal([1n, 2n, 3n]);
    await agreements.connect(consumer).open(many, NO_PERMIT);
    expect(await agreements.agreementCount()).to.equal(3n);
    expect(await escrow.totalHeld()).to.equal(700n + 350n + 70n);
    await expect(
      agreements.connect(consumer).open([...many, request(world, { space: 0n })] as any, NO_PERMIT),
    ).to.be.revertedWithCustomError(agreements, "SpaceIsZero");
    expect(await agreements.agreementCount()).to.equal(3n);
  });

  it("requests that cannot be met are refused", async () => {
    const world = await load();
    const { agreements, consumer } = world;
    await world.listings.connect(world.owner).change(1n, { ...TERMS, minTerm: 3n, maxTerm: 20n });
    await expect(agreements.connect(consumer).open([], NO_PERMIT)).to.be.revertedWithCustomError(agreements, "NothingRequested");
    await expect(open(world, { space: 0n })).to.be.revertedWithCustomError(agreements, "SpaceIsZero");
    await expect(open(world, { dataKey: ethers.ZeroAddress })).to.be.revertedWithCustomError(agreements, "DataKeyIsZero");
    for (const term of [2n, 21n]) {
      await expect(open(world, { term })).to.be.revertedWithCustomError(agreements, "TermOutOfBounds").withArgs(term, 3n, 20n);
    }
    await expect(open(world, { maxDeposit: 699n }))
      .to.be.revertedWithCustomError(agreements, "DepositTooHigh")
      .withArgs(700n, 699n);
    await open(world, { maxDeposit: 700n });
  });

  it("reading costs no more than the consumer saw, though the offer is changed at the last moment", async () => {
    const world = await load();
    const { agreements, listings, owner } = world;
    await listings.connect(owner).change(1n, { ...TERMS, egressPrice: 4n });
    await expect(open(world, { maxEgressPrice: 3n }))
      .to.be.revertedWithCustomError(agreements, "EgressPriceTooHigh")
      .withArgs(4n, 3n);
    const id = await open(world, { maxEgressPrice: 4n });
    await listings.connect(owner).change(1n, { ...TERMS, egressPrice: 5n });
    expect((await agreements.agreement(id)).egressPrice).to.equal(4n);
  });

  it("a term has at most 256 billing cycles, whatever the offer says", async () => {
    const world = await load();
    const longest = 256n * VALUES.billingCycle;
    await expect(open(world, { term: longest + 1n }))
      .to.be.revertedWithCustomError(world.agreements, "TermOutOfBounds")
      .withArgs(longest + 1n, 1n, longest);
    const id = await open(world, { term: longest });
    expect(await world.agreements.cycleCount(id)).to.equal(256n);
  });

  it("the dearest price, space and term do not overflow but ask for more than anybody has", async () => {
    const world = await load();
    await world.parameters.setValues({ ...VALUES, stakePerGiB: 0n, treasury: world.treasury.address });
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 2n ** 128n - 1n, available: 2n ** 64n - 1n });
    await expect(open(world, { space: 2n ** 64n - 1n, term: 1_024n })).to.be.revertedWithCustomError(
      world.agreements,
      "SafeCastOverflowedUintDowncast",
    );
  });

  it("what costs nothing needs no deposit", async () => {
    const world = await load();
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 0n });
    await (world.token.connect(world.consumer) as any).approve(world.escrow, 0n);
    const id = await open(world, { term: 4n });
    await live(world, 11, 17);
    await settle(world, id, 0);
    expect((await world.agreements.agreement(id)).state).to.equal(State.Ended);
  });

  it("keeps its terms when the parameters and the offer change", async () => {
    const world = await load();
    await open(world);
    const before = await world.agreements.agreement(1n);
    const changed = {
      ...VALUES,
      billingCycle: 9n,
      settlementGrace: 9n,
      terminationNotice: 9n,
      protocolFeeBps: 9n,
      treasury: world.treasury.address,
    };
    await world.parameters.setValues(changed);
    await world.listings.connect(world.owner).change(1n, { ...TERMS, price: 99n });
    expect(await world.agreements.agreement(1n)).to.deep.equal(before);
  });

  describe("by permit", () => {
    async function permitted(world: World, value: bigint) {
      await (world.token.connect(world.consumer) as any).approve(world.escrow, 0n);
      return signPermit(world.token, world.consumer, await world.escrow.getAddress(), value);
    }

    it("needs no approval", async () => {
      const world = await load();
      const permit = await permitted(world, 1_400n);
      await world.agreements.connect(world.consumer).open([request(world), request(world)] as any, permit);
      expect(await world.token.allowance(world.consumer.address, world.escrow)).to.equal(0n);
    });

    it("works when somebody else used the permit first", async () => {
      const world = await load();
      const permit = await permitted(world, 700n);
      await usePermit(world.token, world.stranger, world.consumer.address, await world.escrow.getAddress(), permit);
      await world.agreements.connect(world.consumer).open([request(world)] as any, permit);
      expect(await held(world, 1n)).to.equal(700n);
    });

    it("cannot be used by somebody else to rent", async () => {
      const world = await load();
      const permit = await permitted(world, 700n);
      await (world.token.connect(world.stranger) as any).approve(world.escrow, 0n);
      await expect(world.agreements.connect(world.stranger).open([request(world)] as any, permit)).to.be.revertedWithCustomError(
        world.token,
        "ERC20InsufficientAllowance",
      );
    });
  });
});

describe("StorageAgreements: ending early", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world, { term: 20n });
    return world;
  });

  it("pays the notice and refunds the rest at once", async () => {
    const { agreements, escrow, consumer } = await load();
    await goTo(15);
    await expect(agreements.connect(consumer).terminate(1n))
      .to.emit(agreements, "AgreementTerminated")
      .withArgs(1n, 18n, 14n * 70n);
    const { state, start, end, refunded, remaining } = await agreements.agreement(1n);
    expect([state, start, end, refunded, remaining]).to.deep.equal([State.Terminated, 12n, 18n, 14n * 70n, 6n * 70n]);
    expect(await escrow.withdrawable(consumer.address)).to.equal(14n * 70n);
    expect(await agreements.cycleCount(1n)).to.equal(2n);
  });

  it("then settles the rest cycle by cycle and ends by itself", async () => {
    const world = await load();
    const { agreements, registry, listings, escrow } = world;
    await live(world, 11, 16);
    await agreements.connect(world.consumer).terminate(1n);
    await live(world, 16, 19);
    await settle(world, 1n, 0);
    await expect(settle(world, 1n, 1))
      .to.emit(agreements, "AgreementEnded")
      .withArgs(1n, 0n);
    expect(await registry.reservedOf(world.provider)).to.equal(0n);
    expect((await listings.listing(1n)).terms.available).to.equal(1_000n);
    expect(await held(world, 1n)).to.equal(0n);
  });

  it("never ends later than it would have", async () => {
    const { agreements, consumer } = await load();
    await goTo(30);
    await expect(agreements.connect(consumer).terminate(1n)).to.emit(agreements, "AgreementTerminated").withArgs(1n, 32n, 0n);
  });

  it("is refused when the term is over", async () => {
    const { agreements, consumer } = await load();
    await goTo(32, 0);
    await expect(agreements.connect(consumer).terminate(1n)).to.be.revertedWithCustomError(agreements, "TermIsOver").withArgs(1n, 32n, 32n);
  });

  it("before the start leaves nothing to pay, and is closed from the start on", async () => {
    const world = await load();
    const { agreements, registry, escrow, consumer, stranger, provider } = world;
    await world.parameters.setValues({ ...VALUES, terminationNotice: 0n, treasury: world.treasury.address });
    const id = await open(world, { space: 4n });
    await expect(agreements.connect(consumer).terminate(id)).to.emit(agreements, "AgreementTerminated").withArgs(id, 12n, 280n);
    expect(await agreements.cycleCount(id)).to.equal(0n);
    expect(await held(world, id)).to.equal(0n);
    await expect(agreements.settle(id, 0n, { root: ethers.ZeroHash, leaves: 0n, agreements: 0n }, "0x"))
      .to.be.revertedWithCustomError(agreements, "UnknownCycle")
      .withArgs(id, 0n, 0n);
    await goTo(11, EPOCH - 10n);
    await expect(agreements.connect(stranger).close(id)).to.be.revertedWithCustomError(agreements, "SettlementOpen").withArgs(id, 18n, 11n);
    // Stake is reserved until then: agreements that never cost any must not count in draws.
    expect(await registry.reservedOf(provider)).to.equal(14n);
    await goTo(12, 0);
    await agreements.connect(stranger).close(id);
    expect(await registry.reservedOf(provider)).to.equal(10n);
  });
});

describe("StorageAgreements: wallets that are contracts", () => {
  it("a consumer without a key of its own opens, ends and withdraws", async () => {
    const world = await fixture(() => marketWorld())();
    const wallet = await (await ethers.getContractFactory("ContractWallet")).deploy();
    await world.token.transfer(wallet, SPACE);
    const call = async (target: any, name: string, args: unknown[]) =>
      wallet.execute(target, target.interface.encodeFunctionData(name, args));
    await call(world.token, "approve", [await world.escrow.getAddress(), SPACE]);
    await call(world.agreements, "open", [[request(world)], NO_PERMIT]);
    expect((await world.agreements.agreement(1n)).consumer).to.equal(await wallet.getAddress());
    await call(world.agreements, "terminate", [1n]);
    await call(world.escrow, "withdraw", [world.stranger.address]);
    expect(await world.escrow.withdrawable(wallet)).to.equal(0n);
  });
});
