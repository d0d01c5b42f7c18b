import { describe, expect, it } from 'vitest';
import { BitMask } from '../../../src/core/model/bit-mask';
import { drain } from '../../../src/core/numerics/steps';
import { zscale, zscaleStride } from '../../../src/core/numerics/zscale';
import { cellGrid, imageKernel, type ImageQuery } from '../../../src/core/query/image';
import { imageStatsKernel } from '../../../src/core/query/image-stats';
import { stretchKernel } from '../../../src/core/query/image-stretch';
import type { ImageRegion, ImageStatsAnswer } from '../../../src/core/query/query';
import { type TableView, viewOf } from '../../../src/core/query/table-view';
import { expectClose, golden, numbers } from '../../golden/load';

interface Limits {
  readonly name: string;
  readonly width: number;
  readonly values: readonly (number | null)[];
  readonly zscale: readonly [number, number];
  readonly percentiles: Readonly<Record<string, number>>;
  readonly std: number;
  readonly median: number;
}

const { limits } = golden<{ limits: readonly Limits[] }>('images.json');

function imageView(width: number, height: number, values: Float64Array, flagged?: readonly number[]): TableView {
  const chunkRows = 7;
  const chunks = [];
  for (let at = 0; at < values.length; at += chunkRows) {
    const data = values.slice(at, at + chunkRows);
    chunks.push({ length: data.length, stride: 1, data });
  }
  const mask = flagged && new BitMask(values.length);
  flagged?.forEach((row) => mask!.set(row, true));
  const column = { meta: { name: 'value', type: 'float64' as const }, length: values.length, chunkRows, chunks };
  return viewOf({ rows: values.length, version: 1, chunkRows, columns: [column], image: { width, height }, flagged: mask });
}

const query = (more: Partial<ImageQuery>): ImageQuery => ({ kind: 'image', table: 't', column: 'value', width: 100, height: 100, ...more });
const ramp = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);

function gridOf(
  view: TableView,
  asked: ImageQuery,
): {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly x: number;
  readonly y: number;
  readonly values: number[];
  readonly flagged?: number[] | undefined;
} {
  const grid = cellGrid(view.image!, asked);
  const parts = [];
  for (let from = 0; from < grid.height; from += 2) parts.push(drain(imageKernel(view, asked, grid, from, Math.min(grid.height, from + 2))));
  return { ...grid, values: parts.flatMap((p) => [...p.values]), flagged: view.flagged && parts.flatMap((p) => [...p.flagged!]) };
}

describe('pixels for a view', () => {
  it('are the pixels themselves where the screen has room for each', () => {
    const view = imageView(5, 4, ramp(20));
    const whole = gridOf(view, query({}));
    expect(whole).toMatchObject({ step: 1, x: 0, y: 0, width: 5, height: 4 });
    expect(whole.values).toEqual([...ramp(20)]);
    const part = gridOf(view, query({ xRange: [0.6, 2.4], yRange: [3.4, 1.6] }));
    expect(part).toMatchObject({ step: 1, x: 1, y: 2, width: 2, height: 2, values: [11, 12, 16, 17] });
  });

  it('are means of blocks that keep their place when the view moves; missing pixels do not count', () => {
    const values = ramp(6 * 5);
    values[0] = NaN;
    for (const i of [4, 5, 10, 11]) values[i] = NaN;
    const view = imageView(6, 5, values);
    const all = gridOf(view, query({ width: 3, height: 3 }));
    expect(all).toMatchObject({ step: 2, width: 3, height: 3 });
    expect(all.values).toEqual([(1 + 6 + 7) / 3, (2 + 3 + 8 + 9) / 4, NaN, 15.5, 17.5, 19.5, 24.5, 26.5, 28.5]);
    const moved = gridOf(view, query({ xRange: [2.5, 5.5], yRange: [-0.5, 3.5], width: 1, height: 2 }));
    expect(moved).toMatchObject({ step: 3, x: 3, y: 0 });
  });

  it('leave flagged pixels out when asked to, and mark their cells', () => {
    const view = imageView(4, 2, ramp(8), [1, 7]);
    expect(gridOf(view, query({ flagged: 'hide' })).values).toEqual([0, NaN, 2, 3, 4, 5, 6, NaN]);
    expect(gridOf(view, query({ width: 2, height: 1 }))).toMatchObject({ values: [2.5, 4.5], flagged: [1, 1] });
  });

  it('outside the image are none', () => {
    expect(cellGrid({ width: 5, height: 4 }, query({ xRange: [10, 20] }))).toMatchObject({ width: 0 });
  });
});

describe('limits to draw with', () => {
  it.each(limits.map((l) => [l.name, l] as const))('of %s as astropy has them', (_, { width, values, zscale: expected, percentiles }) => {
    const view = imageView(width, values.length / width, numbers(values));
    const found = drain(stretchKernel(view.column('value'), values.length, width));
    expect(found.missing).toBe(values.filter((v) => v === null).length);
    expectClose(found.zscale[0], expected[0], 1e-9, 'low');
    expectClose(found.zscale[1], expected[1], 1e-9, 'high');
    for (const { percent, value } of found.percentiles)
      if (percentiles[percent] !== undefined) expectClose(value, percentiles[percent], 1e-12, `${percent} %`);
    const [low, high] = found.histogram.range;
    const inRange = values.filter((v) => v !== null && v >= low && v <= high).length;
    expect(found.histogram.counts.reduce((a, b) => a + b, 0)).toBe(inRange);
  });

  it('of no number are none', () => {
    const view = imageView(2, 1, Float64Array.of(NaN, NaN));
    const {
      zscale: [low, high],
      ...found
    } = drain(stretchKernel(view.column('value'), 2, 2));
    expect([low, high, found.min, found.max]).toEqual([NaN, NaN, NaN, NaN]);
    expect(found).toMatchObject({ count: 0, missing: 2 });
    expect(zscale(new Float64Array(0))).toEqual([NaN, NaN]);
    expect(zscaleStride(2999)).toBe(2);
  });
});

describe('numbers of a region', () => {
  const stats = (view: TableView, region?: ImageRegion, flagged?: 'hide'): ImageStatsAnswer =>
    drain(imageStatsKernel(view, { kind: 'image-stats', table: 't', column: 'value', region, flagged }));

  it.each(limits.map((l) => [l.name, l] as const))('over all of %s as numpy has them', (_, { width, values, std, median }) => {
    const found = stats(imageView(width, values.length / width, numbers(values)));
    expectClose(found.std, std, 1e-12, 'std');
    expectClose(found.median, median, 1e-12, 'median');
  });

  it('take the pixels whose centres lie in it', () => {
    const view = imageView(5, 4, ramp(20), [7]);
    expect(stats(view, { kind: 'box', xRange: [0.9, 2.1], yRange: [1, 0.5] })).toMatchObject({
      count: 2,
      sum: 13,
      mean: 6.5,
      min: 6,
      max: 7,
      flagged: 1,
      mad: 0.5,
      median: 6.5,
    });
    expect(stats(view, { kind: 'box', xRange: [0.9, 2.1], yRange: [1, 0.5] }, 'hide')).toMatchObject({ count: 1, sum: 6, flagged: 1 });
    expect(stats(view, { kind: 'circle', center: [2, 1], radius: 1 })).toMatchObject({ count: 5, sum: 35 });
    expect(
      stats(view, {
        kind: 'polygon',
        points: [
          [-0.5, -0.5],
          [2.4, -0.5],
          [-0.5, 2.4],
        ],
      }),
    ).toMatchObject({ count: 3, sum: 0 + 1 + 5 });
    expect(stats(view, { kind: 'box', xRange: [20, 30], yRange: [0, 1] })).toMatchObject({ count: 0, sum: 0, mean: NaN });
  });

  it('refuse a circle that is none', () => {
    expect(() => stats(imageView(2, 1, ramp(2)), { kind: 'circle', center: [0, 0], radius: -1 })).toThrow(/radius/);
  });
});
