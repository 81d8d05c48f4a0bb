import { ethers, fixture, goTo, networkHelpers } from "../../market.js";
import { drandWorld, TIMEOUT } from "../drandBeacon.js";
import { answersFor, loadProvingWorld, NOTHING, reachAnchor, seal, type ProvingWorld } from "../proving.js";
import { packAll } from "../answers.js";
import { checkpointOf } from "../sumtree.js";
import { partsOf, type SenderRows, type SenderTable, type Stage } from "./senderTable.js";

type ProvingStage = ProvingWorld & Stage;
type DrandStage = Awaited<ReturnType<typeof drandWorld>> & Stage;

/** The market with its own proofs and block hashes. */
async function provingStage(): Promise<ProvingStage> {
  const world = await loadProvingWorld();
  const { consumer, owner, operator, dataKey, stranger, treasury, deployer } = world;
  return { ...world, parts: partsOf(world as any), people: { consumer, owner, operator, dataKey, stranger, treasury, deployer } };
}

const NOT_OPERATOR = { by: ["operator"], error: "NotOperator" };
const proofs: SenderRows<ProvingStage> = {
  commit: { ...NOT_OPERATOR, args: (world) => [world.provider, NOTHING] },
  advance: {
    ...NOT_OPERATOR,
    before: (world) => seal(world, 11),
    args: async (world) => [world.provider, packAll(await answersFor(world, 11)), checkpointOf(world.root)],
  },
};

const blockHashes: SenderRows<ProvingStage> = {
  open: { before: () => goTo(11), args: () => [] },
  seal: {
    before: async (world) => {
      await reachAnchor(world, 11);
      await networkHelpers.mine();
    },
    args: () => [],
  },
};

const drandStage = fixture(async (): Promise<DrandStage> => {
  const world = await drandWorld();
  const [deployer, stranger, other] = await ethers.getSigners();
  return { ...world, parts: { beacon: world.beacon, parameters: world.parameters }, people: { deployer, stranger, other } };
});

const drand: SenderRows<DrandStage> = {
  open: { before: () => goTo(10, TIMEOUT), args: () => [] },
  seal: {
    before: async ({ beacon }) => {
      await goTo(10, TIMEOUT);
      await beacon.open();
      await networkHelpers.mine(3, { interval: 1 });
    },
    args: () => [],
  },
  sealWithRound: { args: ({ signature }) => [signature] },
};

async function factoryStage(): Promise<Stage> {
  const [deployer, stranger, other] = await ethers.getSigners();
  return { parts: { factory: await ethers.deployContract("DeploymentFactory", [], deployer) }, people: { deployer, stranger, other } };
}

const factory: SenderRows<Stage> = {
  deploy: { by: ["deployer"], error: "NotDeployer", args: () => [ethers.id("salt"), "0x60006000f3"] },
};

export const chainSenders: SenderTable[] = [
  { contract: "PossessionProofs", part: "proofs", load: provingStage, rows: proofs },
  { contract: "BlockhashBeacon", part: "beacon", load: provingStage, rows: blockHashes },
  { contract: "DrandBeacon", part: "beacon", load: drandStage, rows: drand },
  { contract: "DeploymentFactory", part: "factory", load: factoryStage, rows: factory },
];
