import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/protocol/outcome';
import { plainPolygonTest, polygonTest } from '../../../src/core/select/polygon';

type Points = [number, number][];

function test(points: Points, x: number[], y: number[], make = polygonTest): number[] {
  const out = new Uint8Array(x.length);
  make(points)(Float64Array.from(x), Float64Array.from(y), x.length, out);
  return [...out];
}

/** The textbook ray: to the right, over oriented edges as given. */
function byRay(points: Points, x: number, y: number): number {
  let inside = 0;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i]!;
    const [xj, yj] = points[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside ^= 1;
  }
  return inside;
}

const square: Points = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
];

describe('polygonTest', () => {
  it('counts left and bottom edges as inside, right and top edges as outside', () => {
    expect(test(square, [0, 1, 2, 1, 0, 2, 0, 1], [1, 0, 1, 2, 0, 2, 2, 1])).toEqual([1, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('is even-odd: where a star overlaps itself is outside', () => {
    const star = Array.from({ length: 5 }, (_, i): [number, number] => {
      const angle = Math.PI / 2 + (i * 4 * Math.PI) / 5;
      return [Math.cos(angle), Math.sin(angle)];
    });
    expect(test(star, [0, 0, 0.9], [0, 0.8, 0])).toEqual([0, 1, 0]);
  });

  it('leaves out NaN and infinities', () => {
    expect(test(square, [NaN, 1, Infinity, 1], [1, NaN, 1, -Infinity])).toEqual([0, 0, 0, 0]);
  });

  it('tiles: polygons that share an edge share no point and miss none', () => {
    const lower: Points = [
      [0, 0],
      [3, 1],
      [3, 4],
    ];
    const upper: Points = [
      [0, 0],
      [3, 4],
      [0, 4],
    ];
    const [x, y]: number[][] = [[], []];
    for (let i = 0; i <= 24; i++)
      for (let j = 4; j < 16; j++) {
        x!.push(i / 8);
        y!.push(j / 4);
      }
    const both = test(lower, x!, y!).map((v, i) => v + test(upper, x!, y!)[i]!);
    const inUnion = x!.map((v, i) => (v < 3 && y![i]! >= v / 3 ? 1 : 0));
    expect(both).toEqual(inUnion);
  });

  it.each([
    [square.slice(0, 2), /2 corners/],
    [[...square.slice(0, 3), [NaN, 1] as [number, number]], /finite/],
  ])('refuses what is no polygon', (points, message) => {
    expect(() => polygonTest(points)).toThrow(message);
    expect(() => polygonTest(points)).toThrow(AppError);
  });

  it('agrees with every edge tested for every point, and with the ray away from edges', () => {
    const coordinate = fc.oneof(
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: -4e6, max: 4e6 }).map((v) => v / 1e6),
    );
    const corner = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 30 }), fc.array(corner, { minLength: 1, maxLength: 60 }), (points, probes) => {
        // The corners and the middles of edges are where a shortcut would go wrong first.
        const middles = points.map(([x, y], i): [number, number] => {
          const [a, b] = points[(i + 1) % points.length]!;
          return [(x + a) / 2, (y + b) / 2];
        });
        const all = [...probes, ...points, ...middles];
        const [x, y] = [all.map((p) => p[0]), all.map((p) => p[1])];
        const fast = test(points, x, y);
        expect(fast).toEqual(test(points, x, y, plainPolygonTest));
        probes.forEach(([px, py], i) => {
          const isNearEdge = points.some(([ax, ay], k) => {
            const [bx, by] = points[(k + 1) % points.length]!;
            const t = Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1)));
            return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay)) < 1e-9;
          });
          if (!isNearEdge) expect(fast[i]).toBe(byRay(points, px, py));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is right where floating-point numbers are wider apart than the cells of a grid', () => {
    const epoch = 2_455_000;
    const step = 2 ** -30;
    const points: Points = [
      [epoch, 0],
      [epoch + 8 * step, 0],
      [epoch + 8 * step, 1],
      [epoch, 1],
    ];
    const x = Array.from({ length: 12 }, (_, i) => epoch + (i - 2) * step);
    const expected = x.map((v) => (v >= epoch && v < epoch + 8 * step ? 1 : 0));
    expect(test(points, x, new Array<number>(12).fill(0.5))).toEqual(expected);
  });
});
