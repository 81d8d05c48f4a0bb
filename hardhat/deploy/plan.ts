import type { GovernancePlan, MarketPlan } from "./deploy.js";
import { FIELDS, readField, type Value } from "./fields.js";

/** A market to be deployed on a chain, as a file says it. */
export interface DeploymentPlan {
  /** Part of all addresses: another name gives another market. */
  name: string;
  chainId: bigint;
  /** Blocks, the transaction's own included, after which the last transaction counts as final. */
  confirmations: number;
  deployer: string;
  market: MarketPlan & { governance: GovernancePlan };
}

/** All that is wrong with a plan. */
export class PlanError extends Error {
  constructor(readonly problems: string[]) {
    super(`The plan cannot be used: ${problems.join("; ")}.`);
  }
}

/** Reads a plan strictly: unknown and missing values, values outside their bounds and values that do not go together are all refused. */
export function parsePlan(text: string): DeploymentPlan {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new PlanError([`it is no JSON (${(error as Error).message})`]);
  }
  const problems: string[] = [];
  const found = new Map<string, unknown>();
  flatten(document, "", found, problems);
  const production = found.get("development") !== true;
  const values = new Map<string, Value>();
  for (const [path, field] of Object.entries(FIELDS)) {
    if (!found.has(path)) {
      if (!field.optional) problems.push(`${path} is missing`);
      continue;
    }
    const { value, problem } = readField(path, found.get(path), production);
    if (problem) problems.push(problem);
    else values.set(path, value!);
  }
  if (problems.length === 0) problems.push(...conflicts(values, production));
  if (problems.length > 0) throw new PlanError(problems);
  return toPlan(values);
}

function flatten(node: unknown, path: string, found: Map<string, unknown>, problems: string[]): void {
  if (path in FIELDS) {
    found.set(path, node);
  } else if (path === "" || Object.keys(FIELDS).some((known) => known.startsWith(`${path}.`))) {
    if (typeof node !== "object" || node === null || Array.isArray(node)) problems.push(`${path || "it"} is no object`);
    else for (const [key, value] of Object.entries(node)) flatten(value, path === "" ? key : `${path}.${key}`, found, problems);
  } else {
    problems.push(`${path} is unknown`);
  }
}

/** Values that are each within their bounds but do not go together; the contracts refuse most of them too, but only when they are made. */
function conflicts(values: Map<string, Value>, production: boolean): string[] {
  const problems: string[] = [];
  const number = (path: string) => values.get(path) as bigint;
  const require = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const within = (path: string, min: bigint, max: bigint) =>
    require(number(path) >= min && number(path) <= max, `${path} is ${number(path)} and not ${min} to ${max}`);

  const supply = number("token.supply");
  within("governance.proposalThreshold", supply / 1_000_000n, supply / 100n);
  // At its ceiling the whole supply still covers a million GiB, and pays for ten thousand audits at a time.
  within("parameters.ceilings.stakePerGiB", 1n, supply / 1_000_000n);
  within("parameters.ceilings.auditBond", 1n, supply / 10_000n);
  for (const name of ["stakePerGiB", "auditBond"]) within(`parameters.${name}`, 0n, number(`parameters.ceilings.${name}`));
  const epoch = number("clock.epochLength");
  const atLeastOne = (seconds: bigint) => (seconds > 1n ? seconds : 1n);
  within("parameters.proofWindow", atLeastOne(epoch / 96n), epoch / 2n);
  within("parameters.auditWindow", atLeastOne(epoch / 4n), FIELDS["parameters.auditWindow"].max!);
  for (const name of ["votingDelay", "votingPeriod", "timelockDelay"]) {
    within(`governance.${name}`, number(`governance.floors.${name}`), FIELDS[`governance.${name}`].max!);
  }
  within("governance.lateQuorumExtension", number("governance.floors.lateQuorumExtension"), number("governance.votingPeriod"));
  within("governance.floors.lateQuorumExtension", 1n, number("governance.floors.votingPeriod"));

  const holders = ["token.holder", "governance.guardian"].filter((path) => values.get(path) === values.get("deployer"));
  require(holders.length === 0, `${holders.join(" and ")} may not be the deployer, who is to hold nothing`);

  const drand = [...values.keys()].filter((path) => path.startsWith("beacon.drand."));
  if (drand.length === 0) {
    require(!production, "beacon.drand is missing: only a development chain does with block hashes");
  } else {
    const missing = Object.keys(FIELDS).filter((path) => path.startsWith("beacon.drand.") && !drand.includes(path));
    require(missing.length === 0, `${missing.join(", ")} is missing`);
    if (missing.length === 0) {
      const [period, timeout] = [number("beacon.drand.period"), number("beacon.drand.livenessTimeout")];
      within("beacon.drand.livenessTimeout", period + 2n, number("clock.epochLength") / 4n);
      within("beacon.drand.margin", 1n, timeout - period - 1n);
      within("beacon.drand.genesis", 1n, number("clock.genesis") + number("beacon.drand.margin"));
    }
  }
  return problems;
}

function toPlan(values: Map<string, Value>): DeploymentPlan {
  const text = (path: string) => values.get(path) as string;
  const number = (path: string) => values.get(path) as bigint;
  /** The values below a path, by the rest of theirs. */
  const group = (path: string): any =>
    Object.fromEntries(
      [...values]
        .filter(([key]) => key.startsWith(`${path}.`) && !key.slice(path.length + 1).includes("."))
        .map(([key, value]) => [key.slice(path.length + 1), value]),
    );

  const { guardian, timelockDelay, ...settings } = group("governance");
  const { timelockDelay: timelockFloor, ...floors } = group("governance.floors");
  return {
    name: text("name"),
    chainId: number("chainId"),
    confirmations: Number(number("confirmations")),
    deployer: text("deployer"),
    market: {
      holder: text("token.holder"),
      supply: number("token.supply"),
      governance: { settings, floors, timelockDelay, timelockFloor },
      guardian,
      genesis: number("clock.genesis"),
      epochLength: number("clock.epochLength"),
      ceilings: group("parameters.ceilings"),
      values: group("parameters"),
      anchorDelay: number("beacon.anchorDelay"),
      drand: values.has("beacon.drand.publicKey") ? group("beacon.drand") : undefined,
    },
  };
}
