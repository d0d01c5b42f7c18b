import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/renderer/client/session';
import type { Preview } from '../../../src/core/protocol/engine-service';
import type { DensityAnswer, PointsAnswer, Query } from '../../../src/core/query/query';
import { centralRange, centralView } from '../../../src/renderer/components/plot/central-view';
import { CloudSource, POINTS_UP_TO, type CloudQuestion } from '../../../src/renderer/components/plot/cloud';
import { Latest } from '../../../src/renderer/client/latest';
import { cellText, grouped, shortestFloat32, superscript } from '../../../src/renderer/components/plot/numbers';
import {
  joinRows,
  maskedPoints,
  overlayOf,
  sortedCurve,
  steppedCurve,
  type PreviewOverlay,
} from '../../../src/renderer/components/plot/preview-overlay';
import { fullExtent } from '../../../src/renderer/components/plot/use-cloud';
import { valueExtent } from '../../../src/renderer/components/plot/value-extent';

const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe('Latest', () => {
  it('has one question in flight and goes on with the newest only', async () => {
    const asked: number[] = [];
    const got: number[] = [];
    const open: (() => void)[] = [];
    const latest = new Latest<number, number>(
      (q) => new Promise((done) => (asked.push(q), open.push(() => done(q * 10)))),
      (r) => got.push(r),
      () => undefined,
    );
    for (const q of [1, 2, 3, 4]) latest.ask(q);
    expect(asked).toEqual([1]);
    open[0]!();
    await tick();
    expect(asked).toEqual([1, 4]);
    expect(got).toEqual([10]);
    latest.drop();
    open[1]!();
    await tick();
    expect(got).toEqual([10]);
  });
  it('reports a failure and goes on', async () => {
    const failed: unknown[] = [];
    const got: number[] = [];
    const latest = new Latest<number, number>(
      async (q) => {
        if (q < 0) throw new Error('negative');
        return q;
      },
      (r) => got.push(r),
      (e) => failed.push((e as Error).message),
    );
    latest.ask(-1);
    latest.ask(5);
    await tick();
    expect([failed, got]).toEqual([['negative'], [5]]);
  });
});

/** An engine of a million rows on a square: answers by area. */
function squareSession(total: number): { session: Session; queries: Query[] } {
  const queries: Query[] = [];
  const query = async (q: Query): Promise<unknown> => {
    queries.push(q);
    if (q.kind === 'points') {
      const fraction = q.rows.where ? 0.01 : 1;
      const tooMany = total * fraction > q.limit;
      const empty = new Float64Array(tooMany ? 0 : 3).map((_, i) => i);
      const ok: PointsAnswer = {
        kind: 'points',
        version: 1,
        total,
        tooMany,
        rows: new Uint32Array(empty.length),
        x: empty,
        y: empty,
        marks: new Uint8Array(empty.length),
      };
      return { ok, alerts: [] };
    }
    if (q.kind !== 'density') throw new Error(`unexpected ${q.kind}`);
    const span = q.xRange ? (q.xRange[1] - q.xRange[0]) / 100 : 1;
    const ok: DensityAnswer = {
      kind: 'density',
      version: 1,
      width: 2,
      height: 2,
      xRange: q.xRange ?? [0, 100],
      yRange: q.yRange ?? [0, 100],
      counts: new Uint32Array(4),
      total,
      inside: Math.round(total * span * span),
      selectedTotal: 0,
      max: 0,
      loaded: total,
    };
    return { ok, alerts: [] };
  };
  return { session: { engine: { query } } as unknown as Session, queries };
}
const question = (more: Partial<CloudQuestion> = {}): CloudQuestion => ({
  table: 't',
  version: '1',
  rows: {},
  x: { column: 'a' },
  y: { column: 'b' },
  width: 400,
  height: 300,
  expected: 0,
  ...more,
});

describe('CloudSource', () => {
  it('shows up to 10⁵ points as points, in one question', async () => {
    const { session, queries } = squareSession(POINTS_UP_TO);
    const cloud = await new CloudSource(session, 's', (p) => fullExtent(p)).fetch(question());
    expect(cloud?.kind).toBe('points');
    expect(queries.map((q) => q.kind)).toEqual(['points']);
  });
  it('shows more as density, and points again once a zoom has few enough, with one question a zoom step', async () => {
    const { session, queries } = squareSession(1_000_000);
    const source = new CloudSource(session, 's', (p) => fullExtent(p));
    expect((await source.fetch(question()))?.kind).toBe('density');
    expect(queries.map((q) => q.kind)).toEqual(['points', 'density']);
    const wide = { x: [0, 60], y: [0, 60] } as const;
    expect((await source.fetch(question({ view: wide })))?.kind).toBe('density');
    expect(queries.slice(2).map((q) => q.kind)).toEqual(['density']);
    const near = { x: [10, 20], y: [10, 20] } as const;
    const points = await source.fetch(question({ view: near }));
    expect(points?.kind).toBe('points');
    expect(points?.extent).toEqual({ x: [0, 100], y: [0, 100] });
    const where = queries.at(-1)!;
    expect(where.kind === 'points' && where.rows.where).toEqual({
      kind: 'and',
      of: [
        { kind: 'range', axis: { column: 'a' }, low: 10, high: 20 },
        { kind: 'range', axis: { column: 'b' }, low: 10, high: 20 },
      ],
    });
    const before = queries.length;
    await source.fetch(question({ view: { x: [12, 15], y: [11, 19] } }));
    expect(queries.length).toBe(before);
    await source.fetch(question({ view: { x: [12, 15], y: [11, 19] }, selection: { kind: 'flag', name: 'f' } }));
    expect(queries.length).toBeGreaterThan(before);
  });
});

describe('preview overlays', () => {
  const points = { count: 4, rows: Uint32Array.of(3, 5, 8, 9), x: Float64Array.of(4, 1, 3, 2), y: Float64Array.of(10, 11, 12, 13) };
  const preview = (values: readonly number[], unit?: string): Preview => ({
    version: 1,
    rows: Uint32Array.of(3, 4, 8, 9),
    flags: Uint8Array.of(0, 1, 1, 0),
    columns: [
      { name: 'm_detrended', unit, values: Float64Array.from(values) },
      { name: 'm_trend', unit, values: Float64Array.of(1, 2, 3, 4) },
    ],
    series: [],
    results: [],
    alerts: [],
    effect: [],
    milliseconds: 1,
  });
  it('join by row number, whatever the order', () => {
    expect([...joinRows(points.rows, Uint32Array.of(3, 4, 8, 9))]).toEqual([0, -1, 2, 3]);
    expect([...joinRows(Uint32Array.of(9, 3), Uint32Array.of(8, 9))]).toEqual([1, -1]);
    const o = overlayOf(preview([10, 10, 12, 13]), points, 'm', undefined)!;
    expect([...o.flags!]).toEqual([0, 0, 1, 0]);
    expect([...o.after!.y]).toEqual([10, NaN, 12, 13]);
    expect(o.trends.map((t) => t.name)).toEqual(['m_trend']);
    expect([...sortedCurve(points.x, o.trends[0]!.y).y]).toEqual([NaN, 4, 3, 1]);
    expect([...maskedPoints(points, o.flags!).x]).toEqual([3]);
  });
  it('share the axis when the values stay where they were, not when they were divided or change their unit', () => {
    expect(overlayOf(preview([10, 0, 12.1, 13]), points, 'm', undefined)!.sharesScale).toBe(true);
    expect(overlayOf(preview([1, 1, 1.001, 0.999]), points, 'm', undefined)!.sharesScale).toBe(false);
    expect(overlayOf(preview([10, 10, 12, 13], 'mag'), points, 'm', 'Jy')!.sharesScale).toBe(false);
    // A sentinel, and what a trend makes of it, does not join two scales that are apart.
    const withSentinel = { ...points, y: Float64Array.of(17.1, 17.3, 99.99, 17.2) };
    expect(overlayOf(preview([0.01, -0.02, 82.7, 0.01]), withSentinel, 'm', undefined)!.sharesScale).toBe(false);
  });
  it('draw smoothed and binned values as curves over the points, filled ones as points of their own, errors not at all', () => {
    const column = (name: string): Preview['columns'][number] => ({ name, values: Float64Array.of(10, 10, 12, 12) });
    const of = (names: readonly string[], filled?: Preview['filled']): PreviewOverlay =>
      overlayOf({ ...preview([]), columns: names.map(column), filled }, points, 'm', undefined)!;
    expect(of(['m_smoothed']).trends.map((t) => t.words)).toEqual(['smoothed']);
    const binned = of(['m_binned', 'm_binned_error', 'bin']);
    expect([binned.after, binned.trends.length, binned.sharesScale]).toEqual([undefined, 1, true]);
    expect(of(['m_fit', 'm_residual']).after?.name).toBe('m_residual');
    const convolved = of(['m_convolved', 'm_residual']);
    expect([convolved.after?.name, convolved.trends.map((t) => t.words)]).toEqual(['m_residual', ['convolved']]);
    expect(of(['m_convolved']).after).toBeUndefined();
    const filled = of(['m_filled'], { name: 'm_filled', time: Float64Array.of(2.5), value: Float64Array.of(11) });
    expect([filled.after, filled.filled?.count]).toEqual([undefined, 1]);
    const stepped = steppedCurve({ x: Float64Array.of(0, 2, 4), y: Float64Array.of(1, 1, 5) });
    expect([[...stepped.x], [...stepped.y]]).toEqual([
      [0, 2, 3, 3, 4],
      [1, 1, 1, 5, 5],
    ]);
  });
  it('of other rows are nothing', () => {
    expect(overlayOf(preview([1, 1, 1, 1]), { ...points, rows: Uint32Array.of(100, 101, 102, 103) }, 'm', undefined)).toBeUndefined();
  });
});

describe('extents', () => {
  it('a flagged value far off does not press the light curve flat, and is counted', () => {
    const y = Float64Array.of(16, 16.5, 17, 17.4, -83.2);
    const marks = Uint8Array.of(0, 0, 0, 1, 1);
    expect(valueExtent({ count: 5, x: y, y, marks })).toEqual({ range: [16, 17.4], outside: 1 });
    expect(valueExtent({ count: 5, x: y, y }).range).toEqual([-83.2, 17.4]);
  });
  it('nor does a sentinel, flagged or not; an honest value far off does', () => {
    const y = Float64Array.of(16, 16.5, 99.99, 17, 17.4, -99.99, 99.99);
    expect(valueExtent({ count: 7, x: y, y })).toEqual({ range: [16, 17.4], outside: 3 });
    const flare = Float64Array.of(16, 16.5, 17, 17.4, 4.4);
    expect(valueExtent({ count: 5, x: flare, y: flare })).toEqual({ range: [4.4, 17.4], outside: 0 });
  });
  it('the central part leaves out what is rare', () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? -1e9 : i === 1000 ? 1e9 : i));
    expect(centralRange(values)).toEqual([5, 995]);
    const counts = new Uint32Array(100);
    counts[0] = 1;
    for (let i = 40; i < 60; i++) counts[i] = 1000;
    const view = centralView(
      {
        kind: 'density',
        total: 1,
        extent: undefined,
        density: {
          kind: 'density',
          version: 1,
          width: 100,
          height: 1,
          xRange: [0, 100],
          yRange: [0, 1],
          counts,
          total: 1,
          inside: 1,
          selectedTotal: 0,
          max: 1000,
          loaded: 1,
        },
      },
      false,
      false,
    );
    expect(view!.x).toEqual([39, 61]);
  });
});

describe('numbers', () => {
  it('are printed with the digits they have', () => {
    expect(cellText(9_223_372_036_854_775_807n, 'int64')).toBe('9223372036854775807');
    expect(cellText(Math.fround(0.1), 'float32')).toBe('0.1');
    expect(cellText(0.1 + 0.2, 'float64')).toBe('0.30000000000000004');
    expect(cellText(1.5, 'float64', 'F10.4')).toBe('1.5000');
    expect(cellText(NaN, 'float64')).toBe('NaN');
    expect(cellText(undefined, 'float64')).toBe('');
    expect(cellText([1, Math.fround(2.2)], 'fixed_list<float32>[2]')).toBe('[1, 2.2]');
    for (const v of [1 / 3, 123456.789, 1.17549435e-38, 3.4028235e38])
      expect(Math.fround(Number(shortestFloat32(Math.fround(v)).replace('−', '-')))).toBe(Math.fround(v));
  });
  it('are grouped and raised', () => {
    expect(grouped(1_204_318)).toBe('1\u202f204\u202f318');
    expect(grouped(999)).toBe('999');
    expect(superscript('1.5e-7')).toBe('1.5×10⁻⁷');
    expect(superscript('1e+8')).toBe('10⁸');
    expect(superscript('12')).toBe('12');
  });
});
