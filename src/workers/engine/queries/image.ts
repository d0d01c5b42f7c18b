import { cellGrid, imageOf, type ImagePart } from '../../../core/query/image';
import type { AnswerTo } from '../../../core/query/query';
import { AppError } from '../../../core/protocol/outcome';
import image from '../tasks/image';
import imageStats from '../tasks/image-stats';
import imageStretch from '../tasks/image-stretch';
import { joinNumbers } from '../join-numbers';
import { MAX_CELLS, type QueryJob, type QueryOf } from './query-job';
import { evenRanges, executorFor, optionsOf } from './split';

/** The pixels a view shows, gathered in threads by rows of cells. */
export async function answerImage(job: QueryJob, query: QueryOf<'image'>): Promise<AnswerTo<'image'>> {
  const size = imageOf(job.view);
  complete(job, size);
  const grid = cellGrid(size, query);
  if (!(grid.width * grid.height <= MAX_CELLS) || !(query.width >= 1 && query.height >= 1))
    throw new AppError({ code: 'invalid-argument', message: `invalid view: ${query.width} × ${query.height} cells (at most ${MAX_CELLS} in all)` });
  const pixels = grid.width * grid.height * grid.step ** 2;
  const executor = executorFor(job, pixels);
  const args = evenRanges(grid.height, executor.size).map((range) => ({ table: job.data, query, grid, ...range }));
  const parts = await executor.map(image, args, optionsOf(job));
  return { kind: 'image', version: job.table.version, image: size, ...grid, ...joined(parts, grid.width * grid.height) };
}

function joined(parts: readonly ImagePart[], cells: number): { values: Float64Array; flagged?: Uint8Array | undefined } {
  if (parts.length === 1) return parts[0]!;
  const flagged = parts.some((p) => p.flagged) ? new Uint8Array(cells) : undefined;
  let at = 0;
  for (const part of parts) {
    if (part.flagged) flagged!.set(part.flagged, at);
    at += part.values.length;
  }
  return { values: joinNumbers(parts.map((p) => p.values)), flagged };
}

/** Limits to draw the image with; found once a column. */
export async function answerStretch(job: QueryJob, query: QueryOf<'image-stretch'>): Promise<AnswerTo<'image-stretch'>> {
  complete(job, imageOf(job.view));
  const column = job.view.column(query.column);
  const { cache, rows, version } = job.table;
  let stretch = cache.stretches.get(column, rows);
  if (!stretch) {
    stretch = await executorFor(job, rows).run(imageStretch, { table: job.data, column: query.column }, optionsOf(job));
    cache.stretches.set(column, rows, stretch);
  }
  return { kind: 'image-stretch', version, ...stretch };
}

export async function answerImageStats(job: QueryJob, query: QueryOf<'image-stats'>): Promise<AnswerTo<'image-stats'>> {
  complete(job, imageOf(job.view));
  return executorFor(job, job.table.rows).run(imageStats, { table: job.data, query }, optionsOf(job));
}

function complete({ table }: QueryJob, { width, height }: { readonly width: number; readonly height: number }): void {
  if (table.rows < width * height)
    throw new AppError({ code: 'stale', message: 'the image is still being read', hint: 'it is shown when all of it is in the store' });
}
