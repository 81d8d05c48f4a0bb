// Writes the ABI and the creation code of each deployed contract to src/Marketplace.Chain/Abi/, from which the C# bindings are generated.
// With --check it writes nothing, and fails if a committed file differs from what the contracts compile to.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compileContracts } from "./solidity-compile.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const target = join(root, "src/Marketplace.Chain/Abi");
const check = process.argv.includes("--check");

/** Source of each deployed contract; one that is not there yet is described by its interface. */
const sources = {
  StorageToken: ["token/StorageToken.sol"],
  MarketplaceParameters: ["governance/MarketplaceParameters.sol", "interfaces/IMarketplaceParameters.sol"],
  BlockhashBeacon: ["beacon/BlockhashBeacon.sol", "interfaces/IRandomnessBeacon.sol"],
  DrandBeacon: ["beacon/DrandBeacon.sol"],
  MarketplaceTimelock: ["governance/MarketplaceTimelock.sol"],
  MarketplaceGovernor: ["governance/MarketplaceGovernor.sol"],
  ProviderRegistry: ["registry/ProviderRegistry.sol", "interfaces/IProviderRegistry.sol"],
  StakeVault: ["stake/StakeVault.sol", "interfaces/IStakeVault.sol"],
  ListingBook: ["registry/ListingBook.sol", "interfaces/IListingBook.sol"],
  AgreementEscrow: ["escrow/AgreementEscrow.sol", "interfaces/IAgreementEscrow.sol"],
  StorageAgreements: ["agreements/StorageAgreements.sol", "interfaces/IStorageAgreements.sol"],
  PossessionProofs: ["proofs/PossessionProofs.sol", "interfaces/IPossessionProofs.sol"],
  DeclaredLosses: ["proofs/DeclaredLosses.sol", "interfaces/IDeclaredLosses.sol"],
  EgressVouchers: ["egress/EgressVouchers.sol", "interfaces/IEgressVouchers.sol"],
  StorageAudits: ["audits/StorageAudits.sol", "interfaces/IStorageAudits.sol"],
};

/** Parameters that would shadow a function end in an underscore in the source only. */
function withoutUnderscores(entry) {
  const inputs = entry.inputs?.map((input) => ({ ...input, name: input.name.replace(/_$/, "") }));
  return inputs ? { ...entry, inputs } : entry;
}

function describe(name) {
  const source = sources[name].find((path) => existsSync(join(root, "contracts", path)));
  const artifact = join(root, "hardhat/artifacts/contracts", source, `${basename(source, ".sol")}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(artifact, "utf8"));
  return `${JSON.stringify({ contractName: name, abi: abi.map(withoutUnderscores), bytecode }, null, 2)}\n`;
}

compileContracts();
mkdirSync(target, { recursive: true });
const stale = [];
for (const name of Object.keys(sources)) {
  const path = join(target, `${name}.json`);
  const wanted = describe(name);
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) continue;
  stale.push(`${name}.json`);
  if (!check) writeFileSync(path, wanted);
}

const unknown = readdirSync(target).filter((file) => file.endsWith(".json") && !(basename(file, ".json") in sources));
if (check && (stale.length > 0 || unknown.length > 0)) {
  for (const file of stale) console.error(`src/Marketplace.Chain/Abi/${file} is stale: run node hardhat/scripts/export-abi.mjs`);
  for (const file of unknown) console.error(`src/Marketplace.Chain/Abi/${file} belongs to no deployed contract`);
  process.exit(1);
}
console.log(check ? "All ABI files are current." : stale.length === 0 ? "Nothing changed." : `Wrote ${stale.join(", ")}`);
