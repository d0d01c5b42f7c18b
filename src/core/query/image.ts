import type { BitMask } from '../model/bit-mask';
import { readNumbers } from '../model/column';
import type { ImageShape } from '../model/table';
import { AppError } from '../protocol/outcome';
import type { PixelGrid, Query } from './query';
import type { TableView } from './table-view';

export type ImageQuery = Extract<Query, { kind: 'image' }>;

/** Cells of an answer without their values: a grid of `step` × `step` pixels. */
export type CellGrid = Omit<PixelGrid, 'values'>;

/** Some rows of cells of the grid. */
export interface ImagePart {
  readonly values: Float64Array;
  readonly flagged?: Uint8Array | undefined;
}

/** The image's size. Throws AppError for a table that is no image. */
export function imageOf(view: { readonly image?: ImageShape | undefined }): ImageShape {
  if (view.image) return view.image;
  throw new AppError({ code: 'invalid-argument', message: 'this table is no image', hint: 'open a FITS image, or an image extension by its name' });
}

/**
 * The cells a view of this size is answered with: single pixels where the screen has a cell or more for each, else the largest whole number of
 * pixels across that still gives every cell of the screen one of its own. Nothing in view gives a grid without cells.
 */
export function cellGrid({ width, height }: ImageShape, query: Pick<ImageQuery, 'xRange' | 'yRange' | 'width' | 'height'>): CellGrid {
  const [x0, x1] = sorted(query.xRange ?? [-0.5, width - 0.5]);
  const [y0, y1] = sorted(query.yRange ?? [-0.5, height - 0.5]);
  const across = Math.max(1, query.width);
  const down = Math.max(1, query.height);
  const step = Math.max(1, Math.floor(Math.max((x1 - x0) / across, (y1 - y0) / down)));
  const axis = (low: number, high: number, n: number): { first: number; cells: number } => {
    const first = Math.floor(Math.max(0, Math.floor(low + 0.5)) / step);
    const last = Math.floor(Math.min(n - 1, Math.ceil(high - 0.5)) / step);
    return { first: first * step, cells: Math.max(0, last - first + 1) };
  };
  const x = axis(x0, x1, width);
  const y = axis(y0, y1, height);
  return { step, x: x.first, y: y.first, width: x.cells, height: y.cells };
}

const sorted = ([a, b]: readonly [number, number]): readonly [number, number] => (a <= b ? [a, b] : [b, a]);

/**
 * Cell rows [from, to) of the grid. O(pixels). Missing pixels do not count (nor infinite ones where cells are means), nor those with a 0 in `inside` (one byte a
 * pixel of the image); a cell of nothing else is NaN.
 */
export function* imageKernel(
  view: TableView,
  query: ImageQuery,
  grid: CellGrid,
  from: number,
  to: number,
  inside?: Uint8Array,
): Generator<number, ImagePart> {
  const { width, height } = imageOf(view);
  const column = view.column(query.column);
  const values = new Float64Array(grid.width * (to - from));
  const flagged = view.flagged ? new Uint8Array(values.length) : undefined;
  const end = Math.min(width, grid.x + grid.width * grid.step);
  const line = new Float64Array(Math.max(0, end - grid.x));
  const counts = new Uint32Array(grid.width);
  for (let cell = from; cell < to; cell++) {
    const at = (cell - from) * grid.width;
    const bottom = grid.y + cell * grid.step;
    const top = Math.min(height, bottom + grid.step);
    counts.fill(0);
    for (let y = bottom; y < top; y++) {
      readNumbers(column, y * width + grid.x, y * width + end, line);
      if (view.flagged) markFlags(view.flagged, { row: y * width + grid.x, line, step: grid.step, hide: query.flagged === 'hide' }, flagged!, at);
      if (inside) for (let i = 0; i < line.length; i++) if (inside[y * width + grid.x + i] === 0) line[i] = NaN;
      if (grid.step === 1) values.set(line, at);
      else addLine(line, grid.step, values, at, counts);
    }
    if (grid.step > 1) for (let i = 0; i < grid.width; i++) values[at + i] = counts[i] === 0 ? NaN : values[at + i]! / counts[i]!;
    yield (cell + 1 - from) / (to - from);
  }
  return { values, flagged };
}

function addLine(line: Float64Array, step: number, sums: Float64Array, at: number, counts: Uint32Array): void {
  for (let i = 0, cell = 0; i < line.length; cell++) {
    const stop = Math.min(line.length, i + step);
    let sum = 0;
    let n = 0;
    for (; i < stop; i++) {
      const v = line[i]!;
      if (v - v !== 0) continue;
      sum += v;
      n++;
    }
    sums[at + cell]! += sum;
    counts[cell]! += n;
  }
}

interface FlagLine {
  readonly row: number;
  readonly line: Float64Array;
  readonly step: number;
  readonly hide: boolean;
}

function markFlags(mask: BitMask, { row, line, step, hide }: FlagLine, out: Uint8Array, at: number): void {
  for (let i = 0; i < line.length; i++) {
    if (!mask.has(row + i)) continue;
    out[at + Math.floor(i / step)] = 1;
    if (hide) line[i] = NaN;
  }
}
