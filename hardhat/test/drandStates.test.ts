import { expect } from "chai";
import { EPOCH, fixture, goTo, networkHelpers } from "./market.js";
import { mineTo, OPCODE_WINDOW } from "./support/blocks.js";
import { seedOf } from "./support/drand.js";
import { deployBeacon, deployParameters, drandWorld, PLAN, ROUND, TIMEOUT } from "./support/drandBeacon.js";

type World = Awaited<ReturnType<typeof drandWorld>>;
type Call = (world: World) => Promise<unknown>;
/** "seals", "opens" and "nothing" succeed; anything else is the error. */
type Outcome = "seals" | "opens" | "nothing" | string;

const opened: Call = async ({ beacon }) => {
  await goTo(10, TIMEOUT);
  await beacon.open();
};
const mined: Call = async (world) => {
  await opened(world);
  await networkHelpers.mine(PLAN.anchorDelay, { interval: 1 });
};
const sealedByRound: Call = ({ beacon, signature }) => beacon.sealWithRound(signature);
const sealedByHash: Call = async (world) => {
  await mined(world);
  await world.beacon.seal();
};
const then =
  (first: Call, offset: bigint): Call =>
  async (world) => {
    await first(world);
    await goTo(10, offset);
  };
const nothing: Call = async () => {};

const functions: Record<string, Call> = {
  open: ({ beacon }) => beacon.open(),
  seal: ({ beacon }) => beacon.seal(),
  "sealWithRound, right": ({ beacon, signature }) => beacon.sealWithRound(signature),
  "sealWithRound, wrong": ({ beacon, network }) => beacon.sealWithRound(network.sign(ROUND + 1n)),
};

/** What each function does in each state of the current epoch, in the order of `functions`. */
const table: [string, Call, [Outcome, Outcome, Outcome, Outcome]][] = [
  ["before the time-out", nothing, ["RoundAwaited", "RoundAwaited", "seals", "SignatureNotOfRound"]],
  ["after the time-out", then(nothing, TIMEOUT), ["opens", "EpochNotOpened", "seals", "SignatureNotOfRound"]],
  ["opened, the anchor to come", opened, ["nothing", "AnchorNotReached", "seals", "SignatureNotOfRound"]],
  ["opened, the anchor mined", mined, ["nothing", "seals", "seals", "SignatureNotOfRound"]],
  [
    "opened, the anchor's hash gone",
    async (world) => {
      await opened(world);
      await mineTo((await world.beacon.anchorBlock(10n)) + OPCODE_WINDOW, 0);
    },
    ["opens", "AnchorExpired", "seals", "SignatureNotOfRound"],
  ],
  ["not sealed, second half", then(nothing, EPOCH / 2n), ["NotInFirstHalf", "NotInFirstHalf", "NotInFirstHalf", "NotInFirstHalf"]],
  ["opened, second half", then(mined, EPOCH / 2n), ["NotInFirstHalf", "NotInFirstHalf", "NotInFirstHalf", "NotInFirstHalf"]],
  ["sealed by its round, before the time-out", sealedByRound, ["nothing", "nothing", "nothing", "nothing"]],
  ["sealed by its round, after the time-out", then(sealedByRound, TIMEOUT), ["nothing", "nothing", "nothing", "nothing"]],
  ["sealed by its round, second half", then(sealedByRound, EPOCH / 2n), ["nothing", "nothing", "nothing", "nothing"]],
  ["sealed by a block hash", sealedByHash, ["nothing", "nothing", "nothing", "nothing"]],
  ["sealed by a block hash, second half", then(sealedByHash, EPOCH / 2n), ["nothing", "nothing", "nothing", "nothing"]],
];

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
