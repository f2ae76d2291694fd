// Judges scripts by acorn: reads one JSON object a line from stdin, {"source", "module"}, and answers one line each:
// {"ok": true}, or {"ok": false, "message", "line", "column"}, lines and columns from 1.

import { createInterface } from 'node:readline';
import { parse } from 'acorn';

function verdict({ source, module: isModule }) {
  try {
    parse(source, { ecmaVersion: 'latest', sourceType: isModule ? 'module' : 'script', allowReturnOutsideFunction: false });
    return { ok: true };
  } catch (error) {
    if (!error.loc) throw error;
    return { ok: false, message: error.message, line: error.loc.line, column: error.loc.column + 1 };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(verdict(JSON.parse(line)))}\n`);
}
