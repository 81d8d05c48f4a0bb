/** Base units are cut into as many parts, so that what everybody should have is known better than to the base unit. */
export const FINE = 10n ** 30n;
const BPS = 10_000n;

export interface StakeRules {
  stakePerGiB: bigint;
  unbondingEpochs: bigint;
  compensationBps: bigint;
  minSelfStakeBps: bigint;
  commissionNotice: bigint;
  /** Seconds. */
  vesting: bigint;
}

interface Member {
  /** In FINE parts of base units. */
  staying: bigint;
  leaving: bigint;
  isIn: boolean;
  isLeaving: boolean;
  releaseEpoch: bigint;
  heldUntil: bigint;
}

interface Position {
  space: bigint;
  /** In FINE parts of base units, with all that was paid. */
  due: bigint;
  paid: bigint;
}

/**
 * What a provider's stake should be: pots in whole base units, and delegators' and consumers' parts as fractions of them. It knows no
 * shares, no accumulators and no eras: everybody's part is reckoned anew with each thing that happens.
 */
export class StakeModel {
  staked = 0n;
  unbonding = 0n;
  releaseEpoch = 0n;
  delegated = 0n;
  undelegating = 0n;
  unvested = 0n;
  treasury = 0n;
  reserved = 0n;
  obligedUntil = 0n;
  /** How often something was rounded. */
  roundings = 0n;
  members = new Map<string, Member>();
  readonly positions = new Map<bigint, Position>();
  private since = 0n;
  private until = 0n;
  private commission = { bps: 0n, next: 0n, from: 0n };
  /** The delegators' part of what is earned in each epoch that is over, of FINE. */
  private parts: bigint[] = [];

  constructor(private readonly rules: StakeRules) {}

  get total(): bigint {
    return this.staked + this.unbonding + this.delegated + this.undelegating;
  }

  get required(): bigint {
    return this.reserved * this.rules.stakePerGiB;
  }

  get cover(): bigint {
    const both = this.staked + this.delegated;
    if (this.delegated === 0n || this.rules.minSelfStakeBps === 0n) return both;
    const carried = (this.staked * BPS) / this.rules.minSelfStakeBps;
    return both < carried ? both : carried;
  }

  member(who: string): Member {
    if (!this.members.has(who)) {
      this.members.set(who, { staying: 0n, leaving: 0n, isIn: false, isLeaving: false, releaseEpoch: 0n, heldUntil: 0n });
    }
    return this.members.get(who)!;
  }

  get anybodyIsIn(): boolean {
    return [...this.members.values()].some(({ isIn }) => isIn);
  }

  /** Whole base units of what a member should have. */
  fair(who: string): { staying: bigint; leaving: bigint } {
    const { staying, leaving } = this.member(who);
    return { staying: staying / FINE, leaving: leaving / FINE };
  }

  fairDue(id: bigint): bigint {
    const { due, paid } = this.positions.get(id)!;
    return due / FINE - paid;
  }

  /** As it looks at `now` (seconds), where nothing happened since. */
  at(now: bigint): StakeModel {
    const copy = Object.assign(new StakeModel(this.rules), this);
    copy.members = new Map([...this.members].map(([who, member]) => [who, { ...member }]));
    copy.vest(now);
    return copy;
  }

  /** The earnings that vest until `now` (seconds) become the members' in proportion. */
  vest(now: bigint): void {
    if (this.unvested === 0n) return;
    const amount = now >= this.until ? this.unvested : (this.unvested * (now - this.since)) / (this.until - this.since);
    this.unvested -= amount;
    this.since = now;
    this.scale("staying", this.delegated + amount, this.delegated);
    this.delegated += amount;
  }

  earn(now: bigint, amount: bigint): void {
    this.vest(now);
    const wait = this.until > now ? this.until - now : 0n;
    this.until = now + (this.unvested * wait + amount * this.rules.vesting) / (this.unvested + amount);
    this.unvested += amount;
    this.since = now;
    this.roundings++;
  }

  /** Everything stays as it is until `epoch`. */
  pass(epoch: bigint): void {
    while (BigInt(this.parts.length) < epoch) this.parts.push(this.partIn(BigInt(this.parts.length)));
  }

  /** The delegators' part of what is earned evenly in the epochs [from, to), of FINE. */
  meanPart(from: bigint, to: bigint): bigint {
    let sum = 0n;
    for (let epoch = from; epoch < to; epoch++) sum += this.parts[Number(epoch)] ?? this.partIn(epoch);
    return sum / (to - from);
  }

  setCommission(now: bigint, epoch: bigint, bps: bigint): void {
    this.vest(now);
    const kept = this.commissionIn(epoch);
    this.commission = this.anybodyIsIn ? { bps: kept, next: bps, from: epoch + this.rules.commissionNotice } : { bps, next: bps, from: 0n };
  }

  stake(now: bigint, amount: bigint): void {
    this.vest(now);
    this.staked += amount;
  }

  /** Compensates all that hold space, or `agreement` alone. */
  slash(now: bigint, amount: bigint, agreement?: bigint): bigint {
    this.vest(now);
    const taken = amount < this.total ? amount : this.total;
    let take = taken;
    let left = this.total;
    let own = 0n;
    for (const pot of ["staked", "unbonding", "delegated", "undelegating"] as const) {
      if (this[pot] === 0n) continue;
      const before = this[pot];
      const part = (take * before + left - 1n) / left;
      [take, left] = [take - part, left - before];
      this[pot] = before - part;
      if (pot === "staked" || pot === "unbonding") own += part;
      if (pot === "delegated") this.scale("staying", this[pot], before);
      if (pot === "undelegating") this.scale("leaving", this[pot], before);
      if (part > 0n && this[pot] === 0n) this.wipeOut(pot);
    }
    this.compensate(taken, own, agreement);
    this.roundings++;
    return taken;
  }

  requestUnstake(now: bigint, epoch: bigint, amount: bigint): void {
    this.vest(now);
    this.staked -= amount;
    this.unbonding += amount;
    this.releaseEpoch = epoch + this.rules.unbondingEpochs;
  }

  withdrawUnstaked(): void {
    this.unbonding = 0n;
    this.releaseEpoch = 0n;
  }

  delegate(now: bigint, who: string, amount: bigint): void {
    this.vest(now);
    const member = this.member(who);
    member.staying += amount * FINE;
    member.isIn = true;
    this.delegated += amount;
    this.roundings++;
  }

  /** Quarters of the member's shares, of which the vault said that they are worth `amount`. */
  requestUndelegate(now: bigint, epoch: bigint, who: string, quarters: bigint, amount: bigint): void {
    this.vest(now);
    const member = this.member(who);
    this.takeOut("staying", member, (member.staying * quarters) / 4n, this.delegated, amount);
    member.leaving += amount * FINE;
    member.isIn = quarters < 4n;
    member.isLeaving = true;
    member.releaseEpoch = epoch + this.rules.unbondingEpochs;
    member.heldUntil = this.reserved === 0n ? 0n : this.obligedUntil;
    this.delegated -= amount;
    this.undelegating += amount;
    this.roundings++;
    if (this.anybodyIsIn) return;
    this.staked += this.delegated + this.unvested;
    this.delegated = 0n;
    this.unvested = 0n;
  }

  withdrawUndelegated(now: bigint, who: string, amount: bigint): void {
    this.vest(now);
    const member = this.member(who);
    this.takeOut("leaving", member, member.leaving, this.undelegating, amount);
    Object.assign(member, { isLeaving: false, releaseEpoch: 0n, heldUntil: 0n });
    this.undelegating -= amount;
    this.roundings++;
  }

  reserve(id: bigint, space: bigint, end: bigint): void {
    if (this.reserved === 0n) this.obligedUntil = 0n;
    if (end > this.obligedUntil) this.obligedUntil = end;
    this.reserved += space;
    this.positions.set(id, { space, due: 0n, paid: 0n });
  }

  release(id: bigint): void {
    const position = this.positions.get(id)!;
    this.reserved -= position.space;
    position.space = 0n;
  }

  private commissionIn(epoch: bigint): bigint {
    return epoch < this.commission.from ? this.commission.bps : this.commission.next;
  }

  private partIn(epoch: bigint): bigint {
    if (this.delegated === 0n) return 0n;
    return (FINE * this.delegated * (BPS - this.commissionIn(epoch))) / ((this.staked + this.delegated) * BPS);
  }

  private compensate(taken: bigint, own: bigint, agreement?: bigint): void {
    const only = agreement === undefined ? undefined : this.positions.get(agreement);
    const anybody = agreement === undefined ? this.reserved > 0n : only !== undefined;
    const compensation = anybody ? (own * this.rules.compensationBps) / BPS : 0n;
    if (only) only.due += compensation * FINE;
    for (const position of agreement === undefined ? this.positions.values() : []) {
      if (position.space > 0n) position.due += (compensation * position.space * FINE) / this.reserved;
    }
    this.treasury += taken - compensation;
  }

  private wipeOut(pot: "staked" | "unbonding" | "delegated" | "undelegating"): void {
    for (const member of this.members.values()) {
      if (pot === "delegated") Object.assign(member, { isIn: false, staying: 0n });
      if (pot === "undelegating") Object.assign(member, { isLeaving: false, leaving: 0n });
    }
    if (pot !== "delegated") return;
    this.treasury += this.unvested;
    this.unvested = 0n;
  }

  /** `part` of a member's is paid with `amount` of the pool's `assets`; what rounding leaves of it belongs to those who stay. */
  private takeOut(of: "staying" | "leaving", member: Member, part: bigint, assets: bigint, amount: bigint): void {
    member[of] -= part;
    const [left, fair] = [(assets - amount + 1n) * FINE, (assets + 1n) * FINE - part];
    for (const other of this.members.values()) other[of] = (other[of] * left) / fair;
  }

  /** A pool went from `before` to `after`; each has one virtual base unit besides, which bears and earns like any other. */
  private scale(part: "staying" | "leaving", after: bigint, before: bigint): void {
    for (const member of this.members.values()) member[part] = (member[part] * (after + 1n)) / (before + 1n);
  }
}
