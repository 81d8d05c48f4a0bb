import { ethers, goTo, live, NO_PERMIT, prove, REGION, TLS, type World } from "../../market.js";
import { holdingSpace, slash, stretch } from "../stakes.js";
import { anybody, anybodyBut, marketStage, ofAgreements, only, RUNNING, type MarketStage } from "./marketStage.js";
import type { SenderRows, SenderTable } from "./senderTable.js";

const ofRegistered = only(["owner"], "NotRegistered");

const particulars = () => [ethers.Wallet.createRandom().address, "https://node.example:7443", TLS, REGION, ""];
const registry: SenderRows<MarketStage> = {
  register: { exceptFor: ["owner"], error: "AlreadyRegistered", args: particulars },
  update: ofRegistered(particulars),
  settleMisses: anybody(({ provider }) => [provider]),
  shortenObligation: anybody(({ provider }) => [provider, [RUNNING]]),
  reserve: ofAgreements(({ provider }) => [3n, provider, 1n, 20n]),
  extend: ofAgreements(({ provider }) => [RUNNING, provider, 1n, 40n]),
  release: ofAgreements(({ provider }) => [RUNNING, provider, 1n]),
  penalize: only(["audits", "losses"], "OnlyAuditsOrLosses")(({ provider }) => [provider, RUNNING, 1n]),
  recordProof: only(["proofs"], "OnlyProofs")(({ provider }) => [provider, 10n]),
};

const ofRegistry = only(["registry"], "OnlyRegistry");
const delegated = async (world: World) => {
  await world.stakes.connect(world.owner).setCommission(0n);
  await world.stakes.connect(world.stranger).delegate(world.provider, 500n, 0n, 0n, NO_PERMIT);
};
const stakes: SenderRows<MarketStage> = {
  stake: ofRegistered(() => [1n]),
  stakeWithPermit: ofRegistered(() => [1n, NO_PERMIT]),
  requestUnstake: ofRegistered(() => [1n]),
  withdrawUnstaked: ofRegistered(
    () => [],
    async (world) => {
      await world.stakes.connect(world.owner).requestUnstake(100n);
      await live(world, 10, 16, () => true);
    },
  ),
  setCommission: ofRegistered(() => [100n]),
  delegate: anybodyBut("stakes")(
    ({ provider }) => [provider, 5n, 0n, 0n, NO_PERMIT],
    (world) => world.stakes.connect(world.owner).setCommission(0n),
  ),
  requestUndelegate: only(["stranger"], "NothingDelegated")(({ provider }) => [provider, 1_000_000n], delegated),
  withdrawUndelegated: only(["stranger"], "NothingUndelegated")(
    ({ provider }) => [provider],
    async (world) => {
      await delegated(world);
      await world.stakes.connect(world.stranger).requestUndelegate(world.provider, ethers.MaxUint256);
      await goTo(15);
      await world.beacon.seal();
      await prove(world);
    },
  ),
  shortenHold: anybody(
    async (world) => [world.provider, world.stranger.address, await holdingSpace(world)],
    async (world) => {
      await delegated(world);
      await stretch(world, world.consumer);
      await world.stakes.connect(world.stranger).requestUndelegate(world.provider, ethers.MaxUint256);
    },
  ),
  addEarnings: only(["agreements", "egress"], "OnlyPayers")(({ provider }) => [provider, 1n]),
  collect: anybody(() => []),
  sweep: anybody(
    () => [],
    (world) => slash(world, 100n),
  ),
  claimCompensation: anybody(
    () => [RUNNING],
    (world) => slash(world, 100n),
  ),
  slash: ofRegistry(({ provider }) => [provider, 1n]),
  slashFor: ofRegistry(({ provider }) => [provider, RUNNING, 1n]),
  addPosition: ofRegistry(({ provider }) => [3n, provider, 1n]),
  endPosition: ofRegistry(() => [RUNNING]),
};

export const providerSenders: SenderTable[] = [
  { contract: "ProviderRegistry", part: "registry", load: marketStage, rows: registry },
  { contract: "StakeVault", part: "stakes", load: marketStage, rows: stakes },
];
