import { basename } from 'node:path';
import type { ReaderDef } from '../reader';
import { byteBlocks } from '../text/bytes';
import { byteLines } from '../text/fixed';
import { unreadable } from '../text/refuse';
import type { Dialect } from '../text/scanner';
import { scanRows } from '../text/scan-rows';
import { isText, textLines } from '../text/sniff';
import { openTextTable, type TextColumn } from '../text/text-table';

/** SExtractor's ASCII_HEAD catalogues: `# 2 X_IMAGE  Object position along x  [pixel]`, one comment a column. */

const LINE = /^#\s*(\d+)\s+([A-Za-z]\w*)\s*(.*?)\s*(?:\[([^\]]*)\])?\s*$/;
const DIALECT: Dialect = { delimiter: 0, quote: 34, comment: 35, trim: false };
const MAX_COLUMNS = 100_000;

interface Entry {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly unit: string | undefined;
}

function entry(line: string): Entry | undefined {
  const m = LINE.exec(line);
  return m ? { number: Number(m[1]), name: m[2]!, description: m[3]!, unit: m[4] } : undefined;
}

/** A number that is left out belongs to the vector named before it: `MAG_APER`, `MAG_APER_1`, … */
function columnsOf(entries: readonly Entry[], last: number): TextColumn[] {
  const columns: TextColumn[] = [];
  entries.forEach((e, i) => {
    const next = entries[i + 1]?.number ?? last + 1;
    for (let k = e.number; k < next; k++)
      columns.push({ name: k === e.number ? e.name : `${e.name}_${k - e.number}`, unit: e.unit, description: e.description || undefined });
  });
  return columns;
}

const sextractor: ReaderDef = {
  id: 'sextractor',
  title: 'SExtractor catalogue',
  extensions: ['cat', 'sex'],
  detect(head) {
    if (!isText(head)) return 0;
    const lines = textLines(head).slice(0, 3).map(entry);
    return lines[0]?.number === 1 && (lines[1]?.number ?? 0) >= 2 ? 85 : 0;
  },
  async open(path, { signal }) {
    const entries: Entry[] = [];
    let cells = 0;
    outer: for await (const part of byteLines(byteBlocks(path, signal)))
      for (let i = 0; i < part.starts.length; i++) {
        const line = part.bytes.toString('utf8', part.starts[i], part.ends[i]).trim();
        if (line === '') continue;
        if (!line.startsWith('#')) {
          cells = line.split(/\s+/).length;
          break outer;
        }
        const e = entry(line);
        if (e) entries.push(e);
      }
    const last = Math.max(entries.at(-1)?.number ?? 0, cells);
    if (entries.some((e, i) => e.number <= (entries[i - 1]?.number ?? 0)) || entries[0]?.number !== 1 || last > MAX_COLUMNS)
      throw unreadable(`the header of ${basename(path)} does not number its columns in order`, 'fetch the file again');
    const columns = columnsOf(entries, last);
    return openTextTable(
      {
        path,
        format: 'SExtractor catalogue',
        columns,
        rules: { missingWords: false, quotedEmptyIsText: false },
        rows: (source, pass) => scanRows(source, DIALECT, { columns: columns.length, skipRecords: 0, allowShort: false, onNotUtf8: pass.notUtf8 }),
      },
      signal,
    );
  },
};
export default sextractor;
