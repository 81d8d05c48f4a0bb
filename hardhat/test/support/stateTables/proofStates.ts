import { networkHelpers, register, time, WINDOW } from "../../market.js";
import { loadProvingWorld, NOTHING, reachAnchor, seal, type ProvingWorld } from "../proving.js";
import { all, no, type StateTable } from "./stateTable.js";

const states = ["Nobody", "Uncommitted", "Fresh", "Dormant", "Unopened", "Opened", "Sealed", "Proven", "Closed"] as const;
type State = (typeof states)[number];

const EPOCH = 11n;
const HALF = 500n;
/** The operator of a provider that stores nothing: an empty checkpoint is proven without an answer. */
const operator = ({ others }: ProvingWorld) => others[0];
const proofs = (world: ProvingWorld) => world.proofs.connect(operator(world));
const commit = (world: ProvingWorld) => proofs(world).commit(world.stranger.address, NOTHING);
const advance = (world: ProvingWorld) => proofs(world).advance(world.stranger.address, "0x", NOTHING);
const join = (world: ProvingWorld) => register(world as any, world.stranger, operator(world).address);
/** With a checkpoint of the epoch before. */
const ready = async (world: ProvingWorld) => {
  await join(world);
  await commit(world);
};
const atEpoch = async ({ parameters }: ProvingWorld, offset: bigint) => time.increaseTo((await parameters.epochStart(EPOCH)) + offset);

export const proofStates: StateTable<ProvingWorld, State> = {
  contract: "PossessionProofs",
  about: "a provider in an epoch",
  load: loadProvingWorld,
  states: {
    Nobody: (world) => seal(world, 11),
    Uncommitted: async (world) => {
      await join(world);
      await seal(world, 11);
    },
    Fresh: async (world) => {
      await join(world);
      await seal(world, 11);
      await commit(world);
    },
    Dormant: async (world) => {
      await ready(world);
      await atEpoch(world, HALF);
    },
    Unopened: async (world) => {
      await ready(world);
      await atEpoch(world, 10n);
    },
    Opened: async (world) => {
      await ready(world);
      await reachAnchor(world, 11);
    },
    Sealed: async (world) => {
      await ready(world);
      await seal(world, 11);
    },
    Proven: async (world) => {
      await ready(world);
      await seal(world, 11);
      await advance(world);
    },
    Closed: async (world) => {
      await ready(world);
      await seal(world, 11);
      await time.increaseTo((await world.beacon.sealedAt(EPOCH)) + WINDOW);
      await networkHelpers.mine();
    },
  },
  now: async (world) => {
    const { beacon, registry, stranger } = world;
    const { exists, committedIn } = await world.proofs.checkpointOf(stranger.address);
    if (!(await registry.isRegistered(stranger.address))) return "Nobody";
    if (BigInt(await world.proofs.provenCheckpoint(stranger.address, EPOCH)) !== 0n) return "Proven";
    if (!exists) return "Uncommitted";
    if (committedIn >= EPOCH) return "Fresh";
    const now = BigInt(await time.latest());
    const sealedAt = await beacon.sealedAt(EPOCH);
    if (sealedAt !== 0n) return now > sealedAt + WINDOW ? "Closed" : "Sealed";
    if (now >= (await world.parameters.epochStart(EPOCH)) + HALF) return "Dormant";
    return (await beacon.anchorBlock(EPOCH)) === 0n ? "Unopened" : "Opened";
  },
  rows: {
    commit: { call: commit, from: { ...all(states, "Fresh"), Nobody: no("NotOperator"), Proven: "Proven" } },
    advance: {
      call: advance,
      from: {
        Nobody: no("NotOperator"),
        Uncommitted: no("NoCheckpoint"),
        Fresh: no("CheckpointTooNew"),
        Dormant: no("NotInFirstHalf"),
        Unopened: no("EpochNotOpened"),
        Opened: "Proven",
        Sealed: "Proven",
        Proven: no("AlreadyProven"),
        Closed: no("ProofWindowClosed"),
      },
    },
  },
  contracts: (world) => [world.proofs, world.beacon],
};
