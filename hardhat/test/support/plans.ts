import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../deploy/build.js";
import { parsePlan, type DeploymentPlan } from "../../deploy/plan.js";

export function planText(name: string): string {
  return readFileSync(join(root, "hardhat", "deploy", "plans", `${name}.json`), "utf8");
}

/** A plan's document with one value, by its path, set to another one or (undefined) left out. */
export function changed(text: string, path: string, value: unknown): string {
  const document = JSON.parse(text);
  const keys = path.split(".");
  let node = document;
  for (const key of keys.slice(0, -1)) node = node[key] ??= {};
  if (value === undefined) delete node[keys.at(-1)!];
  else node[keys.at(-1)!] = value;
  return JSON.stringify(document);
}

export function localPlan(changes: Record<string, unknown> = {}): DeploymentPlan {
  return parsePlan(Object.entries(changes).reduce((text, [path, value]) => changed(text, path, value), planText("local")));
}
