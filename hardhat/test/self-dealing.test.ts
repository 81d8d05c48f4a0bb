import { expect } from "chai";
import { ethers, fixture, open, TERMS, time, type World } from "./market.js";
import { demand } from "./support/auditing.js";
import { GIB } from "./support/declaring.js";
import { delegate, delegationWorld } from "./support/stakes.js";

/** What an account has and could take out of escrow. */
async function balance(world: World, who: { address: string }): Promise<bigint> {
  return (await world.token.balanceOf(who.address)) + (await world.escrow.withdrawable(who.address));
}

describe("A provider that rents from itself", () => {
  /** The provider has 10 % of the stake and somebody else 90 %; the sock puppet rents 1,000 GiB for nothing. */
  const load = fixture(async () => {
    const world = await delegationWorld();
    await delegate(world, world.others[0], 90_000n);
    const { owner, stranger: sock } = world;
    await world.listings.connect(owner).publish({ ...TERMS, price: 0n, onlyFor: sock.address });
    const before = await balance(world, sock);
    const id = await open(world, { listing: 3n, space: 1_000n, term: 5n }, sock);
    return { world, sock, before, id };
  });

  /** What the sock puppet has more than before, and what the provider's own stake has less. */
  async function outcome({ world, sock, before, id }: Awaited<ReturnType<typeof load>>) {
    await world.stakes.claimCompensation(id);
    const { staked } = await world.stakes.stakeOf(world.provider);
    return { gained: (await balance(world, sock)) - before, lost: 10_000n - staked };
  }

  it("and declares losses gains less than it loses of its own: nothing of its delegators' stake", async () => {
    const loaded = await load();
    const { world, id } = loaded;
    await world.losses.connect(world.operator).declare(id, 1n, ethers.id("nothing"), 1_000n * GIB);
    // 5 % of 100,000: a tenth falls on the provider, and half of that comes back.
    expect(await outcome(loaded)).to.deep.equal({ gained: 250n, lost: 500n });
  });

  it("and fails its own audit gains less than it loses of its own: nothing of its delegators' stake", async () => {
    const loaded = await load();
    const { world, sock, id } = loaded;
    await demand(world, { id, by: sock });
    await time.increase(401n);
    await world.audits.conclude(1n);
    expect(await outcome(loaded)).to.deep.equal({ gained: 2_500n, lost: 5_000n });
  });
});
