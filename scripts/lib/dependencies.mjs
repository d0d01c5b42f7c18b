import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { npm, npmOptions, run } from './run.mjs';
import { Refusal, say } from './say.mjs';

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether node_modules holds what the lock file says: by npm's own record of what it installed, not by dates, which git and copies change. */
export function dependenciesMatch(folder = root) {
  const installed = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version);
}

/** Installs what the lock file says, when it is not installed. */
export async function ensureDependencies() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Refusal(`Node ${process.versions.node} is too old (must be ≥ 20): install a newer Node`);
  if (dependenciesMatch()) return;
  say('installing the dependencies (npm ci), about a minute');
  const { code, output } = await run(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, quiet: true, ...npmOptions });
  if (code !== 0) {
    const words = output.split('\n').filter((line) => line.startsWith('npm error') && line.trim() !== 'npm error');
    throw new Refusal(`npm ci failed:\n${(words.length > 0 ? words.slice(0, 12) : [output.trim()]).join('\n')}`);
  }
}
