import { expect } from "chai";
import { asContract, fixture, goTo, NO_PERMIT, open, SPACE, type World } from "./market.js";
import { expectAsCommitted, type Cost } from "./support/gasSnapshot.js";
import { ALL, delegate, delegationWorld, slash } from "./support/stakes.js";

type Sent = { wait(): Promise<{ gasUsed: bigint } | null> };

async function gasOf(sent: Promise<Sent>): Promise<Cost> {
  return { gas: Number((await (await sent).wait())!.gasUsed) };
}

describe("StakeVault: gas", () => {
  const load = fixture(async () => {
    const world = await delegationWorld({ missGraceEpochs: 0n });
    await world.stakes.connect(world.owner).stake(SPACE);
    await open(world, { space: 10n, term: 60n });
    return world;
  });

  /** Missed epochs counted by anybody, a slash and a claim. */
  async function slashAndClaim(world: World): Promise<Cost[]> {
    await goTo(12);
    await world.beacon.seal();
    await goTo(13);
    const counted = await gasOf(world.registry.settleMisses(world.provider));
    return [counted, await gasOf(slash(world, 100_000n)), await gasOf(world.stakes.claimCompensation(1n))];
  }

  it("a slash and a claim cost the same with 1 agreement and with 1,000", async () => {
    const alone = await slashAndClaim(await load());
    const world = await load();
    const registry = await asContract(world.registry);
    for (let id = 2n; id <= 1_000n; id++) await world.stakes.connect(registry).addPosition(id, world.provider, 1n);
    expect((await world.stakes.stakeOf(world.provider)).reserved).to.equal(1_009n);
    const among = await slashAndClaim(world);
    for (const [index, { gas }] of among.entries()) expect(Math.abs(gas - alone[index].gas)).to.be.lessThan(100);
  });

  it("what everything costs is what the committed snapshot says", async () => {
    const world = await load();
    const { stakes, owner, provider } = world;
    const [alice, bob] = world.others;
    const stake = await gasOf(stakes.connect(owner).stake(SPACE));
    const first = await gasOf(delegate(world, alice, SPACE));
    const later = await gasOf(stakes.connect(bob).delegate(provider, SPACE, 10_000n, 0n, NO_PERMIT));
    const [counted, , claimed] = await slashAndClaim(world);
    const asked = await gasOf(stakes.connect(bob).requestUndelegate(provider, ALL));
    const unstaking = await gasOf(stakes.connect(owner).requestUnstake(SPACE));
    await goTo(19);
    await world.registry.settleMisses(provider);
    expectAsCommitted("stakes", {
      "stake more": stake,
      "delegate, the first": first,
      "delegate, later ones": later,
      "count a miss and slash": counted,
      "claim compensation": claimed,
      "ask delegated stake back": asked,
      "ask own stake back": unstaking,
      "withdraw delegated stake": await gasOf(stakes.connect(bob).withdrawUndelegated(provider)),
      "withdraw own stake": await gasOf(stakes.connect(owner).withdrawUnstaked()),
      "sweep to the treasury": await gasOf(stakes.sweep()),
    });
  });
});
