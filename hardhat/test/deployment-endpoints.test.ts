import { expect } from "chai";
import { Contract, HDNodeWallet, JsonRpcProvider, type Signer } from "ethers";
import { addressesOf } from "../deploy/addresses.js";
import { compiled } from "../deploy/build.js";
import { checkDeployment } from "../deploy/check.js";
import { CappedWallet } from "../deploy/connection.js";
import { contractOf, partsOf } from "../deploy/deploy.js";
import { deployPlan } from "../deploy/deployment.js";
import type { DeploymentFile } from "../deploy/file.js";
import { Anvil } from "./support/anvil.js";
import { localPlan } from "./support/plans.js";

const plan = localPlan();
const parts = partsOf(plan.market);

describe("Endpoints and files that do not tell the truth: deployment", function () {
  let anvil: Anvil;
  let deployment: DeploymentFile;
  let signer: Signer;
  const at = addressesOf(plan);
  const contract = (part: (typeof parts)[number]) =>
    new Contract(at[part], compiled(contractOf(part, plan.market)).interface, anvil.provider);

  before(async () => {
    anvil = await Anvil.start();
    signer = await anvil.provider.getSigner(plan.deployer);
    deployment = await deployPlan(signer, plan, () => {});
  });
  after(() => anvil.stop());
  let clean: string;
  beforeEach(async () => {
    clean = await anvil.send("evm_snapshot");
  });
  afterEach(() => anvil.send("evm_revert", clean));

  it("finds a role that somebody has even if the file says that the deployment is younger than it is", async () => {
    const timelock = contract("timelock");
    await anvil.actAs(at.timelock, timelock, "grantRole", [await timelock.PROPOSER_ROLE(), at.escrow]);
    await anvil.send("anvil_mine", "0x5");
    const later = { ...deployment, deployBlock: await anvil.provider.getBlockNumber() };
    expect(await checkDeployment(anvil.provider, deployment, plan), "right file").to.have.length(1);
    expect(await checkDeployment(anvil.provider, later, plan), "later block").to.not.deep.equal([]);
  });

  it("finds an endpoint that gives no events", async () => {
    const silent: typeof anvil.provider = new Proxy(anvil.provider, {
      get: (target, property) => {
        if (property === "provider") return silent;
        if (property === "getLogs") return async () => [];
        const own = Reflect.get(target, property, target);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
    expect(await checkDeployment(silent, deployment, plan)).to.not.deep.equal([]);
  });

  it("waits for the confirmations of what an earlier attempt sent last", async () => {
    const waiting = { ...plan, confirmations: 50 };
    const before = await anvil.provider.getBlockNumber();
    const done = await Promise.race([
      deployPlan(signer, waiting, () => {}).then(() => "written"),
      new Promise((resolve) => setTimeout(() => resolve("waits"), 4_000)),
    ]);
    expect([done, (await anvil.provider.getBlockNumber()) - before < 50]).to.deep.equal(["waits", true]);
  });

  it("pays no fee that only the endpoint asks for", async () => {
    const fresh = await Anvil.start();
    try {
      class Greedy extends JsonRpcProvider {
        override async send(method: string, params: any): Promise<any> {
          // 100,000 gwei to whoever makes the block, where the market's price is about 1.
          return method === "eth_maxPriorityFeePerGas" ? "0x5af3107a4000" : fresh.send(method, ...params);
        }
      }
      const greedy = new Greedy("http://127.0.0.1:1", Number(plan.chainId), { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 });
      const { privateKey } = HDNodeWallet.fromPhrase("test test test test test test test test test test test junk");
      const wallet = new CappedWallet(privateKey, greedy, 200n * 10n ** 9n);
      const before = await fresh.provider.getBalance(plan.deployer);
      const refusal = await deployPlan(wallet, plan, () => {}).catch((fault: Error) => fault.message);
      expect(refusal).to.include("asks for 10000");
      await deployPlan(new CappedWallet(privateKey, fresh.provider, 200n * 10n ** 9n), plan, () => {});
      const spent = before - (await fresh.provider.getBalance(plan.deployer));
      expect(Number(spent) / 1e18, "ether").to.be.lessThan(1);
    } finally {
      await fresh.stop();
    }
  });
});
