import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf, padDomain, panDomain, PlotScale, zoomDomain, type Range, type ScaleKind } from '../../../src/renderer/components/plot/scale';

const kinds: readonly ScaleKind[] = ['linear', 'log', 'time'];
const domain = fc
  .tuple(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
  .filter(([a, b]) => Math.abs(a - b) > 1e-3 * Math.max(a, b))
  .map(([a, b]): Range => (a < b ? [a, b] : [b, a]));

describe('PlotScale', () => {
  it('comes back from pixels to the same value, on every kind, upright and inverted', () => {
    fc.assert(
      fc.property(domain, fc.constantFrom(...kinds), fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), (d, kind, inverted, t) => {
        const scale = new PlotScale({ kind }, d, inverted ? [400, 10] : [10, 400]);
        const value = d[0] + t * (d[1] - d[0]);
        expect(Math.abs(scale.toData(scale.toPixel(value)) - value)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(value), d[1] - d[0]));
        expect(scale.toPixel(d[0])).toBeCloseTo(inverted ? 400 : 10, 6);
        expect(scale.toPixel(d[1])).toBeCloseTo(inverted ? 10 : 400, 6);
      }),
    );
  });

  it('has the slope and intercept that its method uses', () => {
    const scale = new PlotScale({ kind: 'log' }, [1, 1000], [0, 300]);
    expect(scale.slope * Math.log10(100) + scale.intercept).toBeCloseTo(scale.toPixel(100), 10);
    expect(scale.toPixel(0)).toBeNaN();
    expect(scale.toPixel(-5)).toBeNaN();
  });

  it('labels ticks inside the domain with thin spaces, and shifts labels but not values by an offset', () => {
    const plain = new PlotScale({ kind: 'linear' }, [50_900, 54_100], [0, 400]).ticks(84);
    expect(plain.map((t) => t.label)).toContain('52\u202f000');
    for (const t of plain) expect(t.value >= 50_900 && t.value <= 54_100).toBe(true);
    const shifted = new PlotScale({ kind: 'linear', offset: 2_400_000.5 }, [50_900, 54_100], [0, 400]).ticks(84);
    expect(shifted.map((t) => t.label)).toContain('2\u202f452\u202f000');
    expect(shifted.some((t) => Math.abs(t.value - (2_452_000 - 2_400_000.5)) < 1e-6)).toBe(true);
  });

  it('labels decades of a log axis and leaves minor ticks without words', () => {
    const ticks = new PlotScale({ kind: 'log' }, [1e-5, 1e7], [0, 500]).ticks(60);
    const labels = ticks.filter((t) => t.label).map((t) => t.label);
    expect(labels).toContain('10⁻⁴');
    expect(labels).toContain('10⁶');
    expect(ticks.length).toBeGreaterThan(labels.length);
  });

  it('puts calendar ticks at midnight of the right day', () => {
    // MJD 51544 is 2000-01-01.
    const ticks = new PlotScale({ kind: 'time', julian: 2_400_000.5 }, [51_543.2, 51_548.9], [0, 500]).ticks(100);
    const first = ticks.find((t) => t.label === '2000-01-01');
    expect(first?.value).toBe(51_544);
    expect(calendarOf(2_451_545)).toBe('2000-01-01 12:00:00');
  });
});

describe('zoom and pan', () => {
  it('keep the value under the pointer where it is', () => {
    fc.assert(
      fc.property(
        domain,
        fc.constantFrom(...kinds),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        (d, kind, t, factor) => {
          const before = new PlotScale({ kind }, d, [0, 500]);
          const at = before.toData(500 * t);
          const after = new PlotScale({ kind }, zoomDomain(kind, d, at, factor), [0, 500]);
          expect(after.toPixel(at)).toBeCloseTo(500 * t, 4);
        },
      ),
    );
  });
  it('refuse a domain that float64 cannot resolve, rather than draw nothing', () => {
    let d: Range = [2_450_000, 2_460_000];
    for (let i = 0; i < 200; i++) d = zoomDomain('linear', d, 2_455_000, 0.5);
    expect(d[1]).toBeGreaterThan(d[0]);
  });
  it('pan back and forth to the same place', () => {
    for (const kind of kinds) {
      const there = panDomain(kind, [2, 50], 0.3);
      const back = panDomain(kind, there, -0.3);
      expect(back[0]).toBeCloseTo(2, 9);
      expect(back[1]).toBeCloseTo(50, 9);
    }
  });
  it('pads any extent to one that can be drawn', () => {
    for (const kind of kinds)
      for (const range of [undefined, [3, 3], [0, 0], [-5, 10], [-5, -1], [NaN, 2]] as const) {
        const [low, high] = padDomain(range, kind);
        expect(high).toBeGreaterThan(low);
        if (kind === 'log') expect(low).toBeGreaterThan(0);
      }
  });
});
