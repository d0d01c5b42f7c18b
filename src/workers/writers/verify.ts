import { type Cell, type Chunk, type Column, type ColumnMeta, parseType, readCell } from '../../core/model/column';
import { AppError, Cancelled, type Progress } from '../../core/protocol/outcome';
import type { RecordBatch, SourceTable } from '../readers/reader';
import { openSource } from '../readers/registry';
import type { ExportSource } from './writer';

interface VerifyContext {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** A stream of batches read a run of rows at a time, whatever the sizes the other side has. */
class Cursor {
  private readonly iterator: AsyncIterator<RecordBatch> | Iterator<RecordBatch>;
  batch: RecordBatch | undefined;
  at = 0;

  constructor(batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>) {
    this.iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  }

  /** Rows that can be compared now; 0 at the end. */
  async left(): Promise<number> {
    while (!this.batch || this.at >= this.batch.rows) {
      const next = await this.iterator.next();
      if (next.done) return 0;
      this.batch = next.value;
      this.at = 0;
    }
    return this.batch.rows - this.at;
  }

  async end(): Promise<void> {
    await this.iterator.return?.();
  }
}

/**
 * Reads a written file back and compares every cell with what was to be written: numbers by their bits (NaN equals NaN), text by its characters.
 * Where a format has one way of saying "no value", null, NaN and the empty text are that same way. Throws AppError naming the first difference.
 */
export async function verifyWritten(path: string, source: ExportSource, context: VerifyContext): Promise<{ readonly cells: number }> {
  const opened = await openSource(path, { signal: context.signal });
  try {
    const table = opened.tables[0];
    if (!table) throw different('the written file holds no table');
    const known = new Set(table.columns.map((c) => c.name));
    for (const { name } of source.columns) if (!known.has(name)) throw different(`column ${name} is missing from the written file`, name);
    return await compare(source, table, context);
  } finally {
    await opened.close();
  }
}

async function compare(source: ExportSource, table: SourceTable, { signal, progress }: VerifyContext): Promise<{ cells: number }> {
  const mine = new Cursor(source.batches());
  const theirs = new Cursor(table.read({ chunkRows: source.chunkRows, signal }));
  const pairs = source.columns.map((meta) => ({ meta, other: table.columns.find((c) => c.name === meta.name)! }));
  let row = 0;
  try {
    for (;;) {
      if (signal.aborted) throw new Cancelled();
      const n = Math.min(await mine.left(), await theirs.left());
      if (n === 0) break;
      for (const { meta, other } of pairs) compareRun(meta, other, mine, theirs, n, row);
      mine.at += n;
      theirs.at += n;
      row += n;
      progress({ fraction: Math.min(1, row / Math.max(1, source.rows)) });
    }
    const [here, there] = [await mine.left(), await theirs.left()];
    if (here !== there || row !== source.rows) throw different(`${source.rows} rows were written and ${row + there} read back`);
    return { cells: row * pairs.length };
  } finally {
    await mine.end();
    await theirs.end();
  }
}

function compareRun(meta: ColumnMeta, other: ColumnMeta, mine: Cursor, theirs: Cursor, n: number, row: number): void {
  const a = mine.batch!.chunks.get(meta.name)!;
  const b = theirs.batch!.chunks.get(meta.name);
  if (!b) throw different(`column ${meta.name} was not read back`, meta.name);
  const first = isPlain(a) && isPlain(b) && a.data.constructor === b.data.constructor ? plainDifference(a, b, mine.at, theirs.at, n) : 0;
  if (first < 0) return;
  const left = columnOf(meta, a);
  const right = columnOf(other, b);
  const single = parseType(meta.type).element.endsWith('32') || parseType(meta.type).element === 'complex64';
  for (let i = first; i < n; i++) {
    const wrote = readCell(left, mine.at + i);
    const found = readCell(right, theirs.at + i);
    if (!isSame(wrote, found, single))
      throw different(`column ${meta.name}, row ${row + i}: wrote ${show(wrote)}, read back ${show(found)}`, meta.name, row + i);
  }
}

const isPlain = (c: Chunk): boolean => c.stride === 1 && !c.offsets && !c.validity;

function columnOf(meta: ColumnMeta, chunk: Chunk): Column {
  return { meta, length: chunk.length, chunkRows: Math.max(1, chunk.length), chunks: [chunk] };
}

/** Position of the first difference of two runs of numbers, -1 when there is none. */
function plainDifference(a: Chunk, b: Chunk, atA: number, atB: number, n: number): number {
  const x = a.data as Float64Array;
  const y = b.data as Float64Array;
  for (let i = 0; i < n; i++) {
    const p = x[atA + i]!;
    const q = y[atB + i]!;
    if (p !== q && (p === p || q === q)) return i;
  }
  return -1;
}

const isMissing = (v: Cell): boolean => v === undefined || v === '' || (typeof v === 'number' && Number.isNaN(v));

function isSame(a: Cell, b: Cell, single: boolean): boolean {
  if (isMissing(a) || isMissing(b)) return isMissing(a) && isMissing(b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v: Cell, i) => isSame(v, b[i] as Cell, single));
  if (typeof a === 'number' && typeof b === 'number') return a === b || (single && a === Math.fround(b));
  return a === b || String(a).toLowerCase() === String(b).toLowerCase() || (typeof a === 'boolean' && Number(a) === Number(b));
}

function show(v: Cell): string {
  if (v === undefined) return 'nothing';
  return typeof v === 'string' ? JSON.stringify(v.slice(0, 40)) : String(v);
}

function different(what: string, column?: string, row?: number): AppError {
  return new AppError({
    code: 'internal',
    message: `the written file differs from the data: ${what}`,
    hint: 'nothing was kept; please report this',
    column,
    row,
  });
}
