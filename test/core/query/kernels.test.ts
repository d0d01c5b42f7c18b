import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countKernel } from '../../../src/core/query/count';
import { densityAnswer, densityKernel, type DensitySpec, mergeDensity } from '../../../src/core/query/density';
import { ExtentCache, extentsKernel, mergeExtents, rangeOfExtent } from '../../../src/core/query/extent';
import { histogramAnswer, histogramKernel, type HistogramSpec, mergeHistograms } from '../../../src/core/query/histogram';
import { mergeNearest, nearestKernel } from '../../../src/core/query/nearest';
import { needsOf } from '../../../src/core/query/needs';
import { buildObjectIndex } from '../../../src/core/query/object-index';
import { pointsAnswer, pointsKernel, type PointsQuery } from '../../../src/core/query/points';
import type { RowSet } from '../../../src/core/query/query';
import { rowAnswer } from '../../../src/core/query/row';
import { pick, viewOf } from '../../../src/core/query/table-view';
import { finish, makeTable, maskOfRows, seeded } from './tables';

const ROWS = 20_000;
const random = seeded(3);
const maybe = (v: number): number | undefined => (random() < 0.05 ? undefined : random() < 0.05 ? NaN : random() < 0.01 ? Infinity : v);
const x = Array.from({ length: ROWS }, () => maybe(random() * 10 - 2));
const y = Array.from({ length: ROWS }, () => maybe(Math.fround(random() * 4)));
const star = Array.from({ length: ROWS }, () => `s${Math.floor(random() * 20)}`);
const band = Array.from({ length: ROWS }, () => (random() < 0.5 ? 'g' : 'r'));
const flaggedRows = Array.from({ length: ROWS }, (_, i) => i).filter(() => random() < 0.2);
const isFlagged = new Set(flaggedRows);
const base = makeTable(
  { x, 'y:float32': y, 'star:utf8': star, 'band:utf8': band },
  { flagged: maskOfRows(ROWS, flaggedRows), roles: { object: 'star', band: 'band' } },
  4096,
);
const data = { ...base, objects: buildObjectIndex(viewOf(base), 'star', 'band').data };
const view = viewOf(data);
const all = { table: 't' };
const axes = { x: { column: 'x' }, y: { column: 'y' } };
const selection = { kind: 'range', axis: { column: 'x' }, low: 3 } as const;

const rowSets: readonly RowSet[] = [
  {},
  { flagged: 'hide' },
  { flagged: 'only' },
  { object: 's3' },
  { object: 's3', band: 'g', flagged: 'hide' },
  { band: 'r' },
  { where: { kind: 'range', axis: { column: 'y' }, low: 1, high: 2 }, flagged: 'show' },
];

/** Rows of a row set, said plainly. */
function rowsOf(rows: RowSet): number[] {
  return x
    .map((_, i) => i)
    .filter((i) => {
      if (rows.object !== undefined && star[i] !== rows.object) return false;
      if (rows.band !== undefined && band[i] !== rows.band) return false;
      if (rows.where && !(y[i]! >= 1 && y[i]! <= 2)) return false;
      return rows.flagged === 'hide' ? !isFlagged.has(i) : rows.flagged === 'only' ? isFlagged.has(i) : true;
    });
}

function candidates(rows: RowSet): number {
  return rows.object === undefined ? ROWS : star.filter((s) => s === rows.object).length;
}

/** Cuts [0, n) in two somewhere not on a block. */
function halves(n: number): [number, number, number] {
  return [0, Math.floor(n * 0.37) + 1, n];
}

describe.each(rowSets)('over %j', (rows) => {
  const mine = rowsOf(rows);
  const n = candidates(rows);
  const [from, middle, to] = halves(n);

  it.each([
    { xLog: false, yLog: false, xRange: [-2, 8] as const, yRange: [0, 4] as const },
    { xLog: true, yLog: false, xRange: [0.1, 8] as const, yRange: [3, 1] as const },
  ])('density counts each point once (%j)', (how) => {
    const query: DensitySpec = { ...all, kind: 'density', rows, ...axes, ...how, width: 7, height: 5, selection };
    const whole = finish(densityKernel(view, query, 0, n));
    const parts = mergeDensity(finish(densityKernel(view, query, from, middle)), finish(densityKernel(view, query, middle, to)));
    expect(parts).toEqual(whole);
    const [x0, x1] = how.xRange.map((v) => (how.xLog ? Math.log10(v) : v)) as [number, number];
    const [y0, y1] = [Math.min(...how.yRange), Math.max(...how.yRange)];
    const counts = new Array<number>(35).fill(0);
    const selected = new Array<number>(35).fill(0);
    for (const i of mine) {
      const [u, v] = [how.xLog ? Math.log10(x[i] ?? NaN) : (x[i] ?? NaN), y[i] ?? NaN];
      if (!(u >= x0 && u <= x1 && v >= y0 && v <= y1)) continue;
      const cell = Math.min(4, Math.floor(((v - y0) / (y1 - y0)) * 5)) * 7 + Math.min(6, Math.floor((u - x0) * (7 / (x1 - x0))));
      counts[cell]!++;
      if (x[i]! >= 3) selected[cell]!++;
    }
    const answer = densityAnswer(view, query, whole);
    expect([...answer.counts]).toEqual(counts);
    expect([...answer.selected!]).toEqual(selected);
    expect(answer).toMatchObject({ total: mine.length, selectedTotal: mine.filter((i) => x[i]! >= 3).length, loaded: ROWS, version: 1 });
    expect(answer.inside).toBe(counts.reduce((a, b) => a + b));
    expect(answer.max).toBe(Math.max(...counts));
    const plain = finish(densityKernel(view, { ...query, selection: undefined }, 0, n));
    expect([...plain.counts]).toEqual(counts);
  });

  it('histogram counts by its edges', () => {
    const query: HistogramSpec = { ...all, kind: 'histogram', rows, x: { column: 'x' }, bins: 13, range: [-1, 8], selection };
    const whole = finish(histogramKernel(view, query, 0, n));
    const parts = mergeHistograms(finish(histogramKernel(view, query, from, middle)), finish(histogramKernel(view, query, middle, to)));
    expect(parts).toEqual(whole);
    const { edges, counts, selected, flagged, missing, total } = histogramAnswer(view, query, whole);
    const inBin = (b: number) => (i: number) => x[i]! >= edges[b]! && (b === 12 ? x[i]! <= edges[13]! : x[i]! < edges[b + 1]!);
    for (let b = 0; b < 13; b++) {
      const there = mine.filter(inBin(b));
      expect([counts[b], selected![b], flagged[b]]).toEqual([
        there.length,
        there.filter((i) => x[i]! >= 3).length,
        there.filter((i) => isFlagged.has(i)).length,
      ]);
    }
    expect([edges[0], edges[13], total]).toEqual([-1, 8, mine.length]);
    expect(missing).toBe(mine.filter((i) => x[i] === undefined || Number.isNaN(x[i])).length);
  });

  it('points are those that can be drawn, with their marks', () => {
    const query: PointsQuery = { ...all, kind: 'points', rows, ...axes, yError: 'y', limit: ROWS, selection };
    const answer = pointsAnswer(view, query, [finish(pointsKernel(view, query, from, middle)), finish(pointsKernel(view, query, middle, to))]);
    const drawn = mine.filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
    expect([...answer.rows]).toEqual(drawn);
    expect([...answer.x]).toEqual(drawn.map((i) => x[i]));
    expect([...answer.yError!]).toEqual(drawn.map((i) => y[i]));
    expect([...answer.marks]).toEqual(drawn.map((i) => (isFlagged.has(i) ? 1 : 0) + (x[i]! >= 3 ? 2 : 0)));
    expect(answer).toMatchObject({ total: drawn.length, tooMany: false, xError: undefined });
    const few = { ...query, limit: Math.min(10, drawn.length - 1) };
    const tooMany = pointsAnswer(view, few, [finish(pointsKernel(view, few, from, middle)), finish(pointsKernel(view, few, middle, to))]);
    expect(tooMany).toMatchObject({ total: drawn.length, tooMany: true });
    expect(tooMany.rows).toHaveLength(0);
  });

  it('extents, counts and the nearest row', () => {
    const spec = { rows, axes: [{ column: 'x' }, { column: 'y' }] };
    const extents = mergeExtents(finish(extentsKernel(view, spec, from, middle)), finish(extentsKernel(view, spec, middle, to)));
    const finite = mine.map((i) => x[i]!).filter((v) => Number.isFinite(v));
    expect(extents[0]).toEqual({ min: Math.min(...finite), max: Math.max(...finite), minPositive: Math.min(...finite.filter((v) => v > 0)) });
    const counted = finish(countKernel(view, { ...all, kind: 'count', rows, selection }, 0, n));
    const chosen = mine.filter((i) => x[i]! >= 3);
    expect(counted).toEqual({ rows: chosen.length, flagged: chosen.filter((i) => isFlagged.has(i)).length });
    const query = { ...all, kind: 'nearest', rows, ...axes, at: [1, 2], scale: [2, 1] } as const;
    const nearest = mergeNearest(finish(nearestKernel(view, query, from, middle)), finish(nearestKernel(view, query, middle, to)));
    const distance = (i: number): number => ((x[i] ?? NaN) - 1) ** 2 / 4 + ((y[i] ?? NaN) - 2) ** 2;
    const best = mine.filter((i) => !Number.isNaN(distance(i))).reduce((a, b) => (distance(b) < distance(a) ? b : a));
    expect(nearest.row).toBe(best);
  });
});

describe('histogram', () => {
  it('puts values on edges where numpy does', () => {
    // numpy.histogram(np.round(np.arange(0, 1.01, 0.1), 1), bins=10, range=(0, 1))[0]
    const v = Array.from({ length: 11 }, (_, i) => Math.round(i) / 10);
    const query: HistogramSpec = { ...all, kind: 'histogram', rows: {}, x: { column: 'v' }, bins: 10, range: [0, 1] };
    const edges = Array.from({ length: 11 }, (_, i) => i * 0.1);
    edges[10] = 1;
    const expected = Array.from({ length: 10 }, (_, b) => v.filter((u) => u >= edges[b]! && (b === 9 ? u <= 1 : u < edges[b + 1]!)).length);
    expect([...finish(histogramKernel(viewOf(makeTable({ v })), query, 0, 11)).counts]).toEqual(expected);
  });

  it('cuts decades evenly on a logarithmic axis', () => {
    const v = [0.5, 1, 5, 10, 99, 100, 1000, -3, 0];
    const query: HistogramSpec = { ...all, kind: 'histogram', rows: {}, x: { column: 'v' }, bins: 3, range: [1, 1000], log: true };
    const answer = histogramAnswer({ version: 4 }, query, finish(histogramKernel(viewOf(makeTable({ v })), query, 0, v.length)));
    expect([...answer.counts]).toEqual([2, 2, 2]);
    expect([...answer.edges].map((e) => +e.toPrecision(12))).toEqual([1, 10, 100, 1000]);
  });

  it.each([
    [{ bins: 0 }, /number of bins: 0/],
    [{ range: [1, 1] as const }, /invalid range: 1 to 1/],
    [{ range: [-1, 1] as const, log: true }, /logarithmic/],
  ])('refuses %j', (bad, message) => {
    const query: HistogramSpec = { ...all, kind: 'histogram', rows: {}, x: { column: 'x' }, bins: 5, range: [0, 1], ...bad };
    expect(() => finish(histogramKernel(view, query, 0, 10))).toThrow(message);
  });
});

describe('ranges', () => {
  it.each([
    [{ min: 1, max: 3, minPositive: 1 }, false, [1, 3]],
    [{ min: -1, max: 3, minPositive: 0.5 }, true, [0.5, 3]],
    [{ min: Infinity, max: -Infinity, minPositive: Infinity }, false, [0, 1]],
    [{ min: -5, max: -1, minPositive: Infinity }, true, [1, 10]],
    [{ min: 0, max: 0, minPositive: Infinity }, false, [-0.5, 0.5]],
    [{ min: 4, max: 4, minPositive: 4 }, true, [2, 8]],
  ] as const)('of %j, log %s: %j', (extent, isLog, expected) => {
    expect(rangeOfExtent(extent, isLog)).toEqual(expected);
  });

  it('are remembered for a column whatever the version, for a filter at its version only', () => {
    const cache = new ExtentCache();
    const extent = { min: 0, max: 1, minPositive: 0.5 };
    const next = viewOf({ ...data, version: 2 });
    const filtered = { flagged: 'hide' } as const;
    cache.set(view, { column: 'x' }, {}, extent);
    cache.set(view, { column: 'x' }, filtered, extent);
    expect(cache.get(next, { column: 'x' }, {})).toBe(extent);
    expect(cache.get(view, { column: 'x' }, filtered)).toBe(extent);
    expect(cache.get(next, { column: 'x' }, filtered)).toBeUndefined();
    expect(cache.get(viewOf({ ...data, rows: 10 }), { column: 'x' }, {})).toBeUndefined();
  });
});

describe('a table', () => {
  it('while it streams in: only the rows in the store take part, whatever the columns hold', () => {
    const part = viewOf({ ...data, rows: 4096 + 77 });
    const query: DensitySpec = { ...all, kind: 'density', rows: {}, ...axes, xRange: [-2, 8], yRange: [0, 4], width: 2, height: 2 };
    const answer = densityAnswer(part, query, finish(densityKernel(part, query, 0, ROWS)));
    expect(answer).toMatchObject({ total: 4173, loaded: 4173 });
  });

  it('travels as plain data: a picked clone answers the same', () => {
    const query: DensitySpec = {
      ...all,
      kind: 'density',
      rows: rowSets[4]!,
      ...axes,
      xRange: [-2, 8],
      yRange: [0, 4],
      width: 9,
      height: 9,
      selection,
    };
    const needs = needsOf(query, { ...data, columnNames: [] });
    expect(needs).toEqual({ columns: ['x', 'y', 'band'], flags: [], objects: true });
    const clone = structuredClone(pick(data, needs));
    expect(finish(densityKernel(viewOf(clone), query, 0, 500))).toEqual(finish(densityKernel(view, query, 0, 500)));
  });

  it('tells all of one row, flags by name', () => {
    const table = viewOf(
      makeTable(
        { 'id:int64': [1n, 2n ** 60n], v: [1.5, undefined], 'q:int32': [0, 6] },
        {
          flags: [{ name: 'outlier', mask: maskOfRows(2, [1]) }],
          fileFlags: [
            { name: 'saturated', author: { kind: 'file' }, bits: { column: 'q', bit: 2 } },
            { name: 'edge', author: { kind: 'file' }, bits: { column: 'q', bit: 1 } },
          ],
        },
      ),
    );
    expect(rowAnswer(table, 1)).toMatchObject({ values: { id: 2n ** 60n, v: undefined, q: 6 }, flags: ['outlier', 'saturated'] });
    expect(() => rowAnswer(table, 2)).toThrow(/no row 2/);
  });

  it('says which object was meant', () => {
    expect(() => finish(countKernel(view, { ...all, kind: 'count', rows: { object: 's33' }, selection }, 0, 1))).toThrow(/no object s33/);
  });
});

describe('any split', () => {
  it('merges to the same density', () => {
    const query: DensitySpec = { ...all, kind: 'density', rows: {}, ...axes, xRange: [0, 5], yRange: [0, 4], width: 4, height: 4 };
    const whole = finish(densityKernel(view, query, 0, ROWS));
    fc.assert(
      fc.property(fc.array(fc.nat(ROWS), { maxLength: 4 }), (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), ROWS];
        const parts = bounds.slice(1).map((end, i) => finish(densityKernel(view, query, bounds[i]!, end)));
        expect(parts.reduce(mergeDensity)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});
