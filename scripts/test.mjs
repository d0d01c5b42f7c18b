import { availableParallelism } from 'node:os';
import { build, e2e, staticChecks, unit } from './lib/checks.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { main, Refusal, since } from './lib/say.mjs';

const HELP = `usage: npm test [-- PART…]

Installs the dependencies where needed and checks everything, or the parts named:
  static   types of every room, lint, format
  unit     unit and conformance tests
  e2e      the build, and the application in real Electron (on a virtual display where there is none)
`;

/** What runs together, in order. Static checks take one core each; vitest takes all of them by itself. */
const PARTS = { static: [staticChecks], unit: [[unit]], e2e: [[build], [e2e]] };

/** Runs checks side by side, as many as there are cores; tells each as it ends, with its output when it failed. */
async function runTogether(checks, told) {
  const waiting = [...checks];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const result = await check.run();
      told(check.name, result, since(started));
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), checks.length) }, lane));
}

main(async () => {
  const asked = process.argv.slice(2);
  if (asked.includes('--help') || asked.includes('-h')) {
    process.stdout.write(HELP);
    return;
  }
  const unknown = asked.find((part) => !(part in PARTS));
  if (unknown !== undefined) throw new Refusal(`unknown part: ${unknown} (must be static, unit or e2e)`);
  await ensureDependencies();
  const started = performance.now();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const told = (name, result, time) => {
    for (const key of Object.keys(total)) total[key] += result[key];
    if (result.failed > 0) process.stdout.write(`\n${result.output.trimEnd()}\n\n`);
    const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
    const counts = `${result.passed} passed, ${result.failed} failed${skipped}`;
    process.stdout.write(`${result.failed > 0 ? 'FAILED' : 'ok    '}  ${name.padEnd(22)} ${counts.padEnd(36)} ${time.padStart(8)}\n`);
  };
  for (const part of Object.keys(PARTS)) {
    if (asked.length > 0 && !asked.includes(part)) continue;
    for (const group of PARTS[part]) await runTogether(group, told);
  }
  process.stdout.write(`\n${since(started)} in all\n${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed > 0) process.exitCode = 1;
});
