import { coarseKernel } from '../../core/numerics/convolve/coarse-kernel';
import type { ConvolveOptions } from '../../core/numerics/convolve/convolve-options';
import { kernelOfStep } from '../../core/operations/convolve-kernel';
import type { KernelParams } from '../../core/operations/convolve-params';
import type { ImagePreview, ImagePreviewAsked } from '../../core/protocol/image-preview';
import { AppError } from '../../core/protocol/outcome';
import type { CallContext } from '../../core/protocol/rpc';
import { type CellGrid, cellGrid, imageOf } from '../../core/query/image';
import { pick } from '../../core/query/table-view';
import { coarseImage } from './coarse-image';
import type { EngineCore } from './engine';
import { joinNumbers } from './join-numbers';
import { evenRanges, executorFor } from './queries/split';
import { companionTables } from './steps/companion';
import { type PreparedStep, type StepDeps, prepareStep } from './steps/prepare-step';
import { predicateBytes } from './steps/run-step';
import imagePreviewTask, { type ImagePreviewArgs } from './tasks/image-preview';

/** Rows of cells a piece of a preview has at least: what is under the kernel is read twice at every cut. */
const PIECE_ROWS = 64;
/** Pieces a thread gets of a whole preview, so that a cancel or a newer question finds it between two. */
const PIECES_A_THREAD = 4;

/** What a draft step makes of the pixels that a view shows; in threads, ahead of batch work unless it is from all pixels. */
export async function imagePreview(core: EngineCore, deps: StepDeps, asked: ImagePreviewAsked, context: CallContext): Promise<ImagePreview> {
  const table = core.workspace.get(asked.table);
  const prepared = await prepareStep(asked.step, table, table.state, deps);
  const { resolved, args } = prepared;
  if (!resolved.op.ofImages) throw new AppError({ code: 'invalid-argument', message: `${resolved.op.title} has no preview as an image` });
  const image = imageOf(args.meta);
  const grid = cellGrid(image, asked);
  const { where } = resolved.step;
  const name = resolved.op.produces(resolved.params, (role) => resolved.step.bind[role]).columns![0]!;
  const column = columnOf(prepared);
  const params = resolved.params as unknown as KernelParams & ConvolveOptions;
  const exact = grid.step === 1 || asked.whole === true;
  const data = pick(args.data, { columns: [column] });
  const inside = async (): Promise<Uint8Array | undefined> => where && predicateBytes(where, args.data, deps.executor, context.signal);
  const kernel = kernelOfStep(params, { companion: companionTables(args.companion) }, 2);
  const work = { pool: deps.executor, signal: context.signal };
  const coarse = exact ? undefined : await coarseImage(work, table, { data, column, step: grid.step, where: JSON.stringify(where ?? ''), inside });
  const job = coarse
    ? { data: coarse, column, kernel: coarseKernel(kernel, grid.step), options: params, grid: cellsOf(grid), step: 1 }
    : { data, column, kernel, options: params, inside: await inside(), grid, step: exact ? 1 : grid.step };
  const executor = executorFor(work, grid.width * grid.height * (coarse ? 1 : grid.step ** 2));
  const parts = await executor.map(imagePreviewTask, piecesOf(job, executor.size, asked.whole === true), {
    signal: context.signal,
    priority: asked.whole ? 'batch' : 'interactive',
    onProgress: (fraction) => context.progress({ fraction }),
  });
  return {
    version: args.data.version,
    image,
    result: { ...grid, values: joinNumbers(parts.map((p) => p.values)) },
    name,
    unit: args.meta.columns.find((c) => c.name === column)?.unit,
    exact,
    alerts: resolved.companion?.alerts ?? [],
    milliseconds: Math.max(0, ...parts.map((p) => p.milliseconds)),
  };
}

/** A grid's cells as pixels of the image that they make. */
function cellsOf({ step, x, y, width, height }: CellGrid): CellGrid {
  return { step: 1, x: x / step, y: y / step, width, height };
}

function columnOf({ resolved }: PreparedStep): string {
  const name = resolved.step.bind.value;
  if (name !== undefined) return name;
  throw new AppError({ code: 'invalid-argument', message: 'the image has no column of pixel values', hint: 'give a column the role value' });
}

function piecesOf(job: Omit<ImagePreviewArgs, 'from' | 'to'>, threads: number, isWhole: boolean): readonly ImagePreviewArgs[] {
  const { height, width } = job.grid;
  if (height * width === 0) return [];
  const most = isWhole ? threads * PIECES_A_THREAD : threads;
  return evenRanges(height, Math.min(most, Math.floor(height / PIECE_ROWS))).map((range) => ({ ...job, ...range }));
}
