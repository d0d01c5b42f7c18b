import { AppError } from '../../../core/protocol/outcome';

/**
 * Cells found in a block of text: row r, column c lies at bytes [starts[k], ends[k]) with k = r * columns + c. A hand-written scanner over bytes
 * rather than papaparse: no string is made for a cell that is a number, which is what makes ten million cells take seconds and not a minute.
 */
export interface Block {
  readonly bytes: Buffer;
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 0 plain, 1 quoted, 2 quoted with doubled quotes inside. */
  readonly quoting: Uint8Array;
  /** Line (from 1) at which each row begins. */
  readonly lines: Int32Array;
}

export interface Dialect {
  /** Delimiter byte; 0 = any run of blanks and tabs. */
  readonly delimiter: number;
  /** Quote byte; 0 = none. */
  readonly quote: number;
  /** Byte that makes a line a comment; 0 = none. */
  readonly comment: number;
  /** Blanks around a cell do not belong to it. */
  readonly trim: boolean;
}

export const MAX_RECORD_BYTES = 16 * 2 ** 20;

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** Scans records of any number of fields out of bytes; keeps its arrays between calls. */
export class RecordScanner {
  starts = new Int32Array(1 << 14);
  ends = new Int32Array(1 << 14);
  quoting = new Uint8Array(1 << 14);
  /** Cumulative number of fields after each record. */
  fieldEnds = new Int32Array(1 << 12);
  lines = new Int32Array(1 << 12);
  records = 0;
  fields = 0;
  line = 1;

  constructor(
    private readonly dialect: Dialect,
    private readonly onComment: (bytes: Buffer, from: number, to: number, line: number) => void = () => undefined,
  ) {}

  reset(): void {
    this.records = 0;
    this.fields = 0;
  }

  /** Scans [from, to); returns where the first record that is not complete begins (`to` when `isFinal`). Stops after `maxRecords`. */
  scan(bytes: Buffer, from: number, to: number, isFinal: boolean, maxRecords = Infinity): number {
    const { comment, delimiter } = this.dialect;
    let at = from;
    while (at < to && this.records < maxRecords) {
      let i = at;
      if (delimiter === 0 || comment !== 0) while (i < to && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
      if (i === to && !isFinal) return at;
      const c = bytes[i];
      if (comment !== 0 && c === comment && (delimiter === 0 || delimiter === TAB || i === at)) {
        const end = this.endOfLine(bytes, i, to, isFinal);
        if (end < 0) return at;
        this.onComment(bytes, i, end, this.line);
        at = this.afterNewline(bytes, end, to);
        this.line++;
        continue;
      }
      if (i === to) return to;
      if (c === LF || c === CR) {
        // A line of blanks is no record, except blanks between tabs: those are empty cells.
        if (i === at || delimiter === 0 || !bytes.subarray(at, i).includes(delimiter)) {
          if (c === CR && i + 1 === to && !isFinal) return at;
          at = this.afterNewline(bytes, i, to);
          this.line++;
          continue;
        }
      }
      const fieldsBefore = this.fields;
      const lineBefore = this.line;
      const next = delimiter === 0 ? this.blankSeparated(bytes, i, to, isFinal) : this.delimited(bytes, at, to, isFinal);
      if (next < 0) {
        this.fields = fieldsBefore;
        this.line = lineBefore;
        return at;
      }
      if (this.records === this.fieldEnds.length) {
        this.fieldEnds = grown(this.fieldEnds);
        this.lines = grown(this.lines);
      }
      this.lines[this.records] = lineBefore;
      this.fieldEnds[this.records++] = this.fields;
      this.line++;
      at = next;
    }
    return at;
  }

  private endOfLine(bytes: Buffer, from: number, to: number, isFinal: boolean): number {
    for (let i = from; i < to; i++) {
      if (bytes[i] === LF) return i;
      if (bytes[i] === CR) return i + 1 === to && !isFinal ? -1 : i;
    }
    return isFinal ? to : -1;
  }

  private afterNewline(bytes: Buffer, at: number, to: number): number {
    if (at >= to) return to;
    return bytes[at] === CR && at + 1 < to && bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  private push(start: number, end: number, quoting: number): void {
    if (this.fields === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
      const quotes = new Uint8Array(this.quoting.length * 2);
      quotes.set(this.quoting);
      this.quoting = quotes;
    }
    this.starts[this.fields] = start;
    this.ends[this.fields] = end;
    this.quoting[this.fields++] = quoting;
  }

  /** End (the closing quote) of the quoted text that begins after `from`, -1 when the bytes end first; counts the lines inside. */
  private closing(bytes: Buffer, from: number, to: number, quote: number): { end: number; doubled: boolean } {
    let doubled = false;
    for (let i = from + 1; i < to; i++) {
      const c = bytes[i];
      if (c === quote) {
        if (i + 1 < to && bytes[i + 1] === quote) {
          doubled = true;
          i++;
        } else return { end: i, doubled };
      } else if (c === LF) this.line++;
    }
    return { end: -1, doubled };
  }

  private delimited(bytes: Buffer, from: number, to: number, isFinal: boolean): number {
    const { delimiter, quote, trim } = this.dialect;
    let i = from;
    for (;;) {
      let start = i;
      let quoting = 0;
      let end: number;
      if (trim) while (start < to && (bytes[start] === SPACE || (bytes[start] === TAB && delimiter !== TAB))) start++;
      i = start;
      if (quote !== 0 && i < to && bytes[i] === quote) {
        const closed = this.closing(bytes, i, to, quote);
        // A quote at the very end of the block may be the first of a doubled one.
        if (closed.end < 0 || (closed.end + 1 === to && !isFinal)) {
          if (!isFinal) return -1;
          throw new AppError({
            code: 'unreadable',
            message: `line ${this.line}: a quoted cell is never closed`,
            hint: 'close the quote, or remove it',
            row: this.line,
          });
        }
        start = i + 1;
        end = closed.end;
        quoting = closed.doubled ? 2 : 1;
        i = closed.end + 1;
        const c = i < to ? bytes[i]! : delimiter;
        if (c !== delimiter && c !== LF && c !== CR) {
          let j = i;
          while (j < to && bytes[j] !== delimiter && bytes[j] !== LF && bytes[j] !== CR) j++;
          // Text after the closing quote: blanks are dropped, anything else makes the whole cell plain text, quotes included.
          if (bytes.subarray(i, j).some((b) => b !== SPACE)) {
            start--;
            end = j;
            quoting = 0;
          }
          i = j;
        }
      } else {
        let c = 0;
        while (i < to && (c = bytes[i]!) !== delimiter && c !== LF && c !== CR) i++;
        end = i;
        if (trim) while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
      }
      if (i === to && !isFinal) return -1;
      this.push(start, end, quoting);
      if (i === to) return to;
      if (bytes[i] === delimiter) {
        i++;
        continue;
      }
      if (bytes[i] === CR && i + 1 === to && !isFinal) return -1;
      return this.afterNewline(bytes, i, to);
    }
  }

  private blankSeparated(bytes: Buffer, from: number, to: number, isFinal: boolean): number {
    const { quote } = this.dialect;
    let i = from;
    for (;;) {
      while (i < to && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
      if (i === to) return isFinal ? to : -1;
      let c = bytes[i]!;
      if (c === LF || c === CR) {
        if (c === CR && i + 1 === to && !isFinal) return -1;
        return this.afterNewline(bytes, i, to);
      }
      const start = i;
      if (quote !== 0 && c === quote) {
        const lineBefore = this.line;
        const { end, doubled } = this.closing(bytes, i, to, quote);
        if (end < 0 && !isFinal) return -1;
        const after = bytes[end + 1];
        if (end > 0 && this.line === lineBefore && (after === undefined || after === SPACE || after === TAB || after === LF || after === CR)) {
          this.push(start + 1, end, doubled ? 2 : 1);
          i = end + 1;
          continue;
        }
        this.line = lineBefore;
      }
      while (i < to && (c = bytes[i]!) !== SPACE && c !== TAB && c !== LF && c !== CR) i++;
      if (i === to && !isFinal) return -1;
      this.push(start, i, 0);
    }
  }
}

function grown(a: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const out = new Int32Array(a.length * 2);
  out.set(a);
  return out;
}

export function tooLong(line: number): AppError {
  return new AppError({
    code: 'unreadable',
    message: `line ${line} is longer than ${MAX_RECORD_BYTES / 2 ** 20} MB`,
    hint: 'this is no table, or a quote before it is never closed',
    row: line,
  });
}

export function withoutBom(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
