// Takes the journeys of docs/guide in a real browser, and puts the pictures that its pages show where they look for them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installBrowser } from "./browser.mjs";
import { install, must, root } from "./toolchain.mjs";

const guide = join(root, "docs", "guide");
const taken = join(root, "artifacts", "screenshots");

/** Names of the pictures that the pages show. */
const shown = readdirSync(guide)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => [...readFileSync(join(guide, name), "utf8").matchAll(/\(images\/([a-z-]+)\.png\)/g)].map((match) => match[1]));

if (!process.argv.includes("--copy")) {
  await install();
  await installBrowser();
  await must("dotnet", ["test", "tests/Marketplace.Web.Tests", "-c", "Release", "--nologo", "--filter", "FullyQualifiedName~Pages|FullyQualifiedName~StoredMedia"]);
}
mkdirSync(join(guide, "images"), { recursive: true });
for (const name of new Set(shown)) {
  const picture = join(taken, `${name}-light.png`);
  if (!existsSync(picture)) throw new Error(`No test took a picture called ${name}.`);
  copyFileSync(picture, join(guide, "images", `${name}.png`));
}
