// Compares a deployment with its plan and this build: npm run deployment:check -- --deployment FILE --plan FILE --network URL
import { compileContracts } from "./solidity-compile.mjs";
import { register } from "tsx/esm/api";

compileContracts();
register();
const { check, run } = await import("../deploy/cli.ts");
await run(check);
