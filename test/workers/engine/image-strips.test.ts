import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolveSteps } from '../../../src/core/numerics/convolve/convolve';
import { type ConvolveOptions, CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { AnswerTo } from '../../../src/core/query/query';
import { writeImage } from '../../../src/workers/bench/image-input';
import { context, ok, step, type TestEngine, testEngine } from './engine-helpers';

const WIDTH = 900;
const HEIGHT = 1300;
let folder: string;
let engine: TestEngine;
let table: TableInfo;
const values = Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 1009 === 5 ? NaN : ((i * 7919) % 1013) - (i % 31)));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-strips-'));
  await writeImage(join(folder, 'wide.fits'), WIDTH, HEIGHT, values);
  engine = await testEngine(join(folder, 'workspace'));
  table = ok(await engine.service.open({ grants: [join(folder, 'wide.fits')] }, context()))[0]!;
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function columnOf(column: string): Promise<Float64Array> {
  const answer = ok(await engine.service.query({ kind: 'image', table: table.id, column, width: WIDTH, height: HEIGHT }, context()));
  return Float64Array.from((answer as AnswerTo<'image'>).values);
}

describe('an image convolved in strips', () => {
  it.each<Partial<ConvolveOptions>>([
    { boundary: 'extend', method: 'auto' },
    { boundary: 'none', method: 'direct', missing: 'preserve' },
    { boundary: 'fill', fillValue: 7, method: 'fft' },
    { boundary: 'wrap', method: 'auto' },
  ])('is the image convolved in one: %o', async (options) => {
    const kernel = { kernel: 'gaussian', width: 1.7 } as const;
    const seen: number[] = [];
    const draft = step('convolve.image', { ...kernel, ...options });
    ok(
      await engine.service.apply(
        { table: table.id, step: draft },
        context(undefined, ({ fraction }) => void seen.push(fraction ?? 0)),
      ),
    );
    const raster = { width: WIDTH, height: HEIGHT, values };
    const wanted = drain(convolveSteps(raster, kernel2d(kernel), { ...CONVOLVE_DEFAULTS, ...options })).values;
    const made = await columnOf('value_convolved');
    const rest = await columnOf('value_residual');
    let largest = 0;
    let other = 0;
    for (let i = 0; i < made.length; i++) {
      if (Number.isNaN(made[i]) !== Number.isNaN(wanted[i])) other++;
      else if (!Number.isNaN(made[i])) largest = Math.max(largest, Math.abs(made[i]! - wanted[i]!));
      const hasRest = values[i]! - values[i]! === 0 && !Number.isNaN(made[i]);
      if (options.boundary !== 'none' && (hasRest ? Math.abs(rest[i]! - (values[i]! - made[i]!)) > 1e-9 : !Number.isNaN(rest[i]))) other++;
    }
    expect([largest < 1e-9, other]).toEqual([true, 0]);
    if (options.boundary === 'none') {
      const y = (row: number): number[] => [...rest.subarray(row * WIDTH, row * WIDTH + WIDTH)].filter(Number.isFinite);
      expect([y(0).length, y(6).length, y(HEIGHT - 7).length]).toEqual([0, 0, 0]);
      expect(y(7).length).toBeGreaterThan(WIDTH - 20);
    }
    expect(seen).toEqual(seen.slice().sort((a, b) => a - b));
    ok(await engine.service.undo({ table: table.id }, context()));
  });
});
