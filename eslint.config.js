import { builtinModules } from 'node:module';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/** The walls of ARCHITECTURE.md as far as one file shows them; test/import-graph.test.ts checks the same on the real graph. */
const zones = [
  { target: './src/core', from: './src', except: ['./core'] },
  { target: './src/workers', from: './src', except: ['./core', './workers'] },
  { target: './src/main', from: './src', except: ['./core', './main'] },
  { target: './src/renderer', from: './src', except: ['./core', './renderer'] },
];

const node = [{ regex: `^(node:|(${builtinModules.join('|')})$)`, message: 'this room knows no Node' }];
const electron = [{ regex: '^electron($|/)', message: 'only main, and the entries of engine and reader, touch Electron' }];
const page = [{ regex: '^(vue|pinia|dockview|@tanstack/vue|d3-|echarts)', message: 'only the renderer draws' }];

const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns: patterns.flat() }] });

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'test-results/', '.vitest/', '.tsbuild/'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.vue', '.js', '.mjs'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      // In this house `undefined` ends a chain of assertions that the line before proves; a test says where it does not.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      // Vue 3 has no filters: what looks like one in a template is a union of types.
      'vue/no-deprecated-filter': 'off',
      eqeqeq: ['error', 'always'],
      'prefer-const': 'error',
    },
  },
  { files: ['src/**/*.ts', 'src/**/*.vue'], rules: { 'max-lines': ['error', 300] } },
  { files: ['src/core/**'], rules: forbid(node, electron, page) },
  { files: ['src/workers/**'], rules: forbid(electron, page) },
  { files: ['src/workers/entry.engine.ts', 'src/workers/entry.reader.ts'], rules: forbid(page) },
  { files: ['src/main/**'], rules: forbid(page) },
  { files: ['src/renderer/**'], rules: forbid(node, electron) },
  // The end-to-end tests prove that the page cannot do what this rule forbids.
  { files: ['test/e2e/**'], rules: { 'no-new-func': 'off' } },
);
