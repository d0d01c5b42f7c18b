import { basename } from 'node:path';
import type { ColumnType, ScalarType } from '../../../core/model/column';
import type { Alert, HeaderCard } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import type { ReaderDef } from '../reader';
import { byteBlocks } from '../text/bytes';
import { byteLines } from '../text/fixed';
import { unreadable } from '../text/refuse';
import { type Dialect, RecordScanner } from '../text/scanner';
import { scanRows } from '../text/scan-rows';
import { openTextTable, type TextColumn } from '../text/text-table';

/** Enhanced CSV (Taylor, Aldcroft 2020, APE 6): a YAML header in comment lines, then rows separated by blanks or commas. */

const TYPES: Readonly<Record<string, ScalarType>> = {
  string: 'utf8',
  bool: 'bool',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  float16: 'float32',
  float32: 'float32',
  float64: 'float64',
  float128: 'float64',
};

interface YamlColumn {
  readonly name?: unknown;
  readonly datatype?: unknown;
  readonly subtype?: unknown;
  readonly unit?: unknown;
  readonly description?: unknown;
  readonly format?: unknown;
  readonly meta?: unknown;
}

interface Head {
  readonly lines: number;
  readonly yaml: string;
  readonly names: readonly string[];
}

const MAX_HEADER = 8 * 2 ** 20;

async function readHeader(path: string, signal: AbortSignal): Promise<{ head: Head; names: (dialect: Dialect) => string[] }> {
  const yaml: string[] = [];
  let size = 0;
  for await (const part of byteLines(byteBlocks(path, signal)))
    for (let i = 0; i < part.starts.length; i++) {
      const text = part.bytes.toString('utf8', part.starts[i], part.ends[i]);
      if (text.startsWith('#')) {
        yaml.push(text.replace(/^# ?/, ''));
        if ((size += text.length) > MAX_HEADER) throw unreadable('the ECSV header is longer than 8 MB', 'check the file');
        continue;
      }
      const names = (dialect: Dialect): string[] => {
        const bytes = Buffer.from(text);
        const scanner = new RecordScanner(dialect);
        scanner.scan(bytes, 0, bytes.length, true, 1);
        return Array.from({ length: scanner.fields }, (_, k) => bytes.toString('utf8', scanner.starts[k], scanner.ends[k]).replaceAll('""', '"'));
      };
      return { head: { lines: part.firstLine + i - 1, yaml: yaml.slice(1).join('\n'), names: [] }, names };
    }
  throw unreadable(`${basename(path)} has an ECSV header but no line of column names`, 'fetch the file again');
}

const record = (v: unknown): Record<string, unknown> => (v !== null && typeof v === 'object' ? (v as Record<string, unknown>) : {});

/** `meta` is a map or, in older files, an ordered list of one-entry maps. */
function metaEntries(meta: unknown): Record<string, unknown> {
  if (meta instanceof Map) return Object.fromEntries(meta as Map<string, unknown>);
  return Array.isArray(meta) ? Object.assign({}, ...meta.map(record)) : record(meta);
}

const MAX_CELL = 2 ** 20;

/** `float64[2,3]` is a fixed list, `float64[null]` one of any length; arrays of texts and objects are none of ours. */
function arrayType(subtype: string): { readonly type: ColumnType; readonly shape?: readonly number[] } | undefined {
  const m = /^(\w+)\[((?:\d+|null)(?:,\s*\d+)*)\]$/.exec(subtype);
  const element = m && TYPES[m[1]!];
  if (!m || !element || element === 'utf8') return undefined;
  if (m[2] === 'null') return { type: `list<${element}>` };
  const shape = m[2]!.split(',').map(Number);
  const size = shape.reduce((a, b) => a * b, 1);
  if (!(size >= 1 && size <= MAX_CELL)) return undefined;
  return { type: `fixed_list<${element}>[${size}]`, ...(shape.length > 1 ? { shape } : {}) };
}

function textColumn(c: YamlColumn, alerts: Alert[]): TextColumn {
  const name = String(c.name);
  const datatype = String(c.datatype);
  const array = c.subtype === undefined || c.subtype === null ? undefined : arrayType(String(c.subtype));
  if (c.subtype !== undefined && c.subtype !== null && !array)
    throw new AppError({
      code: 'unsupported',
      message: `column ${name} holds ${String(c.subtype)} in an ECSV file, which is not read yet`,
      hint: 'save the table as FITS, or without that column',
      column: name,
    });
  const type = TYPES[datatype];
  if (!type)
    throw new AppError({
      code: 'unsupported',
      message: `column ${name} has the ECSV datatype ${datatype}, which is not read`,
      hint: 'save the table as FITS',
      column: name,
    });
  if (datatype === 'float128')
    alerts.push({ severity: 'warning', column: name, message: `column ${name} is float128 in the file and read as float64` });
  const ucd = metaEntries(c.meta)['ucd'];
  return {
    name,
    type: array?.type ?? type,
    shape: array?.shape,
    unit: typeof c.unit === 'string' && c.unit !== '' ? c.unit : undefined,
    description: typeof c.description === 'string' ? c.description : undefined,
    ucd: typeof ucd === 'string' ? ucd : undefined,
    display: typeof c.format === 'string' ? c.format : undefined,
  };
}

function cards(meta: unknown): HeaderCard[] {
  return Object.entries(metaEntries(meta)).flatMap(([key, value]): HeaderCard[] => {
    if (key === 'comments' && Array.isArray(value)) return value.map((v) => ({ key: 'COMMENT', value: String(v) }));
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [{ key, value }];
    return [{ key, value: JSON.stringify(value) }];
  });
}

const ecsv: ReaderDef = {
  id: 'ecsv',
  title: 'ECSV',
  extensions: ['ecsv'],
  detect(head) {
    return /^(\xef\xbb\xbf)?#\s*%ECSV/.test(Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64)).toString('latin1')) ? 95 : 0;
  },
  async open(path, { signal }) {
    const { head, names } = await readHeader(path, signal);
    let header: Record<string, unknown>;
    // Loaded for a file of this kind only: it is the largest library of all readers.
    const { parse } = await import('yaml');
    try {
      header = record(parse(head.yaml, { logLevel: 'silent', maxAliasCount: 1000 }));
    } catch (error) {
      throw new AppError(
        { code: 'unreadable', message: `the YAML header of ${basename(path)} is invalid: ${String((error as Error).message).split('\n')[0]}` },
        { cause: error },
      );
    }
    const delimiter = header['delimiter'] === ',' ? 44 : 0;
    const dialect: Dialect = { delimiter, quote: 34, comment: 0, trim: false };
    const declared = Array.isArray(header['datatype']) ? (header['datatype'] as unknown[]).map((c) => record(c) as YamlColumn) : [];
    const alerts: Alert[] = [];
    const columns = declared.map((c) => textColumn(c, alerts));
    const found = names(dialect);
    if (columns.length === 0 || found.length !== columns.length || found.some((n, i) => n !== columns[i]!.name))
      throw unreadable(
        `the ECSV header of ${basename(path)} declares ${columns.length} columns, its line of names has ${found.length} or other ones`,
        'fetch the file again',
      );
    return openTextTable(
      {
        path,
        format: 'ECSV',
        columns,
        rules: { missingWords: false, quotedEmptyIsText: false },
        header: cards(header['meta']),
        alerts,
        rows: (source, pass) =>
          scanRows(source, dialect, { columns: columns.length, skipLines: head.lines, skipRecords: 1, allowShort: false, onNotUtf8: pass.notUtf8 }),
      },
      signal,
    );
  },
};
export default ecsv;
