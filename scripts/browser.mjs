// Unpacks the browser that the dApp's tests drive into .tools/chromium: it comes from npm, with what it needs of libraries and fonts beside it.
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { must, root, say } from "./toolchain.mjs";

const source = join(root, "tests", "Marketplace.Web.Tests", "browser");
const target = join(root, ".tools", "chromium");
const stamp = join(target, ".unpacked-from");

// The package's own configuration looks in places of the service that it was made for.
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(target, "fonts")}</dir>
  <cachedir>${join(target, "fonts-cache")}</cachedir>
</fontconfig>
`;

async function decompress(name, to) {
  const from = join(source, "node_modules", "@sparticuz", "chromium", "bin", `${name}.br`);
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

async function unpack(name, folder) {
  const archive = join(target, `${name}.tar`);
  await decompress(`${name}.tar`, archive);
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync("tar", ["-xf", archive, "-C", folder], { stdio: "inherit" });
  if (status !== 0) throw new Error(`tar could not unpack ${archive}.`);
  rmSync(archive);
}

/** Installs what the lock file beside the tests names; does nothing when it is there already. */
export async function installBrowser() {
  const lock = readFileSync(join(source, "package-lock.json"), "utf8");
  const isThere = existsSync(join(source, "node_modules", "axe-core"));
  if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("Installing a browser for the tests of the dApp (into .tools/)");
  await must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"], { cwd: source });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await decompress("chromium", join(target, "chromium"));
  chmodSync(join(target, "chromium"), 0o755);
  await unpack("al2023", target);
  await unpack("swiftshader", target);
  await unpack("fonts", join(target, "fonts"));
  writeFileSync(join(target, "fonts", "fonts.conf"), fontConfiguration);
  writeFileSync(stamp, lock);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await installBrowser();
