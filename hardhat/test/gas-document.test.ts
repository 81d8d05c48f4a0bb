import { expect } from "chai";
import { committed } from "./support/gasSnapshot.js";
import { figuresOfOurs, gasTable, shownTable } from "./support/gasTable.js";

/** What issue after issue asked to be told the cost of; a section that loses its test would otherwise go unnoticed. */
const ASKED: Record<string, string[]> = {
  agreements: ["open one agreement, accepted automatically", "settle a cycle, later ones"],
  extensions: ["extend in time at the same price", "extend in space and time at another price"],
  together: ["extend ten agreements with a permit", "end ten agreements early"],
  advance: ["1 TiB in 1 agreement", "1 TiB in 1,000 agreements", "1 TiB in 100,000 agreements"],
  audits: ["demand, later ones", "answer with a leaf of a gibibyte"],
  governance: ["vote, later ones"],
};

describe("What everything costs: gas", () => {
  it("is shown in docs/gas.md as it is committed", () => {
    expect(shownTable()).to.equal(gasTable(committed()));
  });

  it("is compared with others by the same figures", () => {
    const measured = Object.values(committed()).flatMap((costs) => Object.values(costs).map(({ gas }) => gas));
    const tenth = Math.round(committed().endings["open ten agreements in one transaction"].gas / 10);
    const figures = figuresOfOurs("Everything else");
    expect(figures.length).to.be.greaterThan(8);
    expect([...measured, tenth]).to.include.members(figures);
  });

  it("includes opening, extending, advancing, settling, auditing, answering and voting", () => {
    const snapshot = committed();
    for (const [section, titles] of Object.entries(ASKED)) expect(snapshot[section], section).to.include.all.keys(titles);
  });
});
