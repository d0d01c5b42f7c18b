import { isUtf8 } from 'node:buffer';
import { AppError } from '../../../core/protocol/outcome';
import { type Block, type Dialect, MAX_RECORD_BYTES, RecordScanner, tooLong, withoutBom } from './scanner';

export interface ScanOptions {
  readonly columns: number;
  /** Records to leave out first (header lines). */
  readonly skipRecords: number;
  /** Lines to leave out before anything is scanned. */
  readonly skipLines?: number | undefined;
  /** A row may have fewer cells than there are columns: the others are empty. More are always an error. */
  readonly allowShort: boolean;
  readonly onComment?: ((bytes: Buffer, from: number, to: number, line: number) => void) | undefined;
  readonly onShort?: ((line: number) => void) | undefined;
  /** Told once, when bytes are met that are not UTF-8. */
  readonly onNotUtf8?: (() => void) | undefined;
}

/** Rows of `columns` cells, block by block. Throws AppError naming the line of a row with too many or too few cells. */
export async function* scanRows(source: AsyncIterable<Buffer>, dialect: Dialect, o: ScanOptions): AsyncGenerator<Block> {
  const scanner = new RecordScanner(dialect, o.onComment);
  let skip = o.skipRecords;
  let skipLines = o.skipLines ?? 0;
  const take = (bytes: Buffer): Block | undefined => {
    const dropped = Math.min(skip, scanner.records);
    skip -= dropped;
    const block = scanner.records > dropped ? regular(scanner, bytes, dropped, o) : undefined;
    scanner.reset();
    return block;
  };
  let utf8 = true;
  for await (const { bytes: whole, isFinal } of carrying(source, (bytes) => {
    let from = 0;
    while (skipLines > 0) {
      const end = bytes.indexOf(10, from);
      if (end < 0) return from;
      from = end + 1;
      skipLines--;
      scanner.line++;
    }
    return from;
  })) {
    const { bytes, from } = whole;
    const consumed = scanner.scan(bytes, from, bytes.length, isFinal);
    if (utf8 && o.onNotUtf8 && !isUtf8(bytes.subarray(from, consumed))) {
      utf8 = false;
      o.onNotUtf8();
    }
    whole.consumed = consumed;
    if (bytes.length - consumed > MAX_RECORD_BYTES) throw tooLong(scanner.line);
    const block = take(bytes);
    if (block) yield block;
  }
}

interface Carried {
  bytes: Buffer;
  from: number;
  consumed: number;
}

/** Joins what a block left over to the next; strips the byte-order mark. */
async function* carrying(source: AsyncIterable<Buffer>, start: (bytes: Buffer) => number): AsyncGenerator<{ bytes: Carried; isFinal: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  const next = (bytes: Buffer): Carried => {
    const from = start(bytes);
    return { bytes, from, consumed: from };
  };
  for await (const chunk of source) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (first && bytes.length < 3) {
      rest = bytes;
      continue;
    }
    if (first) bytes = withoutBom(bytes);
    first = false;
    const carried = next(bytes);
    yield { bytes: carried, isFinal: false };
    rest = bytes.subarray(carried.consumed);
  }
  if (rest.length > 0) yield { bytes: next(first ? withoutBom(rest) : rest), isFinal: true };
}

/** The scanner's records from `first` on as a rectangle. */
function regular(s: RecordScanner, bytes: Buffer, first: number, o: ScanOptions): Block {
  const rows = s.records - first;
  const base = first === 0 ? 0 : s.fieldEnds[first - 1]!;
  let isRegular = true;
  for (let r = first, before = base; r < s.records; before = s.fieldEnds[r++]!) {
    const found = s.fieldEnds[r]! - before;
    if (found === o.columns) continue;
    if (found > o.columns || !o.allowShort) throw ragged(s.lines[r]!, o.columns, found);
    o.onShort?.(s.lines[r]!);
    isRegular = false;
  }
  const lines = s.lines.slice(first, s.records);
  if (isRegular) {
    const to = s.fields;
    return {
      bytes,
      rows,
      columns: o.columns,
      starts: s.starts.slice(base, to),
      ends: s.ends.slice(base, to),
      quoting: s.quoting.slice(base, to),
      lines,
    };
  }
  const starts = new Int32Array(rows * o.columns);
  const ends = new Int32Array(rows * o.columns);
  const quoting = new Uint8Array(rows * o.columns);
  for (let r = 0, k = base; r < rows; r++)
    for (let c = 0; k < s.fieldEnds[first + r]!; c++, k++) {
      starts[r * o.columns + c] = s.starts[k]!;
      ends[r * o.columns + c] = s.ends[k]!;
      quoting[r * o.columns + c] = s.quoting[k]!;
    }
  return { bytes, rows, columns: o.columns, starts, ends, quoting, lines };
}

export function ragged(line: number, expected: number, found: number): AppError {
  return new AppError({
    code: 'unreadable',
    message: `line ${line} has ${found} cells where ${expected} are expected`,
    hint: 'correct the line, or check the delimiter and the quotes before it',
    row: line,
  });
}
