import { expect } from "chai";
import { checkpointFor, failAudit, fixture, goTo, open, VALUES, type World } from "./market.js";
import { demand, NEXT, passDeadline, PENALTY, revisionOf, shows, signed, STORED } from "./support/auditing.js";
import { exitWorld, leave, leftOver, parties, pass, PREPAID, prepaid, type Party } from "./support/exits.js";
import { voucher } from "./support/reading.js";
import { slash } from "./support/stakes.js";

const rent = async (world: World, listing = 1n) => {
  await open(world, { listing, term: 4n });
  await prepaid(world);
};
const lose = (world: World) => world.losses.connect(world.owner).declare(1n, 3n, STORED.data.hash, 5n);
const audited = async (world: World) => {
  await rent(world);
  await demand(world, { by: world.stranger });
};

/** Everything that can have become of agreement 1, and of what lies around it, when everybody falls silent. */
const situations: Record<string, (world: World) => Promise<unknown>> = {
  "nothing was ever rented": async () => {},
  "a proposal was never answered": (world) => rent(world, 2n),
  "a proposal was declined": async (world) => {
    await rent(world, 2n);
    await world.agreements.connect(world.owner).decline(1n);
  },
  "a proposal was withdrawn": async (world) => {
    await rent(world, 2n);
    await world.agreements.connect(world.consumer).withdrawProposal(1n);
  },
  "nobody ever sealed an epoch": (world) => rent(world),
  "the provider never proved anything": async (world) => {
    await rent(world);
    await pass(world, 12, 17, false);
  },
  "the provider proved everything and settled nothing": async (world) => {
    await rent(world);
    await pass(world, 12, 17, true);
  },
  "the provider was paid, for reading as well": async (world) => {
    await rent(world);
    await pass(world, 12, 17, true);
    const { drawn } = await world.agreements.settlementDraw(1n, 0n);
    await world.agreements.settle(1n, 0n, checkpointFor(drawn), "0x");
    await world.egress.redeem(1n, 60n, await voucher(world, 60n));
  },
  "the consumer ended it early": async (world) => {
    await rent(world);
    await world.agreements.connect(world.consumer).terminate(1n);
    await pass(world, 12, 14, false);
  },
  "an audit was not answered": async (world) => {
    await audited(world);
    await passDeadline(world);
    await world.audits.conclude(1n);
  },
  "an audit was answered": async (world) => {
    await audited(world);
    await world.audits.connect(world.operator).answer(1n, shows(STORED, 6n));
  },
  "an audit was superseded": async (world) => {
    await audited(world);
    await world.audits.connect(world.operator).supersede(1n, revisionOf(NEXT), await signed(world, NEXT, world.dataKey));
  },
  "an audit failed": async (world) => {
    await rent(world);
    await failAudit(world, 1n);
    await slash(world, 333n);
  },
  "a loss was declared and never cured": async (world) => {
    await rent(world);
    await lose(world);
    await pass(world, 12, 17, true);
  },
  "all stake was slashed": async (world) => {
    await rent(world);
    await slash(world, 10n ** 20n);
  },
  "the guardian paused and went away": async (world) => {
    await rent(world);
    await world.parameters.setGuardian(world.others[5].address);
    await world.parameters.connect(world.others[5]).pause();
  },
  "a treasury that is a contract never moves": async (world) => {
    await rent(world);
    const values = ((await world.parameters.values()) as any).toObject();
    await world.parameters.setValues({ ...values, treasury: await world.token.getAddress() });
    await slash(world, 500n);
  },
};

/** Less than a base unit for each share is rounded off; it becomes the provider's with the last share. */
async function expectNothingLeft(world: World): Promise<void> {
  const { held, owed, escrow, vault, liabilities } = await leftOver(world);
  expect([held, owed, escrow]).to.deep.equal([0n, 0n, 0n]);
  expect(vault).to.equal(liabilities);
  expect(vault <= 1n).to.equal(true);
  expect((await world.stakes.stakeOf(world.provider)).staked).to.equal(vault);
}

describe("From every state everybody takes out what is theirs, alone (I18)", () => {
  const load = fixture(exitWorld);
  const reached = async (situation: string): Promise<World> => {
    const world = await load();
    await situations[situation](world);
    // The term, the settlements' and the vouchers' time, the pause, and far more.
    await goTo(2_000);
    return world;
  };

  for (const situation of Object.keys(situations)) {
    it(`${situation}: each alone gets what it gets when all others went before, and nothing is left`, async () => {
      const alone = new Map<Party, bigint>();
      for (const party of parties) alone.set(party, await leave(await reached(situation), party));
      for (const order of [parties, [...parties].reverse()]) {
        const world = await reached(situation);
        const taken = new Map<Party, bigint>();
        for (const party of order) taken.set(party, await leave(world, party));
        // What the last share leaves is the provider's, who gets it if it is still there.
        const rounded = taken.get("provider")! - alone.get("provider")!;
        expect(rounded).to.be.oneOf([0n, 1n]);
        expect(taken.set("provider", alone.get("provider")!)).to.deep.equal(alone);
        await expectNothingLeft(world);
      }
    });
  }

  it("an audit that nobody concludes holds up nobody, and pays the auditor and the consumer whenever they come", async () => {
    for (const order of [parties, [...parties].reverse()]) {
      const world = await load();
      await audited(world);
      await goTo(2_000);
      const taken = new Map<Party, bigint>();
      for (const party of order) taken.set(party, await leave(world, party));
      const slashed = 12_000n - taken.get("provider")! - taken.get("delegator")!;
      expect(slashed).to.be.oneOf([0n, PENALTY]);
      // Half of what the provider itself lost, 10,000 of 12,000 parts and rounded up, is the audited agreement's.
      const compensation = (slashed * 10_000n + 11_999n) / 12_000n / 2n;
      expect([taken.get("auditor"), taken.get("consumer")]).to.deep.equal([VALUES.auditBond, 4n * 70n + PREPAID + compensation]);
      if (slashed > 0n) expect(await leave(world, "treasury")).to.equal(slashed - compensation);
      await expectNothingLeft(world);
    }
  });

  it("what comes out is what came in", async () => {
    for (const situation of Object.keys(situations)) {
      const world = await load();
      const accounts = [world.consumer, world.owner, world.others[0], world.stranger, world.treasury];
      const total = async () => {
        let sum = (await world.token.balanceOf(world.escrow)) + (await world.token.balanceOf(world.stakes));
        for (const { address } of accounts) sum += await world.token.balanceOf(address);
        return sum;
      };
      const before = await total();
      await situations[situation](world);
      await goTo(2_000);
      for (const party of parties) await leave(world, party);
      expect(await total(), situation).to.equal(before - (await world.token.balanceOf(world.token)));
    }
  });
});
