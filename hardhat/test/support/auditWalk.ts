import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers, fixture, goTo, held, live, marketWorld, NO_PERMIT, open, time, VALUES, type World } from "../market.js";
import { AuditState, demand, leafOf, NEXT, revisionOf, shows, signed, STORED, type Contents } from "./auditing.js";
import { Randomness } from "./random.js";

interface Reckoned {
  agreement: bigint;
  auditor: HardhatEthersSigner;
  contents: Contents;
  leaf: bigint;
  deadline: bigint;
  bond: bigint;
  penalty: bigint;
  state: AuditState;
}

const AGREEMENTS = 8n;
const FIRST = 12;
const LAST = 40;

/** Random audits of a few agreements by several auditors, next to a plain reckoning of bonds, penalties and acknowledgements. */
export class AuditWalk {
  steps = 0;
  private epoch = FIRST;
  private readonly audits: Reckoned[] = [];
  private readonly acknowledged = new Map<bigint, Contents>();
  private readonly charged = new Map<bigint, bigint>();
  private readonly owed = new Map<string, bigint>();
  private readonly auditors: HardhatEthersSigner[];
  private bond = VALUES.auditBond;
  private slashBps = VALUES.auditSlashBps;

  private constructor(
    private readonly world: World,
    private readonly random: Randomness,
  ) {
    this.auditors = [world.consumer, world.stranger, world.owner, ...world.others.slice(0, 2)];
  }

  static async start(seed: number): Promise<AuditWalk> {
    const world = await fixture(async () => {
      // No misses and no fees: what moves is what audits move.
      const fresh = await marketWorld({ missSlashBps: 0n, compensationBps: 0n, auditWindow: 1_500n });
      for (let id = 1n; id <= AGREEMENTS; id++) await open(fresh, { space: 2n + id, term: 30n });
      return fresh;
    })();
    return new AuditWalk(world, new Randomness(seed));
  }

  /** The states in which its audits are. */
  get reached(): Set<AuditState> {
    return new Set(this.audits.map(({ state }) => state));
  }

  async run(): Promise<void> {
    for (; this.epoch < LAST; this.epoch++) {
      await goTo(this.epoch);
      for (let left = this.random.below(8); left > 0; left--) {
        if (await this.actions[this.random.below(this.actions.length)]()) this.steps++;
      }
      await this.check();
    }
  }

  private readonly actions: (() => Promise<boolean>)[] = [
    ...Array.from({ length: 5 }, () => () => this.demand()),
    ...Array.from({ length: 3 }, () => () => this.answer()),
    () => this.supersede(),
    () => this.supersede(),
    () => this.conclude(),
    () => this.terminate(),
    () => this.extend(),
    () => this.govern(),
    () => this.withdraw(),
  ];

  private pick<T>(from: readonly T[]): T | undefined {
    return from[this.random.below(from.length)];
  }

  private openOnes(isLate: boolean, now: bigint): Reckoned[] {
    return this.audits.filter(({ state, deadline }) => state === AuditState.Demanded && now > deadline === isLate);
  }

  private numberOf(audit: Reckoned): bigint {
    return BigInt(this.audits.indexOf(audit) + 1);
  }

  /** The second in which the next transaction is mined: a random one, some time ahead. */
  private async nextMoment(): Promise<bigint> {
    const now = BigInt(await time.latest()) + 1n + BigInt(this.random.below(60));
    await time.setNextBlockTimestamp(now);
    return now;
  }

  private async demand(): Promise<boolean> {
    const { world } = this;
    const agreement = 1n + BigInt(this.random.below(Number(AGREEMENTS)));
    const auditor = this.pick(this.auditors)!;
    const known = this.acknowledged.get(agreement);
    const contents = this.pick([STORED, NEXT, known ?? STORED])!;
    const leaf = BigInt(this.random.below(Number(contents.data.weight)));
    const { space } = await world.agreements.agreement(agreement);
    const [consumerSignature, operatorSignature] = [
      await signed(world, contents, world.dataKey, agreement),
      await signed(world, contents, world.operator, agreement),
    ];
    const runs = await world.agreements.isRunning(agreement);
    const { end } = await world.agreements.agreement(agreement);
    const deadline = (await this.nextMoment()) + 1_500n;
    const isOpen = this.audits.some(
      (one) => one.state === AuditState.Demanded && one.agreement === agreement && one.auditor.address === auditor.address,
    );
    const isStale = known !== undefined && contents.number < known.number;
    const isTooLate = deadline > (await world.parameters.epochStart(end));
    const attempt = demand(world, { id: agreement, contents, leaf, by: auditor, consumerSignature, operatorSignature });
    if (!runs || isOpen || isStale || isTooLate) {
      await expect(attempt).to.be.revert(ethers);
      return false;
    }
    await attempt;
    const penalty = (space * VALUES.stakePerGiB * this.slashBps + 9_999n) / 10_000n;
    this.audits.push({ agreement, auditor, contents, leaf, deadline, bond: this.bond, penalty, state: AuditState.Demanded });
    return true;
  }

  private async answer(): Promise<boolean> {
    const audit = this.pick(this.openOnes(false, (await this.now()) + 61n));
    if (audit === undefined) return false;
    const isRight = this.random.below(3) > 0;
    const leaf = isRight ? audit.leaf : (audit.leaf + 1n) % audit.contents.data.weight;
    expect(leafOf(audit.contents, leaf).depth).to.be.greaterThan(0);
    await this.nextMoment();
    const attempt = this.world.audits.answer(this.numberOf(audit), shows(audit.contents, leaf));
    if (!isRight) {
      await expect(attempt).to.be.revert(ethers);
      return false;
    }
    await attempt;
    audit.state = AuditState.Answered;
    this.owe(this.world.provider, audit.bond);
    return true;
  }

  private async supersede(): Promise<boolean> {
    const audit = this.pick(this.openOnes(false, (await this.now()) + 61n));
    if (audit === undefined) return false;
    const { world } = this;
    const newer = { number: audit.contents.number + 1n + BigInt(this.random.below(2)), data: NEXT.data };
    const signature = await signed(world, newer, world.dataKey, audit.agreement);
    await this.nextMoment();
    await world.audits.connect(world.operator).supersede(this.numberOf(audit), revisionOf(newer), signature);
    audit.state = AuditState.Superseded;
    this.owe(world.provider, audit.bond);
    if (newer.number > (this.acknowledged.get(audit.agreement)?.number ?? 0n)) this.acknowledged.set(audit.agreement, newer);
    return true;
  }

  private async conclude(): Promise<boolean> {
    const audit = this.pick(this.openOnes(true, await this.now()));
    if (audit === undefined) return false;
    const { world } = this;
    const charged = this.charged.get(audit.agreement) ?? 0n;
    const due = audit.penalty > charged ? audit.penalty - charged : 0n;
    const had = await world.stakes.slashable(world.provider);
    const refund = await held(world, audit.agreement);
    const slashed = due < had ? due : had;
    await expect(world.audits.connect(this.pick(this.auditors)!).conclude(this.numberOf(audit)))
      .to.emit(world.audits, "AuditFailed")
      .withArgs(this.numberOf(audit), audit.agreement, slashed, refund);
    audit.state = AuditState.Failed;
    this.charged.set(audit.agreement, charged + due);
    this.owe(audit.auditor.address, audit.bond);
    this.owe(world.consumer.address, refund);
    expect(await world.stakes.slashable(world.provider)).to.equal(had - slashed);
    return true;
  }

  private async terminate(): Promise<boolean> {
    const agreement = 1n + BigInt(this.random.below(Number(AGREEMENTS)));
    const { state, end } = await this.world.agreements.agreement(agreement);
    if (this.random.below(4) > 0 || state !== 4n || end <= BigInt(this.epoch)) return false;
    const before = await held(this.world, agreement);
    await this.world.agreements.connect(this.world.consumer).terminate(agreement);
    this.owe(this.world.consumer.address, before - (await held(this.world, agreement)));
    return true;
  }

  private async extend(): Promise<boolean> {
    const agreement = 1n + BigInt(this.random.below(Number(AGREEMENTS)));
    const { state, end, space } = await this.world.agreements.agreement(agreement);
    if (state !== 4n || end <= BigInt(this.epoch) + 3n || space > 12n) return false;
    const more = { listing: 0n, space: 3n, term: 0n, maxDeposit: ethers.MaxUint256 };
    await this.world.agreements.connect(this.world.consumer).extend(agreement, more, NO_PERMIT);
    return true;
  }

  private async govern(): Promise<boolean> {
    const { parameters, deployer, treasury } = this.world;
    this.bond = BigInt(this.random.below(3)) * 30n;
    this.slashBps = BigInt(this.random.below(4)) * 777n;
    const quiet = { missSlashBps: 0n, compensationBps: 0n, auditWindow: 1_500n };
    const changes = { ...quiet, auditBond: this.bond, auditSlashBps: this.slashBps };
    await parameters.connect(deployer).setValues({ ...VALUES, ...changes, treasury: treasury.address });
    return true;
  }

  private async withdraw(): Promise<boolean> {
    const account = this.pick(this.auditors)!;
    const owed = this.owed.get(account.address) ?? 0n;
    if (owed === 0n) return false;
    const before = await this.world.token.balanceOf(account.address);
    await this.world.escrow.connect(account).withdraw(account.address);
    expect(await this.world.token.balanceOf(account.address)).to.equal(before + owed);
    this.owed.set(account.address, 0n);
    return true;
  }

  private async now(): Promise<bigint> {
    return BigInt(await time.latest());
  }

  private owe(account: string, amount: bigint): void {
    this.owed.set(account, (this.owed.get(account) ?? 0n) + amount);
  }

  private async check(): Promise<void> {
    const { audits, escrow, token } = this.world;
    expect(await audits.auditCount()).to.equal(BigInt(this.audits.length));
    let bonds = 0n;
    for (const audit of this.audits) {
      const { state, bond, penalty, deadline, leaf } = await audits.auditOf(this.numberOf(audit));
      expect([Number(state), bond, penalty, deadline, leaf]).to.deep.equal([
        audit.state,
        audit.bond,
        audit.penalty,
        audit.deadline,
        audit.leaf,
      ]);
      const lies = audit.state === AuditState.Demanded ? audit.bond : 0n;
      expect(await escrow.held(audits, this.numberOf(audit))).to.equal(lies);
      bonds += lies;
    }
    for (let id = 1n; id <= AGREEMENTS; id++) {
      expect((await audits.acknowledged(id)).number).to.equal(this.acknowledged.get(id)?.number ?? 0n);
      bonds += await held(this.world, id);
    }
    expect(await escrow.totalHeld()).to.equal(bonds);
    for (const [account, owed] of this.owed) expect(await escrow.withdrawable(account), account).to.equal(owed);
    expect(await token.balanceOf(escrow)).to.equal((await escrow.totalHeld()) + (await escrow.totalWithdrawable()));
  }

  /** Brings everything to its end: nothing is held for anybody any more. */
  async unwind(): Promise<void> {
    const { world } = this;
    await live(world, LAST, LAST + 2, () => false);
    for (const audit of this.audits.filter(({ state }) => state === AuditState.Demanded)) {
      await world.audits.conclude(this.numberOf(audit));
      audit.state = AuditState.Failed;
    }
    await goTo(60);
    for (let id = 1n; id <= AGREEMENTS; id++) if (await world.agreements.isRunning(id)) await world.agreements.close(id);
    expect(await world.escrow.totalHeld()).to.equal(0n);
    for (const account of this.auditors) {
      if ((await world.escrow.withdrawable(account.address)) > 0n) await world.escrow.connect(account).withdraw(account.address);
    }
    expect(await world.token.balanceOf(world.escrow)).to.equal(0n);
  }
}
