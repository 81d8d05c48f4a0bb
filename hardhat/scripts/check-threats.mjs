// Fails where docs/threat-model.md names a test that does not exist. Tests are named as `file: title` in backticks; the title has to stand in
// that file as the name of a test (a string after it( or describe(, a Solidity test or invariant, or a C# method).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./solidity-ast.mjs";

const page = readFileSync(join(root, "docs", "threat-model.md"), "utf8");
const named = [...page.matchAll(/`((?:hardhat\/test|tests)\/[^`:]+): ([^`]+)`/g)].map(([, file, title]) => ({ file, title }));
const rows = page.split("\n").filter((row) => /^\| T\d+ /.test(row));
const problems = [];

function isThere({ file, title }) {
  const path = join(root, file);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  if (file.endsWith(".ts")) return ['"', "'", "`"].some((quote) => text.includes(`${quote}${title}${quote}`));
  return new RegExp(`\\b${title}\\s*\\(`).test(text);
}

for (const test of named) if (!isThere(test)) problems.push(`There is no test "${test.title}" in ${test.file}.`);
for (const row of rows) {
  if (!/`(?:hardhat\/test|tests)\/[^`:]+: [^`]+`/.test(row)) problems.push(`No test is named for ${row.slice(2, 5).trim()}.`);
}
if (rows.length === 0) problems.push("docs/threat-model.md has no rows.");

for (const problem of problems) console.error(problem);
console.log(`${rows.length} threats, ${named.length} tests named, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
