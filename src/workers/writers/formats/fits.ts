import { open } from 'node:fs/promises';
import type { Alert } from '../../../core/model/table';
import { Cancelled, type Progress } from '../../../core/protocol/outcome';
import type { RecordBatch } from '../../readers/reader';
import { RECIPE_EXTENSION } from '../../readers/fits/recipe-extension';
import { formatCard, headerBytes, paddingAfter } from '../fits/card-format';
import { type RowBuffer, encodeCells, encodeLists } from '../fits/encode';
import { primaryHeader, structureCards, tableHeader } from '../fits/header';
import { imageLayout } from '../fits/image-layout';
import { Output } from '../fits/output';
import { type TablePlan, planTable } from '../fits/plan';
import { surveyColumns } from '../fits/survey';
import { writeImages } from '../fits/write-images';
import type { ExportSource, WriterDef } from '../writer';

const BUFFER_BYTES = 8 * 2 ** 20;

const fits: WriterDef = {
  format: 'fits',
  extensions: ['fits', 'fit', 'fts'],

  async write(source, path, context) {
    const alerts: Alert[] = [];
    const surveys = await surveyColumns(source, context.signal, context.progress);
    const images = imageLayout(source);
    const plan = images ? undefined : planTable(source.columns, surveys, source.rows, alerts);
    const handle = await open(path, 'w');
    try {
      const out = new Output(handle);
      if (!plan) {
        await writeImages(source, out, { ...images!, surveys, alerts, signal: context.signal, progress: (p) => context.progress(p) });
        await writeRecipe(source.recipe, out);
        return { alerts };
      }
      if (source.meta.image) alerts.push(NO_IMAGE);
      await out.append(primaryHeader());
      await out.append(tableHeader(source, plan, alerts));
      await writeRows(source, plan, out, context);
      await writeRecipe(source.recipe, out);
    } finally {
      await handle.close();
    }
    return { alerts };
  },
};

export default fits;

const NO_IMAGE: Alert = {
  severity: 'warning',
  message: 'the pixels are written as a table: some are left out, or a column holds more than a number a pixel',
};

interface Context {
  readonly signal: AbortSignal;
  progress(p: Progress): void;
}

async function writeRows(source: ExportSource, plan: TablePlan, out: Output, context: Context): Promise<void> {
  const { rowBytes, heapBytes } = plan;
  const heapStart = out.position + rowBytes * source.rows;
  const filled = plan.columns.map((c) => c.heap?.start ?? 0);
  const perBuffer = Math.max(1, Math.floor(BUFFER_BYTES / Math.max(1, rowBytes)));
  const bytes = new Uint8Array(Math.min(perBuffer, Math.max(1, source.rows)) * rowBytes);
  const buffer: RowBuffer = { bytes, view: new DataView(bytes.buffer), rowBytes };
  let rows = 0;
  for await (const batch of source.batches()) {
    for (let from = 0; from < batch.rows; from += perBuffer) {
      if (context.signal.aborted) throw new Cancelled();
      const n = Math.min(perBuffer, batch.rows - from);
      await encodeBlock(batch, plan, { from, rows: n, buffer, filled, heapStart, out });
      await out.append(bytes.subarray(0, n * rowBytes));
      rows += n;
      context.progress({ fraction: 0.2 + 0.8 * Math.min(1, rows / Math.max(1, source.rows)), note: `${rows} of ${source.rows} rows` });
    }
  }
  if (rows !== source.rows) throw new Error(`the source gave ${rows} rows (must be ${source.rows})`);
  out.position = heapStart + heapBytes;
  await out.append(new Uint8Array(paddingAfter(rowBytes * source.rows + heapBytes)));
}

interface Block {
  readonly from: number;
  readonly rows: number;
  readonly buffer: RowBuffer;
  /** Heap bytes used so far, by column. */
  readonly filled: number[];
  readonly heapStart: number;
  readonly out: Output;
}

async function encodeBlock(batch: RecordBatch, plan: TablePlan, block: Block): Promise<void> {
  for (const [i, column] of plan.columns.entries()) {
    const chunk = batch.chunks.get(column.meta.name);
    if (!chunk) throw new Error(`the source gave no chunk of column ${column.meta.name}`);
    if (!column.heap) {
      encodeCells(column, chunk, block.from, block.rows, block.buffer);
      continue;
    }
    const heap = encodeLists(column, chunk, block.from, block.rows, block.filled[i]!, block.buffer);
    await block.out.at(block.heapStart + block.filled[i]!, heap);
    block.filled[i]! += heap.length;
  }
}

/** One row, one text column: the recipe as JSON, in ASCII (other characters as \u escapes, which JSON reads the same). */
async function writeRecipe(recipe: string, out: Output): Promise<void> {
  if (recipe === '') return;
  const text = Buffer.from(
    recipe.replace(/[^\x20-\x7e\n\r\t]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(/[\n\r\t]/g, ' '),
    'latin1',
  );
  const cards = [
    ...structureCards({ rowBytes: text.length, rows: 1, heapBytes: 0, fields: 1 }),
    { key: 'TTYPE1', value: 'RECIPE' },
    { key: 'TFORM1', value: `${text.length}A` },
    { key: 'EXTNAME', value: RECIPE_EXTENSION },
    { key: 'COMMENT', comment: ' What was done to the table, as JSON: skysift apply repeats it.' },
  ];
  await out.append(headerBytes(cards.flatMap(formatCard)));
  await out.append(text);
  await out.append(new Uint8Array(paddingAfter(text.length)));
}
