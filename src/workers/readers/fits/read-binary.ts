import type { Chunk } from '../../../core/model/column';
import type { ReadOptions, RecordBatch } from '../reader';
import { Breather } from './breather';
import type { BinaryColumn } from './columns';
import { type Heap, HeapSink } from './heap';
import type { RowBlock } from './row-blocks';
import { type Remark, type Sink, fixedSink } from './sinks';

export interface BinaryLayout {
  readonly columns: readonly BinaryColumn[];
  readonly rowBytes: number;
  readonly rows: number;
  readonly heap: Omit<Heap, 'firstRow' | 'signal'>;
}

/** Bytes of rows decoded between two looks at the clock: a few ms. */
const SLICE_BYTES = 2 ** 20;

/** Rows of a binary table as batches of `chunkRows`. */
export async function* readBinary(
  layout: BinaryLayout,
  blocks: AsyncIterable<RowBlock>,
  options: ReadOptions,
  remark: Remark,
): AsyncGenerator<RecordBatch> {
  const wanted = options.columns;
  const columns = wanted ? layout.columns.filter((c) => wanted.includes(c.meta.name)) : layout.columns;
  const breather = new Breather(options.signal);
  let started = 0;
  let batch = startBatch(layout, columns, 0, options, remark);
  for await (const block of blocks) {
    for (let row = 0; row < block.rows;) {
      if (breather.isDue()) await breather.pause();
      const slice = Math.max(1, Math.floor(SLICE_BYTES / Math.max(1, layout.rowBytes)));
      const n = Math.min(block.rows - row, batch.rows - batch.filled, slice);
      batch.add(block, row, n);
      row += n;
      if (batch.filled < batch.rows) continue;
      yield await batch.finish();
      started += batch.rows;
      batch = startBatch(layout, columns, started, options, remark);
    }
  }
}

interface Batch {
  readonly rows: number;
  readonly filled: number;
  add(block: RowBlock, from: number, rows: number): void;
  finish(): Promise<RecordBatch>;
}

function startBatch(layout: BinaryLayout, columns: readonly BinaryColumn[], firstRow: number, options: ReadOptions, remark: Remark): Batch {
  const rows = Math.min(options.chunkRows, layout.rows - firstRow);
  const sinks: Sink[] = columns.map((c) =>
    c.form.heap ? new HeapSink(c, rows, { ...layout.heap, firstRow, signal: options.signal }, remark) : fixedSink(c, rows, remark),
  );
  let filled = 0;
  return {
    rows,
    get filled() {
      return filled;
    },
    add(block, from, n) {
      for (let i = 0; i < columns.length; i++) {
        const start = from * layout.rowBytes + columns[i]!.position;
        sinks[i]!.add({ view: block.view, bytes: block.bytes, from: start, rowBytes: layout.rowBytes, rows: n });
      }
      filled += n;
    },
    async finish() {
      const chunks = new Map<string, Chunk>();
      for (let i = 0; i < columns.length; i++) chunks.set(columns[i]!.meta.name, await sinks[i]!.finish());
      return { rows, chunks };
    },
  };
}
