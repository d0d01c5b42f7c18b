import { coarseKernel } from '../../core/numerics/convolve/coarse-kernel';
import type { ConvolveOptions } from '../../core/numerics/convolve/convolve-options';
import { convolvePlan } from '../../core/numerics/convolve/convolve-plan';
import type { Kernel } from '../../core/numerics/convolve/kernel-spec';
import { powerOfTwo } from '../../core/numerics/fft';
import { operations } from '../../core/operations/registry';
import type { EngineService, TableInfo } from '../../core/protocol/engine-service';
import type { ImagePreview, ImagePreviewAsked } from '../../core/protocol/image-preview';
import type { Client } from '../../core/protocol/rpc';
import { cellGrid, type CellGrid } from '../../core/query/image';
import type { ImageAnswer } from '../../core/query/query';
import type { Step } from '../../core/recipe/recipe';
import type { GpuBackend } from '../gpu/gpu-device';
import type { Receipt } from '../gpu/receipt';
import type { GpuDesk } from './gpu-desk';
import { kernelOfParams } from './kernel-of-params';

interface Plan {
  readonly backend: GpuBackend;
  /** What the engine's way of it is planned to take one thread, in nanoseconds. */
  readonly plannedNs: number;
  /** The cells of the view, and those with the halo around them. */
  readonly grid: CellGrid;
  readonly around: CellGrid;
  readonly kernel: Kernel;
  readonly column: string;
}

export interface GpuPreview {
  readonly preview: ImagePreview;
  readonly receipt: Receipt;
}

/** Either a preview to make on the GPU, or why not: one sentence, nothing where the GPU has no part in such a step. */
export type GpuPlan = Plan | { readonly reason?: string | undefined; readonly plannedNs?: number | undefined };

/**
 * What a convolution of an image gives for the cells of a view, on the GPU: the same cells and kernel as the engine's quick preview. The cells stay on the
 * device while a slider moves.
 */
export class GpuImagePreview {
  private source: { readonly key: string; readonly cells: ImageAnswer } | undefined;

  constructor(
    private readonly engine: Client<EngineService>,
    private readonly gpu: GpuDesk,
  ) {}

  plan({ step, ...look }: ImagePreviewAsked, table: TableInfo): GpuPlan {
    const { image } = table.meta;
    const column = step.bind.value;
    if (step.op !== 'convolve.image' || !image || column === undefined || step.where) return {};
    const grid = cellGrid(image, look);
    const pixels = kernelOfParams(step.params);
    if (!pixels || grid.width * grid.height === 0) return {};
    const kernel = coarseKernel(pixels, grid.step);
    void this.gpu.look();
    const plannedNs = plannedFor(grid, kernel, optionsOf(step));
    if (plannedNs === undefined) return {};
    const taps = kernel.separable ? kernel.width + kernel.height : kernel.values.length;
    const choice = this.gpu.choose({ operations: grid.width * grid.height * taps, plannedNs });
    if (choice.backend === 'cpu') return { reason: choice.reason, plannedNs };
    const around = withHalo(grid, kernel, image);
    const isWhole = around.x === 0 && around.y === 0 && around.width * grid.step >= image.width && around.height * grid.step >= image.height;
    // What lies on the other side of the image is not at hand.
    if (optionsOf(step).boundary === 'wrap' && !isWhole) return {};
    return { backend: choice.backend, plannedNs, grid, around, kernel, column };
  }

  /** How long the engine took for what was planned. */
  learn({ plannedNs }: GpuPlan, milliseconds: number): void {
    if (plannedNs !== undefined) this.gpu.learn(plannedNs, milliseconds);
  }

  /** Undefined where it was overtaken or the GPU is lost. */
  async make(plan: Plan, { step, table: id }: ImagePreviewAsked, table: TableInfo, signal: AbortSignal): Promise<GpuPreview | undefined> {
    const { grid, around, column } = plan;
    const name = [id, table.version, column, ...Object.values(around)].join('/');
    const cells = await this.cells(name, plan, table, signal);
    if (!cells || signal.aborted) return undefined;
    const options = { ...optionsOf(step), method: 'auto' } as const;
    const started = performance.now();
    const { width, height, values } = cells;
    const input = { raster: { width, height, values }, kernel: plan.kernel, options, name };
    const made = await this.gpu.run(plan.backend, { program: 'convolve-2d', input }, signal);
    if (!made) return undefined;
    const op = operations.get(step.op)!;
    const preview: ImagePreview = {
      version: cells.version,
      image: table.meta.image!,
      result: { ...grid, values: cropped(made.values, cells, grid) },
      name: op.produces(step.params, (role) => step.bind[role]).columns![0]!,
      unit: table.meta.columns.find((c) => c.name === column)?.unit,
      exact: false,
      alerts: [],
      milliseconds: performance.now() - started,
    };
    return { preview, receipt: made.receipt };
  }

  private async cells(key: string, { around, column }: Plan, table: TableInfo, signal: AbortSignal): Promise<ImageAnswer | undefined> {
    if (this.source?.key === key) return this.source.cells;
    const end = (first: number, cells: number): number => first + cells * around.step - 0.5;
    const outcome = await this.engine.query(
      {
        kind: 'image',
        table: table.id,
        column,
        xRange: [around.x - 0.5, end(around.x, around.width)],
        yRange: [around.y - 0.5, end(around.y, around.height)],
        width: around.width,
        height: around.height,
        flagged: 'hide',
      },
      { signal, slot: 'gpu-image-cells' },
    );
    const cells = 'ok' in outcome ? (outcome.ok as ImageAnswer) : undefined;
    if (!cells || cells.step !== around.step || cells.x !== around.x || cells.width !== around.width || cells.height !== around.height)
      return undefined;
    this.source = { key, cells };
    return cells;
  }
}

const optionsOf = (step: Step): ConvolveOptions => step.params as unknown as ConvolveOptions;

/** What core plans for the cells, in nanoseconds of one thread; undefined for what it refuses (the engine says why). */
function plannedFor(grid: CellGrid, kernel: Kernel, options: ConvolveOptions): number | undefined {
  try {
    return convolvePlan({ width: grid.width, height: grid.height }, kernel, { ...options, boundary: 'fill' }, 0).cost * grid.width * grid.height;
  } catch {
    return undefined;
  }
}

/** The cells within half a kernel of a grid, as far as there are any; up to a power of two, so that they stay the same for kernels a little wider. */
function withHalo({ step, x, y, width, height }: CellGrid, kernel: Kernel, image: { width: number; height: number }): CellGrid {
  const axis = (first: number, cells: number, taps: number, pixels: number): readonly [number, number] => {
    const halo = powerOfTwo((taps - 1) / 2);
    const all = Math.ceil(pixels / step);
    const from = Math.max(0, first / step - halo);
    const to = Math.min(all, first / step + cells + halo);
    return [from * step, to - from];
  };
  const across = axis(x, width, kernel.width, image.width);
  const down = axis(y, height, kernel.height, image.height);
  return { step, x: across[0], y: down[0], width: across[1], height: down[1] };
}

function cropped(values: Float64Array, from: CellGrid, to: CellGrid): Float64Array {
  const left = (to.x - from.x) / to.step;
  const top = (to.y - from.y) / to.step;
  const out = new Float64Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const start = (top + y) * from.width + left;
    out.set(values.subarray(start, start + to.width), y * to.width);
  }
  return out;
}
