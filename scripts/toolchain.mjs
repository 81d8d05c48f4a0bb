// Installs what a fresh machine lacks (it has the .NET SDK, Node 20 and npm) and runs programs with it on the PATH.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const nodeVersion = "22.23.3";
const nodeFolder = join(root, ".tools", `node-${nodeVersion}`);
const nodeBin = join(nodeFolder, "node_modules", ".bin");

/** The environment for child processes: Hardhat needs Node 22, and npm must itself run under it to pick Hardhat's native package. */
export function environment() {
  return {
    ...process.env,
    PATH: [nodeBin, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    DOTNET_CLI_TELEMETRY_OPTOUT: "1",
    DOTNET_NOLOGO: "1",
    // The build servers would outlive the command that started them.
    MSBUILDDISABLENODEREUSE: "1",
    DOTNET_CLI_USE_MSBUILD_SERVER: "0",
    HARDHAT_DISABLE_TELEMETRY_PROMPT: "true",
  };
}

export function say(text) {
  process.stdout.write(`\n== ${text}\n`);
}

/** Runs a program in the foreground; resolves with its exit code. Signals reach it through the terminal's process group. */
export function run(command, args, options = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, env: environment(), stdio: "inherit", ...options });
    const forward = (signal) => child.kill(signal);
    process.on("SIGTERM", forward);
    // A Ctrl-C reaches the child by itself; this process waits for it to end in its own way.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    child.on("error", failed);
    child.on("exit", (code, signal) => {
      process.off("SIGTERM", forward);
      process.off("SIGINT", ignore);
      done(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** As run, but a failure ends this program with the same exit code. */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) {
    console.error(`\n${command} ${args[0] ?? ""} failed with exit code ${code}.`);
    process.exit(code);
  }
}

function requireProgram(name, hint) {
  const probe = spawnSync(name, ["--version"], { encoding: "utf8" });
  if (probe.error || probe.status !== 0) {
    console.error(`${name} was not found. ${hint}`);
    process.exit(1);
  }
  return probe.stdout.trim();
}

/** Installs Node 22 and the npm packages into this folder; does nothing when they are there already. */
export async function install() {
  const sdk = requireProgram("dotnet", "Install the .NET 10 SDK first.");
  if (Number.parseInt(sdk, 10) < 10) {
    console.error(`The .NET SDK found is ${sdk}; version 10 or newer is needed.`);
    process.exit(1);
  }

  if (!existsSync(join(nodeBin, "node"))) {
    say(`Installing Node ${nodeVersion} for the contract tools (into .tools/)`);
    mkdirSync(nodeFolder, { recursive: true });
    writeFileSync(join(nodeFolder, "package.json"), '{ "private": true }\n');
    await must("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${nodeVersion}`], { cwd: nodeFolder });
  }

  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  const stamp = join(root, "node_modules", ".installed-from");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    say("Installing the contract tools and the development chain (into node_modules/)");
    await must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    writeFileSync(stamp, lock);
  }
}

/** Builds the executable and links it as artifacts/marketplace. */
export async function build() {
  say("Building the marketplace executable");
  const locked = process.env.CI ? ["-p:RestoreLockedMode=true"] : [];
  await must("dotnet", ["publish", "src/Marketplace.Cli", "-c", "Release", "-o", "artifacts/bin", "-v", "quiet", "--nologo", ...locked]);
  await must("ln", ["-sfn", "bin/marketplace", "artifacts/marketplace"]);
}

export const executable = join(root, "artifacts", "marketplace");
