import { describe, expect, it } from 'vitest';
import type { KernelSpec } from '../../../src/core/numerics/convolve/kernel-spec';
import { kernelModel } from '../../../src/core/numerics/convolve/kernel-model';
import convolveImage from '../../../src/core/operations/convolve/image';
import convolveSeries from '../../../src/core/operations/convolve/series';
import replaceMissing from '../../../src/core/operations/convolve/replace-missing';
import { checkParams } from '../../../src/core/operations/check-params';
import type { OperationDef } from '../../../src/core/operations/definition';
import { type BatchSpec, drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import type { Alert } from '../../../src/core/model/table';
import type { GoldenCase } from '../../golden/convolutions';
import { expectClose, golden, numbers } from '../../golden/load';

interface Made {
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly marked: readonly number[];
  readonly alerts: readonly Alert[];
}

function apply(op: unknown, spec: BatchSpec, params: Record<string, unknown>): Made {
  const def = op as OperationDef;
  const batch = makeBatch({ ...spec, ordered: def.ordered });
  const context = makeContext();
  const effect = drive(def.kernel(batch, checkParams(def, params), context));
  const back = (values: Float64Array): Float64Array => {
    const out = new Float64Array(values.length);
    values.forEach((v, i) => (out[batch.order[i]!] = v));
    return out;
  };
  return {
    columns: Object.fromEntries((effect.columns ?? []).map((c) => [c.name, back(c.values as Float64Array)])),
    marked: (effect.marks?.[0]?.mask ? [...effect.marks[0].mask.keys()].filter((i) => effect.marks![0]!.mask[i] === 1) : []).map(
      (i) => batch.order[i]!,
    ),
    alerts: context.alerts,
  };
}

const file = golden<{
  sequence: readonly (number | null)[];
  image: { width: number; height: number; values: readonly (number | null)[] };
  kernels_1d: Record<string, readonly number[]>;
  kernels_2d: Record<string, readonly (readonly number[])[]>;
  cases: readonly GoldenCase[];
  replaced: { 1: readonly (number | null)[]; 2: readonly (number | null)[] };
}>('convolve.json');

const sequence = numbers(file.sequence);
const image: BatchSpec = { columns: { value: numbers(file.image.values) }, table: { image: file.image } };
const curve: BatchSpec = { columns: { time: [...sequence.keys()].map((i) => 2450000 + 0.02 * i), value: sequence } };

const expectColumn = (made: Float64Array | undefined, wanted: readonly (number | null)[], what: string): void =>
  wanted.forEach((v, i) => expectClose(made![i], v, 1e-12, `${what} ${i}`));

describe('convolve', () => {
  it.each(['image', 'series'] as const)('%s gives what astropy gives', (which) => {
    const dimensions = which === 'image' ? 2 : 1;
    const cases = file.cases.filter((c) => c.dimensions === dimensions && c.kernel !== 'zero sum' && c.fillValue !== null);
    expect(cases.length).toBeGreaterThan(40);
    for (const { kernel, boundary, fillValue, missing, missingFill, normalize, values } of cases) {
      const rows = which === 'image' ? file.kernels_2d[kernel]! : [file.kernels_1d[kernel]!];
      const params = { kernel: 'custom', numbers: rows.map((r) => r.join(' ')).join('; '), boundary, fillValue, missing, missingFill, normalize };
      const made = apply(which === 'image' ? convolveImage : convolveSeries, which === 'image' ? image : curve, params);
      expectColumn(made.columns['value_convolved'], values, JSON.stringify(params));
    }
  });

  it('replace-missing gives what interpolate_replace_nans gives, and marks it', () => {
    for (const [spec, wanted] of [
      [curve, file.replaced[1]],
      [image, file.replaced[2]],
    ] as const) {
      const made = apply(replaceMissing, spec, { width: 1 });
      expectColumn(made.columns['value_filled'], wanted, 'value');
      const before = spec.columns['value'] as Float64Array;
      expect(made.marked).toEqual([...before.keys()].filter((i) => before[i] !== before[i] && wanted[i] !== null));
      expect(made.marked.length).toBeGreaterThan(5);
    }
  });

  it('lets flagged pixels lend nothing, and leaves those outside the selection alone', () => {
    const value = [1, 2, 3, 4, 1e9, 6, 7, 8, 9];
    const table = { image: { width: 3, height: 3 } };
    const flagged = [0, 0, 0, 0, 1, 0, 0, 0, 0];
    const made = apply(convolveImage, { columns: { value }, table, flagged }, { kernel: 'box', width: 3, boundary: 'extend' });
    expect(made.columns['value_convolved']![4]).toBeCloseTo(40 / 8, 12);
    const some = apply(
      convolveImage,
      { columns: { value }, table, inside: [1, 1, 1, 0, 0, 0, 0, 0, 0] },
      { kernel: 'box', width: 3, boundary: 'extend' },
    );
    expect([...some.columns['value_convolved']!.slice(3)].every(Number.isNaN)).toBe(true);
    expect(some.columns['value_convolved']![1]).toBeCloseTo(2, 12);
  });

  it('takes a kernel from a second file', () => {
    const beside = { name: 'psf', columns: { flux: [1, 2, 1, 2, 4, 2, 1, 2, 1] }, table: { image: { width: 3, height: 3 } } };
    const own = apply(convolveImage, image, { kernel: 'custom', numbers: '1 2 1; 2 4 2; 1 2 1' });
    const read = apply(convolveImage, { ...image, companion: [beside] }, { kernel: 'custom' });
    expect(read.columns).toEqual(own.columns);
    const metas = [
      { name: 'other', rows: 0, columns: [], header: [], fileFlags: [] },
      makeBatch({ columns: beside.columns, table: { name: 'psf', ...beside.table } }).table,
    ];
    const pick = (params: Record<string, unknown>): unknown => convolveImage.companion!.pick(checkParams(convolveImage, params), metas, metas[0]!);
    expect(pick({ kernel: 'custom' })).toEqual([{ table: 'psf', columns: ['flux'] }]);
    expect(() => pick({ kernel: 'box' })).toThrow('the kernel is box');
    expect(() => pick({ kernel: 'custom', numbers: '1' })).toThrow('both numbers and a kernel file');
    expect(() => apply(convolveSeries, { ...curve, companion: [beside] }, { kernel: 'custom' })).toThrow('must be one for a light curve');
  });

  it('refuses tables that are no images', () => {
    expect(() => apply(convolveImage, curve, {})).toThrow('this table is no image');
  });
});

/** Half-hour data of a year with the drift that the Earth's orbit gives them, gaps of all lengths, in no order. */
function drifting(): { spec: BatchSpec; cells: number[]; order: number[] } {
  const random = seededRandom(8);
  const cells = Array.from({ length: 9000 }, (_, i) => (i < 3000 ? i : i < 6000 ? i + 7 : i + 5000)).filter(() => random() > 0.03);
  const time = cells.map((c) => 55000 + (c * 1765.5 + 480 * Math.sin(c / 2800)) / 86400);
  const value = cells.map((c) => (random() < 0.02 ? NaN : 1000 + 20 * Math.sin(c / 40) + random()));
  const order = [...cells.keys()].sort(() => random() - 0.5);
  return { spec: { columns: { time: order.map((i) => time[i]!), value: order.map((i) => value[i]!) } }, cells, order };
}

describe('convolve.series', () => {
  it('sees through drifting times and gaps', () => {
    const { spec, cells, order } = drifting();
    for (const [width, boundary] of [
      [0.1, 'extend'],
      [0.6, 'wrap'],
      [3, 'fill'],
    ] as const) {
      const made = apply(convolveSeries, spec, { width, boundary, cadence: 1765.5 / 86400 });
      // The same on the whole grid, gaps and all.
      const whole = new Array<number>(cells[cells.length - 1]! + 1).fill(NaN);
      order.forEach((i, row) => (whole[cells[i]!] = (spec.columns['value'] as number[])[row]!));
      const even = apply(
        convolveSeries,
        { columns: { time: whole.map((_, c) => c), value: whole } },
        { width: (width * 86400) / 1765.5, boundary, cadence: 1 },
      );
      order.forEach((i, row) => {
        const [a, b] = [made.columns['value_convolved']![row]!, even.columns['value_convolved']![cells[i]!]!];
        expect(Math.abs(a - b) <= 1e-9 * Math.abs(b) || (a !== a && b !== b), `row ${row}: ${a}, ${b}`).toBe(true);
      });
    }
  });

  it('says when the grid does not suit', () => {
    const random = seededRandom(5);
    const time = Array.from({ length: 300 }, () => 100 * random() ** 3);
    const made = apply(convolveSeries, { columns: { time, value: time.map(() => random()) } }, { width: 1 });
    expect(made.alerts.some((a) => /cells of the cadence grid/.test(a.message) && /grid: time/.test(a.hint ?? ''))).toBe(true);
    const pairs = { time: [0, 0.01, 1, 2, 3, 4], value: [1, 3, 2, 2, 2, 2] };
    const shared = apply(convolveSeries, { columns: pairs }, { kernel: 'box', width: 1 });
    expect(shared.columns['value_convolved']![0]).toBe(2);
    expect(shared.alerts.some((a) => a.rows === 1 && /averaged/.test(a.message))).toBe(true);
    const alone = apply(
      convolveSeries,
      { columns: { time: [0, 1, 2, 9, 10, 11, 12], value: [1, 1, 1, NaN, 1, 1, 1] } },
      { kernel: 'tophat', width: 0.4 },
    );
    expect(alone.alerts.find((a) => a.severity === 'warning' && /no value under the kernel/.test(a.message))?.rows).toBe(1);
    expect(apply(convolveSeries, { columns: { time: [3], value: [1] } }, { boundary: 'none' }).alerts[0]!.message).toMatch('no cadence');
  });

  it('weighs by the true times', () => {
    const random = seededRandom(6);
    const time = Array.from({ length: 400 }, () => 30 * random());
    const value = time.map((t, i) => (i % 29 === 3 ? NaN : 12 + Math.sin(t) + 0.1 * random()));
    const specs: KernelSpec[] = (['gaussian', 'box', 'tophat', 'ring', 'lorentzian', 'moffat', 'airy', 'trapezoid', 'bicubic'] as const).map(
      (kernel) => ({
        kernel,
        width: 0.7,
        ringWidth: 0.5,
        alpha: 2.5,
        slope: 1.3,
      }),
    );
    for (const spec of specs) {
      const { kernel, ringWidth, slope } = spec;
      const made = apply(
        convolveSeries,
        { columns: { time, value } },
        { kernel, width: 0.7, ringWidth, slope, grid: 'time', missing: kernel === 'box' ? 'preserve' : 'interpolate' },
      );
      const model = kernelModel(spec, 1);
      const reach = kernel === 'gaussian' ? Infinity : model.extent / 2;
      time.forEach((t, row) => {
        let [top, bottom] = [0, 0];
        time.forEach((u, i) => {
          if (Number.isNaN(value[i]) || Math.abs(u - t) > reach) return;
          top += model.value(u - t, 0) * value[i]!;
          bottom += model.value(u - t, 0);
        });
        const wanted = kernel === 'box' && Number.isNaN(value[row]) ? null : top / bottom;
        expectClose(made.columns['value_convolved']![row], wanted, 1e-9, `${kernel} at ${t}`);
      });
    }
    for (const kernel of ['mexican-hat', 'distance', 'custom'])
      expect(() => apply(convolveSeries, curve, { kernel, grid: 'time' })).toThrow(`invalid kernel: ${kernel}`);
  });

  it('previews wide kernels from fewer rows, and nothing across gaps', () => {
    const random = seededRandom(9);
    const time = Array.from({ length: 6000 }, (_, i) => 0.02 * i + 0.01 * random() + (i > 2500 ? 70 : 0));
    const spec = { columns: { time, value: time.map((t) => 100 + Math.sin(t / 3) + 0.1 * random()) } };
    for (const kernel of ['lorentzian', 'moffat', 'airy', 'bicubic']) {
      const [quick, exact] = [true, false].map((preview) => {
        const params = checkParams(convolveSeries, { kernel, width: 4, grid: 'time' });
        return drive(convolveSeries.kernel(makeBatch(spec), params, makeContext({ preview }))).columns![0]!.values as Float64Array;
      });
      let differs = 0;
      quick!.forEach((v, i) => {
        expect(Math.abs(v - exact![i]!), `${kernel} ${i}`).toBeLessThan(2e-3);
        if (v !== exact![i]) differs++;
      });
      expect(differs).toBeGreaterThan(500);
    }
  });

  it('gives 0 and no residual within half a kernel of the ends with the boundary none', () => {
    const made = apply(convolveSeries, { columns: { time: [0, 1, 2, 3, 4], value: [1, 2, 3, 4, 9] } }, { kernel: 'box', width: 3, boundary: 'none' });
    expect([...made.columns['value_convolved']!].map((v) => Number(v.toFixed(12)))).toEqual([0, 2, 3, Number((16 / 3).toFixed(12)), 0]);
    expect([...made.columns['value_residual']!].map(Number.isNaN)).toEqual([true, false, false, false, true]);
  });
});
