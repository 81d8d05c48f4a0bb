import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { bareWorld, checkpointFor, EPOCH, goTo, held, NO_PERMIT, prove, register, TERMS, VALUES, WINDOW, type World } from "./market.js";
import { ProviderLedger } from "./support/providerLedger.js";

const GRACE = 3n;
const AVAILABLE = 500n;
const ACTIVE = 4n;
const TERMINATED = 5n;

/** Mulberry32: the same walk for the same seed. */
function dice(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random but always legal steps of several providers and consumers, next to a plain reckoning of what must come of them. */
export class MarketWalk {
  epoch = 10;
  steps = 0;
  private dormant = 0;
  private readonly random: () => number;
  private readonly ledgers: ProviderLedger[] = [];
  private readonly consumers: HardhatEthersSigner[];
  private feeTo: HardhatEthersSigner[];

  private constructor(
    readonly world: World,
    seed: number,
  ) {
    this.random = dice(seed);
    this.consumers = [world.consumer, ...world.others.slice(0, 2)];
    this.feeTo = [world.treasury, world.others[10]];
  }

  static async start(seed: number): Promise<MarketWalk> {
    const world = await bareWorld({ missGraceEpochs: GRACE, billingCycle: 3n, terminationNotice: 1n, settlementGrace: 3n });
    const walk = new MarketWalk(world, seed);
    for (const owner of [world.owner, world.stranger]) {
      await register(world, owner, owner.address);
      await world.stakes.connect(owner).stake(6_000n);
      for (const autoAccept of [true, false]) {
        await world.listings.connect(owner).publish({ ...TERMS, available: AVAILABLE, autoAccept });
      }
      walk.ledgers.push(new ProviderLedger(owner, 6_000n, { ...VALUES, missGraceEpochs: GRACE }));
    }
    return walk;
  }

  /** One epoch: steps before the proofs, the proofs, steps after the window. */
  async passEpoch(): Promise<void> {
    this.epoch++;
    await goTo(this.epoch, 1);
    await this.someSteps(3);
    const live = this.random() < 0.75 || this.dormant >= Number(GRACE) - 1;
    this.dormant = live ? 0 : this.dormant + 1;
    if (live) await this.world.beacon.seal();
    await this.someSteps(1);
    const proven = new Set<ProviderLedger>();
    for (const ledger of this.ledgers) {
      if (!live || this.random() < 0.35) continue;
      await prove(this.world, ledger.owner.address);
      ledger.touch();
      ledger.proven++;
      proven.add(ledger);
    }
    await goTo(this.epoch, EPOCH / 2n + WINDOW);
    for (const ledger of this.ledgers) if (live && !proven.has(ledger)) ledger.miss(this.epoch);
    await this.someSteps(3);
  }

  private async someSteps(most: number): Promise<void> {
    for (let left = Math.floor(this.random() * (most + 1)); left > 0; left--) {
      if (await this.pick(this.actions)()) this.steps++;
    }
  }

  private pick<T>(from: T[]): T {
    return from[Math.floor(this.random() * from.length)];
  }

  private number(from: number, to: number): bigint {
    return BigInt(from + Math.floor(this.random() * (to - from + 1)));
  }

  /** Each does one legal thing and says so, or finds nothing to do. */
  private readonly actions: (() => Promise<boolean>)[] = [
    () => this.rent(),
    () => this.rent(),
    () => this.answerProposal(),
    () => this.terminate(),
    () => this.settle(),
    () => this.settle(),
    () => this.close(),
    () => this.withdraw(),
    () => this.addStake(),
    () => this.askStakeBack(),
    () => this.takeStakeBack(),
    () => this.countMisses(),
    () => this.govern(),
    () => this.collect(),
    () => this.collect(),
    () => this.donate(),
  ];

  private ledgerOf(provider: string): ProviderLedger {
    return this.ledgers.find(({ owner }) => owner.address === provider)!;
  }

  private signerOf(address: string): HardhatEthersSigner {
    return this.consumers.find((consumer) => consumer.address === address)!;
  }

  private async rent(): Promise<boolean> {
    const listing = this.number(1, 4);
    const space = this.number(1, 20);
    const term = this.number(1, 14);
    const ledger = this.ledgers[listing <= 2n ? 0 : 1];
    const automatic = listing % 2n === 1n;
    const { terms } = await this.world.listings.listing(listing);
    if (terms.available < space || (automatic && ledger.free < space * VALUES.stakePerGiB)) return false;
    const limits = { maxDeposit: space * term * terms.price, maxEgressPrice: terms.egressPrice };
    const request = { listing, space, term, dataKey: this.world.dataKey.address, ...limits };
    await this.world.agreements.connect(this.pick(this.consumers)).open([request], NO_PERMIT);
    if (automatic) ledger.reserve(this.epoch, space, BigInt(this.epoch) + 2n + term);
    return true;
  }

  private async anyInState(...states: bigint[]) {
    const count = Number(await this.world.agreements.agreementCount());
    if (count === 0) return null;
    const first = Math.floor(this.random() * count);
    for (let i = 0; i < count; i++) {
      const id = BigInt(((first + i) % count) + 1);
      const agreement = await this.world.agreements.agreement(id);
      if (states.includes(agreement.state)) return { id, agreement };
    }
    return null;
  }

  private async answerProposal(): Promise<boolean> {
    const found = await this.anyInState(1n);
    if (!found) return false;
    const { id, agreement } = found;
    const ledger = this.ledgerOf(agreement.provider);
    const affordable = ledger.free >= agreement.space * VALUES.stakePerGiB;
    const { agreements } = this.world;
    if (affordable && this.random() < 0.6) {
      await agreements.connect(ledger.owner).accept(id);
      ledger.reserve(this.epoch, agreement.space, BigInt(this.epoch) + 2n + agreement.term);
    } else if (this.random() < 0.5) await agreements.connect(ledger.owner).decline(id);
    else await agreements.connect(this.signerOf(agreement.consumer)).withdrawProposal(id);
    return true;
  }

  private async terminate(): Promise<boolean> {
    const found = await this.anyInState(ACTIVE);
    if (!found || found.agreement.end <= BigInt(this.epoch)) return false;
    await this.world.agreements.connect(this.signerOf(found.agreement.consumer)).terminate(found.id);
    return true;
  }

  private async settle(): Promise<boolean> {
    const found = await this.anyInState(ACTIVE, TERMINATED);
    if (!found) return false;
    const { id, agreement } = found;
    const cycles = await this.world.agreements.cycleCount(id);
    for (let cycle = 0n; cycle < cycles; cycle++) {
      const { ready, drawn } = await this.world.agreements.settlementDraw(id, cycle);
      if (!ready) continue;
      await this.world.agreements.settle(id, cycle, checkpointFor(drawn), "0x");
      if ((await this.world.agreements.agreement(id)).state === 6n) this.ledgerOf(agreement.provider).release(agreement.space);
      return true;
    }
    return false;
  }

  private async close(): Promise<boolean> {
    const found = await this.anyInState(ACTIVE, TERMINATED);
    if (!found) return false;
    const { id, agreement } = found;
    const empty = agreement.start === agreement.end && BigInt(this.epoch) >= agreement.end;
    if (!empty && BigInt(this.epoch) <= agreement.end + agreement.settlementGrace) return false;
    await this.world.agreements.close(id);
    this.ledgerOf(agreement.provider).release(agreement.space);
    return true;
  }

  private async withdraw(): Promise<boolean> {
    const account = this.pick([...this.consumers, ...this.feeTo, ...this.ledgers.map(({ owner }) => owner)]);
    if ((await this.world.escrow.withdrawable(account.address)) === 0n) return false;
    await this.world.escrow.connect(account).withdraw(account.address);
    return true;
  }

  private async addStake(): Promise<boolean> {
    const ledger = this.pick(this.ledgers);
    const amount = this.number(1, 1_500);
    await this.world.stakes.connect(ledger.owner).stake(amount);
    ledger.stake(amount);
    return true;
  }

  private async askStakeBack(): Promise<boolean> {
    const ledger = this.pick(this.ledgers);
    const { free } = ledger;
    if (free === 0n) return false;
    const amount = free < 2n ? free : this.number(1, Number(free));
    await this.world.stakes.connect(ledger.owner).requestUnstake(amount);
    ledger.requestUnstake(this.epoch, amount);
    return true;
  }

  private async takeStakeBack(): Promise<boolean> {
    const ledger = this.pick(this.ledgers);
    if (!ledger.canWithdraw(this.epoch)) return false;
    await this.world.stakes.connect(ledger.owner).withdrawUnstaked();
    ledger.withdraw();
    return true;
  }

  private async countMisses(): Promise<boolean> {
    const ledger = this.pick(this.ledgers);
    await this.world.registry.settleMisses(ledger.owner.address);
    ledger.touch();
    return true;
  }

  private async govern(): Promise<boolean> {
    const values = ((await this.world.parameters.values()) as any).toObject();
    await this.world.parameters.setValues({
      ...values,
      protocolFeeBps: this.number(0, 1_000),
      treasury: this.pick(this.feeTo).address,
    } as any);
    return true;
  }

  /** What the consumers get of slashes, and the treasury. */
  private async collect(): Promise<boolean> {
    const { agreements, stakes } = this.world;
    const id = this.number(1, Math.max(1, Number(await agreements.agreementCount())));
    if ((await stakes.compensationOf(id)) > 0n) {
      await stakes.claimCompensation(id);
      const { provider, state } = await agreements.agreement(id);
      if (state === ACTIVE || state === TERMINATED) this.ledgerOf(provider).touch();
    } else if ((await stakes.treasuryDue()) > 0n) await stakes.sweep();
    else return false;
    return true;
  }

  private async donate(): Promise<boolean> {
    if (this.random() < 0.8) return false;
    await this.world.token.transfer(this.world.escrow, 1n);
    this.donated++;
    return true;
  }

  donated = 0n;

  /** Every named sentence that must hold after every epoch. */
  async check(): Promise<void> {
    await this.escrowCoversEveryLiability();
    await this.spaceAndStakeAreWhereTheAgreementsSay();
    await this.missesAreWhatEpochByEpochReckoningSays();
  }

  private async escrowCoversEveryLiability(): Promise<void> {
    const { agreements, escrow, token } = this.world;
    let total = 0n;
    for (let id = 1n; id <= (await agreements.agreementCount()); id++) {
      const { deposited, paid, refunded, remaining } = await agreements.agreement(id);
      expect(paid + refunded + remaining).to.equal(deposited);
      expect(await held(this.world, id)).to.equal(remaining);
      total += remaining;
    }
    let owed = 0n;
    for (const { address } of [...this.consumers, ...this.feeTo, ...this.ledgers.map(({ owner }) => owner)]) {
      owed += await escrow.withdrawable(address);
    }
    expect([await escrow.totalHeld(), await escrow.totalWithdrawable()]).to.deep.equal([total, owed]);
    expect(await token.balanceOf(escrow)).to.equal(total + owed + this.donated);
  }

  private async spaceAndStakeAreWhereTheAgreementsSay(): Promise<void> {
    const taken = [0n, 0n, 0n, 0n];
    const reserved = new Map<string, bigint>();
    for (let id = 1n; id <= (await this.world.agreements.agreementCount()); id++) {
      const { state, listing, space, provider } = await this.world.agreements.agreement(id);
      const runs = state === ACTIVE || state === TERMINATED;
      if (runs || state === 1n) taken[Number(listing) - 1] += space;
      if (runs) reserved.set(provider, (reserved.get(provider) ?? 0n) + space);
    }
    for (let listing = 1n; listing <= 4n; listing++) {
      expect((await this.world.listings.listing(listing)).terms.available).to.equal(AVAILABLE - taken[Number(listing) - 1]);
    }
    for (const { owner } of this.ledgers) {
      expect(await this.world.registry.reservedOf(owner.address)).to.equal(reserved.get(owner.address) ?? 0n);
    }
  }

  private async missesAreWhatEpochByEpochReckoningSays(): Promise<void> {
    let owed = await this.world.stakes.treasuryDue();
    let slashes = 0n;
    for (const ledger of this.ledgers) {
      const pending = ledger.pending;
      const stake = await this.world.stakes.stakeOf(ledger.owner.address);
      owed += await this.world.stakes.slashable(ledger.owner.address);
      const record = await this.world.registry.trackRecord(ledger.owner.address);
      expect({ staked: stake.staked, unbonding: stake.unbonding, reserved: stake.reserved }).to.deep.equal({
        staked: ledger.staked - pending.bonded,
        unbonding: ledger.unbonding - pending.unbonding,
        reserved: ledger.reserved,
      });
      const slashed = ledger.slashed + pending.bonded + pending.unbonding;
      expect([record.proven, record.missed, record.slashed]).to.deep.equal([ledger.proven, ledger.missed, slashed]);
      slashes += record.missed;
    }
    const agreements = await this.world.agreements.agreementCount();
    for (let id = 1n; id <= agreements; id++) owed += await this.world.stakes.compensationOf(id);
    const liabilities = await this.world.stakes.totalLiabilities();
    expect(await this.world.token.balanceOf(this.world.stakes)).to.equal(liabilities);
    // Less than a base unit of each slash and of each agreement's part of it is rounded off until the provider's last agreement is over.
    expect(liabilities >= owed && liabilities <= owed + slashes * (agreements + 1n)).to.equal(true);
  }

  /** After enough time everybody takes out exactly their due, without the others' help. */
  async unwind(): Promise<void> {
    const { agreements, registry, stakes, escrow, token } = this.world;
    await goTo(this.epoch + 60);
    for (let id = 1n; id <= (await agreements.agreementCount()); id++) {
      const { state, consumer } = await agreements.agreement(id);
      if (state === 1n) await agreements.connect(this.signerOf(consumer)).withdrawProposal(id);
      if (state === ACTIVE || state === TERMINATED) await agreements.connect(this.world.deployer).close(id);
    }
    for (const account of [...this.consumers, ...this.feeTo, ...this.ledgers.map(({ owner }) => owner)]) {
      if ((await escrow.withdrawable(account.address)) > 0n) await escrow.connect(account).withdraw(account.address);
    }
    for (const { owner } of this.ledgers) {
      const { staked } = await stakes.stakeOf(owner.address);
      if (staked > 0n) await stakes.connect(owner).requestUnstake(staked);
    }
    await goTo(this.epoch + 60 + Number(VALUES.unbondingEpochs));
    for (const { owner } of this.ledgers) {
      if ((await stakes.stakeOf(owner.address)).unbonding > 0n) await stakes.connect(owner).withdrawUnstaked();
      else await registry.settleMisses(owner.address);
    }
    for (let id = 1n; id <= (await agreements.agreementCount()); id++) {
      if ((await stakes.compensationOf(id)) > 0n) await stakes.connect(this.world.deployer).claimCompensation(id);
    }
    if ((await stakes.treasuryDue()) > 0n) await stakes.sweep();
    expect(await token.balanceOf(escrow)).to.equal(this.donated);
    expect([await token.balanceOf(stakes), await stakes.totalLiabilities()]).to.deep.equal([0n, 0n]);
    expect(await escrow.totalHeld()).to.equal(0n);
  }
}
