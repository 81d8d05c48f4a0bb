import { expect } from "chai";
import { ethers, fixture, marketWorld, NO_PERMIT, open, time, TLS, type World } from "./market.js";
import { demand, signed, STORED } from "./support/auditing.js";
import { GIB } from "./support/declaring.js";

const replaceOperator = ({ registry, owner, others }: World, by: string = others[0].address) =>
  registry.connect(owner).update(by, "https://node.example:7443", TLS, "0x4445", "");

describe("Who holds the operator's key alone", () => {
  const load = fixture(() => marketWorld());

  /** Rents and signs, as consumer and as operator, a revision that never was, and demands a leaf of it. */
  async function invent(world: World, space: bigint) {
    const { operator, stranger: thief } = world;
    const id = await open(world, { space, term: 5n, dataKey: thief.address }, thief);
    const consumerSignature = await signed(world, STORED, thief, id);
    const operatorSignature = await signed(world, STORED, operator, id);
    await demand(world, { id, by: thief, consumerSignature, operatorSignature });
    return id;
  }

  it("costs by declared losses no more than losing all of the rented space once in a billing cycle", async () => {
    const world = await load();
    const id = await open(world, { space: 10n });
    const thief = world.losses.connect(world.operator);
    for (let i = 0; i < 50; i++) await thief.declare(id, 1n, ethers.id(`nothing ${i}`), 10n * GIB);
    // 5 % of the 1,000 that the 10 GiB need.
    expect((await world.stakes.stakeOf(world.provider)).staked).to.equal(9_950n);
  });

  it("costs by renting and auditing an audit's part of the stake that no other agreement needs", async () => {
    const world = await load();
    const { audits, registry, stakes, provider } = world;
    await open(world, { space: 40n, term: 20n });
    await expect(open(world, { space: 61n }, world.stranger)).to.be.revertedWithCustomError(registry, "StakeTooSmall");
    await invent(world, 60n);
    await time.increase(401n);
    await audits.conclude(1n);
    // Half of the 6,000 that the thief's 60 GiB needed; the others' 4,000 stay covered.
    expect((await stakes.stakeOf(provider)).staked).to.equal(7_000n);
    expect(await registry.reservedOf(provider)).to.equal(40n);
    expect((await world.agreements.agreement(1n)).state).to.equal(4n);
  });

  it("is shut out when the owner withdraws what accepts automatically, and names another operator", async () => {
    const world = await load();
    const { agreements, listings, owner, operator, stranger: thief, others } = world;
    await listings.connect(owner).withdraw(1n);
    await replaceOperator(world);
    await expect(invent(world, 10n)).to.be.revertedWithCustomError(listings, "ListingIsWithdrawn");
    const id = await open(world, { listing: 2n, space: 10n, term: 5n, dataKey: thief.address }, thief);
    await expect(agreements.connect(operator).accept(id)).to.be.revertedWithCustomError(agreements, "NotProvider");
    await agreements.connect(others[0]).decline(id);
  });

  it("binds the provider for no agreement that is opened after the key was replaced, and for all before", async () => {
    const world = await load();
    const { audits, registry, provider, operator, consumer, dataKey, others } = world;
    const before = await open(world, { space: 10n, term: 20n });
    await replaceOperator(world);
    await expect(invent(world, 10n))
      .to.be.revertedWithCustomError(audits, "NotCountersigned")
      .withArgs(before + 1n, STORED.number, operator.address);
    // What it countersigned as the operator the provider has to have, whatever key it has now.
    const countersigned = { operatorSignature: await signed(world, STORED, operator, before) };
    await demand(world, { id: before, by: consumer, consumerSignature: await signed(world, STORED, dataKey, before), ...countersigned });
    // Named once more, it binds for what was opened meanwhile, and goes on to do so when it is replaced again.
    const meanwhile = await open(world, { space: 1n, term: 20n });
    expect(await registry.bindsFor(provider, operator.address, meanwhile)).to.equal(false);
    await replaceOperator(world, operator.address);
    await replaceOperator(world, others[0].address);
    const later = await open(world, { space: 1n, term: 20n });
    const binds = (id: bigint) => registry.bindsFor(provider, operator.address, id);
    expect([await binds(before), await binds(meanwhile), await binds(later)]).to.deep.equal([true, true, false]);
  });

  it("binds the provider for no space that an old agreement was given after the key was replaced", async () => {
    const world = await load();
    const { agreements, audits, registry, provider, operator, stranger: thief } = world;
    const old = await open(world, { space: 1n, term: 20n, dataKey: thief.address }, thief);
    await replaceOperator(world);
    const extension = { listing: 1n, space: 0n, term: 5n, maxDeposit: ethers.MaxUint256 };
    await agreements.connect(thief).extend(old, extension, NO_PERMIT);
    expect(await registry.bindsFor(provider, operator.address, old)).to.equal(true);
    await agreements.connect(thief).extend(old, { ...extension, space: 98n, term: 0n }, NO_PERMIT);
    const signatures = {
      consumerSignature: await signed(world, STORED, thief, old),
      operatorSignature: await signed(world, STORED, operator, old),
    };
    await expect(demand(world, { id: old, by: thief, ...signatures }))
      .to.be.revertedWithCustomError(audits, "NotCountersigned")
      .withArgs(old, STORED.number, operator.address);
  });

  it("binds the provider for no proposal that is accepted after the key was replaced", async () => {
    const world = await load();
    const { agreements, registry, owner, operator, provider, stranger: thief } = world;
    const proposed = await open(world, { listing: 2n, space: 10n, term: 5n, dataKey: thief.address }, thief);
    await replaceOperator(world);
    await agreements.connect(owner).accept(proposed);
    expect(await registry.bindsFor(provider, operator.address, proposed)).to.equal(false);
  });
});
