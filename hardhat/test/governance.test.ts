import { expect } from "chai";
import { bareWorld, CEILINGS, ethers, EPOCH, fixture, GENESIS, goTo, SUPPLY, time, VALUES } from "./market.js";

describe("MarketplaceParameters", () => {
  const load = fixture(() => bareWorld());

  const bounds: [keyof typeof VALUES, bigint, bigint][] = [
    ["challengesPerEpoch", 1n, 64n],
    ["proofWindow", EPOCH / 96n, EPOCH / 2n],
    ["stakePerGiB", 0n, 2n ** 96n - 1n],
    ["missSlashBps", 0n, 2_000n],
    ["missGraceEpochs", 0n, 365n],
    ["unbondingEpochs", 1n, 365n],
    ["billingCycle", 1n, 256n],
    ["settlementGrace", 1n, 365n],
    ["terminationNotice", 0n, 90n],
    ["protocolFeeBps", 0n, 1_000n],
    ["compensationBps", 0n, 9_000n],
    ["auditWindow", EPOCH / 4n, 30n * 86_400n],
    ["auditBond", 0n, 2n ** 96n - 1n],
    ["auditSlashBps", 0n, 10_000n],
    ["lossSlashBps", 0n, 2_000n],
    ["minSelfStakeBps", 0n, 10_000n],
    ["commissionNotice", 1n, 365n],
  ];
  for (const [name, minimum, maximum] of bounds) {
    it(`${name} is taken from its minimum to its maximum and not beyond`, async () => {
      const { parameters, treasury } = await load();
      const base = { ...VALUES, treasury: treasury.address };
      for (const value of [minimum, maximum]) {
        await parameters.setValues({ ...base, [name]: value });
        expect((await parameters.values())[name]).to.equal(value);
      }
      for (const value of minimum > 0n ? [minimum - 1n, maximum + 1n] : [maximum + 1n]) {
        await expect(parameters.setValues({ ...base, [name]: value }))
          .to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds")
          .withArgs(name, value, minimum, maximum);
      }
    });
  }

  it("a treasury at zero is refused", async () => {
    const { parameters } = await load();
    await expect(parameters.setValues({ ...VALUES, treasury: ethers.ZeroAddress })).to.be.revertedWithCustomError(
      parameters,
      "TreasuryIsZero",
    );
  });

  it("the constructor holds the values and the clock to their bounds too", async () => {
    const { parameters, deployer, treasury } = await load();
    const factory = await ethers.getContractFactory("MarketplaceParameters");
    const values = { ...VALUES, treasury: treasury.address };
    await expect(factory.deploy(deployer.address, ethers.ZeroAddress, GENESIS, EPOCH, CEILINGS, { ...values, protocolFeeBps: 1_001n }))
      .to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds")
      .withArgs("protocolFeeBps", 1_001n, 0n, 1_000n);
    for (const length of [1n, 30n * 86_400n + 1n]) {
      await expect(factory.deploy(deployer.address, ethers.ZeroAddress, GENESIS, length, CEILINGS, values)).to.be.revertedWithCustomError(
        parameters,
        "ParameterOutOfBounds",
      );
    }
    await expect(factory.deploy(deployer.address, ethers.ZeroAddress, 0n, EPOCH, CEILINGS, values)).to.be.revertedWithCustomError(
      parameters,
      "ParameterOutOfBounds",
    );
  });

  for (const name of ["stakePerGiB", "auditBond"] as const) {
    it(`${name} has a ceiling that is fixed at the deployment, at least 1 and at most 2^96 - 1`, async () => {
      const { parameters, deployer, treasury } = await load();
      const factory = await ethers.getContractFactory("MarketplaceParameters");
      const values = { ...VALUES, treasury: treasury.address };
      const deploy = (ceiling: bigint, value = 0n) =>
        factory.deploy(
          deployer.address,
          ethers.ZeroAddress,
          GENESIS,
          EPOCH,
          { ...CEILINGS, [name]: ceiling },
          { ...values, [name]: value },
        );
      for (const ceiling of [0n, 2n ** 96n]) {
        await expect(deploy(ceiling))
          .to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds")
          .withArgs(`ceilings.${name}`, ceiling, 1n, 2n ** 96n - 1n);
      }
      await expect(deploy(7n, 8n)).to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds").withArgs(name, 8n, 0n, 7n);
      const capped = await deploy(7n, 7n);
      expect(((await capped.ceilings()) as any).toObject()).to.deep.equal({ ...CEILINGS, [name]: 7n });
      await expect(capped.setValues({ ...values, [name]: 8n }))
        .to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds")
        .withArgs(name, 8n, 0n, 7n);
    });
  }

  it("each value has a bound that is tried above", async () => {
    const { parameters } = await load();
    const names = Object.keys(((await parameters.values()) as any).toObject());
    expect([...bounds.map(([name]) => name), "treasury"].sort()).to.deep.equal(names.sort());
  });

  it("only the owner sets values, and all of them are reported", async () => {
    const { parameters, treasury, stranger } = await load();
    const values = { ...VALUES, protocolFeeBps: 1n, treasury: treasury.address };
    await expect(parameters.connect(stranger).setValues(values))
      .to.be.revertedWithCustomError(parameters, "NotOwner")
      .withArgs(stranger.address);
    await expect(parameters.setValues(values)).to.emit(parameters, "ParametersChanged").withArgs(Object.values(values));
  });

  it("has an owner for ever: the account that it was deployed for, and never nobody", async () => {
    const { parameters, deployer, treasury, stranger } = await load();
    expect(await parameters.owner()).to.equal(deployer.address);
    const factory = await ethers.getContractFactory("MarketplaceParameters");
    const values = { ...VALUES, treasury: treasury.address };
    const other = await factory.deploy(stranger.address, ethers.ZeroAddress, GENESIS, EPOCH, CEILINGS, values);
    expect(await other.owner()).to.equal(stranger.address);
    await expect(factory.deploy(ethers.ZeroAddress, ethers.ZeroAddress, GENESIS, EPOCH, CEILINGS, values)).to.be.revertedWithCustomError(
      parameters,
      "OwnerIsZero",
    );
  });

  it("an epoch begins with its first second and ends before the next one's", async () => {
    const { parameters } = await load();
    await goTo(20, 0);
    expect(await parameters.currentEpoch()).to.equal(20n);
    expect(await parameters.epochStart(20n)).to.equal(BigInt(await time.latest()));
    await goTo(20, EPOCH - 1n);
    expect(await parameters.currentEpoch()).to.equal(20n);
    await goTo(21, 0);
    expect(await parameters.currentEpoch()).to.equal(21n);
  });

  it("there is no epoch before genesis", async () => {
    const { deployer, treasury } = await load();
    const factory = await ethers.getContractFactory("MarketplaceParameters");
    const later = BigInt(await time.latest()) + 1_000n;
    const early = await factory.deploy(deployer.address, ethers.ZeroAddress, later, EPOCH, CEILINGS, {
      ...VALUES,
      treasury: treasury.address,
    });
    await expect(early.currentEpoch()).to.be.revertedWithCustomError(early, "BeforeGenesis");
    await time.increaseTo(later - 1n);
    await expect(early.currentEpoch()).to.be.revertedWithCustomError(early, "BeforeGenesis");
    await time.increaseTo(later);
    expect(await early.currentEpoch()).to.equal(0n);
  });

  it("an epoch has 2 seconds to 30 days", async () => {
    const { parameters, deployer, treasury } = await load();
    const factory = await ethers.getContractFactory("MarketplaceParameters");
    const deploy = (length: bigint) =>
      factory.deploy(deployer.address, ethers.ZeroAddress, GENESIS, length, CEILINGS, {
        ...VALUES,
        proofWindow: length / 2n,
        auditWindow: length,
        treasury: treasury.address,
      });
    for (const length of [2n, 30n * 86_400n]) expect(await (await deploy(length)).epochLength()).to.equal(length);
    for (const length of [0n, 1n, 30n * 86_400n + 1n]) {
      await expect(deploy(length))
        .to.be.revertedWithCustomError(parameters, "ParameterOutOfBounds")
        .withArgs("epochLength", length, 2n, 30n * 86_400n);
    }
  });
});

describe("StorageToken", () => {
  const load = fixture(() => bareWorld());

  it("has 18 decimals and a supply that is all there at the start", async () => {
    const { token } = await load();
    expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal(["Space", "SPACE", 18n]);
    expect(await token.totalSupply()).to.equal(SUPPLY);
  });

  it("counts delegated votes by time", async () => {
    const { token, consumer, stranger } = await load();
    expect(await token.CLOCK_MODE()).to.equal("mode=timestamp");
    await token.connect(consumer).delegate(stranger.address);
    const then = await token.clock();
    expect(then).to.equal(BigInt(await time.latest()));
    await token.connect(consumer).transfer(token, 5n);
    expect(await token.getPastVotes(stranger.address, then)).to.equal((await token.getVotes(stranger.address)) + 5n);
  });
});
