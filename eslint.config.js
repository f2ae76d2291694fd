// What eslint looks at: the stand-in's page, the reference widget, and the scripts of the tests.

const js = require('@eslint/js');
const globals = require('globals');

const rules = {
  ...js.configs.recommended.rules,
  'no-unused-vars': ['error', { caughtErrors: 'none' }],
  'no-var': 'off',
  eqeqeq: 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-shadow': 'error',
  'prefer-const': 'error',
};

module.exports = [
  { ignores: ['tests/widgets/**'] },
  {
    files: ['amowidget/sandbox/host/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    rules: { ...rules, 'no-var': 'error' },
  },
  {
    files: ['widget_src/**/*.js'],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: 'script',
      globals: { ...globals.browser, APP: 'readonly', define: 'readonly' },
    },
    rules,
  },
  {
    files: ['tests/**/*.js', 'eslint.config.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'commonjs', globals: globals.node },
    rules,
  },
  {
    files: ['tests/**/*.mjs'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.node },
    rules,
  },
];
