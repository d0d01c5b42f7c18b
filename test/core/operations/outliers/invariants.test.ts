import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbscanSteps } from '../../../../src/core/numerics/dbscan';
import { isolationScoresSteps } from '../../../../src/core/numerics/isolation-forest';
import { kdTreeSteps } from '../../../../src/core/numerics/kd-tree';
import { localOutlierFactorSteps } from '../../../../src/core/numerics/local-outlier-factor';
import { NearestPoints } from '../../../../src/core/numerics/nearest-points';
import { type PointSet, pointSetSteps } from '../../../../src/core/numerics/point-set';
import { drain } from '../../../../src/core/numerics/steps';
import { weightedPercentileSteps } from '../../../../src/core/numerics/weighted-percentile';
import { seededRandom } from '../../../../src/core/operations/runner';
import { percentile } from '../../../../src/core/numerics/robust';

/** Points on a coarse grid: many ties, many repetitions. */
const grid = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 80 }),
  )
  .map(([d, rows]) => rows.map((row) => row.slice(0, d)));

function setOf(rows: readonly (readonly number[])[]): PointSet {
  const columns = rows[0]!.map((_, c) => Float64Array.from(rows, (row) => row[c]!));
  return drain(pointSetSteps(columns, new Uint8Array(rows.length).fill(1)));
}
const squared = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, c) => s + (v - b[c]!) ** 2, 0);

describe('point set', () => {
  it('keeps every row, each different point once, in order', () => {
    fc.assert(
      fc.property(grid, (rows) => {
        const set = setOf(rows);
        const d = set.dimensions;
        rows.forEach((row, i) => expect([...set.coordinates.slice(set.pointOf[i]! * d, (set.pointOf[i]! + 1) * d)]).toEqual(row));
        expect(set.weights.reduce((a, b) => a + b, 0)).toBe(rows.length);
        expect(set.count).toBe(new Set(rows.map(String)).size);
        const texts = Array.from({ length: set.count }, (_, p) => String([...set.coordinates.slice(p * d, (p + 1) * d)]));
        expect(texts).toEqual([...texts].sort());
      }),
    );
  });
});

describe('nearest points', () => {
  it('are those of a search through all of them, ties by their coordinates', () => {
    fc.assert(
      fc.property(grid, fc.integer({ min: 1, max: 30 }), (rows, wanted) => {
        const set = setOf(rows);
        const tree = drain(kdTreeSteps(set));
        const k = Math.min(wanted, set.rows - 1);
        const nearest = new NearestPoints(tree, k);
        const at = (p: number): number[] => [...set.coordinates.slice(p * set.dimensions, (p + 1) * set.dimensions)];
        for (let i = 0; i < tree.count; i++) {
          nearest.search(i);
          const own = tree.ids[i]!;
          const ranked = Array.from({ length: set.count }, (_, p) => ({
            p,
            sum: squared(at(p), at(own)),
            rows: set.weights[p]! - (p === own ? 1 : 0),
          }))
            .filter((o) => o.rows > 0)
            .sort((a, b) => a.sum - b.sum || a.p - b.p);
          const expected: number[] = [];
          for (let left = k; left > 0; left -= ranked[expected.length - 1]!.rows) expected.push(ranked[expected.length]!.p);
          expect([...nearest.at.slice(0, nearest.found)].map((q) => tree.ids[q]!)).toEqual(expected);
        }
      }),
    );
  });
});

describe('detectors in one dimension, which use that the points are in order', () => {
  /** The same points with a second coordinate that tells nothing. */
  const inPlane = (rows: readonly (readonly number[])[]): PointSet => setOf(rows.map((row) => [row[0]!, 1]));
  const line = fc.oneof(
    grid.map((rows) => rows.map((row) => [row[0]!])),
    // Eighths: no distance is rounded.
    fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 80 }).map((eighths) => eighths.map((v) => [v / 8])),
  );

  it('find the same local outlier factors as in more', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 30 }), (rows, wanted) => {
        const k = Math.min(wanted, rows.length - 1);
        const [own, plane] = [setOf(rows), inPlane(rows)].map((set) => drain(localOutlierFactorSteps(set, k))) as [Float64Array, Float64Array];
        expect(own.length).toBe(plane.length);
        own.forEach((factor, p) => expect(Math.abs(factor - plane[p]!), `${p}`).toBeLessThanOrEqual(1e-9 * plane[p]!));
      }),
    );
  });

  it('find the same isolation scores as in more', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 2, max: 64 }), (rows, samples) => {
        const [own, plane] = [setOf(rows), inPlane(rows)].map((set) =>
          drain(isolationScoresSteps(set, { trees: 5, samples, random: seededRandom(3) })),
        );
        expect(own).toEqual(plane);
      }),
    );
  });
});

describe('DBSCAN', () => {
  it('is its definition, on points with ties on the edge of eps', () => {
    fc.assert(
      fc.property(grid, fc.constantFrom(1, 1.5, 2, 5), fc.integer({ min: 1, max: 8 }), (rows, eps, minSamples) => {
        const set = setOf(rows);
        const { labels, core } = drain(dbscanSteps(set, eps, minSamples));
        const label = rows.map((_, i) => labels[set.pointOf[i]!]!);
        const isCore = rows.map((row) => rows.filter((other) => squared(row, other) <= eps * eps).length >= minSamples);
        rows.forEach((row, i) => {
          expect(core[set.pointOf[i]!] === 1, `core ${i}`).toBe(isCore[i]);
          const near = rows.flatMap((other, j) => (isCore[j] && squared(row, other) <= eps * eps ? [j] : []));
          expect(label[i]! < 0, `noise ${i}`).toBe(near.length === 0);
          // Core points within eps are one cluster; another point joins one of the clusters it touches.
          if (isCore[i]) near.forEach((j) => expect(label[j]).toBe(label[i]));
          else if (near.length > 0) expect(near.map((j) => label[j])).toContain(label[i]);
        });
        // Nothing else joins clusters: each is connected.
        const reached = new Set<number>();
        const visit = (i: number): void => {
          if (reached.has(i)) return;
          reached.add(i);
          rows.forEach((other, j) => isCore[j] && squared(rows[i]!, other) <= eps * eps && visit(j));
        };
        let components = 0;
        rows.forEach((_, i) => {
          if (!isCore[i] || reached.has(i)) return;
          components++;
          visit(i);
        });
        expect(new Set(label.filter((l) => l >= 0)).size).toBe(components);
      }),
    );
  });
});

describe('weighted percentile', () => {
  it('is the percentile of the repeated values', () => {
    const pairs = fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pairs, fc.double({ min: 0, max: 100, noNaN: true }), (of, q) => {
        const made = drain(
          weightedPercentileSteps(
            Float64Array.from(of, ([v]) => v),
            Int32Array.from(of, ([, w]) => w),
            q,
          ),
        );
        expect(made).toBeCloseTo(percentile(Float64Array.from(of.flatMap(([v, w]) => new Array<number>(w).fill(v))), q), 9);
      }),
    );
  });
});
