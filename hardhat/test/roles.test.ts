import { expect } from "chai";
import { ethers, fixture, networkHelpers, VALUES } from "./market.js";
import { DAY, decide, governedWorld, type GovernedWorld } from "./support/governance.js";

const load = fixture(governedWorld);
const NOBODY = ethers.ZeroAddress;
const ROLES = ["DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"] as const;

type Part = "parameters" | "governor" | "timelock";

/** A call with arguments that would do something if the caller might, and the error of every caller who may not. */
interface Guarded {
  args: (world: GovernedWorld) => Promise<unknown[]> | unknown[];
  error: string;
}

const owned = (args: Guarded["args"]): Guarded => ({ args, error: "NotOwner" });
const governed = (args: Guarded["args"]): Guarded => ({ args, error: "GovernorOnlyExecutor" });
const roled = (args: Guarded["args"]): Guarded => ({ args, error: "AccessControlUnauthorizedAccount" });
const batch = (world: GovernedWorld) => [[world.stranger.address], [0n], ["0x"]];
const grant = async ({ timelock, stranger }: GovernedWorld) => [await timelock.PROPOSER_ROLE(), stranger.address];

/** What nobody but the timelock, or who the timelock's roles name, may call. */
const guarded: Record<Part, Record<string, Guarded>> = {
  parameters: {
    setValues: owned(({ stranger }) => [{ ...VALUES, treasury: stranger.address }]),
    setGuardian: owned(({ stranger }) => [stranger.address]),
    pause: { args: () => [], error: "NotGuardian" },
    unpause: { args: () => [], error: "NotGuardianOrOwner" },
  },
  governor: {
    setVotingDelay: governed(() => [2n * DAY]),
    setVotingPeriod: governed(() => [4n * DAY]),
    setProposalThreshold: governed(() => [10n ** 24n]),
    updateQuorumNumerator: governed(() => [3n]),
    setLateQuorumVoteExtension: governed(() => [2n * DAY]),
    relay: governed(({ stranger }) => [stranger.address, 0n, "0x"]),
    updateTimelock: { args: ({ stranger }) => [stranger.address], error: "TimelockIsFixed" },
    onERC721Received: { args: ({ stranger }) => [stranger.address, stranger.address, 0n, "0x"], error: "GovernorDisabledDeposit" },
    onERC1155Received: { args: ({ stranger }) => [stranger.address, stranger.address, 0n, 0n, "0x"], error: "GovernorDisabledDeposit" },
    onERC1155BatchReceived: {
      args: ({ stranger }) => [stranger.address, stranger.address, [], [], "0x"],
      error: "GovernorDisabledDeposit",
    },
  },
  timelock: {
    schedule: roled(({ stranger }) => [stranger.address, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash, 2n * DAY]),
    scheduleBatch: roled((world) => [...batch(world), ethers.ZeroHash, ethers.ZeroHash, 2n * DAY]),
    cancel: roled(() => [ethers.ZeroHash]),
    grantRole: roled(grant),
    revokeRole: roled(grant),
    renounceRole: {
      args: async (world) => [await world.timelock.PROPOSER_ROLE(), await world.governor.getAddress()],
      error: "AccessControlBadConfirmation",
    },
    updateDelay: { args: () => [3n * DAY], error: "TimelockUnauthorizedCaller" },
  },
};

/** What anybody may call: it gives nobody a power that the votes or the queue did not give. */
const open: Record<Part, string[]> = {
  parameters: [],
  governor: [
    "propose",
    "queue",
    "execute",
    "cancel",
    "castVote",
    "castVoteWithReason",
    "castVoteWithReasonAndParams",
    "castVoteBySig",
    "castVoteWithReasonAndParamsBySig",
  ],
  timelock: ["execute", "executeBatch", "onERC721Received", "onERC1155Received", "onERC1155BatchReceived"],
};

describe("Roles (I15)", () => {
  for (const part of Object.keys(guarded) as Part[]) {
    it(`every function of the ${part} that changes something is either anybody's or in the table`, async () => {
      const contract = (await load())[part];
      const changing = contract.interface.fragments
        .filter((fragment: any) => fragment.type === "function" && !fragment.constant)
        .map((fragment: any) => fragment.name);
      expect([...new Set(changing), ...(part === "governor" ? ["updateTimelock"] : [])].sort()).to.deep.equal(
        [...Object.keys(guarded[part]), ...open[part]].sort(),
      );
    });

    for (const [name, { args, error }] of Object.entries(guarded[part])) {
      it(`${part}.${name} is refused to the deployer, the guardian, voters, providers, consumers and strangers`, async () => {
        const world = await load();
        const contract = world[part] as any;
        const input = await args(world);
        const guardian = world.others[8];
        const callers = [world.deployer, world.others[9], world.voters[0], world.owner, world.operator, world.consumer, world.stranger];
        for (const caller of name === "pause" ? callers : [...callers, ...(name === "unpause" ? [] : [guardian])]) {
          await expect(contract.connect(caller)[name](...input)).to.be.revertedWithCustomError(contract, error);
        }
      });
    }
  }

  it("the timelock's roles are the governor's and everybody's, and its own", async () => {
    const { timelock, governor } = await load();
    const holders: Record<string, string[]> = {};
    for (const log of await timelock.queryFilter(timelock.filters.RoleGranted)) {
      const name = await nameOf(timelock, log.args.role);
      holders[name] = [...(holders[name] ?? []), log.args.account];
    }
    expect(await timelock.queryFilter(timelock.filters.RoleRevoked)).to.have.length(0);
    expect(await timelock.queryFilter(timelock.filters.RoleAdminChanged)).to.have.length(0);
    const governed = await governor.getAddress();
    expect(holders).to.deep.equal({
      DEFAULT_ADMIN_ROLE: [await timelock.getAddress()],
      PROPOSER_ROLE: [governed],
      CANCELLER_ROLE: [governed],
      EXECUTOR_ROLE: [NOBODY],
    });
  });

  it("the timelock owns the parameters, which nothing can hand on, and is the treasury", async () => {
    const { parameters, timelock, governor, token } = await load();
    const address = await timelock.getAddress();
    expect([await parameters.owner(), await parameters.treasury()]).to.deep.equal([address, address]);
    const changing = parameters.interface.fragments.filter((fragment: any) => fragment.type === "function" && !fragment.constant);
    expect(changing.map((fragment: any) => fragment.name).sort()).to.deep.equal(["pause", "setGuardian", "setValues", "unpause"]);
    expect([await governor.timelock(), await governor.token()]).to.deep.equal([address, await token.getAddress()]);
  });

  it("the deployer holds no tokens, no votes and no role", async () => {
    const { deployer, parameters, timelock, governor, token } = await load();
    expect([await token.balanceOf(deployer.address), await token.getVotes(deployer.address)]).to.deep.equal([0n, 0n]);
    for (const role of ROLES) expect(await timelock.hasRole(await timelock[role](), deployer.address), role).to.equal(false);
    for (const account of [await parameters.owner(), await parameters.guardian()]) {
      expect(account).to.not.equal(deployer.address);
    }
    expect(await governor.getAddress()).to.not.equal(deployer.address);
  });

  it("roles change by a decision, and take effect after its delay", async () => {
    const world = await load();
    const { timelock, stranger } = world;
    const role = await timelock.PROPOSER_ROLE();
    const grants = timelock.interface.encodeFunctionData("grantRole", [role, stranger.address]);
    await decide(world, [{ target: timelock, data: grants }], "another governor");
    expect(await timelock.hasRole(role, stranger.address)).to.equal(true);
  });

  it("no vote can do away with the time to leave: whoever else may propose waits as long, and only the timelock sets the values", async () => {
    const world = await load();
    const { timelock, parameters, stranger } = world;
    const grants = timelock.interface.encodeFunctionData("grantRole", [await timelock.PROPOSER_ROLE(), stranger.address]);
    await decide(world, [{ target: timelock, data: grants }], "another governor");
    const worse = { ...VALUES, unbondingEpochs: 365n, treasury: stranger.address };
    await expect(parameters.connect(stranger).setValues(worse))
      .to.be.revertedWithCustomError(parameters, "NotOwner")
      .withArgs(stranger.address);
    const call = [
      parameters.target,
      0n,
      parameters.interface.encodeFunctionData("setValues", [worse]),
      ethers.ZeroHash,
      ethers.ZeroHash,
    ] as const;
    await expect(timelock.connect(stranger).schedule(...call, (await timelock.minDelayFloor()) - 1n)).to.be.revertedWithCustomError(
      timelock,
      "TimelockInsufficientDelay",
    );
    await timelock.connect(stranger).schedule(...call, await timelock.getMinDelay());
    await expect(timelock.connect(stranger).execute(...call)).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
    await networkHelpers.time.increase(await timelock.getMinDelay());
    await timelock.connect(stranger).execute(...call);
    expect((await parameters.values()).treasury).to.equal(stranger.address);
  });

  it("ether goes to the timelock, and the governor takes none", async () => {
    const { governor, timelock, stranger } = await load();
    await expect(stranger.sendTransaction({ to: governor, value: 1n })).to.be.revertedWithCustomError(governor, "GovernorDisabledDeposit");
    await networkHelpers.setBalance(await governor.getAddress(), 0n);
    await stranger.sendTransaction({ to: timelock, value: 1n });
    expect(await ethers.provider.getBalance(timelock)).to.equal(1n);
  });
});

async function nameOf(timelock: GovernedWorld["timelock"], role: string): Promise<string> {
  for (const name of ROLES) if ((await timelock[name]()) === role) return name;
  return role;
}
