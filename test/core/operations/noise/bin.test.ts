import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../../src/core/operations/registry';
import type { BatchSpec } from '../../../../src/core/operations/runner';
import { checkParams } from '../../../../src/core/operations/check-params';
import { AppError } from '../../../../src/core/protocol/outcome';
import { type Run, lightCurve, plainEffect, run } from '../../../conformance/harness';
import { expectClose, golden, numbers } from '../../../golden/load';

const bin = operations.get('noise.bin')!;

type Numbers = (number | null)[];
interface Golden {
  readonly series: Readonly<Record<string, { readonly time: Numbers; readonly value: Numbers; readonly error: Numbers }>>;
  readonly bins: readonly {
    readonly series: string;
    readonly width: number;
    readonly statistic: string;
    readonly value: Numbers;
    readonly error: Numbers;
    readonly error_scatter: Numbers;
    readonly n: number[];
  }[];
  readonly blocks: readonly { readonly series: string; readonly p0?: number; readonly ncp_prior?: number; readonly edges: number[] }[];
}
const made = golden<Golden>('noise.json');

const seriesOf = (name: string): BatchSpec => {
  const { time, value, error } = made.series[name]!;
  return { columns: { time: numbers(time), value: numbers(value), error: numbers(error) } };
};
const binned = (spec: BatchSpec, params: Record<string, unknown>): Run => run(bin, spec, checkParams(bin, params));
const results = (spec: BatchSpec, params: Record<string, unknown>): readonly Readonly<Record<string, unknown>>[] =>
  binned(spec, params).effect.results!;

describe('bin', () => {
  it.each(made.bins)('$series by width, $statistic, as scipy and the formulas', ({ series, width, statistic, ...expected }) => {
    const rows = results(seriesOf(series), { width, statistic });
    expect(rows.map((r) => r['n'])).toEqual(expected.n);
    for (const key of ['value', 'error', 'error_scatter'] as const)
      rows.forEach((r, b) => {
        const v = expected[key][b];
        if (v === null) expect(r[key], `${key} of bin ${b}`).toBeUndefined();
        else expectClose(r[key] as number, v, 1e-9, `${key} of bin ${b}`);
      });
  });

  it.each(made.blocks)('blocks of $series are astropy’s (p0 $p0, ncp_prior $ncp_prior)', ({ series, p0, ncp_prior, edges }) => {
    const rows = results(seriesOf(series), { blocks: true, falseAlarm: p0, penalty: ncp_prior });
    expect(rows.length).toBe(edges.length - 1);
    rows.forEach((r, b) => {
      expectClose(r['start'] as number, edges[b], 1e-12, `start of block ${b}`);
      expectClose(r['end'] as number, edges[b + 1], 1e-12, `end of block ${b}`);
    });
  });

  it('gives each row the value of its bin, and every point is in one bin', () => {
    const params = fc.record({
      count: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
      width: fc.double({ min: 0.01, max: 20, noNaN: true }),
      breakTolerance: fc.option(fc.double({ min: 0.01, max: 9, noNaN: true }), { nil: undefined }),
      statistic: fc.constantFrom('mean', 'median', 'weighted', 'boundary'),
    });
    fc.assert(
      fc.property(params, fc.integer({ min: 1, max: 300 }), (given, n) => {
        const one = binned(lightCurve(n, n), given);
        const [values, errors, bins] = plainEffect(one).columns.map((c) => c.values as number[]);
        const rows = one.effect.results!;
        const counts = new Array<number>(rows.length).fill(0);
        bins!.forEach((b, i) => {
          if (Number.isNaN(b)) return;
          const own = rows[b]! as Record<string, number>;
          if (Number.isNaN(values![i])) return;
          counts[b]!++;
          if (given.statistic === 'boundary') expect([own['minimum'], own['maximum']]).toContain(values![i]);
          else expect(values![i]).toBe(own['value']);
          expect(errors![i]).toBe(own['error']);
        });
        expect(counts).toEqual(rows.map((r) => r['n']));
        rows.forEach((r, b) => {
          const own = r as Record<string, number>;
          expect(own['time']).toBeGreaterThanOrEqual(own['start']! - 1e-6 * given.width);
          expect(own['time']).toBeLessThanOrEqual(own['end']!);
          if (b > 0) expect(own['start']).toBeGreaterThanOrEqual(rows[b - 1]!['end'] as number);
        });
      }),
    );
  });

  it('puts times whole widths from the start behind the edge, in spite of rounding', () => {
    const time = Array.from({ length: 300 }, (_, i) => 2457000.1 + 0.1 * i);
    const rows = results({ columns: { time, value: time } }, { width: 0.3 });
    expect(rows.map((r) => r['n'])).toEqual(new Array<number>(100).fill(3));
  });

  it('starts where it is told, ends bins at gaps, keeps points of one time together', () => {
    const columns = { time: [0.4, 0.6, 1.2, 1.9, 1.9, 2.4], value: [1, 2, 3, 4, 5, 6] };
    expect(results({ columns }, { width: 1, start: -10.5 }).map((r) => [r['start'], r['n']])).toEqual([
      [-0.5, 1],
      [0.5, 2],
      [1.5, 3],
    ]);
    expect(results({ columns }, { width: 10, breakTolerance: 0.6 }).map((r) => [r['start'], r['end'], r['n']])).toEqual([
      [0.4, 1.2, 3],
      [1.9, 10.4, 3],
    ]);
    expect(results({ columns }, { count: 2 }).map((r) => r['n'])).toEqual([2, 3, 1]);
  });

  it('makes no table of bins when told so', () => {
    const { effect } = binned(seriesOf('mag'), { table: false });
    expect(effect.results).toBeUndefined();
    expect(effect.columns).toHaveLength(3);
  });

  it('leaves flagged rows and missing values out; their bin is known all the same', () => {
    const columns = { time: [0, 0.1, 0.2, 0.3, 5], value: [1, 100, NaN, 3, 9] };
    const { columns: out } = plainEffect(binned({ columns, flagged: [0, 1, 0, 0, 1] }, { width: 1 }));
    expect(out.map((c) => c.values)).toEqual([
      [2, 2, NaN, 2, NaN],
      [1, 1, NaN, 1, NaN],
      [0, 0, 0, 0, NaN],
    ]);
  });

  it('counts points without an error like the others of their bin, or leaves them out where errors weigh', () => {
    const spec: BatchSpec = { columns: { time: [0, 0, 0, 0], value: [1, 2, 3, 10], error: [0.3, 0.4, NaN, 0] } };
    const [mean] = results(spec, {});
    expect(mean).toMatchObject({ value: 4, n: 4 });
    expectClose(mean!['error'] as number, Math.sqrt(0.25 / 2 / 4), 1e-12, 'error');
    const weighted = binned(spec, { statistic: 'weighted' });
    expect(weighted.effect.results![0]).toMatchObject({ n: 2 });
    expect(weighted.alerts.map((a) => a.rows)).toEqual([2]);
  });

  it.each([{ statistic: 'weighted' }, { blocks: true }])('refuses %j without errors', (params) => {
    const error = ((): unknown => {
      try {
        return binned({ columns: { time: [0, 1], value: [1, 2] } }, params);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).fields.message).toMatch(/^invalid (statistic|blocks): /);
  });
});
