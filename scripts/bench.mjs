// Measures: npm run bench -- [--filter WORDS] [--json FILE] [--rounds N] [--size MIB] [--list] [--check]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { must, root, run, say } from "./toolchain.mjs";

const peers = join(root, "artifacts", "bench-peers");

/** Whether a program that is needed for fetching is there and does its work. */
function succeeds(command, args, options) {
  return spawnSync(command, args, { stdio: "ignore", ...options }).status === 0;
}

/** A file below a folder whose name starts like this, or undefined. */
function find(folder, start) {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder, { recursive: true }).find((path) => path.split("/").at(-1).startsWith(start));
  return name && join(folder, name);
}

/** Unpacks one of Debian's packages beside the figures instead of installing it. */
function unpack(debian, program) {
  say(`Fetching ${program} to measure beside (into artifacts/)`);
  mkdirSync(peers, { recursive: true });
  const download = () => succeeds("apt-get", ["download", debian], { cwd: peers });
  // A fresh machine knows of no package yet.
  if (download() || (succeeds("apt-get", ["update"]) && download())) {
    succeeds("dpkg-deb", ["-x", find(peers, `${debian}_`), peers]);
  }
}

/** Intel's coding library from Debian's package. */
function isaL() {
  if (process.env.MARKETPLACE_ISAL) return process.env.MARKETPLACE_ISAL;
  const installed = spawnSync("ldconfig", ["-p"], { encoding: "utf8" }).stdout?.includes("libisal.so.2");
  if (installed) return undefined;
  if (!find(peers, "libisal.so.2")) unpack("libisal2", "Intel's ISA-L");
  return find(peers, "libisal.so.2");
}

/** Programs that people use for backups today, as Debian has them. */
function backupPrograms() {
  process.env.MARKETPLACE_BENCH_PEERS ??= peers;
  for (const program of ["rclone", "restic"]) {
    const isThere = succeeds("which", [program]) || existsSync(join(process.env.MARKETPLACE_BENCH_PEERS, "usr", "bin", program));
    if (!isThere) unpack(program, program);
  }
}

const library = isaL();
if (library) process.env.MARKETPLACE_ISAL = library;
backupPrograms();
for (const project of ["tests/Marketplace.Benchmarks", "src/Marketplace.Cli"]) {
  await must("dotnet", ["build", project, "-c", "Release", "-v", "quiet", "--nologo", "-clp:ErrorsOnly"]);
}
const program = join(root, "tests", "Marketplace.Benchmarks", "bin", "Release", "net10.0", "marketplace-bench");
process.exit(await run(program, process.argv.slice(2)));
