import { basename } from 'node:path';
import type { Alert } from '../../../core/model/table';
import type { OpenedSource } from '../reader';
import { lightCurveRoles } from './light-curve';
import { scanRows } from './scan-rows';
import { columnNames, hasHeader, type Sniffed } from './sniff';
import { openTextTable, type TextColumn } from './text-table';

/** NASA Exoplanet Archive headers: `# COLUMN koi_period: Orbital Period [days]`. */
function archiveDescriptions(comments: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of comments) {
    const m = /^\s*COLUMN\s+(\S+?):\s+(.+?)\s*$/.exec(line);
    if (m) found.set(m[1]!, m[2]!);
  }
  return found;
}

interface Heading {
  readonly columns: readonly TextColumn[];
  readonly skipRecords: number;
  readonly alerts: readonly Alert[];
}

const RDB_TYPE = /^\d*[NSM]$/i;

/** True for the type line of an RDB table (`11S  N  N`). */
export function isRdb(s: Sniffed, name: string): boolean {
  const second = s.records[1];
  if (s.dialect.delimiter !== 9 || !second || !second.every((c) => RDB_TYPE.test(c))) return false;
  return /\.rdb(\.|$)/i.test(basename(name)) || second.some((c) => /\d/.test(c));
}

function heading(s: Sniffed): Heading {
  const isBlank = s.dialect.delimiter === 0;
  const joiner = isBlank ? '_' : '.';
  const [first] = s.records;
  // A header that is one cell shorter or longer than the rows still names them in order.
  const columns = Math.max(s.columns, first && hasHeader(s.records) && s.records.length <= 2 ? first.length : 0);
  const split = (line: string | undefined): string[] =>
    line
      ?.trim()
      .split(isBlank ? /\s+/ : String.fromCharCode(s.dialect.delimiter))
      .map((c) => c.trim()) ?? [];
  const commented = split(s.comments[0]);
  const named = (cells: readonly string[], skipRecords: number): Heading => {
    const { names, renamed } = columnNames(cells, columns, joiner);
    const alerts: Alert[] = renamed.map((n) => ({
      severity: 'info',
      column: n,
      message: `a column name occurs twice: the later one is called ${n}`,
    }));
    if (cells.length > columns || cells.length < columns)
      alerts.push({ severity: 'warning', message: `the header names ${cells.length} columns, the rows have ${columns}` });
    const described = archiveDescriptions(s.comments);
    return { columns: names.map((n) => ({ name: n, description: described.get(n) })), skipRecords, alerts };
  };
  if (commented.length === columns && !hasHeader(s.records)) return named(commented, 0);
  if (hasHeader(s.records)) return named(first!, 1);
  const { names } = columnNames([], columns, joiner);
  const lastComment = split(s.comments.at(-1));
  const words = lastComment.length === columns ? lastComment : [];
  const roles = lightCurveRoles(s.records, words);
  return {
    columns: names.map((n, i) => ({ name: n, description: words[i], role: roles[i] })),
    skipRecords: 0,
    alerts: [{ severity: 'info', message: `the file names no columns: they are called ${names[0]} to ${names.at(-1)}` }],
  };
}

export interface DelimitedOptions {
  readonly format: string;
  readonly signal: AbortSignal;
  /** A sidecar lies beside the file but describes other columns. */
  readonly hasForeignSidecar: boolean;
}

/** Opens a text with delimiters or blanks between its cells. */
export async function openDelimited(path: string, s: Sniffed, { format, signal, hasForeignSidecar }: DelimitedOptions): Promise<OpenedSource> {
  const rdb = isRdb(s, path);
  const { columns, skipRecords, alerts } = heading(rdb ? { ...s, records: [s.records[0]!, ...s.records.slice(2)] } : s);
  const isBlank = s.dialect.delimiter === 0;
  const foreign: Alert = { severity: 'warning', message: `${basename(path)}.skysift.json describes other columns and is left aside` };
  return openTextTable(
    {
      path,
      format: rdb ? 'RDB' : format,
      columns,
      rules: { missingWords: !isBlank, quotedEmptyIsText: false },
      alerts: hasForeignSidecar ? [...alerts, foreign] : alerts,
      rows: (source, pass) =>
        scanRows(source, s.dialect, {
          columns: columns.length,
          skipRecords: rdb ? 2 : skipRecords,
          allowShort: !isBlank && s.dialect.delimiter !== 124,
          onComment: (bytes, from, to) => pass.comment(bytes.toString('utf8', from + 1, to).trimEnd()),
          onShort: pass.short,
          onNotUtf8: pass.notUtf8,
        }),
    },
    signal,
  );
}
