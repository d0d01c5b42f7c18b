import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Axis, Predicate } from '../../../src/core/select/predicate';
import { binPhases, extremumPhase, foldTimes } from '../../../src/renderer/components/plot/fold';
import { phasePredicate, repeatOutlines } from '../../../src/renderer/components/plot/phase-shape';
import type { Shape } from '../../../src/renderer/components/plot/shape';
import { epochAtPhase, foldFromText, slidFold } from '../../../src/renderer/views/phase/fold-control';

const X: Axis = { phase: { column: 't', period: 0.5, epoch: 0 } };
const Y: Axis = { column: 'm' };

/** Even-odd, half open at the left and the bottom, as predicate.ts defines it. */
function inPolygon(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i]!;
    const [xj, yj] = points[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
function matches(p: Predicate, phase: number, y: number): boolean {
  switch (p.kind) {
    case 'polygon':
      return inPolygon(p.points, phase, y);
    case 'range': {
      const v = 'phase' in p.axis ? phase : y;
      return v >= (p.low ?? -Infinity) && v <= (p.high ?? Infinity);
    }
    case 'and':
      return p.of.every((q) => matches(q, phase, y));
    case 'or':
      return p.of.some((q) => matches(q, phase, y));
    default:
      throw new Error(`unexpected ${p.kind}`);
  }
}

describe('foldTimes', () => {
  it('gives frac((t - epoch) / period) in its cycle, for any sign', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: 0.01, max: 1e3, noNaN: true }),
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.constantFrom<0 | -0.5>(0, -0.5),
        (t, period, epoch, start) => {
          const [phase] = foldTimes(Float64Array.of(t), period, epoch, start);
          expect(phase! >= start && phase! < start + 1).toBe(true);
          const cycles = (t - epoch) / period - phase!;
          expect(Math.abs(cycles - Math.round(cycles))).toBeLessThan(1e-6);
        },
      ),
    );
  });
  it('keeps missing times missing and folds into a given buffer', () => {
    const out = new Float64Array(2);
    expect(foldTimes(Float64Array.of(NaN, 3.25), 1, 0, 0, out)).toBe(out);
    expect(out[0]).toBeNaN();
    expect(out[1]).toBe(0.25);
  });
  it('never gives the end of the cycle, even where rounding would', () => {
    expect(foldTimes(Float64Array.of(-1e-18), 1, 0, 0)[0]).toBe(0);
  });
});

describe('phasePredicate', () => {
  const coordinate = fc.double({ min: 0, max: 2, noNaN: true });
  const height = fc.double({ min: 0, max: 10, noNaN: true });
  it('selects exactly the rows one of whose shown copies lies in the shape', () => {
    const shapes = fc.oneof(
      fc.array(fc.tuple(coordinate, height), { minLength: 3, maxLength: 7 }).map((points): Shape => ({ kind: 'lasso', points })),
      fc
        .tuple(coordinate, coordinate, height, height)
        .map(([a, b, c, d]): Shape => ({ kind: 'box', x: [Math.min(a, b), Math.max(a, b)], y: [Math.min(c, d), Math.max(c, d)] })),
    );
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.tuple(fc.double({ min: 0, max: 0.999999, noNaN: true }), height), { minLength: 1, maxLength: 30 }),
        fc.constantFrom<0 | -0.5>(0, -0.5),
        (shape, rows, start) => {
          const moved: Shape =
            shape.kind === 'lasso'
              ? { kind: 'lasso', points: shape.points.map(([a, b]) => [a + start, b] as const) }
              : { ...shape, x: [shape.x[0] + start, shape.x[1] + start] };
          const p = phasePredicate(moved, X, Y, start);
          for (const [phase0, y] of rows) {
            const phase = phase0 + start;
            const shown = [phase, phase + 1].some((v) =>
              moved.kind === 'lasso' ? inPolygon(moved.points, v, y) : v >= moved.x[0] && v <= moved.x[1] && y >= moved.y![0] && y <= moved.y![1],
            );
            expect(matches(p, phase, y)).toBe(shown);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
  it('is one polygon over the axis it was given when it lies in the first cycle', () => {
    const shape: Shape = {
      kind: 'lasso',
      points: [
        [0.1, 1],
        [0.4, 1],
        [0.2, 3],
      ],
    };
    expect(phasePredicate(shape, X, Y, 0)).toEqual({ kind: 'polygon', x: X, y: Y, points: shape.points });
  });
  it('a lasso in the second cycle comes back by one', () => {
    const p = phasePredicate(
      {
        kind: 'lasso',
        points: [
          [1.25, 1],
          [1.5, 1],
          [1.25, 3],
        ],
      },
      X,
      Y,
      0,
    );
    expect(p).toEqual({
      kind: 'polygon',
      x: X,
      y: Y,
      points: [
        [0.25, 1],
        [0.5, 1],
        [0.25, 3],
      ],
    });
  });
  it('outlines show in every cycle', () => {
    const twice = repeatOutlines(
      [
        {
          kind: 'polygon',
          points: [
            [0.25, 1],
            [0.5, 1],
            [0.25, 3],
          ],
        },
      ],
      [0, 1],
    );
    expect(twice).toHaveLength(2);
    expect(twice[1]).toEqual({
      kind: 'polygon',
      points: [
        [1.25, 1],
        [1.5, 1],
        [1.25, 3],
      ],
    });
  });
});

describe('the mean curve', () => {
  const n = 4000;
  const t = Float64Array.from({ length: n }, (_, i) => i * 0.1234567);
  const y = t.map((v) => 1000 + Math.cos(2 * Math.PI * (v / 0.7 - 0.3)));
  it('follows the signal, leaves flagged rows out, and finds the extremum between bins', () => {
    const phase = foldTimes(t, 0.7, 0, 0);
    const wild = y.slice();
    wild[17] = 1e6;
    const curve = binPhases(phase, wild, (i) => i === 17, 0, 50);
    expect(curve.counts.reduce((a, b) => a + b, 0)).toBe(n - 1);
    curve.mean.forEach((m, b) => expect(Math.abs(m - (1000 + Math.cos(2 * Math.PI * (curve.phase[b]! - 0.3))))).toBeLessThan(0.02));
    expect(extremumPhase(curve, 'highest')).toBeCloseTo(0.3, 2);
    expect(extremumPhase(curve, 'lowest')).toBeCloseTo(0.8, 2);
  });
  it('has no value where no row fell, and no error with one row', () => {
    const curve = binPhases(Float64Array.of(0.05, 0.15, 0.16), Float64Array.of(1, 2, 4), () => false, 0, 10);
    expect(curve.mean[0]).toBe(1);
    expect(curve.error[0]).toBeNaN();
    expect(curve.mean[1]).toBe(3);
    expect(curve.error[1]).toBeCloseTo(1, 6);
    expect(curve.mean[5]).toBeNaN();
  });
});

describe('fold controls', () => {
  it('a slider step drifts the last point by a hundredth of a cycle', () => {
    const fold = slidFold({ period: 0.5, epoch: 10 }, 1, 1000);
    expect(1000 / fold.period - 1000 / 0.5).toBeCloseTo(0.01, 9);
    expect(slidFold({ period: 0.5, epoch: 10 }, -1e9, 1000).period).toBe(0.5);
  });
  it('reads periods and refuses what is none, in words', () => {
    expect(foldFromText(' 0,508395 ', 3)).toEqual({ period: 0.508395, epoch: 3 });
    expect((foldFromText('1/2', 3) as { period: number }).period).toBe(0.5);
    for (const bad of ['', 'abc', '0', '-2', '1/0']) expect(foldFromText(bad, 0)).toMatch(/^invalid period/);
  });
  it('moving the epoch to a phase puts that phase at 0', () => {
    const moved = epochAtPhase({ period: 0.7, epoch: 5 }, 0.3);
    expect(foldTimes(Float64Array.of(5 + 0.3 * 0.7), moved.period, moved.epoch, -0.5)[0]).toBeCloseTo(0, 12);
  });
});
