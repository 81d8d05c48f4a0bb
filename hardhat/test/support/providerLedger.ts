import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

/** What a provider's numbers depend on. */
export interface LedgerRules {
  stakePerGiB: bigint;
  missSlashBps: bigint;
  missGraceEpochs: bigint;
  unbondingEpochs: bigint;
}

/** What a provider owes and lost, reckoned epoch by epoch as the interfaces say it. */
export class ProviderLedger {
  unbonding = 0n;
  releaseEpoch = 0n;
  reserved = 0n;
  dutyFrom = 0;
  obligedUntil = 0n;
  proven = 0n;
  missed = 0n;
  slashed = 0n;
  lastMissed: number | null = null;
  /** What the misses cost that nobody has counted yet; it is taken all at once. */
  private uncounted = 0n;

  constructor(
    readonly owner: HardhatEthersSigner,
    public staked: bigint,
    private readonly rules: LedgerRules,
  ) {}

  /** A sealed epoch without a proof is over. */
  miss(epoch: number): void {
    if (this.reserved === 0n || epoch < this.dutyFrom || BigInt(epoch) >= this.obligedUntil) return;
    this.missed++;
    const forgiven = this.lastMissed === null || BigInt(epoch - this.lastMissed) > this.rules.missGraceEpochs;
    this.lastMissed = epoch;
    if (!forgiven) this.uncounted += (this.rules.stakePerGiB * this.reserved * this.rules.missSlashBps) / 10_000n;
  }

  /** What a slash of all uncounted misses would take, from both kinds of stake in proportion. */
  get pending(): { bonded: bigint; unbonding: bigint } {
    const total = this.staked + this.unbonding;
    const taken = this.uncounted < total ? this.uncounted : total;
    const bonded = total === 0n ? 0n : (taken * this.staked + total - 1n) / total;
    return { bonded, unbonding: taken - bonded };
  }

  /** Somebody does something with the provider, which has its misses counted. */
  touch(): void {
    const { bonded, unbonding } = this.pending;
    this.staked -= bonded;
    this.unbonding -= unbonding;
    this.slashed += bonded + unbonding;
    this.uncounted = 0n;
  }

  /** What the reservations need. */
  get required(): bigint {
    return this.reserved * this.rules.stakePerGiB;
  }

  /** Bonded stake that covers nothing yet. */
  get free(): bigint {
    const free = this.staked - this.pending.bonded - this.required;
    return free > 0n ? free : 0n;
  }

  reserve(epoch: number, space: bigint, end: bigint): void {
    this.touch();
    if (this.reserved === 0n || BigInt(epoch) >= this.obligedUntil) {
      this.dutyFrom = epoch + 2;
      this.obligedUntil = 0n;
    }
    this.reserved += space;
    if (end > this.obligedUntil) this.obligedUntil = end;
  }

  release(space: bigint): void {
    this.touch();
    this.reserved -= space;
  }

  stake(amount: bigint): void {
    this.touch();
    this.staked += amount;
  }

  requestUnstake(epoch: number, amount: bigint): void {
    this.touch();
    this.staked -= amount;
    this.unbonding += amount;
    this.releaseEpoch = BigInt(epoch) + this.rules.unbondingEpochs;
  }

  canWithdraw(epoch: number): boolean {
    const { bonded, unbonding } = this.pending;
    return this.unbonding > unbonding && BigInt(epoch) >= this.releaseEpoch && this.staked - bonded >= this.required;
  }

  withdraw(): void {
    this.touch();
    this.unbonding = 0n;
  }
}
