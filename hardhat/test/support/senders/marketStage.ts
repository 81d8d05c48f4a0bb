import { asContract, ethers, fixture, marketWorld, open, SPACE, TERMS, type World } from "../../market.js";
import { partsOf, type SenderRow, type Stage } from "./senderTable.js";

const PEOPLE = ["consumer", "owner", "operator", "dataKey", "stranger", "treasury", "deployer"] as const;
/** Agreements of the automatic listing and by proposal, and a listing that costs nothing. */
export const [RUNNING, PROPOSED, FREE] = [1n, 2n, 3n];

export type MarketStage = World & Stage;
type Row = SenderRow<MarketStage>;
type Args = Row["args"];

/** An agreement that runs (epochs 12 to 31) and one that is proposed; every sender has tokens, which escrow and vault may take. */
export const marketStage = fixture(async (): Promise<MarketStage> => {
  const world = await marketWorld();
  await open(world, { term: 20n });
  await open(world, { listing: 2n });
  await world.listings.connect(world.owner).publish({ ...TERMS, price: 0n });
  const parts = partsOf(world as any);
  const people = Object.fromEntries(PEOPLE.map((role) => [role, world[role]]));
  for (const sender of [...Object.values(people), ...(await Promise.all(Object.values(parts).map(asContract)))]) {
    await world.token.connect(world.deployer).transfer(sender.address, SPACE);
    for (const spender of [world.escrow, world.stakes]) await world.token.connect(sender).approve(spender, ethers.MaxUint256);
  }
  return { ...world, parts, people };
});

export const only =
  (by: string[], error: string) =>
  (args: Args, before?: Row["before"]): Row => ({ by, error, args, before });
export const anybody = (args: Args, before?: Row["before"]): Row => ({ args, before });
/** Whoever pays; the contract that takes the payment cannot pay itself. */
export const anybodyBut =
  (payee: string) =>
  (args: Args, before?: Row["before"]): Row => ({ exceptFor: [payee], error: "UnexpectedTransferAmount", args, before });
export const ofAgreements = only(["agreements"], "OnlyAgreements");
