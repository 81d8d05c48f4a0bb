import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { asContract, ethers, fixture, marketWorld, open, TERMS, type World } from "./market.js";

const people = ["consumer", "owner", "operator", "dataKey", "stranger", "treasury", "deployer"] as const;
const contracts = [
  "token",
  "parameters",
  "registry",
  "stakes",
  "listings",
  "escrow",
  "agreements",
  "proofs",
  "losses",
  "audits",
  "egress",
] as const;
type Sender = (typeof people)[number] | (typeof contracts)[number];

/** Who may, with arguments that would do something; everybody else gets the error. */
interface Guarded {
  by: Sender[];
  error: string;
  args: (world: World) => unknown[];
}

const controlled = (args: Guarded["args"]): Guarded => ({ by: ["agreements", "audits", "egress"], error: "OnlyControllers", args });
const ofAgreements = (args: Guarded["args"]): Guarded => ({ by: ["agreements"], error: "OnlyAgreements", args });
const ofOwner = (args: Guarded["args"]): Guarded => ({ by: ["owner"], error: "NotListingOwner", args });

/** Agreements' own functions are in the table of states; vouchers are anybody's. */
const guarded: Record<"escrow" | "listings", Record<string, Guarded>> = {
  escrow: {
    deposit: controlled(({ consumer }) => [1n, consumer.address, 1n]),
    credit: controlled(({ consumer }) => [1n, consumer.address, 0n]),
    withdraw: {
      by: [],
      error: "NothingToWithdraw",
      args: ({ stranger }) => [stranger.address],
    },
  },
  listings: {
    publish: { by: ["owner"], error: "NotAProvider", args: () => [TERMS] },
    change: ofOwner(() => [1n, TERMS]),
    withdraw: ofOwner(() => [1n]),
    take: ofAgreements(({ consumer }) => [1n, 1n, consumer.address]),
    giveBack: ofAgreements(() => [1n, 1n]),
  },
};

describe("Wrong senders (I14)", () => {
  const load = fixture(async () => {
    const world = await marketWorld();
    await open(world);
    return world;
  });

  for (const part of ["escrow", "listings"] as const) {
    it(`every function of ${part} that changes something is in the table`, async () => {
      const contract = (await load())[part];
      const changing = contract.interface.fragments.filter((fragment: any) => fragment.type === "function" && !fragment.constant);
      expect(changing.map((fragment: any) => fragment.name).sort()).to.deep.equal(Object.keys(guarded[part]).sort());
    });

    for (const [name, { by, error, args }] of Object.entries(guarded[part])) {
      it(`${part}.${name} is for ${by.join(", ") || "nobody to whom nothing is owed"}`, async () => {
        const world = await load();
        const contract = world[part] as any;
        const senders: [Sender, HardhatEthersSigner][] = people.map((role) => [role, world[role]]);
        for (const role of contracts) senders.push([role, await asContract(world[role])]);
        for (const [role, sender] of senders) {
          const attempt = contract.connect(sender)[name].staticCall(...args(world));
          if (by.includes(role)) await attempt;
          else await expect(attempt, role).to.be.revertedWithCustomError(contract, error);
        }
      });
    }
  }

  it("a withdrawal takes the sender's own, wherever it goes", async () => {
    const world = await load();
    await world.agreements.connect(world.consumer).terminate(1n);
    const due = await world.escrow.withdrawable(world.consumer.address);
    const target = ethers.Wallet.createRandom().address;
    await expect(world.escrow.connect(world.stranger).withdraw(world.consumer.address)).to.be.revertedWithCustomError(
      world.escrow,
      "NothingToWithdraw",
    );
    await world.escrow.connect(world.consumer).withdraw(target);
    expect(await world.token.balanceOf(target)).to.equal(due);
  });
});
