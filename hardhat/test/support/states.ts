import { failAudit, live, open, settle, type World } from "../market.js";
import { prepay } from "./reading.js";

/** IStorageAgreements.State. */
export const names = ["None", "Proposed", "Declined", "Withdrawn", "Active", "Terminated", "Ended", "Voided"] as const;
export type StateName = (typeof names)[number];

/** Prepaid for reading, so that vouchers of what ended can be paid. */
export const PREPAID = 100n;

async function rent(world: World, listing: bigint): Promise<void> {
  await open(world, { listing, term: 4n });
  await prepay(world, PREPAID);
}

/** Brings agreement 1 (epochs 12 to 15, or never) into a state. */
export const reach: Record<StateName, (world: World) => Promise<unknown>> = {
  None: async () => {},
  Proposed: (world) => rent(world, 2n),
  Declined: async (world) => {
    await rent(world, 2n);
    await world.agreements.connect(world.owner).decline(1n);
  },
  Withdrawn: async (world) => {
    await rent(world, 2n);
    await world.agreements.connect(world.consumer).withdrawProposal(1n);
  },
  Active: (world) => rent(world, 1n),
  Terminated: async (world) => {
    await rent(world, 1n);
    await world.agreements.connect(world.consumer).terminate(1n);
  },
  Ended: async (world) => {
    await rent(world, 1n);
    await live(world, 12, 17, () => false);
    await settle(world, 1n, 0);
  },
  Voided: async (world) => {
    await rent(world, 1n);
    await failAudit(world, 1n);
  },
};
