import { basename } from 'node:path';
import { classify, Kind, latin1, textAt } from './cells';
import { type Dialect, RecordScanner, withoutBom } from './scanner';

/** What the first 64 KiB of a text say about how it is written. */
export interface Sniffed {
  readonly dialect: Dialect;
  readonly columns: number;
  /** Cells of the first records, texts. */
  readonly records: readonly (readonly string[])[];
  /** Share of the records that have that many columns. */
  readonly regularity: number;
  /** Comment lines before and between those records, without their mark. */
  readonly comments: readonly string[];
}

const MAX_RECORDS = 500;

/** What a reading by blanks must be better by. */
const BLANKS = 0.02;
const NAMES: Readonly<Record<string, number>> = { csv: 44, tsv: 9, tab: 9, rdb: 9 };

/** True when the bytes look like text in an encoding this reader knows. */
export function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  let controls = 0;
  for (const b of head) {
    if (b === 0) return false;
    if (b < 32 && b !== 9 && b !== 10 && b !== 13 && b !== 12) controls++;
  }
  return controls * 100 < head.length;
}

/** Whole lines only, unless there is but one. */
export function wholeLines(head: Uint8Array, isAll: boolean): Buffer {
  const bytes = withoutBom(Buffer.from(head.buffer, head.byteOffset, head.byteLength));
  if (isAll) return bytes;
  const end = bytes.lastIndexOf(10);
  return end > 0 ? bytes.subarray(0, end + 1) : bytes;
}

export function textLines(head: Uint8Array): string[] {
  const lines = latin1(wholeLines(head, head.length < 65536), 0, head.length).split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function extensionOf(name: string): string {
  return /\.([^.]+?)(\.gz)?$/i.exec(basename(name))?.[1]?.toLowerCase() ?? '';
}

function trial(bytes: Buffer, delimiter: number): Sniffed | undefined {
  // Where cells have delimiters, `#` may begin a name: it marks comments only in a file that begins with one.
  const comment = delimiter === 0 || /^\s*#/.test(latin1(bytes, 0, 200)) ? 35 : 0;
  const dialect: Dialect = { delimiter, quote: 34, comment, trim: delimiter === 124 };
  const comments: string[] = [];
  const scanner = new RecordScanner(dialect, (b, from, to) => comments.push(b.toString('utf8', from + 1, to)));
  try {
    scanner.scan(bytes, 0, bytes.length, true, MAX_RECORDS);
  } catch {
    // A quote open at the end of the head: what was complete until then is what is judged, if there is anything.
    if (scanner.records === 0) return undefined;
  }
  const counts = new Map<number, number>();
  for (let r = 0, before = 0; r < scanner.records; before = scanner.fieldEnds[r++]!) {
    const cells = scanner.fieldEnds[r]! - before;
    counts.set(cells, (counts.get(cells) ?? 0) + 1);
  }
  if (scanner.records === 0) return { dialect, columns: 0, records: [], regularity: 0, comments };
  let columns = 0;
  for (const [n, times] of counts) if (times > (counts.get(columns) ?? 0) || (times === counts.get(columns) && n > columns)) columns = n;
  let records: readonly (readonly string[])[] | undefined;
  return {
    dialect,
    columns,
    // Few trials get so far that their texts are looked at.
    get records() {
      return (records ??= textsOf(scanner, bytes));
    },
    regularity: counts.get(columns)! / scanner.records,
    comments,
  };
}

function textsOf(scanner: RecordScanner, bytes: Buffer): readonly (readonly string[])[] {
  const records: string[][] = [];
  for (let r = 0, k = 0; r < scanner.records; r++) {
    const cells: string[] = [];
    for (; k < scanner.fieldEnds[r]!; k++) cells.push(textAt(bytes, scanner.starts[k]!, scanner.ends[k]!, scanner.quoting[k]!, false));
    records.push(cells);
  }
  return records;
}

/** A record of dashes or of nothing: a drawn line, not cells. */
function isRule(record: readonly string[] | undefined): boolean {
  return record !== undefined && record.every((c) => /^[-=+:\s]*$/.test(c));
}

/** A reader that opens the file it was chosen for reads the same head again. */
let last: { readonly head: Uint8Array; readonly extension: string; readonly found: Sniffed | undefined } | undefined;

/** The best-fitting dialect, or undefined when the text is no table of two or more columns (one, in a file that calls itself CSV). */
export function sniff(head: Uint8Array, name: string): Sniffed | undefined {
  const extension = extensionOf(name);
  if (last?.extension === extension && (last.head === head || Buffer.compare(last.head, head) === 0)) return last.found;
  const found = isText(head) ? sniffText(wholeLines(head, head.length < 65536), extension) : undefined;
  last = { head, extension, found };
  return found;
}

/** HTML, XML, VOTable, JSON, LaTeX: regular enough to fool a count of cells, but no tables of this kind. */
function isMarkup(bytes: Buffer): boolean {
  const start = latin1(bytes, 0, 4096);
  return /^\s*(<[!?a-z]|\{\s*["}]|\[\s*[{["]|\\(begin|document))/i.test(start);
}

function sniffText(bytes: Buffer, extension: string): Sniffed | undefined {
  if (isMarkup(bytes)) return undefined;
  let best: Sniffed | undefined;
  let bestScore = 0;
  for (const delimiter of [44, 9, 59, 124, 0]) {
    // Without delimiters there is one column; and blanks cannot be better than a delimiter that is always right.
    if (delimiter === 0 ? bestScore >= 1 - BLANKS : !bytes.includes(delimiter)) continue;
    const t = trial(bytes, delimiter);
    if (!t || t.columns < 2) continue;
    if (delimiter === 124 && t.records.every((r) => r[0] === '' && r.at(-1) === '')) continue;
    // Words of a text that is none begin with no two rows alike.
    if (delimiter === 0 && t.records.slice(1, 4).some((r) => r.length !== t.columns) && t.regularity < 0.98) continue;
    let score = t.regularity;
    if (NAMES[extension] === delimiter) score += 0.5;
    // Blanks separate words in any text: a delimiter as regular is the better reading.
    if (delimiter === 0) score -= BLANKS;
    if (score > bestScore + 1e-9) {
      best = t;
      bestScore = score;
    }
  }
  if (best && best.regularity >= 0.6)
    return isRule(best.records[0]) || (best.dialect.delimiter === 124 && isRule(best.records[1])) ? undefined : best;
  const delimiter = NAMES[extension];
  const single = delimiter === undefined ? undefined : trial(bytes, delimiter);
  if (single && single.columns >= 1 && single.regularity >= 0.6) return single;
  return undefined;
}

function kindOf(cell: string): Kind {
  const bytes = Buffer.from(cell);
  return classify(bytes, 0, bytes.length);
}

export function isNumberWord(cell: string): boolean {
  const kind = kindOf(cell);
  return kind >= Kind.Int && kind <= Kind.NaN;
}

/**
 * True when the first record names the columns: it holds no number, or it holds words where everything below is numbers.
 */
export function hasHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  if (!first) return false;
  if (first.every((c) => c.trim() === '')) return false;
  if (!first.some((c) => kindOf(c) === Kind.Float || isNumberWord(c))) return true;
  const numeric = first.map((_, c) => {
    const below = rest.map((r) => r[c] ?? '').filter((v) => v.trim() !== '');
    return below.length >= 3 && below.every(isNumberWord);
  });
  const words = first.map((c) => c.trim() !== '' && !isNumberWord(c));
  return words.some((w, c) => w && numeric[c]) && new Set(first).size === first.length;
}

/** Names made unique (`a`, `a_1`, …) and never empty (`col3`). */
export function columnNames(cells: readonly string[], count: number, joiner: string): { names: string[]; renamed: string[] } {
  const names: string[] = [];
  const renamed: string[] = [];
  const used = new Set<string>();
  for (let i = 0; i < count; i++) {
    const wish = (cells[i] ?? '').trim() === '' ? `col${i + 1}` : cells[i]!;
    let name = wish;
    for (let n = 1; used.has(name); n++) name = `${wish}${joiner}${n}`;
    if (name !== wish) renamed.push(name);
    used.add(name);
    names.push(name);
  }
  return { names, renamed };
}
