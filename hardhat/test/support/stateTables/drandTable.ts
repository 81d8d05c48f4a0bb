import { EPOCH, goTo, networkHelpers } from "../../market.js";
import { mineTo, OPCODE_WINDOW } from "../blocks.js";
import { drandWorld, PLAN, ROUND, TIMEOUT } from "../drandBeacon.js";

export type World = Awaited<ReturnType<typeof drandWorld>>;
export type Call = (world: World) => Promise<unknown>;
/** "seals", "opens" and "nothing" succeed; anything else is the error. */
export type Outcome = "seals" | "opens" | "nothing" | string;

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

export const functions: Record<string, Call> = {
  open: ({ beacon }) => beacon.open(),
  seal: ({ beacon }) => beacon.seal(),
  "sealWithRound, right": ({ beacon, signature }) => beacon.sealWithRound(signature),
  "sealWithRound, wrong": ({ beacon, network }) => beacon.sealWithRound(network.sign(ROUND + 1n)),
};

/** What each function does in each state of the current epoch, in the order of `functions`. */
export const table: [string, Call, [Outcome, Outcome, Outcome, Outcome]][] = [
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
