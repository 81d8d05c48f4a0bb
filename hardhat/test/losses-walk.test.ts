import { expect } from "chai";
import { fixture, goTo, marketWorld, open, type World } from "./market.js";
import { NEXT, revisionOf, signed } from "./support/auditing.js";
import { Randomness } from "./support/random.js";

const FIRST = 10;
const LAST = 42;

/** Epochs [from, until) that are not paid; no end is in sight where `until` is null. */
interface Suspension {
  from: number;
  until: number | null;
}

/** What a provider declared, and for which epochs it is not paid. */
class Reckoning {
  readonly declared: { revision: bigint; node: string; leaves: bigint; epoch: number }[] = [];
  private readonly suspensions: Suspension[] = [];
  newestLossy = 0n;

  constructor(
    private readonly start: number,
    private readonly cycle: number,
  ) {}

  get isSuspended(): boolean {
    return this.suspensions.at(-1)?.until === null;
  }

  declare(epoch: number, revision: bigint, node: string, leaves: bigint): void {
    this.declared.push({ revision, node, leaves, epoch });
    if (revision > this.newestLossy) this.newestLossy = revision;
    if (!this.isSuspended) this.suspensions.push({ from: epoch, until: null });
  }

  /** What was declared before counts from then on, where it is not paid. */
  declareAgain(epoch: number): void {
    this.suspensions.push({ from: epoch, until: null });
  }

  /** With the end of the cycle in which the epoch lies. */
  resume(epoch: number): void {
    let until = this.start + this.cycle;
    while (until <= epoch) until += this.cycle;
    this.suspensions.at(-1)!.until = until;
  }

  isPaid(epoch: number): boolean {
    return !this.suspensions.some(({ from, until }) => from <= epoch && epoch < (until ?? Infinity));
  }

  /** Declared and suspended before the epoch's seed was known. */
  isExempt(declared: number, epoch: number): boolean {
    return declared < epoch && this.suspensions.some(({ from, until }) => from < epoch && epoch < (until ?? Infinity));
  }
}

/** Random losses and cures, several in an epoch, from before the start of an agreement to after its end. */
async function walk(world: World, seed: number, cycle: number): Promise<void> {
  const { losses, operator, dataKey } = world;
  const random = new Randomness(seed);
  const reckoning = new Reckoning(12, cycle);
  let revision = 1n;
  for (let epoch = FIRST; epoch < LAST; epoch++) {
    await goTo(epoch);
    for (let left = random.below(4); left > 0; left--) {
      const again = reckoning.declared[random.below(2 * reckoning.declared.length + 1)];
      if (again !== undefined && !reckoning.isSuspended) {
        await losses.connect(operator).declare(1n, again.revision, again.node, again.leaves);
        reckoning.declareAgain(epoch);
      } else if (random.below(2) === 0) {
        const [node, leaves] = [random.hex(32), BigInt(1 + random.below(2 ** 24))];
        const lossy = random.below(3) === 0 ? revision + BigInt(random.below(3)) : revision;
        if (lossy > 10n * 2n ** 20n || leaves > 10n * 2n ** 20n) continue;
        await losses.connect(operator).declare(1n, lossy, node, leaves);
        reckoning.declare(epoch, lossy, node, leaves);
      } else if (reckoning.isSuspended && random.below(3) === 0) {
        await losses.connect(operator).restore(1n);
        reckoning.resume(epoch);
      } else if (reckoning.isSuspended) {
        revision = reckoning.newestLossy + 1n;
        const contents = { ...NEXT, number: revision };
        await losses.connect(operator).cure(1n, revisionOf(contents), await signed(world, contents, dataKey));
        reckoning.resume(epoch);
      }
    }
    await compare(world, reckoning, cycle, random);
  }
  expect(reckoning.declared.length).to.be.greaterThan(8);
}

async function compare({ losses }: World, reckoning: Reckoning, cycle: number, random: Randomness): Promise<void> {
  expect(await losses.lossOf(1n)).to.deep.equal([reckoning.newestLossy, reckoning.isSuspended]);
  for (let number = 0; 12 + number * cycle < LAST + 10; number++) {
    const unpaidFrom = await losses.unpaidFrom(1n, number);
    for (let epoch = 12 + number * cycle; epoch < 12 + (number + 1) * cycle; epoch++) {
      expect(epoch < unpaidFrom, `epoch ${epoch} of cycles of ${cycle}`).to.equal(reckoning.isPaid(epoch));
    }
  }
  for (let left = 4; left > 0 && reckoning.declared.length > 0; left--) {
    const { revision, node, leaves, epoch: declared } = reckoning.declared[random.below(reckoning.declared.length)];
    const epoch = FIRST + random.below(LAST + 10 - FIRST);
    const isExempt = await losses.isExempt(1n, revision, node, leaves, epoch);
    expect(isExempt, `declared in ${declared}, in epoch ${epoch}`).to.equal(reckoning.isExempt(declared, epoch));
  }
}

describe("DeclaredLosses: random losses and cures", () => {
  for (const cycle of [1, 2, 4, 7]) {
    it(`suspend the pay as reckoned epoch by epoch (cycles of ${cycle})`, async () => {
      for (let seed = 1; seed <= 3; seed++) {
        const world = await fixture(async () => {
          const fresh = await marketWorld({ billingCycle: BigInt(cycle) });
          await open(fresh, { term: 20n });
          return fresh;
        })();
        await walk(world, seed * 100 + cycle, cycle);
      }
    });
  }
});
