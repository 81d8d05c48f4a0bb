import { readFileSync } from "node:fs";
import { expect } from "chai";
import { recoverAddress, ZeroAddress } from "ethers";
import { network } from "hardhat";

/** What the C# code signs (tests/vectors/README.md): the contracts must ask for the same digests, on each chain and at each address. */
interface Signed {
  digest: string;
  signature: string;
}

interface Market {
  chainId: string;
  storageAgreements: string;
  egressVouchers: string;
  token: string;
  revisions: (Signed & { agreementId: string; number: string; dataRoot: string; weight: string; signer: string })[];
  vouchers: (Signed & { agreementId: string; amount: string; signer: string })[];
  permits: (Signed & { owner: string; spender: string; value: string; deadline: string })[];
}

const { markets } = JSON.parse(readFileSync(new URL("../../tests/vectors/digests.json", import.meta.url), "utf8")) as { markets: Market[] };
const PERMIT = "permit(address,address,uint256,uint256,bytes)";

/** The contracts on a chain of that number, at the addresses of the vectors. */
async function place({ chainId, storageAgreements, egressVouchers, token }: Market) {
  const { ethers, networkHelpers } = await network.create({ network: "default", override: { chainId: Number(chainId) } });
  expect((await ethers.provider.getNetwork()).chainId).to.equal(BigInt(chainId));
  const names = ["token", "parameters", "beacon", "registry", "stakes", "listings", "escrow", "proofs", "losses", "audits"];
  const parts = Object.fromEntries(names.map((name) => [name, ZeroAddress]));
  const move = async (name: string, args: unknown[], address: string) => {
    const contract = await ethers.deployContract(name, args);
    await networkHelpers.setCode(address, await ethers.provider.getCode(contract));
    return ethers.getContractAt(name, address);
  };
  const [holder] = await ethers.getSigners();
  return {
    agreements: (await move("StorageAgreements", [parts], storageAgreements)) as any,
    egress: (await move("EgressVouchers", Array(5).fill(ZeroAddress), egressVouchers)) as any,
    token: (await move("StorageToken", [holder.address, 1n], token)) as any,
  };
}

for (const market of markets) {
  describe(`Vectors: digests on chain ${market.chainId}`, () => {
    let contracts: Awaited<ReturnType<typeof place>>;
    before(async () => {
      contracts = await place(market);
    });

    it("revisions", async () => {
      for (const { agreementId, number, dataRoot, weight, digest, signer, signature } of market.revisions) {
        expect(await contracts.agreements.revisionDigest(agreementId, { number, dataRoot, weight })).to.equal(digest);
        expect(recoverAddress(digest, signature)).to.equal(signer);
      }
    });

    it("vouchers", async () => {
      for (const { agreementId, amount, digest, signer, signature } of market.vouchers) {
        expect(await contracts.egress.voucherDigest(agreementId, amount)).to.equal(digest);
        expect(recoverAddress(digest, signature)).to.equal(signer);
      }
    });

    it("permits, which the token takes", async () => {
      for (const { owner, spender, value, deadline, signature } of market.permits) {
        await contracts.token[PERMIT](owner, spender, value, deadline, signature);
        expect(await contracts.token.allowance(owner, spender)).to.equal(value);
      }
    });
  });
}

describe("Vectors: digests", () => {
  it("no two are alike", () => {
    const digests = markets.flatMap(({ revisions, vouchers, permits }) =>
      [...revisions, ...vouchers, ...permits].map(({ digest }) => digest),
    );
    expect(digests).to.have.length.greaterThan(50);
    expect(new Set(digests).size).to.equal(digests.length);
  });
});
