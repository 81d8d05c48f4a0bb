import { build, executable, install, run } from "./toolchain.mjs";

await install();
await build();
process.exit(await run(executable, ["devnet", "up", "--foreground", ...process.argv.slice(2)]));
