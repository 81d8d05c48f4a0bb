import { expect } from "chai";
import { EPOCH, GENESIS, goTo, networkHelpers, open, time, VALUES, type World } from "../market.js";
import { Randomness } from "./random.js";
import { FINE, StakeModel } from "./stakeModel.js";
import { ALL, delegate, delegationWorld, earn, penalize, slash, surplus } from "./stakes.js";

const VESTING = 30n * EPOCH;

/** Random things that happen to one provider's stake, next to a model that knows no shares. */
export class StakeWalk {
  done = 0;
  refused = 0;
  private readonly model = new StakeModel({ ...VALUES, vesting: VESTING });
  private readonly random: Randomness;
  private now = 0n;

  private constructor(
    private readonly world: World,
    seed: number,
  ) {
    this.random = new Randomness(seed);
    this.model.staked = 10_000n;
    this.model.setCommission(0n, 0n, 2_000n);
  }

  static async start(seed: number): Promise<StakeWalk> {
    return new StakeWalk(await delegationWorld(), seed);
  }

  private get epoch(): bigint {
    return (this.now - GENESIS) / EPOCH;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)];
  }

  /** Of any size, from dust to 10^15. */
  private amount(): bigint {
    return BigInt(1 + this.random.below(999)) * 10n ** BigInt(this.random.below(4) * this.random.below(5));
  }

  async step(): Promise<void> {
    const latest = BigInt(await time.latest());
    this.now = latest + BigInt(1 + this.random.below(this.pick([10, 400, 3_000])));
    await time.setNextBlockTimestamp(this.now);
    this.model.pass(this.epoch);
    await this.pick(this.actions)();
    // Whatever was refused left no block, but its time has come all the same.
    if (BigInt(await time.latest()) < this.now) await networkHelpers.mine();
    await this.check();
  }

  private readonly actions = [
    () => this.stake(),
    () => this.setCommission(),
    () => this.requestUnstake(),
    () => this.withdrawUnstaked(),
    () => this.delegate(),
    () => this.delegate(),
    () => this.requestUndelegate(),
    () => this.requestUndelegate(),
    () => this.withdrawUndelegated(),
    () => this.withdrawUndelegated(),
    () => this.earn(),
    () => this.penalize(),
    () => this.penalize(),
    () => this.rent(),
    () => this.close(),
    () => this.claim(),
    () => this.sweep(),
  ];

  /** Does it, or sees it refused, as the model says. */
  private async expectEither(sent: Promise<unknown>, refusal: string | null, source: any = this.world.stakes): Promise<boolean> {
    if (refusal === null) {
      await sent;
      this.done++;
      return true;
    }
    await expect(sent).to.be.revertedWithCustomError(source, refusal);
    this.refused++;
    return false;
  }

  private async stake(): Promise<void> {
    const amount = this.model.staked < 10n ** 6n ? 10n ** 12n : this.amount();
    await this.expectEither(this.world.stakes.connect(this.world.owner).stake(amount), null);
    this.model.stake(this.now, amount);
  }

  private async setCommission(): Promise<void> {
    const bps = BigInt(this.random.below(10_001));
    await this.expectEither(this.world.stakes.connect(this.world.owner).setCommission(bps), null);
    this.model.setCommission(this.now, this.epoch, bps);
  }

  private async requestUnstake(): Promise<void> {
    const model = this.model.at(this.now);
    const amount = this.random.below(3) === 0 ? this.amount() : (model.staked * BigInt(1 + this.random.below(4))) / 4n;
    const left = model.staked - amount;
    const selfStake = ((left + model.delegated) * VALUES.minSelfStakeBps + 9_999n) / 10_000n;
    let refusal: string | null = null;
    if (amount === 0n) refusal = "AmountIsZero";
    else if (left < 0n) refusal = "MoreThanStaked";
    else if (left + model.delegated < model.required) refusal = "StakeTooSmall";
    else if (model.reserved > 0n && model.anybodyIsIn && left < selfStake) refusal = "SelfStakeTooSmall";
    if (!(await this.expectEither(this.world.stakes.connect(this.world.owner).requestUnstake(amount), refusal))) return;
    this.model.requestUnstake(this.now, this.epoch, amount);
  }

  private async withdrawUnstaked(): Promise<void> {
    const model = this.model.at(this.now);
    let refusal: string | null = null;
    if (model.unbonding === 0n) refusal = "NothingToWithdraw";
    else if (this.epoch < model.releaseEpoch) refusal = "StillUnbonding";
    else if (model.total - model.unbonding < model.required) refusal = "StakeTooSmall";
    if (!(await this.expectEither(this.world.stakes.connect(this.world.owner).withdrawUnstaked(), refusal))) return;
    this.model.withdrawUnstaked();
  }

  private async delegate(): Promise<void> {
    const model = this.model.at(this.now);
    const who = this.pick(this.world.others.slice(0, 5));
    const amount = this.amount();
    const selfStake = ((model.staked + model.delegated + amount) * VALUES.minSelfStakeBps + 9_999n) / 10_000n;
    if (await this.expectEither(delegate(this.world, who, amount), model.staked < selfStake ? "SelfStakeTooSmall" : null)) {
      this.model.delegate(this.now, who.address, amount);
    }
  }

  private async requestUndelegate(): Promise<void> {
    const { world } = this;
    const model = this.model.at(this.now);
    const who = this.pick(world.others.slice(0, 5));
    const quarters = BigInt(1 + this.random.below(4));
    const { shares } = await world.stakes.delegationOf(world.provider, who.address);
    const asked = quarters === 4n ? ALL : (shares * quarters) / 4n;
    const refusal = model.member(who.address).isIn && asked > 0n ? null : "NothingDelegated";
    const sent = world.stakes.connect(who).requestUndelegate(world.provider, asked);
    if (!(await this.expectEither(sent, refusal))) return;
    const [event] = await world.stakes.queryFilter(world.stakes.filters.UndelegateRequested(), (await sent).blockNumber!);
    this.expectFair(event.args.amount, (model.fair(who.address).staying * quarters) / 4n, "asked back");
    this.model.requestUndelegate(this.now, this.epoch, who.address, quarters, event.args.amount);
  }

  private async withdrawUndelegated(): Promise<void> {
    const { world } = this;
    const model = this.model.at(this.now);
    const who = this.pick(world.others.slice(0, 5));
    const { isLeaving, releaseEpoch, heldUntil } = model.member(who.address);
    const { undelegating } = await world.stakes.delegationOf(world.provider, who.address);
    let refusal: string | null = null;
    if (!isLeaving) refusal = "NothingUndelegated";
    else if (this.epoch < releaseEpoch) refusal = "StillUndelegating";
    else if (this.epoch <= heldUntil && model.total - undelegating < model.required) refusal = "StakeTooSmall";
    const before = await world.token.balanceOf(who.address);
    if (!(await this.expectEither(world.stakes.connect(who).withdrawUndelegated(world.provider), refusal))) return;
    const paid = (await world.token.balanceOf(who.address)) - before;
    expect(paid).to.equal(undelegating);
    this.model.withdrawUndelegated(this.now, who.address, paid);
  }

  private async earn(): Promise<void> {
    const { delegated } = this.model;
    if (!this.model.anybodyIsIn || delegated < 1_000_000n) return;
    const amount = delegated / BigInt(2 + this.random.below(1_000));
    await earn(this.world, amount);
    this.now = BigInt(await time.latest());
    this.model.pass(this.epoch);
    this.model.earn(this.now, amount);
    this.done++;
  }

  private async penalize(): Promise<void> {
    const total = this.model.total;
    const amount = this.pick([
      1n,
      this.amount(),
      total / 10n,
      total / 3n,
      total - this.model.staked,
      total > 0n ? total - 1n : 0n,
      total + 1n,
    ]);
    const lossy = this.random.below(12) === 0 ? amount : amount % (total / 8n + 2n);
    // Of misses, or for what was done to one agreement, running or not, or that there never was.
    const agreement = this.pick([undefined, ...this.model.positions.keys(), 1n << 100n]);
    await (agreement === undefined ? slash(this.world, lossy) : penalize(this.world, lossy, agreement));
    this.now = BigInt(await time.latest());
    this.model.pass(this.epoch);
    this.model.slash(this.now, lossy, agreement);
    this.done++;
  }

  private async rent(): Promise<void> {
    const { world } = this;
    const model = this.model.at(this.now);
    const space = BigInt(1 + this.random.below(40));
    const term = BigInt(1 + this.random.below(12));
    model.vest(this.now);
    const refusal = model.cover < model.required + space * VALUES.stakePerGiB ? "StakeTooSmall" : null;
    const count = await world.agreements.agreementCount();
    const consumer = this.pick([world.consumer, world.stranger]);
    if (await this.expectEither(open(world, { space, term }, consumer), refusal, world.registry)) {
      this.model.reserve(count + 1n, space, this.epoch + 2n + term);
    }
  }

  private async close(): Promise<void> {
    for (const [id, { space }] of this.model.positions) {
      if (space === 0n || (await this.world.agreements.agreement(id)).end + VALUES.settlementGrace >= this.epoch) continue;
      const before = await this.world.stakes.treasuryDue();
      await this.world.agreements.close(id);
      this.model.release(id);
      const rounded = (await this.world.stakes.treasuryDue()) - before;
      expect(
        rounded <= this.model.roundings * BigInt(this.model.positions.size + 1) && (rounded === 0n || this.model.reserved === 0n),
      ).to.equal(true);
      this.model.treasury += rounded;
      this.done++;
      return;
    }
  }

  private async claim(): Promise<void> {
    const { stakes } = this.world;
    for (const [id, position] of this.model.positions) {
      const due = await stakes.compensationOf(id);
      if (due === 0n) continue;
      await stakes.claimCompensation(id);
      position.paid += due;
      this.done++;
      return;
    }
  }

  private async sweep(): Promise<void> {
    await this.expectEither(this.world.stakes.sweep(), this.model.treasury === 0n ? "NothingToSweep" : null);
    this.model.treasury = 0n;
  }

  /** Within a base unit for each time that something was rounded. */
  private expectFair(actual: bigint, fair: bigint, what: string): void {
    const off = actual > fair ? actual - fair : fair - actual;
    expect(off <= this.model.roundings + 1n, `${what}: ${actual} instead of ${fair}`).to.equal(true);
  }

  async check(): Promise<void> {
    const { stakes, token, provider } = this.world;
    const model = this.model.at(BigInt(await time.latest()));
    const held = await stakes.stakeOf(provider);
    expect([held.staked, held.unbonding, held.releaseEpoch, held.delegated, held.undelegating, held.unvested, held.reserved]).to.deep.equal(
      [model.staked, model.unbonding, model.releaseEpoch, model.delegated, model.undelegating, model.unvested, model.reserved],
    );
    expect([await stakes.cover(provider), await stakes.slashable(provider)]).to.deep.equal([model.cover, model.total]);
    expect(await stakes.treasuryDue()).to.equal(model.treasury);

    await this.checkShare();

    const sums = { staying: 0n, leaving: 0n, due: 0n };
    for (const [who, member] of model.members) {
      const delegation = await stakes.delegationOf(provider, who);
      const fair = model.fair(who);
      this.expectFair(delegation.value, fair.staying, "staying");
      this.expectFair(delegation.undelegating, fair.leaving, "leaving");
      expect([delegation.releaseEpoch, delegation.heldUntil]).to.deep.equal([member.releaseEpoch, member.heldUntil]);
      sums.staying += delegation.value;
      sums.leaving += delegation.undelegating;
    }
    for (const id of model.positions.keys()) {
      const due = await stakes.compensationOf(id);
      this.expectFair(due, model.fairDue(id), "compensation");
      expect(due <= model.fairDue(id)).to.equal(true);
      sums.due += due;
    }
    expect(sums.staying <= model.delegated && sums.leaving <= model.undelegating, "more than there is").to.equal(true);
    const owed = model.total + model.unvested + model.treasury + sums.due;
    const rounded = (await stakes.totalLiabilities()) - owed;
    expect(rounded >= 0n && rounded <= model.roundings * BigInt(model.positions.size + 1), `rounded off: ${rounded}`).to.equal(true);
    expect(await surplus(this.world)).to.equal(0n);
    expect(await token.balanceOf(this.world.registry)).to.equal(0n);
  }

  /** Of epochs that are over, and of some that are not, the delegators' part is what held in each, whatever happened since. */
  private async checkShare(): Promise<void> {
    const from = BigInt(this.random.below(Number(this.epoch) + 2));
    const to = from + 1n + BigInt(this.random.below(Number(this.epoch - from) + 5));
    const net = 10n ** 18n;
    const share = await this.world.stakes.earningsShare(this.world.provider, net, from, to);
    const fair = (net * this.model.meanPart(from, to)) / FINE;
    const off = share > fair ? share - fair : fair - share;
    expect(off <= 1n, `share of [${from}, ${to}): ${share} instead of ${fair}`).to.equal(true);
  }

  /** Everybody takes out what is theirs, in any order, without anybody's help. */
  async unwind(): Promise<void> {
    const { stakes, agreements, owner, provider, others, token } = this.world;
    await goTo(this.epoch + 60n);
    for (const [id, { space }] of this.model.positions) if (space > 0n) await agreements.close(id);
    for (const who of others.slice(0, 5)) {
      if ((await stakes.delegationOf(provider, who.address)).shares > 0n) await stakes.connect(who).requestUndelegate(provider, ALL);
    }
    const { staked } = await stakes.stakeOf(provider);
    if (staked > 0n) await stakes.connect(owner).requestUnstake(staked);
    await goTo(this.epoch + 70n);
    for (const who of others.slice(0, 5).reverse()) {
      if ((await stakes.delegationOf(provider, who.address)).undelegating > 0n) await stakes.connect(who).withdrawUndelegated(provider);
    }
    if ((await stakes.stakeOf(provider)).unbonding > 0n) await stakes.connect(owner).withdrawUnstaked();
    for (const id of this.model.positions.keys()) if ((await stakes.compensationOf(id)) > 0n) await stakes.claimCompensation(id);
    if ((await stakes.treasuryDue()) > 0n) await stakes.sweep();
    const { delegated, undelegating } = await stakes.stakeOf(provider);
    expect(await stakes.totalLiabilities()).to.equal(delegated + undelegating);
    // What nobody can have any more: of shares that were counted anew, less than a base unit.
    expect(delegated + undelegating <= 1n).to.equal(true);
    expect(await token.balanceOf(stakes)).to.equal(delegated + undelegating);
  }
}
