import { expect } from "chai";
import { bareWorld, ethers, fixture, GENESIS, networkHelpers, time } from "./market.js";
import { DELEGATE, delegationData, digestOf, PERMIT, PERMIT_2612, permitData, sign, usePermit } from "./permits.js";

const NEVER = ethers.MaxUint256;
const EIP1271 = "0x1626ba7e";
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Two wallets of one key with tokens, and one that gives another answer than EIP-1271 asks for. */
const load = fixture(async () => {
  const world = await bareWorld();
  const deploy = async (answer: string) => {
    const wallet = await ethers.deployContract("KeyWallet", [world.owner.address, answer]);
    await world.token.transfer(wallet, 1_000n);
    return wallet;
  };
  const spender = world.others[8].address;
  return {
    ...world,
    token: world.token as any,
    spender,
    wallet: await deploy(EIP1271),
    twin: await deploy(EIP1271),
    odd: await deploy("0x1626ba7f"),
  };
});

describe("StorageToken: permits as bytes (ERC-7597)", () => {
  it("an account's own signature sets the allowance, whoever hands it in, and once", async () => {
    const { token, owner, stranger, spender } = await load();
    const signature = await sign(owner, await permitData(token, owner.address, spender, 5n, NEVER));
    await expect(usePermit(token, stranger, owner.address, spender, { value: 5n, deadline: NEVER, signature }))
      .to.emit(token, "Approval")
      .withArgs(owner.address, spender, 5n);
    expect(await token.nonces(owner.address)).to.equal(1n);
    await expect(usePermit(token, stranger, owner.address, spender, { value: 5n, deadline: NEVER, signature }))
      .to.be.revertedWithCustomError(token, "SignatureNotValid")
      .withArgs(owner.address, digestOf(await permitData(token, owner.address, spender, 5n, NEVER)));
  });

  it("shares nonce and digest with ERC-2612: what one call used the other refuses", async () => {
    const { token, owner, spender } = await load();
    const first = await sign(owner, await permitData(token, owner.address, spender, 5n, NEVER));
    const { v, r, s } = ethers.Signature.from(first);
    await token[PERMIT_2612](owner.address, spender, 5n, NEVER, v, r, s);
    await expect(token[PERMIT](owner.address, spender, 5n, NEVER, first)).to.be.revertedWithCustomError(token, "SignatureNotValid");

    const second = await sign(owner, await permitData(token, owner.address, spender, 6n, NEVER));
    await token[PERMIT](owner.address, spender, 6n, NEVER, second);
    const parts = ethers.Signature.from(second);
    await expect(token[PERMIT_2612](owner.address, spender, 6n, NEVER, parts.v, parts.r, parts.s)).to.be.revertedWithCustomError(
      token,
      "ERC2612InvalidSigner",
    );
  });

  it("a contract wallet's permit counts as its contract confirms it", async () => {
    const { token, owner, spender, wallet } = await load();
    const signature = await sign(owner, await permitData(token, await wallet.getAddress(), spender, 7n, NEVER));
    await token[PERMIT](wallet, spender, 7n, NEVER, signature);
    expect(await token.allowance(wallet, spender)).to.equal(7n);
    await expect(token[PERMIT](wallet, spender, 7n, NEVER, signature)).to.be.revertedWithCustomError(token, "SignatureNotValid");
  });

  it("a wallet that gives another answer, or no answer, has signed nothing", async () => {
    const { token, owner, spender, odd, listings } = await load();
    for (const account of [odd, listings]) {
      const signature = await sign(owner, await permitData(token, await account.getAddress(), spender, 7n, NEVER));
      await expect(token[PERMIT](account, spender, 7n, NEVER, signature)).to.be.revertedWithCustomError(token, "SignatureNotValid");
    }
  });

  it("a permit of one wallet is none of another wallet of the same key, nor of the key's own account", async () => {
    const { token, owner, spender, wallet, twin } = await load();
    const signature = await sign(owner, await permitData(token, await wallet.getAddress(), spender, 7n, NEVER));
    for (const account of [twin, owner]) {
      await expect(token[PERMIT](account, spender, 7n, NEVER, signature)).to.be.revertedWithCustomError(token, "SignatureNotValid");
    }
  });

  it("an account with delegated code (EIP-7702) keeps its own key's signature", async () => {
    const { token, owner, spender, listings } = await load();
    await networkHelpers.setCode(owner.address, ethers.concat(["0xef0100", await listings.getAddress()]));
    expect(await ethers.provider.getCode(owner.address)).to.have.length(2 + 46);
    const signature = await sign(owner, await permitData(token, owner.address, spender, 5n, NEVER));
    await token[PERMIT](owner.address, spender, 5n, NEVER, signature);
    expect(await token.allowance(owner.address, spender)).to.equal(5n);
  });

  it("is taken in its deadline's second and not after it", async () => {
    const { token, owner, spender } = await load();
    const deadline = BigInt(await time.latest()) + 10n;
    const signature = await sign(owner, await permitData(token, owner.address, spender, 5n, deadline));
    const before = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(token[PERMIT](owner.address, spender, 5n, deadline, signature))
      .to.be.revertedWithCustomError(token, "ERC2612ExpiredSignature")
      .withArgs(deadline);
    await before.restore();
    await time.setNextBlockTimestamp(deadline);
    await token[PERMIT](owner.address, spender, 5n, deadline, signature);
    expect(await token.allowance(owner.address, spender)).to.equal(5n);
  });

  it("refuses every other form of a signature, and signatures of other terms", async () => {
    const { token, owner, stranger, spender, registry } = await load();
    const data = await permitData(token, owner.address, spender, 5n, NEVER);
    const signature = await sign(owner, data);
    const { r, s, v } = ethers.Signature.from(signature);
    const mirrored = ethers.concat([r, ethers.toBeHex(ORDER - BigInt(s), 32), ethers.toBeHex(v === 27 ? 28 : 27, 1)]);
    const elsewhere = { ...data, domain: { ...data.domain, verifyingContract: await registry.getAddress() } };
    const otherChain = { ...data, domain: { ...data.domain, chainId: 1n } };
    const wrong = {
      "no bytes": "0x",
      "64 bytes": ethers.dataSlice(signature, 0, 64),
      "66 bytes": ethers.concat([signature, "0x00"]),
      "v of 0": ethers.concat([r, s, "0x00"]),
      "upper half of the order": mirrored,
      "another key": await sign(stranger, data),
      "another token": await sign(owner, elsewhere),
      "another chain": await sign(owner, otherChain),
    };
    for (const [what, bytes] of Object.entries(wrong)) {
      await expect(token[PERMIT](owner.address, spender, 5n, NEVER, bytes), what).to.be.revertedWithCustomError(token, "SignatureNotValid");
    }
    for (const [to, value, deadline] of [
      [stranger.address, 5n, NEVER],
      [spender, 6n, NEVER],
      [spender, 5n, NEVER - 1n],
    ] as const) {
      await expect(token[PERMIT](owner.address, to, value, deadline, signature)).to.be.revertedWithCustomError(token, "SignatureNotValid");
    }
    await token[PERMIT](owner.address, spender, 5n, NEVER, signature);
  });

  it("nobody is the zero address: a broken signature moves nothing of it", async () => {
    const { token, spender } = await load();
    await expect(
      token[PERMIT](ethers.ZeroAddress, spender, 5n, NEVER, ethers.concat([ethers.ZeroHash, ethers.ZeroHash, "0x1b"])),
    ).to.be.revertedWithCustomError(token, "SignatureNotValid");
  });
});

describe("StorageToken: delegations as bytes", () => {
  it("a key's and a contract wallet's votes are delegated by signature, whoever hands it in", async () => {
    const { token, owner, stranger, wallet } = await load();
    for (const account of [owner.address, await wallet.getAddress()]) {
      const signature = await sign(owner, await delegationData(token, account, stranger.address, 0n, NEVER));
      await token.connect(stranger)[DELEGATE](account, stranger.address, 0n, NEVER, signature);
      expect(await token.delegates(account)).to.equal(stranger.address);
      expect(await token.nonces(account)).to.equal(1n);
    }
    expect(await token.getVotes(stranger.address)).to.equal((await token.balanceOf(owner.address)) + 1_000n);
  });

  it("counts once, in its order, and not for another account of the same key", async () => {
    const { token, owner, stranger, wallet, twin } = await load();
    const signature = await sign(owner, await delegationData(token, await wallet.getAddress(), stranger.address, 0n, NEVER));
    for (const account of [twin, owner]) {
      await expect(token[DELEGATE](account, stranger.address, 0n, NEVER, signature)).to.be.revertedWithCustomError(
        token,
        "SignatureNotValid",
      );
    }
    await token[DELEGATE](wallet, stranger.address, 0n, NEVER, signature);
    await expect(token[DELEGATE](wallet, stranger.address, 0n, NEVER, signature))
      .to.be.revertedWithCustomError(token, "InvalidAccountNonce")
      .withArgs(await wallet.getAddress(), 1n);
    await expect(token[DELEGATE](wallet, stranger.address, 1n, NEVER, signature)).to.be.revertedWithCustomError(token, "SignatureNotValid");
  });

  it("ERC-5805's own call stays, and neither's signature fits the other", async () => {
    const { token, owner, stranger } = await load();
    const data = await delegationData(token, owner.address, stranger.address, 0n, NEVER);
    const standard = { ...data, types: { Delegation: data.types.Delegation.slice(1) } };
    const { account: _, ...message } = data.message;
    const signature = await sign(owner, { ...standard, message });
    await expect(token[DELEGATE](owner.address, stranger.address, 0n, NEVER, signature)).to.be.revertedWithCustomError(
      token,
      "SignatureNotValid",
    );
    const { v, r, s } = ethers.Signature.from(signature);
    await token["delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)"](stranger.address, 0n, NEVER, v, r, s);
    expect(await token.delegates(owner.address)).to.equal(stranger.address);
  });

  it("is taken until its expiry", async () => {
    const { token, owner, stranger } = await load();
    const expiry = GENESIS + 100_000n;
    const signature = await sign(owner, await delegationData(token, owner.address, stranger.address, 0n, expiry));
    const before = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(expiry + 1n);
    await expect(token[DELEGATE](owner.address, stranger.address, 0n, expiry, signature))
      .to.be.revertedWithCustomError(token, "VotesExpiredSignature")
      .withArgs(expiry);
    await before.restore();
    await time.setNextBlockTimestamp(expiry);
    await token[DELEGATE](owner.address, stranger.address, 0n, expiry, signature);
  });
});
