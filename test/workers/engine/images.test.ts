import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { ImagePreviewAsked } from '../../../src/core/protocol/image-preview';
import type { AnswerTo, Query } from '../../../src/core/query/query';
import { be, header } from '../readers/fits-bytes';
import { context, ok, step, type TestEngine, testEngine } from './engine-helpers';

const WIDTH = 90;
const HEIGHT = 70;
let folder: string;
let engine: TestEngine;
let table: TableInfo;

const pixel = (i: number): number => 100 + ((i * 7919) % 101) + (i === 1234 ? 5000 : 0);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skysift-image-engine-'));
  const head = header([
    'SIMPLE  =                    T',
    'BITPIX  = -32',
    'NAXIS   = 2',
    `NAXIS1  = ${WIDTH}`,
    `NAXIS2  = ${HEIGHT}`,
    "CTYPE1  = 'RA---SIN'",
    "CTYPE2  = 'DEC--SIN'",
    'CDELT1  = -0.01',
    'CDELT2  = 0.01',
  ]);
  const data = be('f4', ...Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i === 500 ? NaN : pixel(i))));
  writeFileSync(join(folder, 'sky.fits'), Buffer.concat([head, data, Buffer.alloc(2880 - (data.length % 2880))]));
  engine = await testEngine(join(folder, 'workspace'));
  table = ok(await engine.service.open({ grants: [join(folder, 'sky.fits')] }, context()))[0]!;
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const query = async <K extends Query['kind']>(asked: Query & { kind: K }): Promise<AnswerTo<K>> =>
  ok(await engine.service.query(asked, context())) as AnswerTo<K>;
const whole = (column: string): Promise<AnswerTo<'image'>> => query({ kind: 'image', table: table.id, column, width: WIDTH, height: HEIGHT });
const GAUSSIAN = { kernel: 'gaussian', width: 1.5, boundary: 'extend' };

describe('an image in the engine', () => {
  it('is a table with a shape and its header', () => {
    expect(table.meta).toMatchObject({ name: 'PRIMARY', rows: WIDTH * HEIGHT, image: { width: WIDTH, height: HEIGHT } });
    expect(table.roles.value).toBe('value');
    expect(table.meta.header.find((c) => c.key === 'CTYPE1')?.value).toBe('RA---SIN');
  });

  it('answers pixels, limits and regions', async () => {
    const answer = await whole('value');
    expect(answer).toMatchObject({ step: 1, x: 0, y: 0, width: WIDTH, height: HEIGHT, image: { width: WIDTH, height: HEIGHT } });
    expect([answer.values[0], answer.values[500], answer.values[1234]]).toEqual([pixel(0), NaN, pixel(1234)]);
    const half = await query({ kind: 'image', table: table.id, column: 'value', width: 45, height: 35 });
    expect(half).toMatchObject({ step: 2, width: 45, height: 35 });
    expect(half.values[0]).toBe((pixel(0) + pixel(1) + pixel(WIDTH) + pixel(WIDTH + 1)) / 4);
    const stretch = await query({ kind: 'image-stretch', table: table.id, column: 'value' });
    expect(stretch).toMatchObject({ count: WIDTH * HEIGHT - 1, missing: 1, min: 100, max: pixel(1234) });
    expect(stretch.zscale[1]).toBeLessThan(400);
    const region = { kind: 'box', xRange: [0, 1], yRange: [0, 0] } as const;
    expect(await query({ kind: 'image-stats', table: table.id, column: 'value', region })).toMatchObject({ count: 2, sum: pixel(0) + pixel(1) });
  });

  it('refuses such questions about a table that is no image', async () => {
    writeFileSync(join(folder, 'points.csv'), 'a,b\n1,2\n3,4\n');
    const [points] = ok(await engine.service.open({ grants: [join(folder, 'points.csv')] }, context()));
    const outcome = await engine.service.query({ kind: 'image', table: points!.id, column: 'a', width: 9, height: 9 }, context());
    expect(outcome).toMatchObject({ failed: { message: 'this table is no image' } });
    await engine.service.close({ table: points!.id }, context());
  });

  it('previews a convolution as it will be, applies it, exports it with its recipe, and reads it back', async () => {
    const draft = step('convolve.image', GAUSSIAN);
    const asked: ImagePreviewAsked = { table: table.id, step: draft, width: WIDTH, height: HEIGHT };
    const preview = ok(await engine.service.imagePreview(asked, context()));
    expect(preview).toMatchObject({ name: 'value_convolved', exact: true, result: { step: 1, width: WIDTH, height: HEIGHT } });
    const small = ok(await engine.service.imagePreview({ ...asked, width: 30, height: 24 }, context()));
    const exact = ok(await engine.service.imagePreview({ ...asked, width: 30, height: 24, whole: true }, context()));
    expect([small.exact, exact.exact, small.result.step]).toEqual([false, true, 3]);

    const report = ok(await engine.service.apply({ table: table.id, step: draft }, context()));
    expect(report.columnsAdded).toEqual(['value_convolved', 'value_residual']);
    const applied = await whole('value_convolved');
    preview.result.values.forEach((v, i) => expect(v).toBeCloseTo(applied.values[i]!, 9));
    const averaged = await query({ kind: 'image', table: table.id, column: 'value_convolved', width: 30, height: 24 });
    exact.result.values.forEach((v, i) => expect(v).toBeCloseTo(averaged.values[i]!, 9));
    // Noise from pixel to pixel is what the quick one knows least of.
    const rms = Math.sqrt(small.result.values.reduce((s, v, i) => s + (v - averaged.values[i]!) ** 2, 0) / averaged.values.length);
    expect(rms).toBeLessThan(6);

    const grant = join(folder, 'out.fits');
    ok(await engine.service.export({ table: table.id, grant, format: 'fits', flagged: 'keep' }, context()));
    const again = ok(await engine.service.open({ grants: [grant] }, context()));
    expect(again.map((t) => [t.meta.name, t.meta.image])).toEqual(['value_convolved', 'value', 'value_residual'].map((n) => [n, table.meta.image]));
    const back = await query({ kind: 'image', table: again[0]!.id, column: 'value', width: WIDTH, height: HEIGHT });
    expect(back.values).toEqual(applied.values);
    expect(JSON.parse(again[0]!.meta.provenance!)).toMatchObject({ steps: [{ op: 'convolve.image', params: GAUSSIAN }] });
  });

  it('opens the other planes of a cube by their names, as long as it knows the file', async () => {
    const cube = header(['SIMPLE  =                    T', 'BITPIX  = 8', 'NAXIS   = 3', 'NAXIS1  = 2', 'NAXIS2  = 1', 'NAXIS3  = 3']);
    writeFileSync(join(folder, 'cube.fits'), Buffer.concat([cube, be('u1', 1, 2, 3, 4, 5, 6), Buffer.alloc(2874)]));
    const [first] = ok(await engine.service.open({ grants: [join(folder, 'cube.fits')] }, context()));
    expect(first!.meta).toMatchObject({
      name: 'PRIMARY[1]',
      imagesBeside: ['PRIMARY[2]', 'PRIMARY[3]'].map((name) => ({ name, width: 2, height: 1 })),
    });
    const [third] = ok(await engine.service.open({ grants: [], table: 'PRIMARY[3]', beside: first!.id }, context()));
    const { values } = await query({ kind: 'image', table: third!.id, column: 'value', width: 2, height: 1 });
    expect([...values]).toEqual([5, 6]);
    expect(await engine.service.open({ grants: [], table: 'PRIMARY[9]', beside: first!.id }, context())).toMatchObject({
      failed: { code: 'not-found', hint: expect.stringContaining('PRIMARY[2]') as string },
    });
  });

  it('makes an image of a density of rows, which can be convolved and keeps its axes', async () => {
    writeFileSync(
      join(folder, 'stars.csv'),
      ['bv,mag', ...Array.from({ length: 400 }, (_, i) => `${(i % 20) / 10},${10 + Math.floor(i / 20)}`)].join('\n'),
    );
    const [stars] = ok(await engine.service.open({ grants: [join(folder, 'stars.csv')] }, context()));
    const asked = {
      table: stars!.id,
      rows: {},
      x: { column: 'bv' },
      y: { column: 'mag' },
      xRange: [0, 2],
      yRange: [10, 30],
      width: 10,
      height: 5,
    } as const;
    const map = ok(await engine.service.densityMap(asked, context()));
    expect(map).toMatchObject({ state: 'ready', meta: { rows: 50, image: { width: 10, height: 5 } }, roles: { value: 'value' } });
    const cards = new Map(map.meta.header.map((c) => [c.key, c.value]));
    expect([cards.get('CTYPE1'), cards.get('CRVAL2'), cards.get('CDELT2')]).toEqual(['bv', 10, 4]);
    const { values } = await query({ kind: 'image', table: map.id, column: 'value', width: 10, height: 5 });
    expect(values.reduce((a, b) => a + b, 0)).toBe(400);
    expect(values[0]).toBe(8);
    const report = ok(await engine.service.apply({ table: map.id, step: step('convolve.image', GAUSSIAN) }, context()));
    expect(report.columnsAdded).toContain('value_convolved');
    expect(await engine.service.densityMap({ ...asked, width: 0 }, context())).toMatchObject({
      failed: { message: expect.stringContaining('invalid width') as string },
    });
    // It is there again when the workspace is opened another time.
    const again = await testEngine(engine.folder);
    expect((await again.service.tables({}, context())).find((t) => t.meta.name === map.meta.name)?.meta.image).toEqual({ width: 10, height: 5 });
    await again.close();
  });

  it('only looks at steps of images', async () => {
    const outcome = await engine.service.imagePreview({ table: table.id, step: step('outliers.range', { low: 3 }), width: 9, height: 9 }, context());
    expect(outcome).toMatchObject({ failed: { message: expect.stringContaining('no preview as an image') as string } });
  });
});
