import {
  formatUnits,
  getAddress,
  isAddress,
  JsonRpcProvider,
  parseUnits,
  Wallet,
  type Provider,
  type Signer,
  type TransactionLike,
  type TransactionRequest,
} from "ethers";
import { readFileSync, statSync } from "node:fs";

const TIMEOUT_MILLISECONDS = 15_000;

/** What was given on the command line cannot be used. */
export class UsageError extends Error {}

/** An endpoint's address as it is given: itself, or env:NAME where it holds a secret that is not to be seen in a list of processes. */
export function networkUrl(network: string): string {
  const url = network.startsWith("env:") ? process.env[network.slice(4)] : network;
  if (!url || !/^https?:\/\//.test(url)) throw new UsageError("--network is no http(s) URL and no env:NAME of a variable that holds one.");
  return url;
}

/** Connects once and asks for the chain, so that an endpoint that does not answer is a fault at once and not waited for. */
export async function connect(url: string, pollingInterval = 1_000): Promise<JsonRpcProvider> {
  let chainId: bigint;
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    chainId = BigInt(((await answer.json()) as { result: string }).result);
  } catch {
    // Not the cause: it may quote the URL, which may hold a secret.
    throw new UsageError("The endpoint of --network does not answer eth_chainId.");
  }
  // One request at a time and none from a cache: each answer is as new as its question.
  const options = { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, batchStallTime: 0, pollingInterval };
  return new JsonRpcProvider(url, chainId, options);
}

export interface SignerOptions {
  from?: string;
  keystore?: string;
  passphrase?: string;
  "max-fee"?: string;
}

/** What a unit of gas may cost at most if nothing else is said, in gwei. */
const DEFAULT_MAX_FEE = "200";

/** Signs nothing that pays more for gas than was allowed: the price is the endpoint's word, and could be all that the account has. */
export class CappedWallet extends Wallet {
  /** @param maxFee Wei for a unit of gas. */
  constructor(
    key: string,
    provider: Provider,
    readonly maxFee: bigint,
  ) {
    super(key, provider);
  }

  override async populateTransaction(request: TransactionRequest): Promise<TransactionLike<string>> {
    const transaction = await super.populateTransaction(request);
    const fee = BigInt(transaction.maxFeePerGas ?? transaction.gasPrice ?? 0);
    if (fee > this.maxFee) {
      const [asked, allowed] = [fee, this.maxFee].map((wei) => formatUnits(wei, "gwei"));
      throw new UsageError(`The endpoint asks for ${asked} gwei for a unit of gas, --max-fee allows ${allowed}.`);
    }
    return transaction;
  }
}

/** The account that pays: one that the endpoint itself signs for (a hardware wallet's bridge, a development chain), or a keystore file. */
export async function signerOf(provider: JsonRpcProvider, options: SignerOptions): Promise<Signer> {
  const { from, keystore, passphrase } = options;
  const maxFee = options["max-fee"] ?? DEFAULT_MAX_FEE;
  if (!/^[0-9]{1,12}(\.[0-9]{1,9})?$/.test(maxFee)) throw new UsageError("--max-fee is no number of gwei.");
  if (from && !keystore && !passphrase) {
    if (!isAddress(from)) throw new UsageError("--from is no address.");
    const accounts: string[] = await provider.send("eth_accounts", []);
    if (!accounts.some((account) => getAddress(account) === getAddress(from))) {
      throw new UsageError(`The endpoint does not sign for ${from}.`);
    }
    return provider.getSigner(getAddress(from));
  }
  if (!from && keystore && passphrase) {
    const wallet = await Wallet.fromEncryptedJson(readSecret(keystore), readSecret(passphrase).replace(/\r?\n$/, ""));
    return new CappedWallet(wallet.privateKey, provider, parseUnits(maxFee, "gwei"));
  }
  throw new UsageError("Give --from ADDRESS of an account that the endpoint signs for, or --keystore FILE and --passphrase FILE.");
}

function readSecret(path: string): string {
  if ((statSync(path).mode & 0o077) !== 0) throw new UsageError(`${path} can be read by others; make it yours alone (chmod 600).`);
  return readFileSync(path, "utf8");
}
