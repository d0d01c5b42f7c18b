import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Axis, Predicate } from '../../../src/core/select/predicate';
import { PhaseBinner } from '../../../src/renderer/components/plot/binned-curve';
import { foldTimes } from '../../../src/renderer/components/plot/fold';
import { drain } from '../../../src/core/numerics/steps';
import { phasePredicate, repeatOutlines } from '../../../src/renderer/components/plot/phase-shape';
import { FLAGGED, SECOND } from '../../../src/renderer/components/plot/points-layer';
import type { Shape } from '../../../src/renderer/components/plot/shape';
import { densityCurve } from '../../../src/renderer/views/phase/density-curve';
import { dipPhase, extremumPhase } from '../../../src/renderer/views/phase/epoch-phase';
import { anchoredFold, epochAtPhase, foldFromText, pulledFold, slidFold } from '../../../src/renderer/views/phase/fold-control';
import { binsModelSteps, pointsModelSteps } from '../../../src/renderer/views/phase/harmonic-model';

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

describe('the binned curve', () => {
  const n = 4000;
  const t = Float64Array.from({ length: n }, (_, i) => i * 0.1234567);
  const y = t.map((v) => 1000 + Math.cos(2 * Math.PI * (v / 0.7 - 0.3)));
  const none = new Uint8Array(n);
  const all = { of: FLAGGED, is: 0 };
  it('follows the signal, leaves flagged rows out, and finds the extremum between bins', () => {
    const phase = foldTimes(t, 0.7, 0, 0);
    const wild = y.slice();
    wild[17] = 1e6;
    const marks = none.slice();
    marks[17] = FLAGGED;
    for (const statistic of ['mean', 'median'] as const) {
      const curve = new PhaseBinner().curve({ phase, y: wild, marks, start: 0 }, { bins: 50, statistic, ...all });
      expect(curve.counts.reduce((a, b) => a + b, 0)).toBe(n - 1);
      curve.level.forEach((m, b) => expect(Math.abs(m - (1000 + Math.cos(2 * Math.PI * (curve.phase[b]! - 0.3))))).toBeLessThan(0.02));
      expect(extremumPhase(curve, 'highest')).toBeCloseTo(0.3, 2);
      expect(extremumPhase(curve, 'lowest')).toBeCloseTo(0.8, 2);
    }
  });
  it('has no level where no row fell, and no error with one row', () => {
    const values = { phase: Float64Array.of(0.05, 0.15, 0.16), y: Float64Array.of(1, 2, 4), marks: new Uint8Array(3), start: 0 as const };
    const curve = new PhaseBinner().curve(values, { bins: 10, statistic: 'mean', ...all });
    expect(curve.level[0]).toBe(1);
    expect(curve.error[0]).toBeNaN();
    expect(curve.level[1]).toBe(3);
    expect(curve.error[1]).toBeCloseTo(1, 6);
    expect(curve.level[5]).toBeNaN();
  });
  it('is that of each bin alone, for any values, marks and both statistics', () => {
    const row = fc.tuple(fc.double({ min: -0.5, max: 0.4999999, noNaN: true }), fc.double({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 7 }));
    // One binner for all: what an earlier, longer light curve left in its buffers must not matter.
    const binner = new PhaseBinner();
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom<'mean' | 'median'>('mean', 'median'),
        (rows, bins, statistic) => {
          const values = {
            phase: Float64Array.from(rows, (r) => r[0]),
            y: Float64Array.from(rows, (r) => r[1]),
            marks: Uint8Array.from(rows, (r) => r[2]),
            start: -0.5 as const,
          };
          const curve = binner.curve(values, { bins, statistic, of: FLAGGED | SECOND, is: SECOND });
          for (let b = 0; b < bins; b++) {
            const own = rows
              .filter(([p, v, m]) => Math.min(bins - 1, Math.floor((p + 0.5) * bins)) === b && Number.isFinite(v) && (m & 5) === 4)
              .map((r) => r[1])
              .sort((u, v) => u - v);
            expect(curve.counts[b]).toBe(own.length);
            if (own.length === 0) expect(curve.level[b]).toBeNaN();
            else {
              const mean = own.reduce((u, v) => u + v, 0) / own.length;
              const middle = (own[(own.length - 1) >> 1]! + own[own.length >> 1]!) / 2;
              const size = Math.max(...own.map(Math.abs), 1);
              expect(Math.abs(curve.level[b]! - (statistic === 'mean' ? mean : middle))).toBeLessThan(1e-12 * size * own.length);
            }
            if (own.length > 1 && statistic === 'mean') {
              const mean = own.reduce((u, v) => u + v, 0) / own.length;
              const error = Math.sqrt(own.reduce((u, v) => u + (v - mean) ** 2, 0) / (own.length - 1) / own.length);
              expect(Math.abs(curve.error[b]! - error)).toBeLessThan(1e-6 * error + 1e-6);
            }
          }
        },
      ),
    );
  });
  it('finds the middle of a flat-bottomed transit across the end of the cycle, where the lowest bin is a matter of noise', () => {
    const noise = t.map((_, i) => 0.0002 * Math.sin(i * 12.9898));
    for (const centre of [0.001, 0.37, 0.985]) {
      const phase = foldTimes(t, 0.7, 0, 0);
      const flux = phase.map((p, i) => {
        const off = Math.abs(p - centre - Math.round(p - centre));
        return 1 + noise[i]! - (off < 0.06 ? 0.01 : 0);
      });
      const curve = new PhaseBinner().curve({ phase, y: flux, marks: none, start: 0 }, { bins: 100, statistic: 'median', ...all });
      const found = dipPhase(curve, 'lowest')!;
      expect(Math.abs(found - centre - Math.round(found - centre))).toBeLessThan(0.006);
      const magnitudes = { ...curve, level: curve.level.map((v) => -2.5 * Math.log10(v)) };
      expect(dipPhase(magnitudes, 'highest')).toBeCloseTo(found, 3);
    }
  });
  it('read off an image is that of the rows to a fraction of a cell', () => {
    const phase = foldTimes(t, 0.7, 0, 0);
    const [width, height] = [400, 200];
    const counts = new Uint32Array(width * height);
    phase.forEach((p, i) => counts[Math.min(height - 1, Math.floor(((y[i]! - 998) / 4) * height)) * width + Math.floor(p * width)]!++);
    const image = {
      kind: 'density' as const,
      version: 0,
      width,
      height,
      xRange: [0, 1] as const,
      yRange: [998, 1002] as const,
      counts,
      total: n,
      inside: n,
      selectedTotal: 0,
      max: 9,
      loaded: n,
    };
    for (const statistic of ['mean', 'median'] as const) {
      const rows = new PhaseBinner().curve({ phase, y, marks: none, start: 0 }, { bins: 40, statistic, ...all });
      const read = densityCurve(image, 0, 40, statistic);
      expect([...read.counts]).toEqual([...rows.counts]);
      read.level.forEach((v, b) => expect(Math.abs(v - rows.level[b]!)).toBeLessThan(0.6 * (4 / height)));
    }
  });
});

describe('harmonics', () => {
  const n = 900;
  const phase = Float64Array.from({ length: n }, (_, i) => (i * 0.618034) % 1);
  const model = (p: number): number => 15 + 0.4 * Math.cos(2 * Math.PI * p) - 0.2 * Math.sin(4 * Math.PI * p) + 0.1 * Math.cos(6 * Math.PI * p);
  const marks = new Uint8Array(n);
  const points = { count: n, x: phase, y: phase.map(model), marks, rows: new Uint32Array(n) };
  it('are found again where they are, without the flagged points, whatever those hold', () => {
    const wild = { ...points, y: points.y.slice(), marks: marks.slice() };
    for (let i = 0; i < n; i += 9) [wild.y[i], wild.marks[i]] = [1e9, FLAGGED];
    for (const p of [points, wild]) {
      const fit = drain(pointsModelSteps(p, 3, -0.5))!;
      fit.x.forEach((at, i) => expect(fit.y[i]).toBeCloseTo(model(at), 8));
      expect(fit.rms).toBeLessThan(1e-6);
      expect([fit.x[0], fit.x.at(-1)]).toEqual([-0.5, 0.5]);
    }
    expect(drain(pointsModelSteps({ ...points, count: 7 }, 3, 0))).toBeUndefined();
  });
  it('weigh each point by its error, and leave out points without one', () => {
    const y = points.y.map((v, i) => (i % 2 ? v : v + 3));
    const yError = Float32Array.from({ length: n }, (_, i) => (i % 4 === 0 ? NaN : i % 2 ? 0.01 : 1000));
    const fit = drain(pointsModelSteps({ ...points, y, yError }, 3, 0))!;
    fit.x.forEach((at, i) => expect(Math.abs(fit.y[i]! - model(at))).toBeLessThan(1e-6));
  });
  it('of bins are nearly those of the points, with their scatter', () => {
    const y = points.y.map((v, i) => v + 0.02 * Math.sin(i * 78.233));
    const exact = drain(pointsModelSteps({ ...points, y }, 3, 0))!;
    const fine = new PhaseBinner().curve({ phase, y, marks, start: 0 }, { bins: 160, statistic: 'mean', of: FLAGGED, is: 0 });
    const quick = drain(binsModelSteps(fine, 3, 0))!;
    expect(quick.amplitude / exact.amplitude).toBeCloseTo(1, 2);
    expect(quick.rms / exact.rms).toBeGreaterThan(0.8);
    expect(quick.rms / exact.rms).toBeLessThan(1.2);
  });
});

describe('fold controls', () => {
  it('a slider step drifts the last point by a hundredth of a cycle', () => {
    const fold = slidFold({ period: 0.5, epoch: 10 }, 1, 1000);
    expect(1000 / fold.period - 1000 / 0.5).toBeCloseTo(0.01, 9);
    expect(slidFold({ period: 0.5, epoch: 10 }, -1e9, 1000).period).toBe(0.5);
  });
  it('changes the period about the middle of the data, wherever the epoch was', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 0.1, max: 20, noNaN: true }), (epoch, period) => {
        const moved = anchoredFold({ period, epoch }, [500, 700]);
        expect(moved.period).toBe(period);
        expect(Math.abs(moved.epoch - 600)).toBeLessThanOrEqual(period / 2 + 1e-9);
        const turns = (moved.epoch - epoch) / period;
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-6);
      }),
    );
  });
  it('pulled by a tenth of a cycle, the end of the data moves by that', () => {
    const fold = { period: 0.5, epoch: 600 };
    const pulled = pulledFold(fold, 0.1, 200);
    expect((700 - pulled.epoch) / pulled.period - (700 - fold.epoch) / fold.period).toBeCloseTo(0.1, 9);
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
