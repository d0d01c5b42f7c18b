import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitMask } from '../../../src/core/model/bit-mask';
import { coarseKernel } from '../../../src/core/numerics/convolve/coarse-kernel';
import { convolveSteps } from '../../../src/core/numerics/convolve/convolve';
import { BOUNDARIES, CONVOLVE_DEFAULTS, type ConvolveOptions, MISSING_TREATMENTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d, kernelOf } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import { convolveViewSteps } from '../../../src/core/query/convolve-view';
import { cellGrid } from '../../../src/core/query/image';
import { type TableView, viewOf } from '../../../src/core/query/table-view';

type Params = ConvolveOptions & { readonly width: number };
const DEFAULTS: Params = { ...CONVOLVE_DEFAULTS, width: 1 };

function imageView(width: number, height: number, values: Float64Array, flagged?: BitMask): TableView {
  const column = {
    meta: { name: 'v', type: 'float64' as const },
    length: values.length,
    chunkRows: values.length,
    chunks: [{ length: values.length, stride: 1, data: values }],
  };
  return viewOf({ rows: values.length, version: 1, chunkRows: values.length, columns: [column], image: { width, height }, flagged });
}

/** A view in pieces of two cell rows, as threads share it. */
function preview(
  view: TableView,
  params: Params,
  look: { xRange?: [number, number]; yRange?: [number, number]; width: number; height: number },
  isWhole: boolean,
  inside?: Uint8Array,
): { grid: ReturnType<typeof cellGrid>; values: number[] } {
  const grid = cellGrid(view.image!, look);
  const job = {
    column: 'v',
    kernel: kernel2d({ kernel: 'gaussian', width: params.width }),
    options: params,
    grid,
    step: isWhole ? 1 : grid.step,
    inside,
  };
  const values: number[] = [];
  for (let from = 0; from < grid.height; from += 2) values.push(...drain(convolveViewSteps(view, job, from, Math.min(grid.height, from + 2))));
  return { grid, values };
}

function full(width: number, height: number, values: Float64Array, params: Params, use?: Uint8Array): Float64Array {
  return drain(convolveSteps({ width, height, values, use }, kernel2d({ kernel: 'gaussian', width: params.width }), params)).values;
}

const meansOf = (
  all: Float64Array,
  width: number,
  height: number,
  { x, y, step, width: across, height: down }: ReturnType<typeof cellGrid>,
): number[] =>
  Array.from({ length: across * down }, (_, cell) => {
    let [sum, n] = [0, 0];
    const [x0, y0] = [x + (cell % across) * step, y + Math.floor(cell / across) * step];
    for (let j = y0; j < Math.min(height, y0 + step); j++)
      for (let i = x0; i < Math.min(width, x0 + step); i++)
        if (Number.isFinite(all[j * width + i])) {
          sum += all[j * width + i]!;
          n++;
        }
    return n === 0 ? NaN : sum / n;
  });

function expectSame(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((v, i) => {
    if (Number.isNaN(wanted[i])) expect(v, `cell ${i}`).toBeNaN();
    else expect(Math.abs(v - wanted[i]!), `cell ${i}: ${v} (must be ${wanted[i]})`).toBeLessThanOrEqual(tolerance);
  });
}

const images = fc.record({
  width: fc.integer({ min: 12, max: 24 }),
  height: fc.integer({ min: 12, max: 24 }),
  seed: fc.integer({ min: 0, max: 1000 }),
  boundary: fc.constantFrom(...BOUNDARIES),
  missing: fc.constantFrom(...MISSING_TREATMENTS),
  x: fc.tuple(fc.integer({ min: -3, max: 20 }), fc.integer({ min: 2, max: 24 })),
  y: fc.tuple(fc.integer({ min: -3, max: 20 }), fc.integer({ min: 2, max: 24 })),
  cells: fc.integer({ min: 2, max: 30 }),
});

describe('a view of a convolved image', () => {
  it('from all pixels is the step itself, averaged to its cells', () => {
    fc.assert(
      fc.property(images, ({ width, height, seed, boundary, missing, x, y, cells }) => {
        const noise = (i: number): number => ((i * 7919 + seed * 104729) % 1009) / 100;
        const values = Float64Array.from({ length: width * height }, (_, i) => ((i + seed) % 23 === 0 ? NaN : noise(i)));
        const params = { ...DEFAULTS, boundary, missing };
        const look = {
          xRange: [x[0], x[0] + x[1]] as [number, number],
          yRange: [y[0], y[0] + y[1]] as [number, number],
          width: cells,
          height: cells,
        };
        const view = imageView(width, height, values);
        const { grid, values: found } = preview(view, params, look, true);
        expectSame(found, meansOf(full(width, height, values, params), width, height, grid), 1e-12);
      }),
    );
  });

  it('leaves out what is flagged and what is not selected', () => {
    const values = Float64Array.from({ length: 144 }, (_, i) => i % 13);
    const flagged = new BitMask(144);
    flagged.set(40, true);
    const inside = new Uint8Array(144).fill(1);
    inside[77] = 0;
    const use = Uint8Array.from({ length: 144 }, (_, i) => (i === 40 || i === 77 ? 0 : 1));
    const params = { ...DEFAULTS };
    const { values: found } = preview(imageView(12, 12, values, flagged), params, { width: 12, height: 12 }, false, inside);
    expectSame(found, [...full(12, 12, values, params, use)], 1e-12);
  });

  it('from cells is exact where the pixels of each cell are alike', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 3, 4),
        fc.integer({ min: 5, max: 8 }),
        fc.constantFrom(0.4, 1, 2.3),
        fc.integer({ min: 0, max: 99 }),
        (step, cells, width, seed) => {
          const n = step * cells;
          const values = Float64Array.from(
            { length: n * n },
            (_, i) => (Math.floor((i % n) / step) * 31 + Math.floor(Math.floor(i / n) / step) * 17 + seed) % 10,
          );
          const params = { ...DEFAULTS, width, boundary: 'wrap' as const };
          const { grid, values: found } = preview(imageView(n, n, values), params, { width: cells, height: cells }, false);
          expect(grid.step).toBe(step);
          expectSame(found, meansOf(full(n, n, values, params), n, n, grid), 1e-12);
        },
      ),
    );
  });

  it('outside the image is nothing', () => {
    const { values } = preview(imageView(12, 12, new Float64Array(144)), { ...DEFAULTS }, { xRange: [50, 60], width: 5, height: 5 }, false);
    expect(values).toEqual([]);
  });
});

describe('a kernel for cells', () => {
  it('keeps its sum, its middle and its symmetry, also when it is no outer product', () => {
    for (const kernel of [
      kernel2d({ kernel: 'distance', width: 1 }),
      kernel2d({ kernel: 'mexican-hat', width: 3 }),
      kernel2d({ kernel: 'gaussian', width: 4, angle: 30, axisRatio: 0.5 }),
    ])
      for (const step of [1, 2, 5]) {
        const coarse = coarseKernel(kernel, step);
        const { values, width, height } = coarse;
        expect((width % 2) + (height % 2)).toBe(2);
        const sum = values.reduce((a, b) => a + b, 0);
        expect(Math.abs(sum - kernel.values.reduce((a, b) => a + b, 0))).toBeLessThan(1e-9 * kernel.values.reduce((a, b) => a + Math.abs(b), 0));
        values.forEach((v, i) => expect(v).toBeCloseTo(values[values.length - 1 - i]!, 9));
      }
  });

  it('shares a tap between the cells it reaches', () => {
    const coarse = coarseKernel(kernelOf(Float64Array.of(0, 0, 0, 1, 0), 5, 1), 2);
    expect([...coarse.values]).toEqual([0, 0.5, 0.5]);
    expect(coarse.separable?.x).toEqual(coarse.values);
  });
});
