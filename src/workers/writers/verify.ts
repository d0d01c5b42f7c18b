import { basename } from 'node:path';
import { type Chunk, isValid, parseType } from '../../core/model/column';
import { AppError, Cancelled, type Progress } from '../../core/protocol/outcome';
import { PIXELS } from '../readers/fits/image-table';
import type { OpenedSource, ReadOptions, RecordBatch, SourceTable } from '../readers/reader';
import { openSource } from '../readers/registry';
import { type ImagePlane, imageLayout } from './fits/image-layout';
import type { ExportSource } from './writer';

export interface VerifyContext {
  readonly signal: AbortSignal;
  progress(p: Progress): void;
  /** Id of the reader, where the file's temporary name does not tell. */
  readonly format?: string | undefined;
}

interface Looseness {
  /** FITS has no null but a marker: a null text is empty, a null number NaN, blanks at the end of a text are padding. */
  readonly isFits: boolean;
}

/**
 * Reads what was written back and compares every cell with the source: numbers bit for bit (NaN equals NaN), texts byte for byte. Throws AppError
 * naming the column and row of the first difference; returns how many cells were compared.
 */
export async function verifyWritten(path: string, source: ExportSource, context: VerifyContext): Promise<{ cells: number }> {
  const { signal, progress, format } = context;
  const opened = await openSource(path, { signal, format });
  try {
    const loose = { isFits: opened.format.toUpperCase().startsWith('FITS') };
    const options = { chunkRows: source.chunkRows, signal, columns: source.columns.map((c) => c.name) };
    const images = loose.isFits ? imageLayout(source) : undefined;
    const batches = images ? imageBatches(opened, images.planes, options) : tableOf(opened, path, source).read(options);
    const written = batches[Symbol.asyncIterator]();
    try {
      return await compareAll(written, source, loose, { signal, progress });
    } finally {
      await written.return?.();
    }
  } finally {
    await opened.close();
  }
}

function differs(message: string, column?: string, row?: number): AppError {
  return new AppError({
    code: 'disk',
    message: `the written file does not read back as it was: ${message}`,
    hint: 'the file was not kept; export again, or to another disk or format',
    column,
    row,
  });
}

function tableOf(opened: OpenedSource, path: string, source: ExportSource): SourceTable {
  const wanted = source.columns.map((c) => c.name);
  const found = opened.tables.find((t) => wanted.every((n) => t.columns.some((c) => c.name === n)));
  if (found) return found;
  const [first] = opened.tables;
  const missing = wanted.find((n) => !first?.columns.some((c) => c.name === n));
  throw differs(first ? `column ${missing} is missing` : `${basename(path)} holds no table`, missing);
}

/** The images of a file side by side, as the columns they were. */
async function* imageBatches(opened: OpenedSource, planes: readonly ImagePlane[], { chunkRows, signal }: ReadOptions): AsyncGenerator<RecordBatch> {
  const all = [...opened.tables, ...(opened.images ?? [])];
  const readers = planes.map(({ name, column }) => {
    const table = all.find((t) => t.name === name);
    if (!table) throw differs(`the image ${name} is missing`, column.name);
    return { column, rows: table.read({ chunkRows, signal })[Symbol.asyncIterator]() };
  });
  for (;;) {
    const chunks = new Map<string, Chunk>();
    let rows = 0;
    for (const reader of readers) {
      const next = await reader.rows.next();
      if (next.done) return;
      rows = next.value.rows;
      chunks.set(reader.column.name, next.value.chunks.get(PIXELS)!);
    }
    yield { rows, chunks };
  }
}

async function compareAll(
  written: AsyncIterator<RecordBatch>,
  source: ExportSource,
  loose: Looseness,
  { signal, progress }: { signal: AbortSignal; progress(p: Progress): void },
): Promise<{ cells: number }> {
  let rows = 0;
  // The two sides may be cut differently: what is left of the written batch waits for the next of the source.
  let held: RecordBatch | undefined;
  let used = 0;
  for await (const batch of source.batches()) {
    for (let at = 0; at < batch.rows;) {
      if (signal.aborted) throw new Cancelled();
      if (!held || used === held.rows) {
        const next = await written.next();
        if (next.done) throw differs(`it has ${rows} rows, not ${source.rows}`, undefined, rows);
        held = next.value;
        used = 0;
      }
      const n = Math.min(batch.rows - at, held.rows - used);
      for (const { name, type } of source.columns) {
        const want = batch.chunks.get(name);
        const got = held.chunks.get(name);
        if (!want || !got) throw differs(`column ${name} is missing`, name);
        const row = firstDifference(want, at, got, used, n, type === 'utf8' || parseType(type).kind === 'list', loose);
        if (row >= 0) throw differs(`column ${name}, row ${rows + row}`, name, rows + row);
      }
      at += n;
      used += n;
      rows += n;
    }
    progress({ fraction: source.rows > 0 ? Math.min(1, rows / source.rows) : 1, note: `${rows} of ${source.rows} rows read back` });
  }
  const rest = held && used < held.rows ? held : (await written.next()).value;
  if (rest && (rest as RecordBatch).rows > 0) throw differs(`it has more than ${source.rows} rows`, undefined, rows);
  return { cells: rows * source.columns.length };
}

const SPACE = 32;

function same(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || (a !== a && b !== b);
  return BigInt(a) === BigInt(b);
}

/** True when the cell counts as missing in FITS although it is no null here, or the reverse. */
function isBlank(chunk: Chunk, row: number, isVariable: boolean): boolean {
  if (!isValid(chunk, row)) return true;
  if (isVariable && chunk.offsets) {
    for (let k = chunk.offsets[row]! * chunk.stride; k < chunk.offsets[row + 1]! * chunk.stride; k++) if (chunk.data[k] !== SPACE) return false;
    return true;
  }
  for (let k = 0; k < chunk.stride; k++) {
    const v = chunk.data[row * chunk.stride + k]!;
    if (typeof v !== 'number' || !Number.isNaN(v)) return false;
  }
  return true;
}

/** First of the n rows that differ, counted from the start of the two stretches; -1 when none does. */
function firstDifference(want: Chunk, at: number, got: Chunk, gotAt: number, n: number, isVariable: boolean, loose: Looseness): number {
  const { stride } = want;
  if (!isVariable && got.stride !== stride) return 0;
  for (let i = 0; i < n; i++) {
    const a = at + i;
    const b = gotAt + i;
    if (!isValid(want, a) || !isValid(got, b)) {
      if (isValid(want, a) === isValid(got, b)) continue;
      if (loose.isFits && isBlank(want, a, isVariable) && isBlank(got, b, isVariable)) continue;
      return i;
    }
    if (isVariable ? !sameCell(want, a, got, b, loose) : !sameRow(want, a, got, b)) return i;
  }
  return -1;
}

function sameRow(want: Chunk, a: number, got: Chunk, b: number): boolean {
  const { stride } = want;
  for (let k = 0; k < stride; k++) if (!same(want.data[a * stride + k]!, got.data[b * stride + k]!)) return false;
  return true;
}

function sameCell(want: Chunk, a: number, got: Chunk, b: number, loose: Looseness): boolean {
  const { stride } = want;
  const from = want.offsets![a]! * stride;
  const start = got.offsets![b]! * stride;
  let size = want.offsets![a + 1]! * stride - from;
  let found = got.offsets![b + 1]! * stride - start;
  if (loose.isFits && want.data instanceof Uint8Array) {
    while (size > 0 && want.data[from + size - 1] === SPACE) size--;
    while (found > 0 && got.data[start + found - 1] === SPACE) found--;
  }
  if (size !== found) return false;
  for (let k = 0; k < size; k++) if (!same(want.data[from + k]!, got.data[start + k]!)) return false;
  return true;
}
