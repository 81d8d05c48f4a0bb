import { expect } from "chai";
import { ethers, fixture, SUPPLY } from "./market.js";
import { DAY, decide, DELAY, FLOORS, governedWorld, SETTINGS } from "./support/governance.js";

const load = fixture(governedWorld);

describe("The governor's own settings", () => {
  const limits: [string, string, string, bigint, bigint][] = [
    ["votingDelay", "setVotingDelay", "votingDelay", FLOORS.votingDelay, 30n * DAY],
    ["votingPeriod", "setVotingPeriod", "votingPeriod", FLOORS.votingPeriod, 30n * DAY],
    ["proposalThreshold", "setProposalThreshold", "proposalThreshold", SUPPLY / 1_000_000n, SUPPLY / 100n],
    ["quorumPercent", "updateQuorumNumerator", "quorumNumerator()", 2n, 30n],
    ["lateQuorumExtension", "setLateQuorumVoteExtension", "lateQuorumVoteExtension", FLOORS.lateQuorumExtension, SETTINGS.votingPeriod],
  ];
  for (const [name, setter, getter, minimum, maximum] of limits) {
    it(`${name} is decided from its minimum to its maximum, and not beyond`, async () => {
      const world = await load();
      const governor = world.governor as any;
      const set = (value: bigint) =>
        decide(world, [{ target: governor, data: governor.interface.encodeFunctionData(setter, [value]) }], `${value}`);
      for (const value of [minimum - 1n, maximum + 1n]) {
        await expect(set(value)).to.be.revertedWithCustomError(governor, "ParameterOutOfBounds").withArgs(name, value, minimum, maximum);
      }
      for (const value of [maximum, minimum]) {
        await set(value);
        expect(await governor[getter]()).to.equal(value);
      }
    });

    it(`${name} begins within the same bounds`, async () => {
      const { governor, token, timelock } = await load();
      const deploy = (value: bigint) =>
        ethers.deployContract("MarketplaceGovernor", [token, timelock, { ...SETTINGS, [name]: value }, FLOORS]) as Promise<any>;
      for (const value of [minimum, maximum]) expect(await (await deploy(value))[getter]()).to.equal(value);
      for (const value of [minimum - 1n, maximum + 1n]) {
        await expect(deploy(value)).to.be.revertedWithCustomError(governor, "ParameterOutOfBounds").withArgs(name, value, minimum, maximum);
      }
    });
  }

  it("the floors are kept for ever, and cannot be none or beyond a week", async () => {
    const { governor, token, timelock } = await load();
    expect(await governor.floors()).to.deep.equal(Object.values(FLOORS));
    const deploy = (floors: typeof FLOORS) =>
      ethers.deployContract("MarketplaceGovernor", [
        token,
        timelock,
        { ...SETTINGS, votingDelay: 7n * DAY, votingPeriod: 7n * DAY },
        floors,
      ]);
    for (const [name, maximum] of [
      ["votingDelay", 7n * DAY],
      ["votingPeriod", 7n * DAY],
      ["lateQuorumExtension", FLOORS.votingPeriod],
    ] as const) {
      for (const value of [0n, maximum + 1n]) {
        await expect(deploy({ ...FLOORS, [name]: value }))
          .to.be.revertedWithCustomError(governor, "ParameterOutOfBounds")
          .withArgs(`floors.${name}`, value, 1n, maximum);
      }
    }
    await ethers.deployContract("MarketplaceGovernor", [
      token,
      timelock,
      { ...SETTINGS, votingDelay: 1n, votingPeriod: 1n, lateQuorumExtension: 1n },
      { votingDelay: 1n, votingPeriod: 1n, lateQuorumExtension: 1n },
    ]);
  });

  it("the timelock stays, whatever is voted", async () => {
    const world = await load();
    const { governor, deployer } = world;
    const data = governor.interface.encodeFunctionData("updateTimelock", [deployer.address]);
    await expect(decide(world, [{ target: governor, data }], "another")).to.be.revertedWithCustomError(governor, "TimelockIsFixed");
  });

  it("the timelock's delay is decided from its floor to thirty days, and begins there", async () => {
    const world = await load();
    const { timelock, governor } = world;
    const set = (value: bigint) =>
      decide(world, [{ target: timelock, data: timelock.interface.encodeFunctionData("updateDelay", [value]) }], `${value}`);
    const deploy = (delay: bigint, floor: bigint) => ethers.deployContract("MarketplaceTimelock", [governor, delay, floor]);
    for (const value of [DELAY - 1n, 30n * DAY + 1n]) {
      for (const attempt of [() => set(value), () => deploy(value, DELAY)]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(timelock, "ParameterOutOfBounds")
          .withArgs("delay", value, DELAY, 30n * DAY);
      }
    }
    for (const floor of [0n, 30n * DAY + 1n]) {
      await expect(deploy(DELAY, floor))
        .to.be.revertedWithCustomError(timelock, "ParameterOutOfBounds")
        .withArgs("minDelayFloor", floor, 1n, 30n * DAY);
    }
    await deploy(1n, 1n);
    await deploy(30n * DAY, 30n * DAY);
    await set(30n * DAY);
    expect(await timelock.getMinDelay()).to.equal(30n * DAY);
    await set(DELAY);
    expect([await timelock.getMinDelay(), await timelock.minDelayFloor()]).to.deep.equal([DELAY, DELAY]);
  });
});
