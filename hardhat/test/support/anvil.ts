import { JsonRpcProvider } from "ethers";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { root } from "../../deploy/build.js";
import { connect } from "../../deploy/connection.js";

const NAMES: Record<string, string> = { x64: "amd64", arm64: "arm64" };

/** A development chain of its own process: what a deployment meets outside of Hardhat. */
export class Anvil {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
    readonly provider: JsonRpcProvider,
  ) {}

  static async start(...args: string[]): Promise<Anvil> {
    const binary = join(root, `node_modules/@foundry-rs/anvil-${process.platform}-${NAMES[process.arch]}/bin/anvil`);
    const child = spawn(binary, ["--host", "127.0.0.1", "--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise<string>((found, failed) => {
      let output = "";
      child.stdout!.on("data", (chunk) => {
        output += chunk;
        const address = /Listening on ([0-9.:]+)/.exec(output);
        if (address) found(`http://${address[1]}`);
      });
      child.on("error", failed);
      child.on("exit", (code) => failed(new Error(`anvil ended with ${code}: ${output}`)));
    });
    return new Anvil(child, url, await connect(url, 20));
  }

  send(method: string, ...params: unknown[]): Promise<any> {
    return this.provider.send(method, params);
  }

  /** Has a contract call another one, as nobody could on a real chain. */
  async actAs(account: string, target: any, name: string, args: unknown[]): Promise<void> {
    await this.send("anvil_impersonateAccount", account);
    await this.send("anvil_setBalance", account, "0x3635c9adc5dea00000");
    const signer = await this.provider.getSigner(account);
    await (await target.connect(signer)[name](...args)).wait();
    await this.send("anvil_stopImpersonatingAccount", account);
  }

  async stop(): Promise<void> {
    this.provider.destroy();
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.removeAllListeners("exit");
    const closed = new Promise((done) => this.process.once("close", done));
    this.process.kill();
    await Promise.race([ended, closed]);
  }
}
