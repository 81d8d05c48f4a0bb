import { readFileSync, writeFileSync } from "node:fs";
import type { Costs } from "./gasSnapshot.js";

const DOCUMENT = new URL("../../../docs/gas.md", import.meta.url);
const [BEGIN, END] = ["<!-- from hardhat/gas-snapshot.json -->\n", "<!-- to here -->"];

/** The table of all that is measured, as docs/gas.md shows it. */
export function gasTable(snapshot: Record<string, Costs>): string {
  const number = (value?: number) => value?.toLocaleString("en") ?? "";
  const rows = Object.entries(snapshot).flatMap(([section, costs]) =>
    Object.entries(costs).map(([title, { gas, bytes }]) => `| ${section} | ${title} | ${number(gas)} | ${number(bytes)} |`),
  );
  return ["", "| | what | gas | bytes |", "|---|---|--:|--:|", ...rows, "", ""].join("\n");
}

/** What docs/gas.md shows now. */
export function shownTable(): string {
  const [, table] = parts();
  return table;
}

export function showTable(snapshot: Record<string, Costs>): void {
  const [before, , after] = parts();
  writeFileSync(DOCUMENT, `${before}${BEGIN}${gasTable(snapshot)}${END}${after}`);
}

/** The figures in the column "here" of a section's table. */
export function figuresOfOurs(section: string): number[] {
  const [, text] = readFileSync(DOCUMENT, "utf8").split(`## ${section}\n`);
  const rows = text
    .split("\n## ")[0]
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const cells = rows.slice(1).map((row) => row.split("|")[2]);
  return cells.flatMap((cell) => cell.match(/\d{1,3}(,\d{3})+/g) ?? []).map((figure) => Number(figure.replaceAll(",", "")));
}

function parts(): [string, string, string] {
  const text = readFileSync(DOCUMENT, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT.pathname} has no place for the table.`);
  return [text.slice(0, begin), text.slice(begin + BEGIN.length, end), text.slice(end + END.length)];
}
