import { BrowserProvider } from "ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import config from "../hardhat.config.js";
import { root } from "./build.js";
import { deployPlan, type Report } from "./deployment.js";
import type { DeploymentPlan } from "./plan.js";

/** Deploys and checks a plan on a chain inside this process, so that whatever a constructor refuses is known before anything is paid for. */
export async function rehearse(plan: DeploymentPlan, report: Report): Promise<void> {
  const hre = await createHardhatRuntimeEnvironment(config, {}, root);
  const chain = await hre.network.create({ network: "default", override: { chainId: Number(plan.chainId) } });
  try {
    await chain.provider.request({ method: "hardhat_impersonateAccount", params: [plan.deployer] });
    await chain.provider.request({ method: "hardhat_setBalance", params: [plan.deployer, "0x3635c9adc5dea00000"] });
    const provider = new BrowserProvider(chain.provider, Number(plan.chainId), { cacheTimeout: -1 });
    await deployPlan(await provider.getSigner(plan.deployer), { ...plan, confirmations: 1 }, report);
  } finally {
    await chain.close();
  }
}
