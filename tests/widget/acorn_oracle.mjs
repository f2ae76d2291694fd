// Judges scripts by acorn: reads one JSON object a line from stdin, {"source", "module", "strings"}, and answers one a
// line: {"ok": true}, or {"ok": false, "message", "line", "column"}, both from 1. With `strings` the values of all texts
// are told too, in the order of the text.

import { createInterface } from 'node:readline';
import { parse } from 'acorn';

function texts(node, found) {
  if (!node || typeof node !== 'object') return found;
  if (Array.isArray(node)) {
    node.forEach((child) => texts(child, found));
  } else if (node.type === 'Literal' && typeof node.value === 'string') {
    found.push([node.start, node.value]);
  } else if (node.type === 'TemplateLiteral' && node.quasis.length === 1) {
    found.push([node.start, node.quasis[0].value.cooked]);
  } else {
    Object.values(node).forEach((child) => texts(child, found));
  }
  return found;
}

function verdict({ source, module: isModule, strings }) {
  const sourceType = isModule ? 'module' : 'script';
  try {
    const tree = parse(source, { ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: false });
    if (!strings) return { ok: true };
    const found = texts(tree, []).sort((one, other) => one[0] - other[0]);
    return { ok: true, strings: found.map((pair) => pair[1]) };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: 'too deep for acorn', line: 0, column: 0 };
    if (!error.loc) throw error;
    return { ok: false, message: error.message, line: error.loc.line, column: error.loc.column + 1 };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(verdict(JSON.parse(line)))}\n`);
}
