import { expect } from "chai";
import { ethers, fixture, marketWorld, open } from "./market.js";
import { GIB } from "./support/declaring.js";

describe("Who holds the operator's key alone", () => {
  const load = fixture(() => marketWorld());

  it("costs by declared losses no more than losing all of the rented space once in a billing cycle", async () => {
    const world = await load();
    const id = await open(world, { space: 10n });
    const thief = world.losses.connect(world.operator);
    for (let i = 0; i < 50; i++) await thief.declare(id, 1n, ethers.id(`nothing ${i}`), 10n * GIB);
    // 5 % of the 1,000 that the 10 GiB need.
    expect((await world.stakes.stakeOf(world.provider)).staked).to.equal(9_950n);
  });
});
