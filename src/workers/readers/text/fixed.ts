import { AppError } from '../../../core/protocol/outcome';
import { type Block, MAX_RECORD_BYTES, tooLong, withoutBom } from './scanner';
import { isUtf8 } from 'node:buffer';

/** Bytes [from, to) of a line; `to` may lie past its end. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface FixedOptions {
  readonly spans: readonly Span[];
  /** Lines before the first row. */
  readonly skipLines: number;
  /** Lines that begin with this byte are no rows. */
  readonly comment?: number | undefined;
  /** Also with blanks before it. */
  readonly isCommentIndented?: boolean | undefined;
  readonly onNotUtf8?: (() => void) | undefined;
  /** Told the line when there is text outside all spans. */
  readonly onOutside?: ((line: number) => void) | undefined;
}

const BLANKS = new Set([9, 32]);

/** Lines of a text, as (bytes, from, to, line number); blank ones too. */
export async function* byteLines(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ bytes: Buffer; starts: number[]; ends: number[]; firstLine: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let isFirst = true;
  const split = (bytes: Buffer, isFinal: boolean): { starts: number[]; ends: number[]; consumed: number } => {
    const starts: number[] = [];
    const ends: number[] = [];
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(10, at);
      if (end < 0) break;
      starts.push(at);
      ends.push(end > at && bytes[end - 1] === 13 ? end - 1 : end);
      at = end + 1;
    }
    if (isFinal && at < bytes.length) {
      starts.push(at);
      ends.push(bytes.length);
      at = bytes.length;
    }
    return { starts, ends, consumed: at };
  };
  for await (const chunk of source) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (isFirst) bytes = withoutBom(bytes);
    isFirst = false;
    const { starts, ends, consumed } = split(bytes, false);
    rest = bytes.subarray(consumed);
    if (rest.length > MAX_RECORD_BYTES) throw tooLong(line + starts.length);
    if (starts.length > 0) yield { bytes, starts, ends, firstLine: line };
    line += starts.length;
  }
  if (rest.length > 0) yield { bytes: rest, ...split(rest, true), firstLine: line };
}

/** Rows whose cells lie at fixed places; blanks around a cell do not belong to it. Blank lines are no rows. */
export async function* scanFixed(source: AsyncIterable<Buffer>, o: FixedOptions): AsyncGenerator<Block> {
  const columns = o.spans.length;
  if (columns === 0)
    throw new AppError({ code: 'unreadable', message: 'the description names no columns', hint: 'check the byte-by-byte description' });
  let utf8 = true;
  for await (const part of byteLines(source)) {
    const { bytes } = part;
    const rows: number[] = [];
    for (let i = 0; i < part.starts.length; i++) {
      if (part.firstLine + i <= o.skipLines) continue;
      const s = part.starts[i]!;
      const e = part.ends[i]!;
      let at = s;
      while (at < e && BLANKS.has(bytes[at]!)) at++;
      if (o.comment !== undefined && bytes[o.isCommentIndented ? at : s] === o.comment) continue;
      if (at < e) rows.push(i);
    }
    if (rows.length === 0) continue;
    if (utf8 && o.onNotUtf8 && !isUtf8(bytes.subarray(part.starts[rows[0]!]!, part.ends[rows.at(-1)!]!))) {
      utf8 = false;
      o.onNotUtf8();
    }
    const starts = new Int32Array(rows.length * columns);
    const ends = new Int32Array(rows.length * columns);
    rows.forEach((i, r) => place(bytes, part.starts[i]!, part.ends[i]!, o, starts, ends, r * columns));
    if (o.onOutside) for (const i of rows) if (hasOutside(bytes, part.starts[i]!, part.ends[i]!, o.spans)) o.onOutside(part.firstLine + i);
    yield {
      bytes,
      rows: rows.length,
      columns,
      starts,
      ends,
      quoting: new Uint8Array(rows.length * columns),
      lines: Int32Array.from(rows, (i) => part.firstLine + i),
    };
  }
}

function place(bytes: Buffer, from: number, to: number, o: FixedOptions, starts: Int32Array, ends: Int32Array, k: number): void {
  for (const span of o.spans) {
    let s = Math.min(from + span.from, to);
    let e = Math.min(from + span.to, to);
    while (s < e && BLANKS.has(bytes[s]!)) s++;
    while (e > s && BLANKS.has(bytes[e - 1]!)) e--;
    starts[k] = s;
    ends[k++] = e;
  }
}

function hasOutside(bytes: Buffer, from: number, to: number, spans: readonly Span[]): boolean {
  for (let at = from; at < to; at++) {
    if (BLANKS.has(bytes[at]!)) continue;
    const column = at - from;
    if (!spans.some((s) => column >= s.from && column < s.to)) return true;
  }
  return false;
}
