import { expect } from "chai";
import { concat, getCreate2Address, getCreateAddress, keccak256 } from "ethers";
import { ethers, networkHelpers } from "./market.js";

/** The code that OpenZeppelin's Create3 puts at CREATE2's address, and which makes the contract with its first CREATE. */
const PROXY = "0x73365f5f37365f34f06012573d5f5f3e3d5ffd5b005f526014600cf3";
const SALT = ethers.id("a salt");

async function initCodeOf(name: string, args: unknown[]): Promise<string> {
  return (await (await ethers.getContractFactory(name)).getDeployTransaction(...args)).data;
}

describe("DeploymentFactory", () => {
  const load = async () => {
    const [, deployer, stranger] = await ethers.getSigners();
    const factory = await ethers.deployContract("DeploymentFactory", [], deployer);
    return { factory, deployer, stranger };
  };

  it("puts a contract where its own address and the salt say, whatever the code is", async () => {
    const { factory, deployer } = await load();
    const proxy = getCreate2Address(await factory.getAddress(), SALT, keccak256(PROXY));
    const expected = getCreateAddress({ from: proxy, nonce: 1 });
    expect(await factory.addressOf(SALT)).to.equal(expected);
    const initCode = await initCodeOf("StorageToken", [deployer.address, 5n]);
    await expect(factory.deploy(SALT, initCode)).to.emit(factory, "ContractDeployed").withArgs(SALT, expected, keccak256(initCode));
    expect(await factory.initCodeHashOf(SALT)).to.equal(keccak256(initCode));
    const token = await ethers.getContractAt("StorageToken", expected);
    expect(await token.balanceOf(deployer.address)).to.equal(5n);
  });

  it("uses a salt once", async () => {
    const { factory, deployer } = await load();
    await factory.deploy(SALT, await initCodeOf("StorageToken", [deployer.address, 5n]));
    const before = await factory.initCodeHashOf(SALT);
    await expect(factory.deploy(SALT, await initCodeOf("StorageToken", [deployer.address, 6n]))).to.revert(ethers);
    expect(await factory.initCodeHashOf(SALT)).to.equal(before);
  });

  it("is its deployer's alone", async () => {
    const { factory, deployer, stranger } = await load();
    expect(await factory.deployer()).to.equal(deployer.address);
    await expect(factory.connect(stranger).deploy(SALT, "0x00"))
      .to.be.revertedWithCustomError(factory, "NotDeployer")
      .withArgs(stranger.address);
  });

  it("says what a constructor says, and leaves the salt for another attempt", async () => {
    const { factory, deployer } = await load();
    const timelock = await ethers.getContractFactory("MarketplaceTimelock");
    await expect(factory.deploy(SALT, await initCodeOf("MarketplaceTimelock", [deployer.address, 1n, 0n])))
      .to.be.revertedWithCustomError(timelock, "ParameterOutOfBounds")
      .withArgs("minDelayFloor", 0n, 1n, 30n * 86_400n);
    expect(await factory.initCodeHashOf(SALT)).to.equal(ethers.ZeroHash);
    await expect(factory.deploy(SALT, "0x")).to.revert(ethers);
    await factory.deploy(SALT, await initCodeOf("MarketplaceTimelock", [deployer.address, 1n, 1n]));
  });

  it("nobody replaces what it made through the address that made it", async () => {
    const { factory, deployer, stranger } = await load();
    const initCode = await initCodeOf("StorageToken", [deployer.address, 5n]);
    await factory.deploy(SALT, initCode);
    const proxy = getCreate2Address(await factory.getAddress(), SALT, keccak256(PROXY));
    const deployed = await factory.addressOf(SALT);
    const code = await ethers.provider.getCode(deployed);
    await stranger.sendTransaction({ to: proxy, data: concat([initCode]) });
    await networkHelpers.mine();
    expect(await ethers.provider.getCode(deployed)).to.equal(code);
  });
});
