import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../../src/core/operations/definition';
import bls from '../../../src/core/operations/periods/bls';
import { type BatchSpec, drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import { checkParams } from '../../../src/core/operations/check-params';
import { AppError } from '../../../src/core/protocol/outcome';
import type { Params } from '../../conformance/harness';

interface Made {
  readonly row: Record<string, number | undefined>;
  readonly alerts: readonly { readonly message: string }[];
  readonly curve: Series | undefined;
}

function search(
  columns: Record<string, ArrayLike<number>>,
  params: Params,
  options: { units?: Record<string, string>; preview?: boolean } = {},
): Made {
  const spec: BatchSpec = { columns, units: options.units ?? { time: 'd' }, ordered: 'time' };
  const context = makeContext({ preview: options.preview ?? false });
  const effect = drive(bls.kernel(makeBatch(spec), checkParams(bls, params) as never, context));
  return { row: effect.results![0] as Made['row'], alerts: context.alerts, curve: effect.series![0] };
}

/** Noise of 0.001 with falls of `depth` for 0.15 every `period`, from `epoch`. */
function transits(n: number, span: number, setting: { period: number; epoch: number; depth: number; odd?: number }, seed = 3) {
  const random = seededRandom(seed);
  const time = Array.from({ length: n }, (_, i) => 1500 + (span * (i + 0.4 * random())) / n);
  const value = time.map((t) => {
    const turns = Math.round((t - setting.epoch) / setting.period);
    const isIn = Math.abs(t - setting.epoch - turns * setting.period) < 0.075;
    const depth = turns % 2 === 0 ? setting.depth : (setting.odd ?? setting.depth);
    return 1 + 0.001 * (random() + random() + random() - 1.5) * 2 - (isIn ? depth : 0);
  });
  return { time, value, error: time.map(() => 0.001) };
}

describe('box least squares', () => {
  it('finds planted transits wherever they begin', () => {
    const planted = fc.record({
      period: fc.double({ min: 1.5, max: 6, noNaN: true }),
      phase: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(planted, ({ period, phase, seed }) => {
        const data = transits(1500, 27, { period, epoch: 1500 + phase * period, depth: 0.004 }, seed);
        const { row } = search(data, { durations: [0.1, 0.15, 0.25], minimumPeriod: 1.2, maximumPeriod: 7, frequencyFactor: 3 });
        expect(Math.abs(row['period']! / period - 1)).toBeLessThan(1e-3);
        const cycles = (row['epoch']! - 1500 - phase * period) / row['period']!;
        expect(Math.abs(cycles - Math.round(cycles)) * period).toBeLessThan(0.03);
        expect(Math.abs(row['depth']! - 0.004)).toBeLessThan(5 * row['depth_error']!);
        expect(row['duration']!).toBeGreaterThan(0.1);
        expect(row['duration']!).toBeLessThan(0.2);
      }),
      { numRuns: 12 },
    );
  });

  it('takes a rise of magnitudes for the fall of a flux, with the same numbers', () => {
    const data = transits(900, 20, { period: 2.9, epoch: 1501, depth: 0.01 });
    const params = { durations: [0.15], frequencyFactor: 4 };
    const flux = search(data, params);
    const magnitude = search({ ...data, value: data.value.map((v) => -v) }, params, { units: { time: 'd', value: 'mag' } });
    expect(magnitude.row).toEqual(flux.row);
    expect(Math.abs(flux.row['period']! / 2.9 - 1)).toBeLessThan(1e-3);
  });

  it('gives its curve over ascending frequency, the best peak first, and a frequency for each period of the grid', () => {
    const { curve, row } = search(transits(900, 20, { period: 2.9, epoch: 1501, depth: 0.01 }), { durations: [0.15], periods: 400, refine: false });
    const [x, y] = [curve!.x.values, curve!.y.values];
    expect(x.length).toBe(400);
    expect(x.every((f, i) => i === 0 || f > x[i - 1]!)).toBe(true);
    expect([curve!.name, curve!.x.unit, curve!.best]).toEqual(['periodogram', '1/d', 'highest']);
    expect(curve!.marks![0]).toMatchObject({ x: 1 / row['period']!, y: Math.max(...y) });
    expect(curve!.marks!.length).toBeGreaterThan(1);
    expect(row['period_error']).toBeUndefined();
    expect(row['power']).toBe(Math.max(...y));
  });

  it('tells an eclipsing binary from a planet', () => {
    const binary = { ...transits(2500, 27, { period: 2.2, epoch: 1501, depth: 0.012, odd: 0.008 }) };
    expect(search(binary, { durations: [0.15], frequencyFactor: 3, maximumPeriod: 3 }).row['odd_even_sigma']).toBeGreaterThan(5);
    const planet = { ...transits(2500, 27, { period: 2.2, epoch: 1501, depth: 0.01 }) };
    const { row } = search(planet, { durations: [0.15], frequencyFactor: 3, maximumPeriod: 3 });
    expect(row['odd_even_sigma']).toBeLessThan(3);
    expect(Math.abs(row['secondary_snr']!)).toBeLessThan(4);
    expect(row['sine_log_likelihood']).toBeLessThan(0);
    expect(row['transits']).toBe(12);
  });

  it('measures its errors by the scatter when there are none, and says when they are not those of the values', () => {
    const { error, ...bare } = transits(1500, 27, { period: 3.1, epoch: 1501, depth: 0.005 });
    const params = { durations: [0.15], frequencyFactor: 3 };
    const with1 = search({ ...bare, error }, params).row;
    const without = search(bare, params).row;
    expect(without['snr']! / with1['snr']!).toBeGreaterThan(0.9);
    expect(without['snr']! / with1['snr']!).toBeLessThan(1.1);
    const wild = search({ ...bare, error: error.map((e) => e * 1e4) }, params);
    expect(wild.alerts.map((a) => a.message).join()).toMatch(/errors are .* times as large as the scatter/);
    expect(Math.abs(wild.row['period']! / 3.1 - 1)).toBeLessThan(1e-3);
  });

  it('says the size of the grid before it runs, refuses too large a one, and searches a part of it for a preview', () => {
    const long = transits(2000, 4000, { period: 3.1, epoch: 1501, depth: 0.005 });
    expect(() => search(long, {})).toThrow(/the grid has 4\.\de\+8 periods \(at most 1e\+7\); it would take about \d+ h/);
    const year = transits(20_000, 27, { period: 3.1, epoch: 1501, depth: 0.005 });
    const before = process.cpuUsage();
    const preview = search(year, {}, { preview: true });
    const used = process.cpuUsage(before);
    expect(preview.alerts[0]!.message).toMatch(/^preview: every \d+th of \d+ periods is searched/);
    expect(Math.abs(preview.row['period']! / 3.1 - 1)).toBeLessThan(1e-3);
    console.info(`bls preview of 20 000 points: ${(used.user / 1000).toFixed(0)} ms`);
    const context = makeContext();
    const kernel = bls.kernel(
      makeBatch({ columns: transits(20_000, 81, { period: 3.1, epoch: 1501, depth: 0.005 }) }),
      checkParams(bls, {}) as never,
      context,
    );
    while (context.alerts.length === 0 && !kernel.next().done);
    kernel.return(undefined as never);
    expect(context.alerts[0]!.message).toMatch(/^20000 points × \d+ periods take about \d+ (s|min)$/);
  });

  it('has the usual durations in the unit of the time', () => {
    const data = transits(1500, 27, { period: 3.1, epoch: 1501, depth: 0.01 });
    const inDays = search(data, { frequencyFactor: 3 }).row;
    const inHours = search({ ...data, time: data.time.map((t) => 24 * t) }, { frequencyFactor: 3 }, { units: { time: 'h' } }).row;
    expect(inHours['period']! / 24 / inDays['period']! - 1).toBeCloseTo(0, 6);
    expect(inHours['duration']! / 24).toBeCloseTo(inDays['duration']!, 6);
  });

  it.each([
    [{ minimumPeriod: 3, maximumPeriod: 2 }, 'invalid maximumPeriod: 2 (must be above the minimum, 3)'],
    [{ minimumPeriod: 0.3, durations: [0.1, 0.4] }, 'invalid durations: 0.4 (must be shorter than the minimum period, 0.3)'],
    [{ durations: [-1] }, 'invalid durations: -1 (must be greater than 0)'],
    [{ durations: [] }, /^invalid durations: \[\]/],
    [{ minimumTransits: 1 }, /^invalid minimumTransits: 1/],
  ])('refuses %j', (params, message) => {
    const data = transits(100, 20, { period: 3.1, epoch: 1501, depth: 0.01 });
    try {
      search(data, params);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).message).toMatch(message);
    }
  });

  it('says why there is no period', () => {
    const reasonOf = (columns: Record<string, ArrayLike<number>>, params = {}): string => {
      const { row, alerts } = search(columns, params);
      expect(row['period']).toBeUndefined();
      return alerts.at(-1)!.message;
    };
    expect(reasonOf({ time: [1, 2], value: [1, 2] })).toMatch(/fewer than 4 usable points/);
    expect(reasonOf({ time: [1, 2, 3, 4, 5], value: [1, 1, 1, 1, 1] })).toMatch(/all values are equal/);
    expect(reasonOf({ time: [1, 1, 1, 1, 1], value: [1, 2, 1, 1, 1] })).toMatch(/all times are equal/);
    expect(reasonOf({ time: [1, 1.1, 1.2, 1.25], value: [1, 2, 1, 1] })).toMatch(/too short for the usual durations/);
    expect(reasonOf({ time: [1, 2, 3, 4], value: [1, 2, 1, 1] }, { durations: [2] })).toMatch(/3 transits .* do not fit/);
  });
});
