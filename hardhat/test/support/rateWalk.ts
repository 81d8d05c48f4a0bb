import { expect } from "chai";
import { checkpointFor, ethers, goTo, held, marketWorld, NO_PERMIT, open, prove, TERMS, type World } from "../market.js";
import { REVISION } from "./proving.js";
import { Randomness } from "./random.js";

const CYCLE = 5;
const GRACE = 9;
const NOTICE = 2;
const FEE = 333n;

/** What an agreement has to come to, with one number for each epoch and no other arithmetic. */
interface Ledger {
  id: bigint;
  start: number;
  end: number;
  space: bigint;
  deposited: bigint;
  paid: bigint;
  refunded: bigint;
  /** Base units of each epoch from the start on. */
  rates: Map<number, bigint>;
  unpaid: Set<number>;
  suspended: boolean;
  curedIn: number;
  revision: bigint;
  settled: Set<number>;
  terminated: boolean;
  /** Is extended no more. */
  over: boolean;
  ended: boolean;
}

/** Random openings, extensions, price changes, losses, endings and settlements, each checked against a sum over single epochs. */
export class RateWalk {
  epoch = 10;
  readonly done = new Map<string, number>();
  private readonly ledgers: Ledger[] = [];
  private readonly proven = new Set<number>();
  private prices = [7n, 7n, 7n];

  private constructor(
    readonly world: World,
    private readonly random: Randomness,
  ) {}

  static async start(seed: number): Promise<RateWalk> {
    const world = await marketWorld({
      billingCycle: BigInt(CYCLE),
      settlementGrace: BigInt(GRACE),
      terminationNotice: BigInt(NOTICE),
      protocolFeeBps: FEE,
      stakePerGiB: 1n,
      missSlashBps: 0n,
      lossSlashBps: 0n,
    });
    await world.listings.connect(world.owner).change(2n, TERMS);
    await world.listings.connect(world.owner).publish({ ...TERMS, onlyFor: world.consumer.address });
    return new RateWalk(world, new Randomness(seed));
  }

  /** Some steps, a proof or none, some more steps. */
  async passEpoch(): Promise<void> {
    this.epoch++;
    await goTo(this.epoch, 1);
    await this.world.beacon.seal();
    await this.someSteps(4);
    if (this.random.below(10) < 7) {
      await prove(this.world);
      this.proven.add(this.epoch);
    }
    await this.someSteps(2);
    for (const ledger of this.ledgers) {
      if (ledger.suspended || this.cycleAt(ledger, this.epoch) <= ledger.curedIn) ledger.unpaid.add(this.epoch);
    }
  }

  /** Every agreement comes to its end; what is not settled in time goes back. */
  async finish(): Promise<void> {
    for (const ledger of this.ledgers) ledger.over = true;
    while (this.ledgers.some((ledger) => this.epoch <= ledger.end + GRACE)) {
      await this.passEpoch();
      await this.check();
    }
    for (const ledger of this.ledgers) if (!ledger.ended) await this.close(ledger);
    await this.check();
  }

  /** Escrow holds, for each agreement, exactly what its epochs that are neither paid nor refunded cost. */
  async check(): Promise<void> {
    for (const ledger of this.ledgers) {
      const { deposited, paid, refunded, remaining, space } = await this.world.agreements.agreement(ledger.id);
      expect([deposited, paid, refunded]).to.deep.equal([ledger.deposited, ledger.paid, ledger.refunded]);
      expect(space).to.equal(ledger.space);
      expect(await held(this.world, ledger.id)).to.equal(remaining);
      let open = 0n;
      if (!ledger.ended) {
        for (const [epoch, rate] of ledger.rates) {
          if (epoch < ledger.end && !ledger.settled.has(this.cycleAt(ledger, epoch))) open += rate;
        }
      }
      expect(remaining).to.equal(open);
    }
  }

  private async someSteps(most: number): Promise<void> {
    const { open, extend, reprice, terminate, lose, cure, settle } = this;
    const steps = [open, extend, extend, extend, extend, reprice, reprice, terminate, lose, cure, settle, settle, settle, settle];
    for (let left = this.random.below(most + 1); left > 0; left--) {
      const step = steps[this.random.below(steps.length)];
      if (await step.call(this)) this.done.set(step.name, (this.done.get(step.name) ?? 0) + 1);
    }
  }

  private async open(): Promise<boolean> {
    if (this.ledgers.length >= 4) return false;
    const listing = this.random.below(3);
    const [space, term] = [BigInt(1 + this.random.below(9)), 6 + this.random.below(20)];
    const id = await open(this.world, { listing: BigInt(listing + 1), space, term: BigInt(term) });
    const start = this.epoch + 2;
    const ledger: Ledger = {
      id,
      start,
      end: start + term,
      space,
      deposited: 0n,
      paid: 0n,
      refunded: 0n,
      rates: new Map(),
      unpaid: new Set(),
      suspended: false,
      curedIn: -1,
      revision: 1n,
      settled: new Set(),
      terminated: false,
      over: false,
      ended: false,
    };
    this.raise(ledger, start, ledger.end, space * this.prices[listing]);
    this.ledgers.push(ledger);
    return true;
  }

  private async extend(): Promise<boolean> {
    const ledger = this.pick(({ terminated, end, over }) => !terminated && !over && this.epoch < end);
    if (!ledger) return false;
    const space = BigInt(this.random.below(3) * this.random.below(4));
    const term = this.random.below(2) * this.random.below(10);
    const [from, end] = [this.epoch + 2, ledger.end + term];
    if ((space === 0n && term === 0) || (space > 0n && from >= end)) return false;
    const listing = this.random.below(4);
    const own = Number((await this.world.agreements.agreement(ledger.id)).listing) - 1;
    const price = this.prices[listing === 0 ? own : listing - 1];
    const before = ledger.deposited;
    this.raise(ledger, ledger.end, end, ledger.space * price);
    if (space > 0n) this.raise(ledger, from, end, space * price);
    const deposit = ledger.deposited - before;
    const wanted = { listing: BigInt(listing), space, term: BigInt(term), maxDeposit: deposit };
    await expect(this.world.agreements.connect(this.world.consumer).extend(ledger.id, wanted, NO_PERMIT))
      .to.emit(this.world.agreements, "AgreementExtended")
      .withArgs(ledger.id, BigInt(listing === 0 ? own + 1 : listing), space, BigInt(from), BigInt(end), price, deposit);
    ledger.space += space;
    ledger.end = end;
    return true;
  }

  private async reprice(): Promise<boolean> {
    const listing = this.random.below(3);
    const price = BigInt(this.random.below(3) * this.random.below(1_000_000_007));
    this.prices[listing] = price;
    const { terms } = await this.world.listings.listing(listing + 1);
    await this.world.listings.connect(this.world.owner).change(listing + 1, { ...(terms as any).toObject(), price });
    return true;
  }

  private async terminate(): Promise<boolean> {
    const ledger = this.pick(({ terminated, end }) => !terminated && this.epoch < end);
    if (!ledger || this.random.below(10) > 0) return false;
    const earlier = Math.min(ledger.end, Math.max(ledger.start, this.epoch + 1 + NOTICE));
    let refund = 0n;
    for (let epoch = earlier; epoch < ledger.end; epoch++) refund += ledger.rates.get(epoch)!;
    await expect(this.world.agreements.connect(this.world.consumer).terminate(ledger.id))
      .to.emit(this.world.agreements, "AgreementTerminated")
      .withArgs(ledger.id, BigInt(earlier), refund);
    ledger.refunded += refund;
    ledger.end = earlier;
    ledger.terminated = true;
    return true;
  }

  private async lose(): Promise<boolean> {
    const ledger = this.pick(({ suspended, end }) => !suspended && this.epoch < end);
    if (!ledger || this.random.below(4) > 0) return false;
    ledger.revision += 2n;
    await this.world.losses.connect(this.world.owner).declare(ledger.id, ledger.revision, ethers.id(`${this.epoch}`), 1n);
    ledger.suspended = true;
    ledger.unpaid.add(this.epoch);
    return true;
  }

  private async cure(): Promise<boolean> {
    const ledger = this.pick(({ suspended, end }) => suspended && this.epoch < end);
    if (!ledger) return false;
    const revision = { number: ledger.revision + 1n, dataRoot: ethers.id("cured"), weight: 1n };
    const { name, version, chainId, verifyingContract } = await this.world.agreements.eip712Domain();
    const message = { agreementId: ledger.id, ...revision };
    const signature = await this.world.dataKey.signTypedData({ name, version, chainId, verifyingContract }, REVISION, message);
    await this.world.losses.connect(this.world.owner).cure(ledger.id, revision, signature);
    ledger.suspended = false;
    ledger.curedIn = this.cycleAt(ledger, this.epoch);
    return true;
  }

  private async settle(): Promise<boolean> {
    const ledger = this.pick(({ end, ended }) => !ended && this.epoch <= end + GRACE);
    if (!ledger) return false;
    const cycles = Math.ceil((ledger.end - ledger.start) / CYCLE);
    if (cycles === 0) return false;
    const first = this.random.below(cycles);
    const draws = await Promise.all(Array.from({ length: cycles }, (_, cycle) => this.world.agreements.settlementDraw(ledger.id, cycle)));
    const cycle = draws.map((_, offset) => (first + offset) % cycles).find((candidate) => draws[candidate].ready);
    if (cycle === undefined) return false;
    const { drawn } = draws[cycle];
    const [proven, gross, total] = this.cycleOf(ledger, cycle);
    const fee = (gross * FEE) / 10_000n;
    await expect(this.world.agreements.settle(ledger.id, cycle, checkpointFor(drawn), "0x"))
      .to.emit(this.world.agreements, "CycleSettled")
      .withArgs(ledger.id, BigInt(cycle), proven, gross - fee, fee, total - gross);
    ledger.paid += gross;
    ledger.refunded += total - gross;
    ledger.settled.add(cycle);
    ledger.ended = ledger.settled.size === cycles;
    expect(await this.world.agreements.isRunning(ledger.id)).to.equal(!ledger.ended);
    return true;
  }

  private async close(ledger: Ledger): Promise<void> {
    const rest = ledger.deposited - ledger.paid - ledger.refunded;
    await expect(this.world.agreements.close(ledger.id)).to.emit(this.world.agreements, "AgreementEnded").withArgs(ledger.id, rest);
    ledger.refunded += rest;
    ledger.ended = true;
  }

  /** How many epochs of a cycle are paid, what they cost, and what the whole cycle costs. */
  private cycleOf(ledger: Ledger, cycle: number): [bigint, bigint, bigint] {
    let [proven, gross, total] = [0n, 0n, 0n];
    const from = ledger.start + cycle * CYCLE;
    const isLate = this.epoch > Math.min(from + CYCLE, ledger.end) + GRACE;
    for (let epoch = from; epoch < Math.min(from + CYCLE, ledger.end); epoch++) {
      const rate = ledger.rates.get(epoch)!;
      total += rate;
      if (isLate || !this.proven.has(epoch) || ledger.unpaid.has(epoch)) continue;
      proven++;
      gross += rate;
    }
    return [proven, gross, total];
  }

  private raise(ledger: Ledger, from: number, to: number, by: bigint): void {
    for (let epoch = from; epoch < to; epoch++) {
      ledger.rates.set(epoch, (ledger.rates.get(epoch) ?? 0n) + by);
      ledger.deposited += by;
    }
  }

  private cycleAt(ledger: Ledger, epoch: number): number {
    return Math.floor(Math.max(0, epoch - ledger.start) / CYCLE);
  }

  private pick(which: (ledger: Ledger) => boolean): Ledger | undefined {
    const found = this.ledgers.filter(which);
    return found[this.random.below(Math.max(1, found.length))];
  }
}
