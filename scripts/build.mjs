import { build, install, say } from "./toolchain.mjs";

await install();
await build();
say("Done: artifacts/marketplace (try `artifacts/marketplace --help`)");
