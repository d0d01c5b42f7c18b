import { basename } from 'node:path';
import type { ScalarType } from '../../../core/model/column';
import type { HeaderCard } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import type { ReaderDef } from '../reader';
import { byteBlocks } from '../text/bytes';
import { byteLines, scanFixed, type Span } from '../text/fixed';
import { unreadable } from '../text/refuse';
import { isText, textLines } from '../text/sniff';
import { openTextTable, type TextColumn } from '../text/text-table';

/** IPAC tables: keywords behind backslashes, a header between bars, values under their header cell. */

function typeOf(word: string, column: string): ScalarType {
  const w = word.toLowerCase();
  if (w === '' || /^(c|ch|cha|char|date)$/.test(w)) return 'utf8';
  if (/^(i|in|int|integer|l|lo|lon|long)$/.test(w)) return 'int64';
  if (/^(f|fl|flo|floa|float|d|do|dou|doub|doubl|double|r|re|rea|real)$/.test(w)) return 'float64';
  throw new AppError({
    code: 'unreadable',
    message: `column ${column} has the type ${word}, which IPAC tables do not know`,
    hint: 'correct the header',
    column,
  });
}

function barCells(line: string): { cells: string[]; spans: Span[] } {
  const bars = [...line].flatMap((c, i) => (c === '|' ? [i] : []));
  const cells: string[] = [];
  const spans: Span[] = [];
  for (let i = 0; i + 1 < bars.length; i++) {
    cells.push(line.slice(bars[i]! + 1, bars[i + 1]).replace(/^[\s-]+|[\s-]+$/g, ''));
    spans.push({ from: bars[i]! + 1, to: bars[i + 1]! });
  }
  return { cells, spans };
}

function keyword(line: string): HeaderCard {
  const m = /^\\\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(line);
  if (!m || line.startsWith('\\ ')) return { key: 'COMMENT', value: line.slice(1).trim() };
  const value = m[2]!.replace(/^(['"])(.*)\1$/, '$2');
  return { key: m[1]!, value: value !== '' && Number.isFinite(Number(value)) && value === m[2] ? Number(value) : value };
}

const ipac: ReaderDef = {
  id: 'ipac',
  title: 'IPAC table',
  extensions: ['tbl', 'ipac'],
  detect(head) {
    if (!isText(head)) return 0;
    const lines = textLines(head);
    const bar = lines.findIndex((l) => l.startsWith('|'));
    if (bar < 0 || !lines.slice(0, bar).every((l) => l.startsWith('\\') || l.trim() === '')) return 0;
    const types = barCells(lines[bar + 1] ?? '').cells;
    const isTyped = types.length > 0 && types.every((t) => /^(char|date|int|integer|long|float|double|real|[cilfdr])?$/i.test(t));
    return isTyped && types.some((t) => t !== '') ? 90 : bar > 0 && lines[0]!.startsWith('\\') ? 50 : 0;
  },
  async open(path, { signal }) {
    const header: HeaderCard[] = [];
    const bars: string[] = [];
    let skipLines = 0;
    outer: for await (const part of byteLines(byteBlocks(path, signal)))
      for (let i = 0; i < part.starts.length; i++) {
        const line = part.bytes.toString('utf8', part.starts[i], part.ends[i]);
        if (line.startsWith('|')) bars.push(line);
        else if (line.startsWith('\\')) header.push(keyword(line));
        else if (line.trim() !== '' || bars.length > 0) break outer;
        skipLines = part.firstLine + i;
      }
    const [first, types, units, nulls] = bars.map(barCells);
    if (!first || first.cells.length === 0) throw unreadable(`${basename(path)} has no header between bars`, 'fetch the file again');
    const columns = first.cells.map((name, i): TextColumn => ({
      name,
      type: typeOf(types?.cells[i] ?? '', name),
      unit: units?.cells[i] || undefined,
    }));
    const nullWords = first.cells.map((_, i) => {
      const raw = bars[3] && nulls?.spans[i] ? bars[3].slice(nulls.spans[i].from, nulls.spans[i].to).trim() : '';
      return raw === '' ? undefined : new Set([raw]);
    });
    return openTextTable(
      {
        path,
        format: 'IPAC table',
        columns,
        rules: { missingWords: false, quotedEmptyIsText: false },
        nullWords,
        header,
        rows: (source, pass) => scanFixed(source, { spans: first.spans, skipLines, comment: 92, onNotUtf8: pass.notUtf8 }),
      },
      signal,
    );
  },
};
export default ipac;
