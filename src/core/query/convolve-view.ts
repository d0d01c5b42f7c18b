import { coarseKernel } from '../numerics/convolve/coarse-kernel';
import { convolveRangeSteps, countMissingSteps } from '../numerics/convolve/convolve';
import type { ConvolveOptions } from '../numerics/convolve/convolve-options';
import { convolvePlan } from '../numerics/convolve/convolve-plan';
import type { Kernel } from '../numerics/convolve/kernel-spec';
import { fractions } from './fractions';
import { type CellGrid, imageKernel, imageOf } from './image';
import { scaled } from './scaled';
import type { TableView } from './table-view';

/** What a view shows of a convolved image. */
export interface ConvolveView {
  readonly column: string;
  /** For pixels. */
  readonly kernel: Kernel;
  readonly options: ConvolveOptions;
  /** One byte a pixel: 1 in the step's selection; absent = all. */
  readonly inside?: Uint8Array | undefined;
  readonly grid: CellGrid;
  /** Pixels along a side of the cells that are convolved: 1 (the pixels themselves), or that of the grid. */
  readonly step: number;
}

/** Cells [from, to) of one axis, in pieces that lie inside it, and where each begins among those asked for. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/**
 * Cell rows [from, to) of a view of the image as a step convolves it: only what is under the kernel is read. With `step` 1 it is what the step gives,
 * averaged to the grid's cells; with the grid's step the averages are convolved, with a kernel that does to them what the step's own does to pixels.
 */
export function* convolveViewSteps(view: TableView, job: ConvolveView, from: number, to: number): Generator<number, Float64Array> {
  const { grid, step, options } = job;
  if (grid.width === 0 || to <= from) return new Float64Array(0);
  const kernel = coarseKernel(job.kernel, step);
  const { width, height } = imageOf(view);
  const ratio = grid.step / step;
  const whole = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const x = { from: grid.x / step, to: Math.min(whole.width, grid.x / step + grid.width * ratio) };
  const y = { from: grid.y / step + from * ratio, to: Math.min(whole.height, grid.y / step + to * ratio) };
  const area = yield* readArea(view, job, x, y, kernel, whole);
  const missing = yield* fractions(countMissingSteps(area), 0.3, 0.35);
  const plan = convolvePlan(area, kernel, options, missing);
  const made = new Float64Array(area.width * area.height);
  const rows = y.to - y.from;
  yield* fractions(convolveRangeSteps(area, plan, area.offsetY, area.offsetY + rows, made), 0.35, 1);
  const lines = Array.from({ length: rows }, (_, i) => {
    const start = (area.offsetY + i) * area.width + area.offsetX;
    return made.subarray(start, start + x.to - x.from);
  });
  return averaged(lines, ratio, grid.width, to - from);
}

interface Area {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
  /** Where what was asked for begins. */
  readonly offsetX: number;
  readonly offsetY: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The cells asked for and those within half a kernel of them: as far as there are any, or around the edge. */
function* readArea(
  view: TableView,
  job: ConvolveView,
  x: Range,
  y: Range,
  kernel: Kernel,
  whole: { width: number; height: number },
): Generator<number, Area> {
  const wraps = job.options.boundary === 'wrap';
  const across = pieces(x, (kernel.width - 1) / 2, whole.width, wraps);
  const down = pieces(y, (kernel.height - 1) / 2, whole.height, wraps);
  const size = (list: readonly Piece[]): number => list.reduce((n, p) => n + p.to - p.from, 0);
  const [width, height] = [size(across), size(down)];
  const values = new Float64Array(width * height);
  for (const row of down)
    for (const column of across) {
      const part: CellGrid = {
        step: job.step,
        x: column.from * job.step,
        y: row.from * job.step,
        width: column.to - column.from,
        height: row.to - row.from,
      };
      const query = { kind: 'image', table: '', column: job.column, width: 1, height: 1, flagged: 'hide' } as const;
      const found = yield* scaled(imageKernel(view, query, part, 0, part.height, job.inside), 0, 0.3);
      for (let i = 0; i < part.height; i++) values.set(found.values.subarray(i * part.width, (i + 1) * part.width), (row.at + i) * width + column.at);
    }
  const before = (list: readonly Piece[], range: Range, half: number): number => (wraps ? half : range.from - list[0]!.from);
  return { width, height, values, offsetX: before(across, x, (kernel.width - 1) / 2), offsetY: before(down, y, (kernel.height - 1) / 2) };
}

function pieces({ from, to }: Range, half: number, n: number, wraps: boolean): readonly Piece[] {
  if (!wraps) {
    const end = Math.min(n, to + half);
    // Never less than the kernel, where there is more: the boundary none refuses kernels that are larger.
    return [{ from: Math.max(0, Math.min(from - half, end - 2 * half - 1)), to: Math.max(end, Math.min(n, 2 * half + 1)), at: 0 }];
  }
  const out: Piece[] = [];
  for (let at = from - half; at < to + half;) {
    const start = ((at % n) + n) % n;
    const length = Math.min(n - start, to + half - at);
    out.push({ from: start, to: start + length, at: at - (from - half) });
    at += length;
  }
  return out;
}

/** Means of `ratio` × `ratio` numbers that are not missing; NaN where all are. */
function averaged(lines: readonly Float64Array[], ratio: number, width: number, height: number): Float64Array {
  const out = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  for (const [j, line] of lines.entries()) {
    const row = Math.floor(j / ratio) * width;
    for (let i = 0; i < line.length; i++) {
      const v = line[i]!;
      if (v - v !== 0) continue;
      const cell = row + Math.floor(i / ratio);
      out[cell]! += v;
      counts[cell]!++;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = counts[i] === 0 ? NaN : out[i]! / counts[i]!;
  return out;
}
