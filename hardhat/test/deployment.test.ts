import { expect } from "chai";
import { Contract, id as ethersId, type Signer, type TransactionRequest } from "ethers";
import { addressesOf, factoryOf } from "../deploy/addresses.js";
import { compiled } from "../deploy/build.js";
import { checkDeployment } from "../deploy/check.js";
import { contractOf, partsOf } from "../deploy/deploy.js";
import { deployPlan, DeploymentError } from "../deploy/deployment.js";
import { deploymentFile, fileNameOf, type DeploymentFile } from "../deploy/file.js";
import { newestFirst } from "../deploy/logs.js";
import type { DeploymentPlan } from "../deploy/plan.js";
import { Anvil } from "./support/anvil.js";
import { localPlan } from "./support/plans.js";

const plan = localPlan();
const parts = partsOf(plan.market);

/** An object with another function in the place of one of its own. */
function replaced<T extends object>(object: T, name: keyof T, by: unknown): T {
  const own = (value: unknown) => (typeof value === "function" ? value.bind(object) : value);
  const proxy: T = new Proxy(object, {
    get: (target, property) => {
      if (property === name) return by;
      const value = Reflect.get(target, property, target);
      // A provider names itself as its provider, and a contract asks that one.
      return value === object ? proxy : own(value);
    },
  });
  return proxy;
}

/** An account that stops working, or whose transaction fails, when it sends its n-th transaction. */
function faulty(signer: Signer, number: number, fault: "lost" | "out of gas"): Signer {
  let sent = 0;
  const send = async (request: TransactionRequest) => {
    if (++sent < number) return signer.sendTransaction(request);
    if (fault === "lost") throw new Error("the connection is lost");
    const needed = await signer.estimateGas(request);
    return signer.sendTransaction({ ...request, gasLimit: (needed * 9n) / 10n });
  };
  return replaced(signer, "sendTransaction", send);
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (fault) => fault,
  );
  expect(error).to.be.instanceOf(DeploymentError);
  return error.message;
}

describe("A chain of its own process: deployment", function () {
  let anvil: Anvil;
  let clean: string;
  let signer: Signer;

  before(async () => {
    anvil = await Anvil.start();
    signer = await anvil.provider.getSigner(plan.deployer);
    clean = await anvil.send("evm_snapshot");
  });
  after(() => anvil.stop());
  afterEach(async () => {
    await anvil.send("evm_revert", clean);
    clean = await anvil.send("evm_snapshot");
  });

  const lines: string[] = [];
  const deploy = (by: Signer, what: DeploymentPlan) => {
    lines.length = 0;
    return deployPlan(by, what, (line) => lines.push(line));
  };

  it("makes every contract where the plan says, and finds them when run again", async () => {
    const deployment = await deploy(signer, plan);
    expect(lines.map((line) => line.replace(/ 0x\w+: made \(\d+ gas\)/, ""))).to.deep.equal([
      "DeploymentFactory",
      ...parts.map((part) => contractOf(part, plan.market)),
    ]);
    expect(deployment).to.deep.equal(deploymentFile(plan, 2));
    const nonce = await signer.getNonce();
    expect(await deploy(signer, plan)).to.deep.equal(deployment);
    expect(lines.every((line) => line.endsWith(": there"))).to.equal(true);
    expect(await signer.getNonce()).to.equal(nonce);
  });

  for (const fault of ["lost", "out of gas"] as const) {
    it(`is taken up wherever it ended, to the same addresses (${fault})`, async () => {
      for (const number of [1, 2, 3, 4, parts.length + 1]) {
        await anvil.send("evm_revert", clean);
        clean = await anvil.send("evm_snapshot");
        const failed = await deploy(faulty(signer, number, fault), plan).then(
          () => undefined,
          (error) => error,
        );
        expect(failed, `transaction ${number}`).to.be.instanceOf(Error);
        const factoryIsLost = number === 1 && fault === "out of gas";
        if (factoryIsLost) {
          expect(await refusal(deploy(signer, plan))).to.include("take a new account");
          continue;
        }
        const deployment = await deploy(signer, plan);
        expect(deployment.contracts).to.deep.equal(deploymentFile(plan, 0).contracts);
        expect(lines.filter((line) => line.endsWith(": there"))).to.have.length(number - 1);
        expect(await checkDeployment(anvil.provider, deployment, plan)).to.deep.equal([]);
      }
    });
  }

  it("a second market of the same deployer has another name and other addresses", async () => {
    const first = await deploy(signer, plan);
    const second = await deploy(signer, localPlan({ name: "other" }));
    expect(lines[0]).to.equal(`DeploymentFactory ${factoryOf(plan)}: there`);
    expect(Object.values(second.contracts).some((address) => Object.values(first.contracts).includes(address))).to.equal(false);
    expect(second.deployBlock).to.be.greaterThan(first.deployBlock);
  });

  it("refuses another chain, another account, and an account that was used before", async () => {
    expect(await refusal(deploy(signer, localPlan({ chainId: 31_338 })))).to.include("serves chain 31337");
    const other = await anvil.provider.getSigner(1);
    expect(await refusal(deploy(other, plan))).to.include(`and not ${other.address}`);
    await (await signer.sendTransaction({ to: other.address, value: 1n })).wait();
    expect(await refusal(deploy(signer, plan))).to.include("has sent transactions before");
  });

  it("refuses something else in the factory's place", async () => {
    await anvil.send("anvil_setCode", factoryOf(plan), "0x00");
    expect(await refusal(deploy(signer, plan))).to.include("There is something else");
  });

  it("does not go on with another plan or build than it began with", async () => {
    await deploy(faulty(signer, 6, "lost"), plan).catch(() => undefined);
    const changes = [
      { "parameters.protocolFeeBps": 201 },
      { "governance.quorumPercent": 5 },
      { "token.supply": "1000000000000000000000000001" },
    ];
    for (const change of changes) {
      expect(await refusal(deploy(signer, localPlan(change))), JSON.stringify(change)).to.include("from other code or arguments");
    }
  });

  it("what a constructor refuses is said, and can be mended under the same name", async () => {
    // Half an epoch is the most; the plan's own check is passed by.
    const wrong = { ...plan, market: { ...plan.market, values: { ...plan.market.values, proofWindow: 31n } } };
    expect(await refusal(deploy(signer, wrong))).to.include("MarketplaceParameters could not be made");
    const deployment = await deploy(signer, plan);
    expect(await checkDeployment(anvil.provider, deployment, plan)).to.deep.equal([]);
  });

  it("finds old events at endpoints that search few blocks at a time", async () => {
    const deployment = await deploy(signer, plan);
    await anvil.send("anvil_mine", "0x3e8");
    const provider = anvil.provider;
    let refused = 0;
    const narrow = replaced(provider, "getLogs", async (filter: any) => {
      if (filter.toBlock - filter.fromBlock > 100) throw new Error(`query exceeds max block range (${++refused})`);
      return provider.getLogs(filter);
    });
    expect(await checkDeployment(narrow, deployment, plan)).to.deep.equal([]);
    expect(refused).to.be.greaterThan(0);
    const found: number[] = [];
    for await (const log of newestFirst(narrow, { address: factoryOf(plan) }, 0)) found.push(log.blockNumber);
    expect(found).to.have.length(parts.length);
    expect(found).to.deep.equal([...found].sort((a, b) => b - a));
  });
});

describe("The check: deployment", function () {
  let anvil: Anvil;
  let deployed: string;
  let deployment: DeploymentFile;
  const at = addressesOf(plan);
  const contract = (part: (typeof parts)[number]) =>
    new Contract(at[part], compiled(contractOf(part, plan.market)).interface, anvil.provider);
  const check = (file = deployment, by = plan) => checkDeployment(anvil.provider, file, by);

  before(async () => {
    anvil = await Anvil.start();
    deployment = await deployPlan(await anvil.provider.getSigner(plan.deployer), plan, () => {});
    deployed = await anvil.send("evm_snapshot");
  });
  after(() => anvil.stop());
  afterEach(async () => {
    await anvil.send("evm_revert", deployed);
    deployed = await anvil.send("evm_snapshot");
  });

  it("finds nothing to say against what was deployed as planned", async () => {
    expect(await check()).to.deep.equal([]);
  });

  for (const part of parts) {
    const name = contractOf(part, plan.market);
    it(`finds other code, or none, in the place of ${name}`, async () => {
      const stranger = part === "escrow" ? at.listings : at.escrow;
      for (const code of ["0x", await anvil.provider.getCode(stranger)]) {
        await anvil.send("anvil_setCode", at[part], code);
        expect(await check()).to.deep.equal([`The code of ${name} being this build's is false instead of true.`]);
      }
    });

    it(`finds another address for ${name} in the file`, async () => {
      const file = fileNameOf(part, plan.market);
      const contracts = { ...deployment.contracts, [file]: plan.deployer };
      expect(await check({ ...deployment, contracts })).to.deep.equal([`The file's ${file} is ${plan.deployer} instead of ${at[part]}.`]);
    });
  }

  it("finds a contract that is bound to another one than planned, although its code is the same", async () => {
    const code = await anvil.provider.getCode(at.agreements);
    await anvil.send(
      "anvil_setCode",
      at.agreements,
      code.replaceAll(at.escrow.slice(2).toLowerCase(), plan.deployer.slice(2).toLowerCase()),
    );
    expect(await check()).to.deep.equal([`StorageAgreements.escrow is ${plan.deployer} instead of ${at.escrow}.`]);
  });

  it("finds parameters that were changed since", async () => {
    const values = (await contract("parameters").values()).toObject();
    await anvil.actAs(at.timelock, contract("parameters"), "setValues", [{ ...values, protocolFeeBps: 201n, treasury: plan.deployer }]);
    expect(await check()).to.have.members([
      "MarketplaceParameters.values.protocolFeeBps is 201 instead of 200.",
      `MarketplaceParameters.values.treasury is ${plan.deployer} instead of ${at.timelock}.`,
    ]);
  });

  it("finds another guardian", async () => {
    const parameters = contract("parameters");
    await anvil.actAs(at.timelock, parameters, "setGuardian", [plan.deployer]);
    expect(await check()).to.deep.equal([`The guardian is ${plan.deployer} instead of ${plan.market.guardian}.`]);
  });

  it("finds another owner, who has to be in the code", async () => {
    const code = await anvil.provider.getCode(at.parameters);
    const ours = at.timelock.slice(2).toLowerCase();
    expect(code).to.include(ours);
    await anvil.send("anvil_setCode", at.parameters, code.replaceAll(ours, plan.deployer.slice(2).toLowerCase()));
    expect(await check()).to.deep.equal([`The owner of MarketplaceParameters is ${plan.deployer} instead of ${at.timelock}.`]);
  });

  it("finds each role that is missing, and each that somebody else has or had", async () => {
    const timelock = contract("timelock");
    const zero = "0x0000000000000000000000000000000000000000";
    const holders = { EXECUTOR_ROLE: zero, CANCELLER_ROLE: at.governor, PROPOSER_ROLE: at.governor };
    for (const [name, holder] of Object.entries(holders)) {
      const role = await timelock[name]();
      await anvil.actAs(at.timelock, timelock, "revokeRole", [role, holder]);
      expect(await check(), name).to.include(`${holder} having ${name} is false instead of true.`);
      await anvil.actAs(at.timelock, timelock, "grantRole", [role, holder]);
      await anvil.actAs(at.timelock, timelock, "grantRole", [role, at.escrow]);
      expect(await check(), name).to.deep.equal([`${at.escrow} having ${name} is true instead of false.`]);
      await anvil.actAs(at.timelock, timelock, "revokeRole", [role, at.escrow]);
      expect(await check(), name).to.deep.equal([]);
    }
    await anvil.actAs(at.timelock, timelock, "grantRole", [await timelock.DEFAULT_ADMIN_ROLE(), plan.deployer]);
    expect(await check()).to.include("The deployer having DEFAULT_ADMIN_ROLE is true instead of false.");
    await anvil.actAs(at.timelock, timelock, "renounceRole", [await timelock.DEFAULT_ADMIN_ROLE(), at.timelock]);
    expect(await check()).to.include(`${at.timelock} having DEFAULT_ADMIN_ROLE is false instead of true.`);
  });

  it("finds each setting of the governor that a vote changed", async () => {
    const [token, governor] = [contract("token") as any, contract("governor") as any];
    const [holder, pass] = [plan.market.holder, (seconds: number) => anvil.send("evm_increaseTime", seconds)];
    const settings: [string, bigint][] = [
      ["setVotingDelay", 6n],
      ["setVotingPeriod", 61n],
      ["setProposalThreshold", 10n ** 24n + 1n],
      ["updateQuorumNumerator", 5n],
      ["setLateQuorumVoteExtension", 11n],
    ];
    const calls = settings.map(([name, value]) => governor.interface.encodeFunctionData(name, [value]));
    const proposal = [calls.map(() => at.governor), calls.map(() => 0n), calls];
    await anvil.actAs(holder, token, "delegate", [holder]);
    await pass(1);
    await anvil.actAs(holder, governor, "propose", [...proposal, "another pace"]);
    await pass(6);
    const id = await governor.hashProposal(...proposal, ethersId("another pace"));
    await anvil.actAs(holder, governor, "castVote", [id, 1]);
    await pass(61);
    await anvil.actAs(holder, governor, "queue", [...proposal, ethersId("another pace")]);
    await pass(10);
    await anvil.actAs(holder, governor, "execute", [...proposal, ethersId("another pace")]);
    expect(await check()).to.have.members([
      "MarketplaceGovernor.votingDelay() is 6 instead of 5.",
      "MarketplaceGovernor.votingPeriod() is 61 instead of 60.",
      "MarketplaceGovernor.proposalThreshold() is 1000000000000000000000001 instead of 1000000000000000000000000.",
      "MarketplaceGovernor.quorumNumerator() is 5 instead of 4.",
      "MarketplaceGovernor.lateQuorumVoteExtension() is 11 instead of 10.",
    ]);
  });

  it("finds another delay of the timelock", async () => {
    await anvil.actAs(at.timelock, contract("timelock"), "updateDelay", [9n]);
    expect(await check()).to.deep.equal(["MarketplaceTimelock.getMinDelay() is 9 instead of 10."]);
  });

  it("finds tokens and votes of the deployer", async () => {
    await anvil.actAs(plan.market.holder, contract("token"), "transfer", [plan.deployer, 5n]);
    await anvil.actAs(plan.market.holder, contract("token"), "delegate", [plan.deployer]);
    expect((await check()).map((problem) => problem.split(" is ")[0])).to.deep.equal(["The deployer's tokens", "The deployer's votes"]);
  });

  it("finds another chain, clock or format in the file, and contracts too many or too few", async () => {
    const { StorageToken: _, ...fewer } = deployment.contracts;
    const files: [Partial<DeploymentFile>, string][] = [
      [{ chainId: 1 }, "The file's chain is 1 instead of 31337."],
      [{ genesis: 5 }, "The file's genesis is 5 instead of 1767225600."],
      [{ epochLength: 5 }, "The file's epoch length is 5 instead of 60."],
      [{ format: 2 as 1 }, "The file's format is 2 instead of 1."],
      [{ contracts: fewer }, `The file's StorageToken is not there instead of ${at.token}.`],
      [{ contracts: { ...deployment.contracts, Faucet: at.token } }, `The file's Faucet is ${at.token} instead of not there.`],
    ];
    for (const [change, problem] of files) expect(await check({ ...deployment, ...change })).to.deep.equal([problem]);
  });

  it("finds a factory that says something else, or nothing", async () => {
    const others: [Record<string, unknown>, string][] = [
      [{ "beacon.anchorDelay": 3 }, "BlockhashBeacon"],
      [{ "governance.floors.votingPeriod": 11 }, "MarketplaceGovernor"],
      [{ "governance.floors.timelockDelay": 2 }, "MarketplaceTimelock"],
      [{ "token.holder": at.escrow }, "StorageToken"],
      [{ "parameters.auditBond": "1" }, "MarketplaceParameters"],
    ];
    for (const [change, name] of others) {
      const problems = await check(deployment, localPlan(change));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(new RegExp(`^What ${name} was made from is 0x\\w{64} instead of 0x\\w{64}\\.$`));
    }
    await anvil.send("anvil_setCode", factoryOf(plan), await anvil.provider.getCode(at.escrow));
    expect(await check()).to.include("DeploymentFactory.deployer is not to be had instead of " + plan.deployer + ".");
  });

  it("cannot be had from a chain that is not there", async () => {
    const other = await Anvil.start("--chain-id", "31338");
    try {
      expect(await checkDeployment(other.provider, deployment, plan)).to.deep.equal(["The chain is 31338 instead of 31337."]);
    } finally {
      await other.stop();
    }
  });
});
