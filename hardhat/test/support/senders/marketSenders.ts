import { ethers, goTo, live, NO_PERMIT, request, TERMS, type World } from "../../market.js";
import { demand, NEXT, passDeadline, revisionOf, shows, signed, STORED } from "../auditing.js";
import { NOTHING } from "../proving.js";
import { prepay, voucher } from "../reading.js";
import { anybody, anybodyBut, FREE, marketStage, ofAgreements, only, PROPOSED, RUNNING, type MarketStage } from "./marketStage.js";
import type { SenderRows, SenderTable } from "./senderTable.js";

const ofProvider = only(["owner", "operator"], "NotProvider");
const ofConsumer = only(["consumer"], "NotConsumer");

const agreements: SenderRows<MarketStage> = {
  open: anybody((world) => [[request(world, { listing: FREE })], NO_PERMIT]),
  accept: ofProvider(() => [PROPOSED]),
  decline: ofProvider(() => [PROPOSED]),
  withdrawProposal: ofConsumer(() => [PROPOSED]),
  extend: ofConsumer(() => [RUNNING, { listing: 0n, space: 1n, term: 1n, maxDeposit: ethers.MaxUint256 }, NO_PERMIT]),
  terminate: ofConsumer(() => [RUNNING]),
  multicall: ofConsumer((world) => [[world.agreements.interface.encodeFunctionData("terminate", [RUNNING])]]),
  authorizeDataKey: ofConsumer(({ stranger }) => [RUNNING, stranger.address]),
  settle: anybody(
    () => [RUNNING, 0n, NOTHING, "0x"],
    (world) => live(world, 12, 17, () => false),
  ),
  close: anybody(
    () => [RUNNING],
    () => goTo(60),
  ),
  void: only(["audits"], "OnlyAudits")(() => [RUNNING]),
};

const audits: SenderRows<MarketStage> = {
  demand: anybodyBut("escrow")(async (world) => {
    const signatures = await Promise.all([world.dataKey, world.operator].map((key) => signed(world, STORED, key)));
    return [RUNNING, revisionOf(STORED), ...signatures, 6n, NO_PERMIT];
  }),
  answer: anybody(() => [1n, shows(STORED, 6n)], demand),
  supersede: only(["owner", "operator"], "NotAuditedProvider")(
    async (world) => [1n, revisionOf(NEXT), await signed(world, NEXT, world.dataKey)],
    demand,
  ),
  conclude: anybody(
    () => [1n],
    async (world) => {
      await demand(world);
      await passDeadline(world);
    },
  ),
};

const egress: SenderRows<MarketStage> = {
  deposit: anybodyBut("escrow")(() => [[RUNNING], [1n], NO_PERMIT]),
  redeem: anybody(
    async (world) => [RUNNING, 5n, await voucher(world, 5n)],
    (world) => prepay(world, 100n),
  ),
  reclaim: anybody(
    () => [PROPOSED],
    async (world) => {
      await prepay(world, 100n, PROPOSED);
      await world.agreements.connect(world.owner).decline(PROPOSED);
    },
  ),
};

const ofControllers = only(["agreements", "audits", "egress"], "OnlyControllers");
const escrow: SenderRows<MarketStage> = {
  deposit: ofControllers(({ consumer }) => [1n, consumer.address, 1n]),
  credit: ofControllers(({ consumer }) => [1n, consumer.address, 0n]),
  withdraw: only(["consumer"], "NothingToWithdraw")(
    ({ stranger }) => [stranger.address],
    (world) => world.agreements.connect(world.consumer).terminate(RUNNING),
  ),
};

const ofListingOwner = only(["owner"], "NotListingOwner");
const listings: SenderRows<MarketStage> = {
  publish: only(["owner"], "NotAProvider")(() => [TERMS]),
  change: ofListingOwner(() => [1n, TERMS]),
  withdraw: ofListingOwner(() => [1n]),
  take: ofAgreements(({ consumer }) => [1n, 1n, consumer.address]),
  giveBack: ofAgreements(() => [1n, 1n]),
};

const lost = (world: World) => world.losses.connect(world.owner).declare(RUNNING, 3n, ethers.id("lost"), 5n);
const losses: SenderRows<MarketStage> = {
  declare: ofProvider(() => [RUNNING, 3n, ethers.id("lost"), 5n]),
  cure: ofProvider(async (world) => [RUNNING, revisionOf(NEXT), await signed(world, NEXT, world.dataKey)], lost),
  restore: ofProvider(() => [RUNNING], lost),
};

export const marketSenders: SenderTable[] = [
  { contract: "StorageAgreements", part: "agreements", load: marketStage, rows: agreements },
  { contract: "StorageAudits", part: "audits", load: marketStage, rows: audits },
  { contract: "EgressVouchers", part: "egress", load: marketStage, rows: egress },
  { contract: "AgreementEscrow", part: "escrow", load: marketStage, rows: escrow },
  { contract: "ListingBook", part: "listings", load: marketStage, rows: listings },
  { contract: "DeclaredLosses", part: "losses", load: marketStage, rows: losses },
];
