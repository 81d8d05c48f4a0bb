// The way from the page to the user's wallets (EIP-6963, EIP-1193). Keys never pass here: wallets sign, this only asks.
const wallets = new Map();
const remembered = "marketplace.wallet";
const chosen = "marketplace.account";
let page = null;
let active = null;

const call = (method, ...args) => page?.invokeMethodAsync(method, ...args).catch(() => {});
const text = (value, longest) => (typeof value === "string" ? value.slice(0, longest) : "");

function announced(event) {
  const { info, provider } = event.detail ?? {};
  const id = text(info?.uuid, 64);
  if (!id || typeof provider?.request !== "function" || wallets.has(id) || wallets.size >= 32) return;
  const rdns = text(info.rdns, 128);
  wallets.set(id, { provider, rdns });
  const icon = typeof info.icon === "string" && info.icon.length <= 49152 ? info.icon : null;
  call("OnAnnounced", id, text(info.name, 256), icon, rdns !== "" && localStorage.getItem(remembered) === rdns);
}

const accountsChanged = (accounts) => {
  // The wallet's own choice takes the place of one that was made here.
  sessionStorage.removeItem(chosen);
  call("OnAccounts", Array.isArray(accounts) ? accounts.map(String) : []);
};
const chainChanged = (chainId) => call("OnChain", String(chainId));
const disconnected = () => call("OnAccounts", []);

/** Whoever disconnects in one tab has done so in all. */
function forgotten(event) {
  if (event.key !== remembered || event.newValue !== null || !active) return;
  release();
  disconnected();
}

function release() {
  active?.removeListener?.("accountsChanged", accountsChanged);
  active?.removeListener?.("chainChanged", chainChanged);
  active?.removeListener?.("disconnect", disconnected);
  active = null;
}

function hold(provider) {
  release();
  active = provider;
  provider.on?.("accountsChanged", accountsChanged);
  provider.on?.("chainChanged", chainChanged);
  provider.on?.("disconnect", disconnected);
}

/** Turns whatever a wallet does into an answer: refusals are answers, too. */
async function answer(work) {
  try {
    return { ok: true, value: String((await work()) ?? ""), code: 0, message: null };
  } catch (fault) {
    const code = Number.isSafeInteger(fault?.code) && Math.abs(fault.code) < 2 ** 31 ? fault.code : -32603;
    return { ok: false, value: null, code, message: text(fault?.message ?? String(fault), 1000) };
  }
}

const ask = (method, params) => {
  if (!active) throw new Error("No wallet is connected.");
  return active.request({ method, params });
};

export function discover(dotnet) {
  page = dotnet;
  window.addEventListener("eip6963:announceProvider", announced);
  window.addEventListener("storage", forgotten);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
}

export const connect = (id, silently) =>
  answer(async () => {
    const wallet = wallets.get(id);
    if (!wallet) throw new Error("The wallet is gone; reload the page.");
    const accounts = await wallet.provider.request({ method: silently ? "eth_accounts" : "eth_requestAccounts" });
    const chainId = await wallet.provider.request({ method: "eth_chainId" });
    if (!Array.isArray(accounts) || accounts.length === 0) return "";
    hold(wallet.provider);
    // For other tabs, and later ones: they ask the wallet, without a question to its user, whether it is still so.
    localStorage.setItem(remembered, wallet.rdns);
    const first = accounts.filter((account) => String(account).toLowerCase() === sessionStorage.getItem(chosen));
    return [chainId, ...first, ...accounts.filter((account) => !first.includes(account))].join(" ");
  });

/** Puts an account first when this tab takes the wallet up again. */
export const choose = (account) => answer(async () => sessionStorage.setItem(chosen, account.toLowerCase()));

export const disconnect = () =>
  answer(async () => {
    release();
    localStorage.removeItem(remembered);
    sessionStorage.removeItem(chosen);
  });

export const switchChain = (chainId, chainName, endpoint) =>
  answer(async () => {
    try {
      await ask("wallet_switchEthereumChain", [{ chainId }]);
    } catch (fault) {
      // 4902: the wallet does not know the chain. Some wrap that into an internal error.
      const isUnknown = fault?.code === 4902 || fault?.data?.originalError?.code === 4902;
      if (!isUnknown || !endpoint) throw fault;
      const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
      await ask("wallet_addEthereumChain", [{ chainId, chainName, nativeCurrency, rpcUrls: [endpoint] }]);
    }
  });

export const signTypedData = (account, typedData) => answer(() => ask("eth_signTypedData_v4", [account, typedData]));

/** With its chain: a wallet that has turned to another one meanwhile refuses. */
export const sendTransaction = (chainId, from, to, data, gas) => answer(() => ask("eth_sendTransaction", [{ chainId, from, to, data, gas, value: "0x0" }]));

export function stop() {
  window.removeEventListener("eip6963:announceProvider", announced);
  window.removeEventListener("storage", forgotten);
  release();
  wallets.clear();
  page = null;
}
