import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const require = createRequire(join(root, 'package.json'));

/** The script of a tool in node_modules, run by this Node: quicker than npx, and the same on every system. */
function tool(name, bin = name) {
  const path = require.resolve(`${name}/package.json`);
  const { bin: bins } = JSON.parse(readFileSync(path, 'utf8'));
  return join(dirname(path), typeof bins === 'string' ? bins : bins[bin]);
}

const node = (script, args) => run(process.execPath, [script, ...args], { cwd: root, quiet: true, env: { ...process.env, FORCE_COLOR: '0' } });

/** A room with Vue components needs the compiler that reads them. */
const ROOMS = [
  ['core', 'typescript', 'tsc'],
  ['workers', 'typescript', 'tsc'],
  ['main', 'typescript', 'tsc'],
  ['preload', 'typescript', 'tsc'],
  ['renderer', 'vue-tsc', 'vue-tsc'],
  ['test', 'vue-tsc', 'vue-tsc'],
];

async function asOne(running) {
  const { code, output } = await running;
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}

/** Checks that look at the sources: each counts as one test. */
export const staticChecks = [
  ...ROOMS.map(([room, name, bin]) => ({
    name: `types: ${room}`,
    run: () => asOne(node(tool(name, bin), ['-p', `tsconfig.${room}.json`, '--incremental', '--tsBuildInfoFile', `.tsbuild/${room}.tsbuildinfo`])),
  })),
  { name: 'lint', run: () => asOne(node(tool('eslint'), ['.', '--max-warnings', '0', '--cache', '--cache-location', '.tsbuild/eslint'])) },
  {
    name: 'format',
    run: () => asOne(node(tool('prettier'), ['--check', '--log-level', 'warn', '--cache', '--cache-location', '.tsbuild/prettier', '.'])),
  },
];

/** Runs vitest; its tests are counted one by one, and a file that could not be run at all as one failure. */
async function vitest(config) {
  const report = join(root, 'test-results', `${config.name}.json`);
  await mkdir(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = ['run', '--config', config.path, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code, output } = await node(tool('vitest'), args);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, output };
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const brokenFiles = testResults.filter((f) => f.status === 'failed' && !f.assertionResults.some((a) => a.status === 'failed')).length;
  const failed = numFailedTests + brokenFiles;
  // An error outside any test (in a set-up, or unhandled) makes vitest fail without failing a test.
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: numPendingTests, output };
}

export const unit = { name: 'unit and conformance', run: () => vitest({ name: 'unit', path: 'vitest.config.ts' }) };
export const build = { name: 'build', run: () => asOne(node(join(root, 'scripts', 'build.mjs'), [])) };
export const e2e = { name: 'end to end', run: () => vitest({ name: 'e2e', path: 'test/e2e/vitest.config.ts' }) };
