import { expect } from "chai";
import { Wallet } from "ethers";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { compiled, root } from "../deploy/build.js";
import { deploy } from "../deploy/cli.js";
import { Anvil } from "./support/anvil.js";
import { changed, localPlan, planText } from "./support/plans.js";

const LOCAL = join(root, "hardhat", "deploy", "plans", "local.json");
const COMMITTED = join(root, "src", "Marketplace.Chain", "Deployments", "local.json");
const DEPLOYER = localPlan().deployer;
/** Of the deployer's account, which every development chain knows. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** Runs one of the scripts as npm does. */
async function run(script: string, args: string[], env: Record<string, string> = {}) {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(process.execPath, [join(root, "hardhat", "scripts", `${script}.mjs`), ...args], {
    cwd: root,
    env: { ...process.env, PATH: path, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let faults = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (faults += chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, output, faults };
}

describe("Commands: deployment", function () {
  // Each command is a process that looks first whether the contracts have to be compiled.
  this.timeout(300_000);
  let anvil: Anvil;
  let folder: string;
  const file = (name: string) => join(folder, name);
  const write = (name: string, text: string, mode = 0o600) => {
    writeFileSync(file(name), text);
    chmodSync(file(name), mode);
    return file(name);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "deployment-"));
    anvil = await Anvil.start();
  });
  afterEach(async () => {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  });

  it("deploy writes the file that is committed for local chains, and check agrees", async () => {
    const deployed = await run("deploy", ["--plan", LOCAL, "--network", anvil.url, "--from", DEPLOYER, "--out", file("local.json")]);
    expect([deployed.code, deployed.faults]).to.deep.equal([0, ""]);
    expect(readFileSync(file("local.json"), "utf8")).to.equal(readFileSync(COMMITTED, "utf8"));
    const args = ["--deployment", COMMITTED, "--plan", LOCAL, "--network", "env:ENDPOINT"];
    const checked = await run("check-deployment", args, { ENDPOINT: anvil.url });
    expect([checked.code, checked.output]).to.deep.equal([0, "Everything on the chain is as planned.\n"]);

    await anvil.send("anvil_setCode", JSON.parse(readFileSync(COMMITTED, "utf8")).contracts.AgreementEscrow, "0x");
    const broken = await run("check-deployment", args, { ENDPOINT: anvil.url });
    expect([broken.code, broken.output]).to.deep.equal([1, "The code of AgreementEscrow being this build's is false instead of true.\n"]);
    expect(broken.faults).to.equal("The deployment is not as planned: 1 differences.\n");
  });

  it("deploy takes a keystore that is its owner's alone, and says no secret", async () => {
    const passphrase = "correct horse";
    const keystore = Wallet.prototype.encryptSync.call(new Wallet(KEY), passphrase);
    const args = ["--plan", LOCAL, "--network", anvil.url, "--out", file("out.json"), "--keystore", write("keystore.json", keystore)];
    const open = await run("deploy", [...args, "--passphrase", write("open", passphrase, 0o644)]);
    expect([open.code, open.faults]).to.deep.equal([1, `${file("open")} can be read by others; make it yours alone (chmod 600).\n`]);
    const wrong = await run("deploy", [...args, "--passphrase", write("wrong", "correct house")]);
    expect(wrong.code).to.equal(1);
    expect(wrong.faults + wrong.output).to.not.include("house");
    const right = await run("deploy", [...args, "--passphrase", write("right", `${passphrase}\n`)]);
    expect([right.code, right.faults]).to.deep.equal([0, ""]);
    expect(right.output).to.not.include(passphrase).and.not.include(KEY.slice(2));
    expect(readFileSync(file("out.json"), "utf8")).to.equal(readFileSync(COMMITTED, "utf8"));
  });

  it("deploy sends nothing when the rehearsal fails", async () => {
    const drand = { publicKey: `0x${"01".repeat(128)}`, genesis: 1_700_000_000, period: 3, margin: 3, livenessTimeout: 14 };
    const plan = write("plan.json", changed(planText("local"), "beacon.drand", drand));
    const { code, faults } = await run("deploy", ["--plan", plan, "--network", anvil.url, "--from", DEPLOYER, "--out", file("out.json")]);
    expect([code, existsSync(file("out.json"))]).to.deep.equal([1, false]);
    expect(faults).to.include("DrandBeacon could not be made").and.include("PublicKeyInvalid");
    expect(await anvil.provider.getTransactionCount(DEPLOYER)).to.equal(0);
  });

  it("deploy --dry-run says where everything will be, and needs no chain", async () => {
    const { code, output } = await run("deploy", ["--plan", LOCAL, "--dry-run"]);
    expect(code).to.equal(0);
    for (const address of Object.values(JSON.parse(readFileSync(COMMITTED, "utf8")).contracts)) expect(output).to.include(address);
  });

  it("faults say what to mend, and never the endpoint's URL", async () => {
    const secret = "http://127.0.0.1:1/v3/0123456789abcdef";
    const cases: [string[], string][] = [
      [["--plan", LOCAL, "--network", secret, "--from", DEPLOYER], "The endpoint of --network does not answer eth_chainId."],
      [["--plan", LOCAL, "--network", "ws://host", "--from", DEPLOYER], "--network is no http(s) URL"],
      [["--plan", LOCAL, "--network", anvil.url], "Give --from ADDRESS"],
      [["--plan", LOCAL, "--network", anvil.url, "--from", "deployer"], "--from is no address"],
      [["--plan", LOCAL, "--network", anvil.url, "--from", `0x${"1".repeat(40)}`], "The endpoint does not sign for 0x1111"],
      [["--plan", LOCAL, "--network", anvil.url, "--from", localPlan().market.holder], "The plan is for the deployer"],
      [["--plan", LOCAL], "--network is missing"],
      [["--network", anvil.url], "--plan is missing"],
      [["--plan", write("plan.json", changed(planText("local"), "format", 2))], "The plan cannot be used: format is 2 and not 1 to 1."],
      [["--fast"], "Unknown option '--fast'"],
    ];
    for (const [args, message] of cases) {
      const fault = await deploy(args).then(
        () => "none",
        (error) => error.message,
      );
      expect(fault, String(args)).to.include(message).and.not.include("0123456789abcdef");
    }
    expect(await anvil.provider.getTransactionCount(DEPLOYER)).to.equal(0);
    const { code, output, faults } = await run("deploy", ["--plan", LOCAL, "--network", secret, "--from", DEPLOYER]);
    expect([code, output, faults]).to.deep.equal([1, "", "The endpoint of --network does not answer eth_chainId.\n"]);
  });

  it("sources writes what compiles to the very code that is deployed", async function () {
    this.timeout(600_000);
    const out = file("sources");
    const { code } = await run("deployment-sources", ["--plan", LOCAL, "--out", out]);
    expect(code).to.equal(0);
    const list = JSON.parse(readFileSync(join(out, "contracts.json"), "utf8"));
    const { contracts } = JSON.parse(readFileSync(COMMITTED, "utf8"));
    const addresses = Object.values<any>(list).map(({ address }) => address);
    expect(addresses).to.include.members(Object.values(contracts));
    expect(addresses).to.have.length(Object.keys(contracts).length + 1);

    const solc = createRequire(import.meta.url)("solc");
    const inputs = readdirSync(out).filter((name) => name !== "contracts.json");
    for (const input of inputs) {
      const output = JSON.parse(solc.compile(readFileSync(join(out, input), "utf8")));
      for (const [name, verification] of Object.entries<any>(list)) {
        if (verification.input !== input) continue;
        expect(verification.compiler).to.equal(`v${solc.version().replace(/\.Emscripten.*/, "")}`);
        const [source, contract] = verification.contract.split(":");
        expect(`0x${output.contracts[source][contract].evm.bytecode.object}`, name).to.equal(compiled(contract).artifact.bytecode);
      }
    }
  });
});
