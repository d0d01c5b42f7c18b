// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabRow } from '../../../src/core/lab/lab';
import { speedUps } from '../../../src/core/lab/speed-up';
import { drain } from '../../../src/core/numerics/steps';
import type { GpuService, RunRequest } from '../../../src/renderer/gpu/gpu-service';
import { PROGRAMS } from '../../../src/renderer/gpu/programs';
import { gpuRow, type GpuOrder } from '../../../src/renderer/panels/lab/gpu-row';
import { speedUpOption, timesOption } from '../../../src/renderer/panels/lab/lab-charts';
import { LabRun, useLabRun } from '../../../src/renderer/panels/lab/lab-run';
import LabDialog from '../../../src/renderer/panels/lab/LabDialog.vue';
import { LAB_EXPERIMENTS } from '../../../src/core/lab/lab';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';
import { runLab } from '../../../src/workers/lab/run-lab';
import { fakeLab } from '../harness/fake-lab';
import { openWindow, until, type TestWindow } from '../window';
import { readTheme } from '../../../src/renderer/components/plot/theme';

let w: TestWindow;
beforeAll(() => {
  // This page has no layout: charts are given a size, and text is not measured.
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(240);
});
beforeEach(async () => {
  w = await openWindow({ empty: true });
  // The engine's arguments travel: nothing reactive may be among them.
  const lab = w.engine.lab;
  w.engine.lab = (request, context) => lab(structuredClone(request), context);
});
afterEach(() => w.session.dispose());

const order = { experiment: 'sort', sizes: [64, 128], workers: [1, 2], repetitions: 1, processes: true, gpu: true } as const;
const noGpu = (o: GpuOrder): Promise<LabRow> =>
  Promise.resolve({ experiment: o.experiment, size: o.size, how: 'gpu', workers: 1, missing: 'none here' });

describe('the compute lab’s dialog', () => {
  let dialog: VueWrapper;
  const inBody = (selector: string): HTMLElement[] => [...document.body.querySelectorAll<HTMLElement>(`dialog ${selector}`)];
  beforeEach(() => (dialog = w.mount(LabDialog)));
  afterEach(() => dialog.unmount());

  it('measures what is chosen and shows figures, charts and the reason for what is missing', async () => {
    expect(document.body.querySelector('dialog')!.textContent).toContain('Nothing measured yet');
    inBody('.size')[0]!.click();
    await dialog.vm.$nextTick();
    inBody('button[type=submit]')[0]!.click();
    await until(() => inBody('tbody tr').length === 5);
    const text = inBody('table')[0]!.textContent!;
    expect(text).toContain('2 processes');
    // There is no Worker in this page.
    expect(text).toContain('There is no GPU here.');
    expect(inBody('[role=img] svg')).toHaveLength(2);
    expect(document.body.querySelector('dialog')!.textContent).toContain('serial part 10.0 %');
    // Two sizes: the other one is a click away.
    inBody('.sizes .quiet')[0]!.click();
    await dialog.vm.$nextTick();
    expect(inBody('table')[0]!.textContent).toContain('32.0 ms');
  });

  it('keeps what was measured when it is closed, and says why a run failed', async () => {
    await new LabRun(w.session, noGpu).run(order);
    const run = useLabRun(w.session);
    w.engine.lab = () => Promise.resolve({ failed: { code: 'memory', message: 'out of memory', hint: 'choose a smaller size' } });
    await run.run({ ...order, gpu: false });
    await dialog.vm.$nextTick();
    expect(document.body.querySelector('dialog .foot')!.textContent).toContain('out of memory: choose a smaller size');
  });
});

it('GPU rows come after those of their size, and the CSV holds all experiments', async () => {
  const run = new LabRun(w.session, noGpu);
  await run.run(order);
  await run.run({ ...order, experiment: 'add', sizes: [64] });
  const rows = run.reports.value.get('sort')!.rows;
  expect(rows.map((r) => `${r.size} ${r.how}`)).toEqual(
    [64, 128].flatMap((s) => ['threads', 'threads', 'processes', 'processes', 'gpu'].map((h) => `${s} ${h}`)),
  );
  await run.exportCsv();
  const text = w.main.saved.at(-1)!;
  expect(text.split('\n').filter((l) => /^(sort|add),/.test(l))).toHaveLength(15);
});

describe('charts', () => {
  const theme = readTheme(document.documentElement);
  const report = fakeLab(order);
  it('stack transfer on compute, and leave out rows without figures', () => {
    const { series, yAxis } = timesOption(
      [...report.rows.filter((r) => r.size === 64), { ...report.rows[0]!, how: 'gpu', computeMs: undefined }],
      theme,
    );
    expect((yAxis as { data: string[] }).data).toEqual(['1 thread', '2 threads', '1 process', '2 processes']);
    expect((series as { name: string; data: number[] }[]).map((s) => [s.name, ...s.data])).toEqual([
      ['Compute', 8, 4.4, 8, 4.4],
      ['Transfer', 0, 0, 40, 40],
    ]);
  });

  it('draw Amdahl’s law through the speed-up of one worker of its kind', () => {
    const ups = speedUps(
      report.rows.filter((r) => r.size === 64),
      4,
    );
    const { series } = speedUpOption(ups, theme);
    const lines = series as { name: string; data: [number, number][] }[];
    expect(lines.map((l) => l.name)).toEqual(['Threads', 'Processes', 'Threads', 'Processes', 'Ideal']);
    expect(lines[2]!.data[0]).toEqual([1, 1]);
    expect(lines[2]!.data.at(-1)![1]).toBeCloseTo(8 / 4.4, 9);
    expect(lines[3]!.data[0]![1]).toBeCloseTo(8 / 48, 12);
  });
});

describe('the GPU’s part', () => {
  /** A GPU worker that computes in float64, as the real one's numbers are after rounding to float32. */
  const worker = (find: GpuService['find']) => () => ({
    gpu: {
      find,
      calibrate: () => Promise.reject(new Error('not asked')),
      run: ({ program, input }: RunRequest) => {
        const values = drain(PROGRAMS[program].exact(input as never));
        return Promise.resolve({
          values: values.map(Math.fround),
          receipt: { device: 'Test', backend: 'webgl2' as const, uploadMs: 2, computeMs: 5, readBackMs: 3, checked: 0 },
        });
      },
    },
    stop: () => undefined,
  });
  const found: GpuService['find'] = () => Promise.resolve([{ backend: 'webgl2', device: 'Test', isSoftware: false }]);
  const signal = new AbortController().signal;

  it.each(LAB_EXPERIMENTS)('%s: the same inputs as the engine’s, and the same result', async (experiment) => {
    const size = experiment === 'curves' ? 2 : 48;
    const place = { createThreads: () => new InlineExecutor(), processScript: () => new URL('file:///none'), signal, progress: () => undefined };
    const { rows } = await runLab({ experiment, sizes: [size], workers: [1], repetitions: 1, processes: false }, place);
    const row = await gpuRow({ experiment, size, repetitions: 1, reference: rows[0]!.check, signal, onRun: () => undefined }, worker(found) as never);
    expect(row.missing).toBeUndefined();
    expect(row.agrees, `${row.check} (one thread: ${rows[0]!.check})`).toBe(true);
    const jobs = experiment === 'curves' ? size : 1;
    expect([row.transferMs, row.computeMs]).toEqual([5 * jobs, 5 * jobs]);
  });

  it('says why there is none, and notices another result', async () => {
    const o = { experiment: 'sum', size: 32, repetitions: 1, reference: 1, signal, onRun: () => undefined } as const;
    const software: GpuService['find'] = () =>
      Promise.resolve([{ backend: 'webgl2', device: 'SwiftShader', isSoftware: true, refused: 'It is software.' }]);
    expect(await gpuRow(o, worker(software) as never)).toMatchObject({ how: 'gpu', missing: 'It is software.' });
    expect((await gpuRow(o, worker(found) as never)).agrees).toBe(false);
  });
});
