import type { DeploymentFactory } from "../../../types/deployment/DeploymentFactory.js";
import { ethers, fixture } from "../../market.js";
import { no, type StateTable } from "./stateTable.js";

type State = "Free" | "Taken";
interface Factory {
  factory: DeploymentFactory;
}

const SALT = ethers.id("a salt");
/** Makes a contract whose code is one byte: STOP. */
const CODE = "0x60016000f3";
const deploy = ({ factory }: Factory) => factory.deploy(SALT, CODE);

export const factoryStates: StateTable<Factory, State> = {
  contract: "DeploymentFactory",
  about: "a salt",
  load: fixture(async () => ({ factory: await ethers.deployContract("DeploymentFactory", []) })),
  states: { Free: async () => {}, Taken: deploy },
  now: async ({ factory }) => ((await factory.initCodeHashOf(SALT)) === ethers.ZeroHash ? "Free" : "Taken"),
  rows: { deploy: { call: deploy, from: { Free: "Taken", Taken: no("FailedDeployment") } } },
  contracts: ({ factory }) => [factory],
};
