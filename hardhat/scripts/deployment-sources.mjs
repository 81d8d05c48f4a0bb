// Writes what explorers need to verify the contracts' sources: npm run deployment:sources -- --plan FILE --out FOLDER
import { compileContracts } from "./solidity-compile.mjs";
import { register } from "tsx/esm/api";

compileContracts();
register();
const { sources, run } = await import("../deploy/cli.ts");
await run(sources);
