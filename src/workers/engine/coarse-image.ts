import type { Column } from '../../core/model/column';
import { type CellGrid, imageOf } from '../../core/query/image';
import type { TableData } from '../../core/query/table-view';
import { joinNumbers } from './join-numbers';
import { Recent } from './queries/query-cache';
import { evenRanges, executorFor, optionsOf, type Work } from './queries/split';
import type { OpenTable } from './table/open-table';
import image from './tasks/image';

/** Cells that are kept: 64 MB of means. */
const MOST_CELLS = 2 ** 23;
/** Views of one image that are kept: the one that is looked at and the one before. */
const MOST_KEPT = 2;

export interface CoarseAsked {
  readonly data: TableData;
  readonly column: string;
  readonly step: number;
  /** The step's selection, as text to know it again by, and as one byte a pixel. */
  readonly where: string;
  inside(): Promise<Uint8Array | undefined>;
}

const kept = new WeakMap<OpenTable, Recent<TableData>>();

/**
 * The means of cells of `step` × `step` pixels of the whole image, without the flagged and those outside, as an image of its own in shared memory. Made
 * once: every move of a slider asks for the same. Undefined when they would be too many to keep.
 */
export async function coarseImage(work: Work, table: OpenTable, asked: CoarseAsked): Promise<TableData | undefined> {
  const { data, column, step, where } = asked;
  const { width, height } = imageOf(data);
  const grid: CellGrid = { step, x: 0, y: 0, width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const cells = grid.width * grid.height;
  if (cells > MOST_CELLS) return undefined;
  const key = JSON.stringify([data.version, column, step, where]);
  let known = kept.get(table);
  if (!known) kept.set(table, (known = new Recent(MOST_KEPT)));
  const before = known.get(key);
  if (before) return before;
  const query = { kind: 'image', table: '', column, width: 1, height: 1, flagged: 'hide' } as const;
  const inside = await asked.inside();
  const executor = executorFor(work, data.rows);
  const pieces = evenRanges(grid.height, 2 * executor.size);
  const parts = await executor.map(
    image,
    pieces.map((piece) => ({ table: data, query, grid, inside, ...piece })),
    optionsOf(work),
  );
  const values = joinNumbers(
    parts.map((p) => p.values),
    new Float64Array(new SharedArrayBuffer(8 * cells)),
  );
  const made = tableOf(values, grid, column, data.version);
  known.set(key, made);
  return made;
}

function tableOf(values: Float64Array, { width, height }: CellGrid, name: string, version: number): TableData {
  const rows = values.length;
  const column: Column = {
    meta: { name, type: 'float64' },
    length: rows,
    chunkRows: Math.max(1, rows),
    chunks: [{ length: rows, stride: 1, data: values }],
  };
  return { rows, version, chunkRows: column.chunkRows, columns: [column], image: { width, height } };
}
