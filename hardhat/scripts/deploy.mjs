// Deploys a market as a plan says it: npm run deploy -- --plan FILE --network URL (--from ADDRESS | --keystore FILE --passphrase FILE)
import { compileContracts } from "./solidity-compile.mjs";
import { register } from "tsx/esm/api";

compileContracts();
register();
const { deploy, run } = await import("../deploy/cli.ts");
await run(deploy);
