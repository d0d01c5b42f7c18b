import { builtinModules } from 'node:module';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/**
 * The walls of ARCHITECTURE.md as far as one line shows them: a path that climbs out of its room and into another. The compiler's rooms and
 * test/import-graph.test.ts hold the same walls on the real graph.
 */
const rooms = ['core', 'workers', 'main', 'renderer'];
const otherRooms = (...allowed) => {
  const forbidden = rooms.filter((room) => !allowed.includes(room));
  return [{ regex: `^(\\.\\./)+(${forbidden.join('|')})/`, message: `this room may import only ${allowed.join(' and ')}` }];
};

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
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      // Where an index is known to be inside, the line before shows it: checking again would hide that.
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
  { files: ['src/core/**'], rules: forbid(otherRooms('core'), node, electron, page) },
  { files: ['src/workers/**'], rules: forbid(otherRooms('core', 'workers'), electron, page) },
  { files: ['src/workers/entry.engine.ts', 'src/workers/entry.reader.ts'], rules: forbid(otherRooms('core', 'workers'), page) },
  { files: ['src/main/**'], rules: forbid(otherRooms('core', 'main'), page) },
  { files: ['src/renderer/**'], rules: forbid(otherRooms('core', 'renderer'), node, electron) },
  // The end-to-end tests prove that the page cannot do what this rule forbids.
  { files: ['test/e2e/**'], rules: { 'no-new-func': 'off' } },
);
