import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { launchApp, ROOT, temporaryFolder } from './harness';

const run = promisify(execFile);

/** All there is to write to add an operation. */
const TOY = `import { Type } from '@sinclair/typebox';
import { defineOperation } from '../definition';

export default defineOperation({
  id: 'flags.toy-every-nth',
  version: 1,
  title: 'Every nth row, a toy',
  summary: 'Flag every nth row of the light curve.',
  help: 'Counts rows from one, in order of time and leaving out those that are flagged already, and flags those whose number is a multiple of n.',
  params: Type.Object(
    { n: Type.Integer({ title: 'Toy step', description: 'Every how many rows.', default: 3, minimum: 1 }) },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'time', title: 'Time' }, { role: 'value', title: 'Value' }],
  writes: 'flags',
  scope: ['table'],
  ordered: 'time',
  *kernel(input, { n }) {
    const mask = new Uint8Array(input.length);
    yield { fraction: 0 };
    let seen = 0;
    for (let i = 0; i < mask.length; i++) if (input.live[i] && ++seen % n === 0) mask[i] = 1;
    yield { fraction: 1 };
    return { flags: [{ name: 'toy', mask, reason: 'every nth row' }] };
  },
  examples: [
    {
      title: 'Every third of six',
      columns: { time: [1, 2, 3, 4, 5, 6], value: [5, 5, 5, 5, 5, 5] },
      params: { n: 3 },
      expect: { flagged: [2, 5] },
    },
  ],
  produces: () => ({ flags: ['toy'] }),
});
`;

describe('an operation added by one file', () => {
  test('is in the palette, the form, the help, on the command line, and under conformance', async () => {
    // A copy of the sources, so that nothing is left in the checkout whatever happens.
    const copy = temporaryFolder();
    for (const name of ['src', 'resources', 'scripts', 'test', 'package.json', 'package-lock.json', 'vitest.config.ts', 'README.md'])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    for (const name of ['tsconfig.base.json', 'tsconfig.core.json', 'tsconfig.workers.json', 'tsconfig.renderer.json', 'tsconfig.main.json'])
      cpSync(join(ROOT, name), join(copy, name));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(join(copy, 'src/core/operations/flags'), { recursive: true });
    writeFileSync(join(copy, 'src/core/operations/flags/toy-every-nth.ts'), TOY);
    await run(process.execPath, [join(copy, 'scripts/build.mjs')], { cwd: copy });

    const input = join(copy, 'curve.csv');
    writeFileSync(input, `mjd,mag\n${Array.from({ length: 30 }, (_, i) => `${55000 + i},${15 + (i % 7) / 10}`).join('\n')}\n`);
    const cli = async (...args: string[]): Promise<string> =>
      (await run(process.execPath, [join(copy, 'out/workers/entry.cli.js'), ...args], { cwd: copy })).stdout;
    expect(await cli('ops')).toContain('flags.toy-every-nth');
    const schema = JSON.parse(await cli('ops', 'flags.toy-every-nth', '--json')) as { params?: { properties: object }; properties?: object };
    expect(JSON.stringify(schema)).toContain('"Toy step"');
    const ran = JSON.parse(await cli('run', 'flags.toy-every-nth', input, '-o', join(copy, 'out.csv'), '--n', '5', '--json')) as { flagged: number };
    expect(ran.flagged).toBe(6);

    const { page, screenshot } = await launchApp({ args: [input], application: copy });
    await page.getByText('30 rows').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('every nth');
    await page.getByRole('option', { name: 'Operation Every nth row, a toy' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Toy step').first().fill('10');
    await page.keyboard.press('Tab');
    await page
      .getByRole('list', { name: 'Steps' })
      .getByText(/would flag 3 rows/)
      .waitFor();
    await page.getByRole('button', { name: /^Help on/ }).click();
    await page.getByText(/Counts rows from one/).waitFor();
    await screenshot('toy-operation');

    const conformance = await run(
      join(copy, 'node_modules/.bin/vitest'),
      ['run', 'test/conformance', '-t', 'flags.toy-every-nth', '--reporter', 'json'],
      { cwd: copy },
    );
    const { numPassedTests, numFailedTests } = JSON.parse(conformance.stdout.slice(conformance.stdout.indexOf('{'))) as Record<string, number>;
    expect(numFailedTests).toBe(0);
    expect(numPassedTests).toBeGreaterThan(5);
  });
});
