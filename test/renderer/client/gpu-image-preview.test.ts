import { expect, it } from 'vitest';
import type { ConvolveOptions } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import { operations } from '../../../src/core/operations/registry';
import type { EngineService, TableInfo } from '../../../src/core/protocol/engine-service';
import type { Client } from '../../../src/core/protocol/rpc';
import { convolveViewSteps } from '../../../src/core/query/convolve-view';
import { cellGrid, imageKernel } from '../../../src/core/query/image';
import type { Query } from '../../../src/core/query/query';
import { viewOf, type TableView } from '../../../src/core/query/table-view';
import type { GpuDesk } from '../../../src/renderer/client/gpu-desk';
import { GpuImagePreview } from '../../../src/renderer/client/gpu-image-preview';
import { draftStep } from '../../../src/renderer/client/drafts';
import type { GpuTask } from '../../../src/renderer/gpu/gpu-service';
import { convolve2d, type ConvolutionInput } from '../../../src/renderer/gpu/programs/convolve-2d';

const WIDTH = 90;
const HEIGHT = 70;
const values = Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 97 === 4 ? NaN : 100 + ((i * 7919) % 13) + i / 100));

function image(): TableView {
  const column = {
    meta: { name: 'v', type: 'float64' as const },
    length: values.length,
    chunkRows: values.length,
    chunks: [{ length: values.length, stride: 1, data: values }],
  };
  return viewOf({ rows: values.length, version: 1, chunkRows: values.length, columns: [column], image: { width: WIDTH, height: HEIGHT } });
}

const table = {
  id: 't',
  version: 1,
  meta: {
    name: 'm13',
    rows: values.length,
    image: { width: WIDTH, height: HEIGHT },
    columns: [{ name: 'v', type: 'float64', unit: 'adu', role: 'value' }],
  },
  roles: { value: 'v' },
  objects: 0,
  bands: [],
} as unknown as TableInfo;

/** An engine that answers the query `image`, and a GPU that is right. */
function set(backend: 'webgl2' | 'cpu' = 'webgl2') {
  const asked: Query[] = [];
  const names: (string | undefined)[] = [];
  const engine = {
    query: async (query: Extract<Query, { kind: 'image' }>) => {
      asked.push(query);
      const grid = cellGrid({ width: WIDTH, height: HEIGHT }, query);
      return { ok: { kind: 'image', version: 1, ...grid, ...drain(imageKernel(image(), query, grid, 0, grid.height)) }, alerts: [] };
    },
  } as unknown as Client<EngineService>;
  const gpu = {
    look: async () => undefined,
    choose: () => ({ backend, reason: backend === 'cpu' ? 'The CPU is faster.' : undefined }),
    run: async (_backend: string, task: GpuTask) => {
      const input = task.input as ConvolutionInput;
      names.push(input.name);
      return { values: drain(convolve2d.exact(input)), receipt: { device: 'Fake', backend: 'webgl2', checked: 0 } };
    },
  } as unknown as GpuDesk;
  return { preview: new GpuImagePreview(engine, gpu), asked, names };
}

const step = (params: Record<string, unknown>) => draftStep(operations.get('convolve.image')!, table, { params });
const never = new AbortController().signal;

const LOOKS = [
  { name: 'the whole image', width: 45, height: 35 },
  { name: 'every pixel', width: 300, height: 300 },
  { name: 'a part', xRange: [20, 60], yRange: [10, 50], width: 20, height: 20 },
  { name: 'a corner', xRange: [60, 120], yRange: [-30, 30], width: 200, height: 200 },
] as const;

it.each(LOOKS.flatMap((look) => (['fill', 'extend', 'none'] as const).map((boundary) => ({ ...look, boundary }))))(
  '$name, boundary $boundary: the cells are those of the engine',
  async ({ boundary, width, height, ...ranges }) => {
    const { xRange, yRange } = ranges as { xRange?: [number, number]; yRange?: [number, number] };
    const draft = step({ kernel: 'gaussian', width: 2.2, boundary });
    const asked = { table: 't', step: draft, xRange, yRange, width, height };
    const { preview } = set();
    const plan = preview.plan(asked, table);
    if (!('backend' in plan)) throw new Error('the GPU is not used');
    const made = (await preview.make(plan, asked, table, never))!;
    const grid = cellGrid({ width: WIDTH, height: HEIGHT }, asked);
    const job = {
      column: 'v',
      kernel: kernel2d({ kernel: 'gaussian', width: 2.2 }),
      options: draft.params as unknown as ConvolveOptions,
      grid,
      step: grid.step,
    };
    const wanted = drain(convolveViewSteps(image(), job, 0, grid.height));
    expect(made.preview).toMatchObject({ name: 'v_convolved', unit: 'adu', exact: false, image: { width: WIDTH, height: HEIGHT } });
    expect(made.preview.result).toMatchObject({ ...grid });
    wanted.forEach((v, i) => {
      if (Number.isNaN(v)) expect(made.preview.result.values[i]).toBeNaN();
      else expect(Math.abs(made.preview.result.values[i]! - v), `cell ${i}: ${made.preview.result.values[i]} (must be ${v})`).toBeLessThan(1e-8);
    });
  },
);

it('asks for the cells once while a slider moves a little, and says that they are the same', async () => {
  const { preview, asked, names } = set();
  for (const width of [2.1, 2.2, 2.3]) {
    const question = { table: 't', step: step({ kernel: 'gaussian', width }), width: 45, height: 35 };
    const plan = preview.plan(question, table);
    if (!('backend' in plan)) throw new Error('the GPU is not used');
    await preview.make(plan, question, table, never);
  }
  expect(asked.length).toBe(1);
  expect(new Set(names).size).toBe(1);
});

it('leaves to the engine what it cannot do, and says why where it is a choice', () => {
  const of = (params: Record<string, unknown>, more: object = {}) => ({ table: 't', step: { ...step(params), ...more }, width: 45, height: 35 });
  expect(set('cpu').preview.plan(of({}), table)).toMatchObject({ reason: 'The CPU is faster.' });
  const { preview } = set();
  expect(preview.plan(of({ kernel: 'custom', numbers: '' }), table)).toEqual({});
  expect(preview.plan(of({}, { where: { kind: 'range', axis: { column: 'v' }, range: [0, 1] } }), table)).toEqual({});
  expect(preview.plan({ ...of({ boundary: 'wrap' }), xRange: [30, 50], yRange: [30, 50] }, table)).toEqual({});
  expect(preview.plan(of({ boundary: 'wrap' }), table)).toMatchObject({ backend: 'webgl2' });
});
