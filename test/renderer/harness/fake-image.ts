import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { convolveSteps } from '../../../src/core/numerics/convolve/convolve';
import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernelSpecOf, type KernelParams } from '../../../src/core/operations/convolve-params';
import type { ImagePreview, ImagePreviewAsked } from '../../../src/core/protocol/image-preview';
import { cellGrid, imageKernel } from '../../../src/core/query/image';
import { imageStatsKernel } from '../../../src/core/query/image-stats';
import { stretchKernel } from '../../../src/core/query/image-stretch';
import type { Answer, Query } from '../../../src/core/query/query';
import { viewOf, type TableView } from '../../../src/core/query/table-view';
import { BitMask } from '../../../src/core/model/bit-mask';
import { uniform, type FakeColumns } from './fake-data';
import type { FakeTable } from './fake-table';

/** Stars over a sloping sky with noise, a column of dead pixels, and where on the sky it is. */
export function starField(width = 600, height = 420): FakeColumns {
  const random = uniform(5);
  const values = Float64Array.from({ length: width * height }, (_, i) => 100 + (0.02 * i) / width + 6 * (random() + random() + random() - 1.5));
  for (let star = 0; star < 90; star++) {
    const [cx, cy, flux] = [random() * width, random() * height, 30 * random() ** -1.2];
    const reach = 14;
    for (let y = Math.max(0, Math.ceil(cy - reach)); y < Math.min(height, cy + reach); y++)
      for (let x = Math.max(0, Math.ceil(cx - reach)); x < Math.min(width, cx + reach); x++)
        values[y * width + x]! += flux * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 6);
  }
  for (let y = 0; y < height; y++) values[y * width + Math.floor(width / 3)] = NaN;
  const card = (key: string, value: number | string): { key: string; value: number | string } => ({ key, value });
  return {
    name: 'field',
    source: 'field.fits',
    fileFlags: [],
    image: { width, height },
    header: [
      ...[card('CTYPE1', 'RA---TAN'), card('CTYPE2', 'DEC--TAN'), card('CRVAL1', 85.27), card('CRVAL2', -2.46)],
      ...[card('CRPIX1', 300), card('CRPIX2', 210), card('CDELT1', -2.8e-4), card('CDELT2', 2.8e-4), card('RADESYS', 'ICRS')],
    ],
    columns: [{ meta: { name: 'value', type: 'float64', unit: 'adu', role: 'value', origin: 'file' }, values }],
  };
}

function viewOfTable(t: FakeTable): TableView {
  const columns = [...t.columns].map(([name, data]) => ({
    meta: { name, type: 'float64' as const },
    length: t.rows,
    chunkRows: t.rows,
    chunks: [{ length: t.rows, stride: 1, data: data as Float64Array }],
  }));
  const rows = t.flagged();
  const flagged = rows.includes(1) ? BitMask.fromBytes(rows) : undefined;
  return viewOf({ rows: t.rows, version: t.version, chunkRows: t.rows, columns, image: t.data.image, flagged });
}

function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

type ImageQuery = Extract<Query, { kind: 'image' | 'image-stretch' | 'image-stats' }>;

/** The queries of images, by the engine's own kernels. */
export function answerImage(t: FakeTable, q: ImageQuery): Answer {
  const view = viewOfTable(t);
  const image = t.data.image!;
  if (q.kind === 'image-stats') return finished(imageStatsKernel(view, q));
  if (q.kind === 'image-stretch') return { kind: q.kind, version: t.version, ...finished(stretchKernel(view.column(q.column), t.rows, image.width)) };
  const grid = cellGrid(image, q);
  return { kind: q.kind, version: t.version, image, ...grid, ...finished(imageKernel(view, q, grid, 0, grid.height)) };
}

/** What a step makes of the part that is looked at: of averaged cells, or of all pixels. */
export function previewImage(t: FakeTable, a: ImagePreviewAsked): ImagePreview {
  const started = performance.now();
  const image = t.data.image!;
  const column = a.step.bind.value!;
  const params = a.step.params as unknown as KernelParams;
  const grid = cellGrid(image, a);
  const isExact = grid.step === 1 || a.whole === true;
  const kernel = kernel2d(kernelSpecOf(params, isExact ? 1 : grid.step));
  const options = { ...CONVOLVE_DEFAULTS, ...a.step.params };
  const convolved = (view: TableView, cells: typeof grid): Float64Array => {
    const query = { kind: 'image', table: a.table, column, width: 1, height: 1 } as const;
    const raster = { width: cells.width, height: cells.height, values: finished(imageKernel(view, query, cells, 0, cells.height)).values };
    return finished(convolveSteps(raster, kernel, options)).values;
  };
  let values: Float64Array;
  if (isExact) {
    const all = convolved(viewOfTable(t), { step: 1, x: 0, y: 0, ...image });
    const columns = [
      { meta: { name: column, type: 'float64' as const }, length: t.rows, chunkRows: t.rows, chunks: [{ length: t.rows, stride: 1, data: all }] },
    ];
    const view = viewOf({ rows: t.rows, version: t.version, chunkRows: t.rows, columns, image });
    values = finished(imageKernel(view, { kind: 'image', table: a.table, column, width: 1, height: 1 }, grid, 0, grid.height)).values;
  } else values = convolved(viewOfTable(t), grid);
  return {
    version: t.version,
    image,
    result: { ...grid, values },
    name: `${column}_convolved`,
    unit: 'adu',
    exact: isExact,
    alerts: [],
    milliseconds: performance.now() - started,
  };
}
