// What can be changed in a contract that some test ought to notice.
import { lineOf, parse, replaced, span, walk } from "./solidity-ast.mjs";

/** What each comparison is changed to: its boundary, and its negation. */
const FLIPS = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "&&": ["||"],
  "||": ["&&"],
};

/** Modifiers that an interface's documentation asks for, unlike the calls of base constructors. */
function guards(definition) {
  return definition.kind === "constructor" ? [] : (definition.modifiers ?? []).filter((item) => item.kind !== "baseConstructorSpecifier");
}

function isRevert(statement) {
  if (!statement) return false;
  if (statement.nodeType === "Block") return statement.statements.length === 1 && isRevert(statement.statements[0]);
  if (statement.nodeType === "RevertStatement") return true;
  const call = statement.nodeType === "ExpressionStatement" ? statement.expression : null;
  return call?.nodeType === "FunctionCall" && call.expression.name === "revert";
}

/** A call whose only purpose is to revert: require(...) itself, or one of the contracts' own _require... functions. */
function isRequirement(statement) {
  const call = statement.expression;
  if (statement.nodeType !== "ExpressionStatement" || call?.nodeType !== "FunctionCall") return false;
  const name = call.expression.name ?? call.expression.memberName ?? "";
  return /^_?require/.test(name);
}

/** The tree leaves a statement's semicolon out. */
function afterSemicolon(text, to) {
  return text[to] === ";".charCodeAt(0) ? to + 1 : to;
}

/**
 * All mutants of a source: {path, where, line, kind, was, becomes, text}. `where` is Contract.function, and with `was` and `becomes` it
 * names a mutant without line numbers, which change too easily; equal ones in one function are told apart by `nth`.
 */
export function mutantsOf(path) {
  const { text, tree } = parse(path);
  const found = [];
  const add = (kind, node, ancestors, edit, becomes) => {
    const { from, to } = span(node);
    const scope = ancestors.filter((item) => ["ContractDefinition", "FunctionDefinition", "ModifierDefinition"].includes(item.nodeType));
    const where = scope.map((item) => item.name || item.kind).join(".") || path;
    const was = text.subarray(from, to).toString("utf8").replace(/\s+/g, " ");
    const nth = found.filter((other) => other.where === where && other.was === was && other.becomes === becomes).length;
    found.push({ path, where, line: lineOf(text, from), kind, was, becomes, nth, text: replaced(text, [edit]) });
  };
  walk(tree, (node, ancestors) => {
    const { from, to } = span(node);
    if (node.nodeType === "IfStatement" && !node.falseBody && isRevert(node.trueBody)) {
      add("guard removed", node, ancestors, { from, to: afterSemicolon(text, to), by: "{}" }, "");
    } else if (isRequirement(node)) {
      add("guard removed", node, ancestors, { from, to: afterSemicolon(text, to), by: "{}" }, "");
    } else if (node.nodeType === "BinaryOperation" && FLIPS[node.operator]) {
      const left = span(node.leftExpression).to;
      const right = span(node.rightExpression).from;
      for (const operator of FLIPS[node.operator]) {
        const by = text.subarray(left, right).toString("utf8").replace(node.operator, operator);
        add("comparison flipped", node, ancestors, { from: left, to: right, by }, operator);
      }
    } else if (node.nodeType === "FunctionDefinition") {
      for (const guard of guards(node)) {
        const at = span(guard);
        add("modifier removed", guard, [...ancestors, node], { from: at.from, to: at.to, by: "" }, "");
      }
    }
  });
  return found;
}

/** The name under which a reason for a surviving mutant is kept. */
export function nameOf(mutant) {
  const repeat = mutant.nth > 0 ? ` #${mutant.nth + 1}` : "";
  return mutant.becomes === "" ? `${mutant.where}: without ${mutant.was}${repeat}` : `${mutant.where}: ${mutant.was} with ${mutant.becomes}${repeat}`;
}
