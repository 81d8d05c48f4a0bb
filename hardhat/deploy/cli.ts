import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { addressesOf, factoryOf } from "./addresses.js";
import { root } from "./build.js";
import { checkDeployment } from "./check.js";
import { connect, networkUrl, signerOf, UsageError } from "./connection.js";
import { contractOf, partsOf } from "./deploy.js";
import { deployPlan } from "./deployment.js";
import { parseDeployment, writeDeployment } from "./file.js";
import { parsePlan, type DeploymentPlan } from "./plan.js";
import { rehearse } from "./rehearsal.js";
import { writeSources } from "./sources.js";

const say = (line: string) => console.log(line);

/** Runs a command; faults go to standard error, without the endpoint's URL, and end in exit code 1. */
export async function run(command: (args: string[]) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  try {
    await command(args);
    process.exit(0);
  } catch (error) {
    console.error(withoutUrls((error as Error).message));
    process.exit(1);
  }
}

/** Endpoints' URLs hold keys. */
function withoutUrls(text: string): string {
  return text.replaceAll(/https?:\/\/[^\s"']+/g, "(the endpoint)");
}

function optionsOf<T extends string>(args: string[], names: readonly T[], flags: readonly string[] = []) {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: "string" as const }]),
    ...flags.map((name) => [name, { type: "boolean" as const }]),
  ]);
  try {
    return parseArgs({ args, options, strict: true }).values as Partial<Record<T, string>> & Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function required(value: string | undefined, name: string): string {
  if (!value) throw new UsageError(`--${name} is missing.`);
  return value;
}

function planOf(path: string | undefined): DeploymentPlan {
  return parsePlan(readFileSync(required(path, "plan"), "utf8"));
}

/** deploy --plan FILE --network URL (--from ADDRESS | --keystore FILE --passphrase FILE [--max-fee GWEI]) [--out FILE] [--dry-run] */
export async function deploy(args: string[]): Promise<void> {
  const options = optionsOf(args, ["plan", "network", "from", "keystore", "passphrase", "max-fee", "out"] as const, ["dry-run"]);
  const plan = planOf(options.plan);
  const out = resolve(options.out ?? join(root, "src", "Marketplace.Chain", "Deployments", `${plan.name}.json`));
  const signer = options["dry-run"] ? undefined : await signerOf(await connect(networkUrl(required(options.network, "network"))), options);
  let gas = 0n;
  await rehearse(plan, (line) => (gas += BigInt(/\((\d+) gas\)/.exec(line)?.[1] ?? 0)));
  say(`Rehearsed: everything is made and found as planned, for ${gas} gas.`);
  if (!signer) {
    const at = addressesOf(plan);
    say(`DeploymentFactory ${factoryOf(plan)}`);
    for (const part of partsOf(plan.market)) say(`${contractOf(part, plan.market)} ${at[part]}`);
    return;
  }
  const deployment = await deployPlan(signer, plan, say);
  writeDeployment(out, deployment);
  say(`Checked, and written to ${out}.`);
}

/** deployment:check --deployment FILE --plan FILE --network URL */
export async function check(args: string[]): Promise<void> {
  const options = optionsOf(args, ["deployment", "plan", "network"] as const);
  const plan = planOf(options.plan);
  const deployment = parseDeployment(readFileSync(required(options.deployment, "deployment"), "utf8"));
  const provider = await connect(networkUrl(required(options.network, "network")));
  const problems = await checkDeployment(provider, deployment, plan);
  for (const problem of problems) say(problem);
  if (problems.length > 0) throw new Error(`The deployment is not as planned: ${problems.length} differences.`);
  say("Everything on the chain is as planned.");
}

/** deployment:sources --plan FILE --out FOLDER */
export async function sources(args: string[]): Promise<void> {
  const options = optionsOf(args, ["plan", "out"] as const);
  const folder = resolve(required(options.out, "out"));
  if (existsSync(folder)) throw new UsageError(`${folder} is there already.`);
  const list = writeSources(planOf(options.plan), folder);
  say(`Wrote what verifies the source of ${Object.keys(list).length} contracts to ${folder}.`);
}
