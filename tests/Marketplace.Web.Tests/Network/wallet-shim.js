// A wallet as a browser extension puts it into pages (EIP-6963, EIP-1193). Its keys and its user are in the test, behind window.__wallet.
(() => {
  const listeners = {};
  const provider = {
    request: async ({ method, params }) => {
      const answer = JSON.parse(await window.__wallet(method, JSON.stringify(params ?? [])));
      if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
      return answer.result;
    },
    on: (name, listener) => (listeners[name] ??= new Set()).add(listener),
    removeListener: (name, listener) => listeners[name]?.delete(listener),
  };
  window.__walletTell = (name, value) => {
    for (const listener of listeners[name] ?? []) listener(value);
  };
  const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Crect width='8' height='8' fill='%23c2570c'/%3E%3C/svg%3E";
  const info = Object.freeze({ uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: window.__walletName ?? "Test Wallet", icon, rdns: "org.example.wallet" });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
