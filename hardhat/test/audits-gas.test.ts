import { expect } from "chai";
import { fixture, goTo, type World } from "./market.js";
import { auditWorld, BOND, demand, NEXT, passDeadline, revisionOf, shows, showsLost, signed, type Contents } from "./support/auditing.js";
import { expectAsCommitted, type Cost } from "./support/gasSnapshot.js";
import { Randomness } from "./support/random.js";
import { inner, leaf, repeated } from "./support/sumtree.js";

/** A gibibyte in fragments of 1,074 leaves, as deep as an agreement of a thousand in a tebibyte. */
const FRAGMENT_LEAVES = 1_074;
const chunk = leaf(new Randomness(1).bytes(1024));
const data = repeated(repeated(chunk, FRAGMENT_LEAVES, inner), Math.ceil(2 ** 20 / FRAGMENT_LEAVES), inner);
const GIBIBYTE: Contents = { number: 3n, data };
const LEAF = 777_777n;
const FRAGMENT_LEVELS = 11;

type Sent = { wait(): Promise<{ gasUsed: bigint } | null> };
const gas = async (sent: Sent): Promise<Cost> => ({ gas: Number((await sent.wait())!.gasUsed) });
const withBytes = async (sent: Sent, bytes: string): Promise<Cost> => ({ ...(await gas(sent)), bytes: bytes.length / 2 - 1 });

describe("Audits and declared losses: gas", () => {
  it("each costs what the committed snapshot says", async () => {
    const world = await fixture(() => auditWorld())();
    const { audits, losses, operator, dataKey } = world;
    const declare = ({ node, leaves }: ReturnType<typeof showsLost>) => losses.connect(operator).declare(1n, 3n, node, leaves);
    const lost = showsLost(GIBIBYTE, LEAF, FRAGMENT_LEVELS);
    expect(lost.leaves).to.equal(BigInt(FRAGMENT_LEAVES));

    const first = await gas(await demandLeaf(world, world.consumer));
    const answer = shows(GIBIBYTE, LEAF);
    const answered = await withBytes(await audits.connect(operator).answer(1n, answer), answer);
    const second = await gas(await demandLeaf(world, world.consumer));
    const superseded = await gas(await audits.connect(operator).supersede(2n, revisionOf(NEXT), await signed(world, NEXT, dataKey)));
    await demand(world, { contents: NEXT, by: world.stranger });
    await passDeadline(world, 3n);

    const declared = await gas(await declare(lost));
    const again = await gas(await declare(showsLost(GIBIBYTE, 5n, FRAGMENT_LEVELS - 1)));
    const later = { ...NEXT, number: 5n };
    const cured = await gas(await losses.connect(operator).cure(1n, revisionOf(later), await signed(world, later, dataKey)));
    await declare(lost);
    const restored = await gas(await losses.connect(operator).restore(1n));
    const concluded = await gas(await audits.conclude(3n));

    expectAsCommitted("audits", {
      "demand, the first with a balance in escrow": first,
      "demand, later ones": second,
      "answer with a leaf of a gibibyte": answered,
      "answer with a declared fragment of a gibibyte": await answerLost(),
      supersede: superseded,
      conclude: concluded,
      "declare, the first of an agreement": declared,
      "declare, later ones": again,
      cure: cured,
      restore: restored,
    });
  });
});

/** What it costs to answer with a fragment that was declared an epoch before. */
async function answerLost(): Promise<Cost> {
  const world = await fixture(() => auditWorld())();
  const lost = showsLost(GIBIBYTE, LEAF, FRAGMENT_LEVELS);
  await world.losses.connect(world.operator).declare(1n, 3n, lost.node, lost.leaves);
  await goTo(14);
  await demandLeaf(world, world.consumer);
  return withBytes(await world.audits.connect(world.operator).answer(1n, lost.bytes), lost.bytes);
}

function demandLeaf(world: World, by: World["consumer"]) {
  expect(BOND).to.be.greaterThan(0n);
  return demand(world, { contents: GIBIBYTE, leaf: LEAF, by });
}
