import { expect } from "chai";
import { fixture, networkHelpers } from "./market.js";
import { seedOf } from "./support/drand.js";
import { deployBeacon, deployParameters, drandWorld } from "./support/drandBeacon.js";
import { functions, table, type Call, type Outcome, type World } from "./support/stateTables/drandTable.js";

describe("DrandBeacon: states and functions", () => {
  const load = fixture(drandWorld);

  for (const [state, reach, outcomes] of table) {
    Object.entries(functions).forEach(([title, call], index) => {
      it(`${state}: ${title}: ${outcomes[index]}`, async () => {
        const world = await load();
        await reach(world);
        const before = await known(world);
        await judge(world, call, outcomes[index], before);
      });
    });
  }

  it("before the market's genesis there is no epoch to do anything in", async () => {
    await load();
    const young = await deployParameters(BigInt(await networkHelpers.time.latest()) + 5_000n);
    const beacon = await deployBeacon(young);
    for (const call of [beacon.open(), beacon.seal(), beacon.sealWithRound("0x")]) {
      await expect(call).to.be.revertedWithCustomError(young, "BeforeGenesis");
    }
  });
});

async function known({ beacon }: World) {
  return [await beacon.seed(10n), await beacon.sealedAt(10n), await beacon.anchorBlock(10n), await beacon.sealedThrough(10n)] as const;
}

async function judge(world: World, call: Call, outcome: Outcome, before: Awaited<ReturnType<typeof known>>) {
  const { beacon, signature } = world;
  if (outcome === "seals") {
    await expect(call(world)).to.emit(beacon, "EpochSealed");
    const [seed, , anchor, count] = await known(world);
    expect([anchor, count]).to.deep.equal([before[2], 1n]);
    if (call === functions["sealWithRound, right"]) expect(seed).to.equal(seedOf(signature, 10n));
    else expect(seed).not.to.be.oneOf([seedOf(signature, 10n), before[0]]);
  } else if (outcome === "opens") {
    await expect(call(world)).to.emit(beacon, "EpochOpened");
    expect(await beacon.anchorBlock(10n)).to.be.greaterThan(before[2]);
    expect(await beacon.seed(10n)).to.equal(before[0]);
  } else {
    if (outcome === "nothing") await call(world);
    else await expect(call(world)).to.be.revertedWithCustomError(beacon, outcome);
    expect(await known(world)).to.deep.equal(before);
  }
}
