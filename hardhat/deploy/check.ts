import { Contract, keccak256, ZeroAddress, type Provider } from "ethers";
import { addressesOf, factoryOf, saltOf } from "./addresses.js";
import { compiled } from "./build.js";
import { argumentsOf, boundOf, contractOf, partsOf, type Addresses, type Part } from "./deploy.js";
import { fileNameOf, type DeploymentFile } from "./file.js";
import { newestFirst } from "./logs.js";
import type { DeploymentPlan } from "./plan.js";

/** What was compared and found different, a sentence each. */
class Findings {
  readonly problems: string[] = [];

  /** Asks the chain; an answer that cannot be had is a finding too. */
  async expect(what: string, question: () => Promise<unknown>, expected: unknown): Promise<void> {
    let actual: string;
    try {
      actual = text(await question());
    } catch {
      actual = "not to be had";
    }
    if (actual !== text(expected)) this.problems.push(`${what} is ${actual} instead of ${text(expected)}.`);
  }
}

/** Asks when it is first wanted, and then gives the same answer. */
function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= question());
}

function text(value: unknown): string {
  return Array.isArray(value) ? `(${value.map(text).join(", ")})` : String(value);
}

/**
 * Compares what is on the chain with the plan and this build, and lists every difference: the file, the code, what each contract was made
 * from, what it is bound to, the values, the roles, and that the deployer has nothing.
 */
export async function checkDeployment(provider: Provider, deployment: DeploymentFile, plan: DeploymentPlan): Promise<string[]> {
  const findings = new Findings();
  await findings.expect("The chain", async () => (await provider.getNetwork()).chainId, plan.chainId);
  await checkFile(findings, deployment, plan);
  if (findings.problems.length > 0) return findings.problems;
  await checkCode(findings, provider, plan);
  // Whoever is not there cannot be asked.
  if (findings.problems.length > 0) return findings.problems;

  const at = addressesOf(plan);
  const contracts = Object.fromEntries(
    partsOf(plan.market).map((part) => [part, new Contract(at[part], compiled(contractOf(part, plan.market)).interface, provider)]),
  ) as Record<Part, Contract>;
  await checkBindings(findings, contracts, at, plan);
  await checkValues(findings, contracts, at, plan);
  await checkRoles(findings, contracts, at, plan, deployment.deployBlock);
  await checkDeployer(findings, contracts, plan);
  return findings.problems;
}

async function checkFile(findings: Findings, deployment: DeploymentFile, plan: DeploymentPlan): Promise<void> {
  const at = addressesOf(plan);
  const { market } = plan;
  const expected = Object.fromEntries(partsOf(market).map((part) => [fileNameOf(part, market), at[part]]));
  for (const name of new Set([...Object.keys(expected), ...Object.keys(deployment.contracts)])) {
    await findings.expect(`The file's ${name}`, async () => deployment.contracts[name] ?? "not there", expected[name] ?? "not there");
  }
  await findings.expect("The file's format", async () => deployment.format, 1);
  await findings.expect("The file's chain", async () => deployment.chainId, plan.chainId);
  await findings.expect("The file's genesis", async () => deployment.genesis, market.genesis);
  await findings.expect("The file's epoch length", async () => deployment.epochLength, market.epochLength);
}

/** The code is this build's whatever the immutables are, and the factory says that it was made from this build with the plan's arguments. */
async function checkCode(findings: Findings, provider: Provider, plan: DeploymentPlan): Promise<void> {
  const at = addressesOf(plan);
  const factory = new Contract(factoryOf(plan), compiled("DeploymentFactory").interface, provider);
  const isOurs = async (name: string, address: string) => compiled(name).isCode(await provider.getCode(address));
  await findings.expect("The code of DeploymentFactory being this build's", () => isOurs("DeploymentFactory", factoryOf(plan)), true);
  await findings.expect("DeploymentFactory.deployer", () => factory.deployer(), plan.deployer);
  for (const part of partsOf(plan.market)) {
    const name = contractOf(part, plan.market);
    await findings.expect(`The code of ${name} being this build's`, () => isOurs(name, at[part]), true);
    const made = keccak256(compiled(name).initCode(argumentsOf(part, plan.market, at)));
    await findings.expect(`What ${name} was made from`, () => factory.initCodeHashOf(saltOf(plan, part)), made);
  }
}

async function checkBindings(findings: Findings, contracts: Record<Part, Contract>, at: Addresses, plan: DeploymentPlan): Promise<void> {
  for (const part of partsOf(plan.market)) {
    for (const other of boundOf(part)) {
      await findings.expect(`${contractOf(part, plan.market)}.${other}`, () => contracts[part][other](), at[other]);
    }
  }
}

async function checkValues(findings: Findings, contracts: Record<Part, Contract>, at: Addresses, plan: DeploymentPlan): Promise<void> {
  const { market } = plan;
  const { token, parameters, governor, timelock, beacon } = contracts;
  const { settings, floors, timelockDelay, timelockFloor } = market.governance;
  const values = once(async () => (await parameters.values()).toObject());
  for (const [name, value] of Object.entries({ treasury: at.timelock, ...market.values })) {
    await findings.expect(`MarketplaceParameters.values.${name}`, async () => (await values())[name], value);
  }
  const expected: [Contract, string, unknown][] = [
    [token, "totalSupply()", market.supply],
    [parameters, "genesis()", market.genesis],
    [parameters, "epochLength()", market.epochLength],
    [parameters, "ceilings()", [market.ceilings.stakePerGiB, market.ceilings.auditBond]],
    [governor, "votingDelay()", settings.votingDelay],
    [governor, "votingPeriod()", settings.votingPeriod],
    [governor, "proposalThreshold()", settings.proposalThreshold],
    [governor, "quorumNumerator()", settings.quorumPercent],
    [governor, "quorumDenominator()", 100n],
    [governor, "lateQuorumVoteExtension()", settings.lateQuorumExtension],
    [governor, "floors()", [floors.votingDelay, floors.votingPeriod, floors.lateQuorumExtension]],
    [timelock, "getMinDelay()", timelockDelay],
    [timelock, "minDelayFloor()", timelockFloor],
    [beacon, "anchorDelay()", market.anchorDelay],
  ];
  if (market.drand) {
    expected.push([beacon, "drandGenesis()", market.drand.genesis], [beacon, "drandPeriod()", market.drand.period]);
    expected.push([beacon, "margin()", market.drand.margin], [beacon, "livenessTimeout()", market.drand.livenessTimeout]);
  }
  for (const [contract, name, value] of expected) {
    const owner = partsOf(market).find((part) => contracts[part] === contract)!;
    await findings.expect(`${contractOf(owner, market)}.${name}`, () => contract[name](), value);
  }
}

/** Exactly these hold a role, and nobody else. */
async function checkRoles(
  findings: Findings,
  { parameters, timelock }: Record<Part, Contract>,
  at: Addresses,
  plan: DeploymentPlan,
  deployBlock: number,
): Promise<void> {
  await findings.expect("The owner of MarketplaceParameters", () => parameters.owner(), at.timelock);
  await findings.expect("The guardian", () => parameters.guardian(), plan.market.guardian ?? ZeroAddress);

  const roles = { DEFAULT_ADMIN_ROLE: at.timelock, PROPOSER_ROLE: at.governor, CANCELLER_ROLE: at.governor, EXECUTOR_ROLE: ZeroAddress };
  const ids: Record<string, string> = {};
  for (const [name, holder] of Object.entries(roles)) {
    try {
      ids[await timelock[name]()] = name;
    } catch {
      findings.problems.push(`MarketplaceTimelock.${name} is not to be had.`);
      continue;
    }
    await findings.expect(`${holder} having ${name}`, async () => timelock.hasRole(await timelock[name](), holder), true);
  }
  const granted = await everGranted(timelock, deployBlock);
  // Its constructor granted these: without them the search began too late, or the endpoint keeps events to itself.
  for (const [role, name] of Object.entries(ids)) {
    const holder = (roles as Record<string, string>)[name];
    if (granted.some(([one, account]) => one === role && account === holder)) continue;
    findings.problems.push(
      `No event since block ${deployBlock} gives ${holder} ${name}: the file's deployBlock is too late, or the endpoint gives no events.`,
    );
  }
  for (const [role, account] of granted) {
    const name = ids[role] ?? role;
    const meant = (roles as Record<string, string>)[name] === account;
    await findings.expect(`${account} having ${name}`, () => timelock.hasRole(role, account), meant);
  }
}

/** Everybody who was ever given a role of the timelock. */
async function everGranted(timelock: Contract, deployBlock: number): Promise<[role: string, account: string][]> {
  const filter = { address: await timelock.getAddress(), topics: [timelock.interface.getEvent("RoleGranted")!.topicHash] };
  const granted: [string, string][] = [];
  for await (const log of newestFirst(timelock.runner!.provider as Provider, filter, deployBlock)) {
    const { role, account } = timelock.interface.parseLog(log)!.args;
    granted.push([role, account]);
  }
  return granted;
}

async function checkDeployer(findings: Findings, { token, timelock, escrow }: Record<Part, Contract>, plan: DeploymentPlan): Promise<void> {
  for (const [who, account] of [
    ["The deployer", plan.deployer],
    ["The factory", factoryOf(plan)],
  ]) {
    await findings.expect(`${who}'s tokens`, () => token.balanceOf(account), 0n);
    await findings.expect(`${who}'s votes`, () => token.getVotes(account), 0n);
    await findings.expect(`${who}'s credit in escrow`, () => escrow.withdrawable(account), 0n);
    for (const role of ["DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"]) {
      await findings.expect(`${who} having ${role}`, async () => timelock.hasRole(await timelock[role](), account), false);
    }
  }
}
