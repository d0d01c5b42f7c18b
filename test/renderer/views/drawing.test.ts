import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourCounts, pack, stretched, viridisLut } from '../../../src/renderer/components/plot/density-lut';
import { nearestPoint } from '../../../src/renderer/components/plot/hit-test';
import { PlotScale } from '../../../src/renderer/components/plot/scale';
import { SharedMargin } from '../../../src/renderer/components/plot/shared-margin';
import {
  countCells,
  inkOf,
  makeStamp,
  stampOpacities,
  stampSums,
  toneSums,
  wrapSums,
  type Stamp,
  type StampPoints,
} from '../../../src/renderer/components/plot/stamp';
import { toRgb } from '../../../src/renderer/components/plot/theme';

const lightness = (word: number): number => 0.21 * (word & 255) + 0.72 * ((word >>> 8) & 255) + 0.07 * ((word >>> 16) & 255);

describe('density colours', () => {
  const lut = viridisLut();
  it('run from viridis purple to yellow, opaque, always lighter', () => {
    expect(lut).toHaveLength(256);
    expect([lut[0], lut[255]]).toEqual([pack([68, 1, 84]), pack([253, 231, 37])]);
    for (let i = 1; i < 256; i++) expect(lightness(lut[i]!)).toBeGreaterThanOrEqual(lightness(lut[i - 1]!) - 0.6);
  });
  it('leave empty bins clear, show a single row, and grow with the count in every stretch', () => {
    for (const stretch of ['log', 'sqrt', 'linear'] as const) {
      const counts = Uint32Array.of(0, 1, 10, 1000, 70_000, 90_000);
      const out = new Uint32Array(6);
      colourCounts(out, counts, 90_000, stretch, lut, undefined, [255, 0, 0]);
      expect(out[0]).toBe(0);
      expect(out[1]! >>> 24).toBe(255);
      expect(out[5]).toBe(lut[255]);
      for (let i = 2; i < 6; i++) expect(lut.indexOf(out[i]!)).toBeGreaterThanOrEqual(lut.indexOf(out[i - 1]!));
      expect(stretched(0, 10, stretch)).toBe(0);
      expect(stretched(10, 10, stretch)).toBe(1);
    }
  });
  it('turn towards the selection colour by the selected share', () => {
    const counts = Uint32Array.of(100, 100, 100);
    const selected = Uint32Array.of(0, 50, 100);
    const out = new Uint32Array(3);
    colourCounts(out, counts, 100, 'log', lut, selected, [255, 0, 0]);
    expect(out[0]).toBe(lut[255]);
    expect(out[2]).toBe(pack([255, 0, 0]));
    expect((out[1]! >>> 8) & 255).toBeLessThan((out[0]! >>> 8) & 255);
    expect((out[1]! >>> 8) & 255).toBeGreaterThan(0);
  });
});

describe('the point raster', () => {
  it('a disc covers its area and a ring leaves its middle clear', () => {
    for (const radius of [1.2, 2.2, 4]) {
      const disc = makeStamp(radius, false);
      for (const mask of disc.masks) expect(mask.reduce((a, b) => a + b, 0) / 255).toBeCloseTo(Math.PI * radius * radius, 0);
    }
    const ring = makeStamp(4, true);
    expect(ring.masks[10]![ring.offset * ring.size + ring.offset]).toBe(0);
  });
  it('adds up where points crowd, and cuts at the edges', () => {
    const [w, h] = [20, 10];
    const alpha = new Uint8Array(w * h);
    const xs = Float32Array.of(10.5, 0.2, 19.9, -30, 10.5);
    const ys = Float32Array.of(5.5, 0.2, 9.9, 5, 500);
    const points = { xs, ys, count: 5, originX: 0, originY: 0, scale: 1 };
    const ink = inkOf(makeStamp(1.5, false), w, 0.5);
    stampOpacities(alpha, w, h, points, ink);
    const once = alpha[5 * w + 10]!;
    expect(once).toBeGreaterThan(120);
    expect(alpha[0]).toBeGreaterThan(0);
    expect(alpha[w * h - 1]).toBeGreaterThan(0);
    expect(alpha[w]).toBeGreaterThan(0);
    // What lies over the left edge does not come back at the right one.
    expect(alpha[w - 1]).toBe(0);
    stampOpacities(alpha, w, h, { ...points, count: 1 }, ink);
    expect(alpha[5 * w + 10]).toBeGreaterThan(once);
    for (let i = 0; i < 50; i++) stampOpacities(alpha, w, h, { ...points, count: 1 }, ink);
    expect(alpha[5 * w + 10]).toBe(255);
  });
});

/** The sums of a crowd, and that its counts are left as zeros. */
function crowd(w: number, h: number, points: StampPoints, stamp: Stamp): Int32Array {
  const ink = inkOf(stamp, w, 1);
  const sums = new Int32Array(w * h);
  const counts = new Uint32Array(countCells(w, h, ink));
  stampSums(sums, counts, w, h, points, ink);
  expect(counts.every((n) => n === 0)).toBe(true);
  return sums;
}

describe('a crowd of points', () => {
  it('is cut at the edges: the picture is that part of a larger one', () => {
    const place = fc.integer({ min: -6 * 64, max: 26 * 64 }).map((n) => n / 64);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place), { maxLength: 40 }), fc.constantFrom(1.2, 2.4), (at, radius) => {
        const [w, h, edge] = [20, 14, 16];
        const [wide, high] = [w + 2 * edge, h + 2 * edge];
        const points = { xs: Float32Array.from(at, (p) => p[0]), ys: Float32Array.from(at, (p) => p[1]), count: at.length, scale: 1 };
        const stamp = makeStamp(radius, false);
        const cut = crowd(w, h, { ...points, originX: 0, originY: 0 }, stamp);
        const whole = crowd(wide, high, { ...points, originX: -edge, originY: -edge }, stamp);
        for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) expect(cut[y * w + x]).toBe(whole[(y + edge) * wide + x + edge]);
      }),
    );
  });
  it('shows each point in the pixel it lies in, its marker round that', () => {
    const stamp = makeStamp(1.2, false);
    const middle = stamp.masks.at(-1)!;
    const place = fc.double({ min: 3, max: 16.99, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 30 }), (at) => {
        const [w, h] = [20, 20];
        const xs = Float32Array.from(at, (p) => p[0]);
        const ys = Float32Array.from(at, (p) => p[1]);
        const expected = new Int32Array(w * h);
        xs.forEach((x, k) => {
          const [left, top] = [Math.floor(x) - stamp.offset, Math.floor(ys[k]!) - stamp.offset];
          middle.forEach((c, m) => (expected[(top + Math.floor(m / stamp.size)) * w + left + (m % stamp.size)]! += c));
        });
        expect(crowd(w, h, { xs, ys, count: at.length, originX: 0, originY: 0, scale: 1 }, stamp)).toEqual(expected);
      }),
    );
  });
  it('that repeats has the markers over its seam on both sides', () => {
    const [cycle, h] = [12, 6];
    const place = fc.tuple(fc.double({ min: 3, max: 14.99, noNaN: true }), fc.double({ min: 2, max: 3.99, noNaN: true }));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), (at) => {
        const points = (copies: readonly number[]): StampPoints => {
          const all = copies.flatMap((shift) => at.map(([x, y]) => [x + shift, y] as const));
          return {
            xs: Float32Array.from(all, (p) => p[0]),
            ys: Float32Array.from(all, (p) => p[1]),
            count: all.length,
            originX: 0,
            originY: 0,
            scale: 1,
          };
        };
        const stamp = makeStamp(1.2, false);
        // One copy, from three pixels before its first point to three after its last.
        const w = cycle + 6;
        const one = crowd(w, h, points([0]), stamp);
        wrapSums(one, w, h, cycle);
        // The middle one of three copies drawn point by point.
        const wide = 3 * cycle + 6;
        const all = crowd(wide, h, points([0, cycle, 2 * cycle]), stamp);
        for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) expect(one[y * w + x], `${x} ${y}`).toBe(all[y * wide + x + cycle]);
      }),
    );
  });
  it('grows more opaque with the number in a place, up to opaque, and shows one alone', () => {
    const [w, h] = [64, 8];
    const places = [4, 16, 28, 40, 52];
    const many = places.flatMap((x, k) => new Array<number>(10 ** k).fill(x + 0.5));
    const points = { xs: Float32Array.from(many), ys: Float32Array.from(many, () => 4.5), count: many.length, originX: 0, originY: 0, scale: 1 };
    const sums = crowd(w, h, points, makeStamp(1.2, false));
    expect(places.map((x) => Math.round(sums[4 * w + x]! / 255))).toEqual([1, 10, 100, 1000, 10_000]);
    const alpha = new Uint8Array(w * h).fill(7);
    toneSums(sums, w * h, 0.45, alpha);
    const seen = places.map((x) => alpha[4 * w + x]!);
    expect(seen[0]).toBeGreaterThan(100);
    expect(seen[4]).toBe(255);
    // Ten times as many are as much more, whatever the number.
    for (let k = 1; k < 4; k++) expect(Math.abs(seen[k + 1]! - seen[k]! - (seen[k]! - seen[k - 1]!))).toBeLessThan(6);
    expect(alpha[0]).toBe(0);
    toneSums(new Int32Array(w * h), w * h, 0.45, alpha);
    expect(alpha.every((a) => a === 0)).toBe(true);
  });
});

describe('nearestPoint', () => {
  it('is the point a search over all distances finds', () => {
    const pixel = fc.double({ min: 0, max: 400, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(pixel, pixel), { maxLength: 60 }), pixel, pixel, fc.boolean(), (list, px, py, cycles) => {
        const x = new PlotScale({ kind: 'linear' }, [0, 4], [0, 400]);
        const y = new PlotScale({ kind: 'linear' }, [10, 20], [0, 400]);
        const points = { count: list.length, x: Float64Array.from(list, (p) => x.toData(p[0])), y: Float64Array.from(list, (p) => y.toData(p[1])) };
        const shifts = cycles ? [0, 1] : [0];
        const d = list.map((p) => Math.min(...shifts.map((s) => Math.hypot(p[0] + 100 * s - px, p[1] - py))));
        const least = Math.min(...d);
        const found = nearestPoint(points, x, y, px, py, 12, shifts);
        if (Math.abs(least - 12) < 1e-6) return;
        if (least > 12) expect(found).toBeUndefined();
        else expect(d[found!]).toBeCloseTo(least, 6);
      }),
    );
  });
  it('never finds a point with a missing coordinate', () => {
    const s = new PlotScale({ kind: 'linear' }, [0, 1], [0, 100]);
    expect(nearestPoint({ count: 2, x: Float64Array.of(NaN, 0.5), y: Float64Array.of(0.5, NaN) }, s, s, 50, 50, 1e9)).toBeUndefined();
  });
});

it('theme colours are read in each form CSS gives them', () => {
  expect(toRgb('#5aa9e6')).toEqual([90, 169, 230]);
  expect(toRgb('#abc')).toEqual([170, 187, 204]);
  expect(toRgb('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
});

describe('the margin of plots over each other', () => {
  it('is the widest that one of them needs, and those it changes are drawn anew', () => {
    const margin = new SharedMargin();
    const drawn: string[] = [];
    const settle = (plot: object, left: number, name: string): number => margin.settle(plot, left, () => drawn.push(name));
    const [upper, lower] = [{}, {}];
    expect(settle(upper, 60, 'upper')).toBe(60);
    expect(settle(lower, 48, 'lower')).toBe(60);
    expect(drawn).toEqual([]);
    expect(settle(lower, 84, 'lower')).toBe(84);
    expect(drawn).toEqual(['upper']);
    expect(settle(upper, 60, 'upper')).toBe(84);
    expect(settle(upper, 72, 'upper')).toBe(84);
    expect(drawn).toEqual(['upper']);
    margin.leave(lower);
    expect(drawn).toEqual(['upper', 'upper']);
    expect(settle(upper, 72, 'upper')).toBe(72);
  });
});
