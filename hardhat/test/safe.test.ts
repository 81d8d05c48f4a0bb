import { expect } from "chai";
import { ethers, fixture, goTo, NO_PERMIT, REGION, request, SUPPLY, TERMS, time, TLS, VALUES } from "./market.js";
import { DELEGATE, delegationData, PERMIT, permitData, type SignedPermit } from "./permits.js";
import {
  decide,
  governedWorld,
  ProposalState,
  propose,
  proposalOf,
  setValues,
  stateOf,
  untilDecided,
  untilVote,
  Vote,
} from "./support/governance.js";
import { Safe } from "./support/safe.js";

const NEVER = ethers.MaxUint256;
const FUNDS = SUPPLY / 100n;

/** A governed market and a Safe of three owners, two of whom have to sign, with a hundredth of all tokens. */
const load = fixture(async () => {
  const world = await governedWorld();
  const owners = world.others.slice(4, 7);
  const safe = await Safe.create(owners, 2, world.stranger);
  await world.token.connect(world.others[9]).transfer(safe.address, FUNDS);
  return { ...world, token: world.token as any, safe };
});
type SafeWorld = Awaited<ReturnType<typeof load>>;

async function permit({ token, safe }: SafeWorld, spender: any, value: bigint, signers = safe.owners.slice(0, 2)): Promise<SignedPermit> {
  const data = await permitData(token, safe.address, await spender.getAddress(), value, NEVER);
  return { value, deadline: NEVER, signature: await safe.sign(data, signers) };
}

async function withProvider(world: SafeWorld) {
  const { registry, stakes, listings, owner, operator } = world;
  await registry.connect(owner).register(operator.address, "https://node.example:7443", TLS, REGION, "");
  await stakes.connect(owner).stake(10_000n);
  await listings.connect(owner).publish(TERMS);
}

describe("A Safe's signature (2 of 3)", () => {
  it("is taken with two owners' signatures, and not with one, the same twice, another order or for another Safe", async () => {
    const world = await load();
    const { token, safe, escrow, stranger } = world;
    const [first, second] = safe.owners;
    const other = await Safe.create(safe.owners, 2, stranger);
    const data = await permitData(token, safe.address, await escrow.getAddress(), 7n, NEVER);
    const refused = {
      "nobody's": "0x",
      "one owner's": await safe.sign(data, [first]),
      "one owner's twice": await safe.sign(data, [first, first]),
      "in another order": await safe.sign(data, [second, first]),
      "a stranger's": await safe.sign(data, [stranger, stranger]),
      "another Safe's of the same owners": await other.sign(data),
    };
    for (const [what, signature] of Object.entries(refused)) {
      await expect(token[PERMIT](safe.address, escrow, 7n, NEVER, signature), what).to.be.revertedWithCustomError(
        token,
        "SignatureNotValid",
      );
    }
    await token[PERMIT](safe.address, escrow, 7n, NEVER, await safe.sign(data));
    expect(await token.allowance(safe.address, escrow)).to.equal(7n);
  });

  it("can be given by a transaction instead", async () => {
    const { token, safe, escrow } = await load();
    const data = await permitData(token, safe.address, await escrow.getAddress(), 7n, NEVER);
    await safe.signOnChain(data);
    await token[PERMIT](safe.address, escrow, 7n, NEVER, "0x");
    expect(await token.allowance(safe.address, escrow)).to.equal(7n);
  });
});

describe("A Safe as consumer", () => {
  it("opens with a permit, ends, and withdraws its refund", async () => {
    const world = await load();
    await withProvider(world);
    const { agreements, escrow, token, safe } = world;
    await safe.call(agreements, "open", [[request(world as any)], await permit(world, escrow, 700n)]);
    expect(await token.allowance(safe.address, escrow)).to.equal(0n);
    expect((await agreements.agreement(1n)).consumer).to.equal(safe.address);

    await safe.call(agreements, "authorizeDataKey", [1n, world.stranger.address]);
    await safe.call(agreements, "terminate", [1n]);
    const refund = await escrow.withdrawable(safe.address);
    expect(refund).to.equal(700n - (await agreements.agreement(1n)).remaining);
    await safe.call(escrow, "withdraw", [safe.address]);
    expect(await token.balanceOf(safe.address)).to.equal(FUNDS - 700n + refund);
  });

  it("extends under an offer made for it alone and pays for reading, both with permits, and gets back what nobody read", async () => {
    const world = await load();
    await withProvider(world);
    const { agreements, egress, escrow, listings, token, safe } = world;
    await safe.call(agreements, "open", [[request(world as any)], await permit(world, escrow, 700n)]);
    await listings.connect(world.owner).publish({ ...TERMS, price: 5n, onlyFor: safe.address });
    const extension = { listing: 2n, space: 0n, term: 2n, maxDeposit: 100n };
    await safe.call(agreements, "extend", [1n, extension, await permit(world, escrow, 100n)]);
    await safe.call(egress, "deposit", [[1n], [40n], await permit(world, escrow, 40n)]);
    const { deposited, end, listing } = await agreements.agreement(1n);
    expect([deposited, end, listing]).to.deep.equal([800n, 24n, 2n]);

    await goTo(40);
    await agreements.close(1n);
    await egress.reclaim(1n);
    await safe.call(escrow, "withdraw", [safe.address]);
    expect(await token.balanceOf(safe.address)).to.equal(FUNDS);
  });

  it("opens with an approval, and takes a proposal back", async () => {
    const world = await load();
    await withProvider(world);
    await world.listings.connect(world.owner).publish({ ...TERMS, autoAccept: false });
    const { agreements, escrow, token, safe } = world;
    await safe.call(token, "approve", [await escrow.getAddress(), 700n]);
    await safe.call(agreements, "open", [[request(world as any, { listing: 2n })], NO_PERMIT]);
    await safe.call(agreements, "withdrawProposal", [1n]);
    await safe.call(escrow, "withdraw", [safe.owners[2].address]);
    expect(await token.balanceOf(safe.owners[2].address)).to.equal(700n);
  });

  it("one owner alone can do nothing for it", async () => {
    const world = await load();
    await withProvider(world);
    const { agreements, escrow, safe } = world;
    const [first] = safe.owners;
    const permitted = await permit(world, escrow, 700n);
    await expect(safe.call(agreements, "open", [[request(world as any)], permitted], [first])).to.revert(ethers);
    await expect(agreements.connect(first).open([request(world as any)] as any, permitted)).to.be.revertedWithCustomError(
      world.token,
      "ERC20InsufficientAllowance",
    );
  });
});

describe("A Safe as a provider's owner", () => {
  it("registers, stakes with a permit, lists, accepts, unstakes, and withdraws stake and pay", async () => {
    const world = await load();
    const { registry, stakes, listings, agreements, escrow, beacon, proofs, token, safe, operator, consumer } = world;
    await safe.call(registry, "register", [operator.address, "https://node.example:7443", TLS, REGION, ""]);
    await safe.call(stakes, "stakeWithPermit", [5_000n, await permit(world, stakes, 5_000n)]);
    await safe.call(token, "approve", [await stakes.getAddress(), 1_000n]);
    await safe.call(stakes, "stake", [1_000n]);
    await safe.call(listings, "publish", [{ ...TERMS, autoAccept: false }]);
    await agreements.connect(consumer).open([request(world as any, { term: 4n })] as any, NO_PERMIT);
    await safe.call(agreements, "accept", [1n]);

    for (let epoch = 11n; epoch < 17n; epoch++) {
      await time.increaseTo((await world.parameters.epochStart(epoch)) + 10n);
      await beacon.seal();
      await (proofs as any).prove(safe.address);
    }
    const { drawn } = await agreements.settlementDraw(1n, 0n);
    await agreements.settle(1n, 0n, { root: ethers.toBeHex(drawn, 32), leaves: 0n, agreements: 1n }, "0x");
    const pay = await escrow.withdrawable(safe.address);
    expect(pay).to.equal(280n - (280n * VALUES.protocolFeeBps) / 10_000n);
    await safe.call(escrow, "withdraw", [safe.address]);

    await safe.call(stakes, "requestUnstake", [6_000n]);
    await time.increaseTo((await world.parameters.epochStart(17n + VALUES.unbondingEpochs)) + 10n);
    await safe.call(stakes, "withdrawUnstaked", []);
    expect(await token.balanceOf(safe.address)).to.equal(FUNDS + pay);
  });
});

describe("A Safe in governance", () => {
  it("delegates by transaction or by signature, proposes, and votes either way", async () => {
    const world = await load();
    const { token, governor, safe, voters, stranger } = world;
    await safe.call(token, "delegate", [voters[3].address]);
    expect(await token.delegates(safe.address)).to.equal(voters[3].address);
    const delegation = await delegationData(token, safe.address, safe.address, 0n, NEVER);
    await token.connect(stranger)[DELEGATE](safe.address, safe.address, 0n, NEVER, await safe.sign(delegation));
    expect(await token.getVotes(safe.address)).to.equal(FUNDS);
    await time.increase(1n);

    const call = await setValues(world, { protocolFeeBps: 1n });
    const description = `lower the fee#proposer=${safe.address.toLowerCase()}`;
    const { args, hash } = await proposalOf([call], description);
    await safe.call(governor, "propose", [...args, description]);
    const id = await governor.hashProposal(...args, hash);
    expect(await governor.proposalProposer(id)).to.equal(safe.address);
    const other = await propose(world, [call], "the same by another");

    await untilVote(world, other);
    await safe.call(governor, "castVote", [id, Vote.For]);
    const ballot = {
      domain: { name: "Storage Marketplace Governor", version: "1", chainId: 31_337n, verifyingContract: await governor.getAddress() },
      types: {
        Ballot: [
          { name: "proposalId", type: "uint256" },
          { name: "support", type: "uint8" },
          { name: "voter", type: "address" },
          { name: "nonce", type: "uint256" },
        ],
      },
      message: { proposalId: other.id, support: Vote.Against, voter: safe.address, nonce: 0n },
    };
    const alone = await safe.sign(ballot, safe.owners.slice(0, 1));
    await expect(governor.castVoteBySig(other.id, Vote.Against, safe.address, alone)).to.be.revertedWithCustomError(
      governor,
      "GovernorInvalidSignature",
    );
    await governor.connect(stranger).castVoteBySig(other.id, Vote.Against, safe.address, await safe.sign(ballot));
    expect([await governor.proposalVotes(id), await governor.proposalVotes(other.id)]).to.deep.equal([
      [0n, FUNDS, 0n],
      [FUNDS, 0n, 0n],
    ]);
    await untilDecided(world, other);
    expect(await stateOf(world, other.id)).to.equal(ProposalState.Defeated);
  });

  it("is a guardian who needs two signatures", async () => {
    const world = await load();
    const { parameters, safe } = world;
    const data = parameters.interface.encodeFunctionData("setGuardian", [safe.address]);
    await decide(world, [{ target: parameters, data }], "a Safe as guardian");
    await expect(parameters.connect(safe.owners[0]).pause()).to.be.revertedWithCustomError(parameters, "NotGuardian");
    await safe.call(parameters, "pause", []);
    expect(await parameters.pausedUntil()).to.be.greaterThan(BigInt(await time.latest()));
    await safe.call(parameters, "unpause", []);
    await parameters.requireNotPaused();
  });
});
