import { build, executable, install, run } from "./toolchain.mjs";

await install();
await build();
const args = process.argv.slice(2);
const gateway = args.includes("--gateway") ? [] : ["--gateway", "127.0.0.1:8080"];
process.exit(await run(executable, ["devnet", "up", "--foreground", ...gateway, ...args]));
