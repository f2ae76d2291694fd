// Says of each template, one JSON text a line on stdin, what twig.js 0.8.9 makes of it: one JSON object a line.

import { createInterface } from 'node:readline';
import Twig from 'twig';

const tables = {};
Twig.extend((core) => {
  core.log.error = () => {};
  const names = (table) => Object.keys(table).sort();
  Object.assign(tables, {
    version: core.VERSION,
    filters: names(core.filters),
    functions: names(core.functions),
    tests: names(core.tests),
  });
});

const values = {
  yes: true,
  no: false,
  one: 1,
  zero: 0,
  name: 'b',
  empty: '',
  list: ['a', 'b'],
  user: { name: 'b', age: 7, tags: ['x', 'y'] },
  double: (value) => 2 * value,
};

function verdict(text) {
  let template;
  try {
    template = Twig.twig({ data: text, rethrow: true });
  } catch (error) {
    return { compiles: false, error: String(error.message ?? error) };
  }
  try {
    return { compiles: true, drawn: String(template.render({ ...values })) };
  } catch (error) {
    return { compiles: true, error: String(error.message ?? error) };
  }
}

process.stdout.write(`${JSON.stringify(tables)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(verdict(JSON.parse(line)))}\n`);
}
