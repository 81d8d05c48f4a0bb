import { createRequire } from "node:module";
import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers],
  solidity: {
    version: "0.8.37",
    // The compiler comes with the npm packages, so that a build needs no other download.
    path: require.resolve("solc/soljson.js"),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      // A comment must not change the committed bytecode.
      metadata: { bytecodeHash: "none" },
    },
  },
  networks: {
    default: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      // Coverage adds instructions to the contracts; everything else runs with the limits of a real chain.
      allowUnlimitedContractSize: process.argv.includes("--coverage"),
    },
  },
  paths: {
    sources: "contracts",
    tests: "hardhat/test",
    artifacts: "hardhat/artifacts",
    cache: "hardhat/cache",
  },
  typechain: {
    outDir: "hardhat/types",
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: Number(process.env.FUZZ_RUNS ?? 256) },
      invariant: { runs: Number(process.env.INVARIANT_RUNS ?? 256), depth: Number(process.env.INVARIANT_DEPTH ?? 256), failOnRevert: true },
    },
  },
});
