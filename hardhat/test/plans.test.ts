import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../deploy/build.js";
import { FIELDS } from "../deploy/fields.js";
import { parsePlan, PlanError } from "../deploy/plan.js";
import { CEILINGS, ethers, GENESIS, VALUES } from "./market.js";
import { changed, localPlan, planText } from "./support/plans.js";

function problemsOf(text: string): string[] {
  try {
    parsePlan(text);
    return [];
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return error.problems;
  }
}

/** The template with what it leaves open. */
function filled(template: string): string {
  const text = changed(changed(template, "chainId", 1), "clock.genesis", 1_790_000_000);
  const accounts = ["deployer", "token.holder", "governance.guardian"];
  return accounts.reduce((filling, path, index) => changed(filling, path, `0x${String(index + 1).repeat(40)}`), text);
}

const asJson = (path: string, value: bigint) => (FIELDS[path].kind === "amount" ? String(value) : Number(value));

describe("Plans", () => {
  const local = planText("local");
  const production = planText("production.template");

  it("are read with everything that they say", () => {
    const plan = localPlan();
    const document = JSON.parse(local);
    const { ceilings, ...values } = document.parameters;
    const asNumbers = (group: object) => Object.fromEntries(Object.entries(group).map(([name, value]) => [name, BigInt(value as string)]));
    expect(plan.market.values).to.deep.equal(asNumbers(values));
    expect(plan.market.ceilings).to.deep.equal(asNumbers(ceilings));
    expect(plan.market.governance).to.deep.equal({
      settings: { votingDelay: 5n, votingPeriod: 60n, proposalThreshold: 10n ** 24n, quorumPercent: 4n, lateQuorumExtension: 10n },
      floors: { votingDelay: 1n, votingPeriod: 10n, lateQuorumExtension: 1n },
      timelockDelay: 10n,
      timelockFloor: 1n,
    });
    expect([plan.name, plan.chainId, plan.market.supply, plan.market.guardian, plan.market.drand]).to.deep.equal([
      "local",
      31_337n,
      10n ** 27n,
      document.governance.guardian,
      undefined,
    ]);
  });

  it("of a public chain are complete in the template but for whose accounts and which chain they are", () => {
    const open = ["chainId", "deployer", "token.holder", "clock.genesis", "governance.guardian"];
    expect(problemsOf(production).map((problem) => problem.split(" ")[0])).to.have.members(open);
    expect(parsePlan(filled(production)).market.drand!.publicKey).to.have.length(2 + 256);
  });

  it("are no other JSON, and no JSON with a value too many or too few", () => {
    for (const text of ["", "[]", "1", "null", '{"format": 1']) expect(problemsOf(text), text).to.not.be.empty;
    expect(problemsOf(changed(local, "parameters.fee", 1))).to.deep.equal(["parameters.fee is unknown"]);
    expect(problemsOf(changed(local, "token", []))).to.include("token is no object");
    for (const [path, { optional }] of Object.entries(FIELDS)) {
      const expected = optional || path === "development" ? [] : [`${path} is missing`];
      if (path !== "development") expect(problemsOf(changed(local, path, undefined)), path).to.deep.equal(expected);
    }
  });

  for (const [path, field] of Object.entries(FIELDS)) {
    it(`${path} is refused where it is out of bounds or something else`, () => {
      const wrong: unknown[] = [null, [], {}];
      if (field.kind === "integer") wrong.push(1.5, "5", -1, 2 ** 53, true);
      if (field.kind === "amount") wrong.push(5, "1.5", "-1", "0x10", "01", "");
      if (field.kind === "address") wrong.push(ZeroAddress, "0x00", "vitalik.eth", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 1);
      if (field.kind === "bytes") wrong.push("0x", "0x00", "00".repeat(128), `0x${"0".repeat(258)}`);
      if (field.kind === "name") wrong.push("", "Upper", "9a", "a b", "../a", "a".repeat(33));
      if (field.kind === "boolean") wrong.push("true", 1);
      if (field.min !== undefined && field.kind !== "bytes") {
        if (field.min > 0n) wrong.push(asJson(path, field.min - 1n));
        wrong.push(asJson(path, field.max! + 1n));
      }
      for (const value of wrong) {
        const problems = problemsOf(changed(local, path, value));
        expect(
          problems.some((problem) => problem.startsWith(path)),
          `${path} = ${JSON.stringify(value)}`,
        ).to.equal(true);
      }
    });
  }

  it("have longer floors on a public chain", () => {
    for (const [path, { production: minimum, kind }] of Object.entries(FIELDS)) {
      if (minimum === undefined) continue;
      expect(kind).to.equal("integer");
      const below = changed(production, path, Number(minimum - 1n));
      expect(
        problemsOf(below).some((problem) => problem.startsWith(`${path} is ${minimum - 1n} and not ${minimum} to`)),
        path,
      ).to.equal(true);
      expect(
        problemsOf(changed(below, "development", true)).some((problem) => problem.startsWith(path)),
        path,
      ).to.equal(false);
    }
  });

  it("have values that go together", () => {
    const deployer = JSON.parse(local).deployer;
    const drand = { ...JSON.parse(production).beacon.drand, margin: 3, livenessTimeout: 14 };
    const together: [path: string, value: unknown, problem: string][] = [
      ["governance.proposalThreshold", "999999999999999999999", "governance.proposalThreshold is"],
      ["governance.proposalThreshold", "10000000000000000000000001", "governance.proposalThreshold is"],
      ["parameters.ceilings.stakePerGiB", "1000000000000000000001", "parameters.ceilings.stakePerGiB is"],
      ["parameters.ceilings.stakePerGiB", "999999999999999999", "parameters.stakePerGiB is 1000000000000000000 and not 0 to"],
      ["parameters.ceilings.auditBond", "100000000000000000000001", "parameters.ceilings.auditBond is"],
      ["parameters.ceilings.auditBond", "4999999999999999999", "parameters.auditBond is 5000000000000000000 and not 0 to"],
      ["parameters.proofWindow", 31, "parameters.proofWindow is 31 and not 1 to 30"],
      ["parameters.auditWindow", 14, "parameters.auditWindow is 14 and not 15 to 2592000"],
      ["governance.floors.votingDelay", 6, "governance.votingDelay is 5 and not 6"],
      ["governance.floors.votingPeriod", 61, "governance.votingPeriod is 60 and not 61"],
      ["governance.floors.timelockDelay", 11, "governance.timelockDelay is 10 and not 11"],
      ["governance.lateQuorumExtension", 61, "governance.lateQuorumExtension is 61 and not 1 to 60"],
      ["governance.floors.lateQuorumExtension", 11, "governance.lateQuorumExtension is 10 and not 11"],
      ["token.holder", deployer, "token.holder may not be the deployer"],
      ["governance.guardian", deployer, "governance.guardian may not be the deployer"],
      ["beacon.drand", { period: 3 }, "beacon.drand.publicKey, beacon.drand.genesis"],
      ["beacon.drand", { ...drand, livenessTimeout: 16 }, "beacon.drand.livenessTimeout is 16 and not 5 to 15"],
      ["beacon.drand", { ...drand, margin: 11 }, "beacon.drand.margin is 11 and not 1 to 10"],
      ["beacon.drand", { ...drand, genesis: 1_767_225_604 }, "beacon.drand.genesis is 1767225604 and not 1 to 1767225603"],
    ];
    for (const [path, value, problem] of together) {
      const problems = problemsOf(changed(local, path, value));
      expect(
        problems.some((found) => found.includes(problem)),
        `${path}: ${problems}`,
      ).to.equal(true);
    }
    expect(problemsOf(changed(local, "beacon.drand", drand))).to.deep.equal([]);
    expect(problemsOf(changed(filled(production), "beacon.drand", undefined))).to.deep.equal([
      "beacon.drand is missing: only a development chain does with block hashes",
    ]);
  });

  it("know the bounds that MarketplaceParameters has", async () => {
    const [{ address }] = await ethers.getSigners();
    const factory = await ethers.getContractFactory("MarketplaceParameters");
    const epoch = 30n * 86_400n;
    // These hang on the epoch; the plan's own check knows that.
    const least: Record<string, bigint> = { proofWindow: epoch / 96n, auditWindow: epoch / 4n };
    const deploy = (values: object) =>
      factory.deploy(address, ZeroAddress, GENESIS, epoch, CEILINGS, { ...VALUES, ...(least as any), treasury: address, ...values });
    for (const name of Object.keys(VALUES)) {
      const { min, max } = FIELDS[`parameters.${name}`];
      await expect(deploy({ [name]: max! + 1n }), name)
        .to.be.revertedWithCustomError(factory, "ParameterOutOfBounds")
        .withArgs(name, max! + 1n, least[name] ?? min, max);
    }
    expect(Object.keys(FIELDS).filter((path) => path.startsWith("parameters."))).to.have.members(
      [...Object.keys(VALUES), ...Object.keys(CEILINGS).map((name) => `ceilings.${name}`)].map((name) => `parameters.${name}`),
    );
  });
});

describe("The check list: deployment", () => {
  it("explains every value of a plan", () => {
    const rows = readFileSync(join(root, "docs", "deployment.md"), "utf8").split("\n");
    for (const path of Object.keys(FIELDS)) {
      expect(
        rows.filter((row) => row.startsWith(`| \`${path}\` |`)),
        path,
      ).to.have.length(1);
    }
  });
});
