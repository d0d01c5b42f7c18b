import { AppError } from '../../../core/protocol/outcome';
import { damaged, FlatTable, safe } from './flatbuffer';

/** Arrow's metadata (format/Schema.fbs, Message.fbs) as plain values. */

export type ArrowKind =
  | { readonly kind: 'null' }
  | { readonly kind: 'int'; readonly bits: number; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'bool' }
  | { readonly kind: 'utf8'; readonly isLarge: boolean }
  | { readonly kind: 'utf8view' }
  | { readonly kind: 'decimal'; readonly bits: number; readonly precision: number; readonly scale: number }
  | { readonly kind: 'time'; readonly bits: 32 | 64; readonly unit: string; readonly meaning: string }
  | { readonly kind: 'list'; readonly isLarge: boolean }
  | { readonly kind: 'fixed-list'; readonly size: number }
  | { readonly kind: 'other'; readonly name: string };

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowKind;
  readonly children: readonly ArrowField[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly dictionary?: { readonly id: number; readonly index: ArrowKind } | undefined;
}

export interface ArrowSchema {
  readonly fields: readonly ArrowField[];
  readonly metadata: ReadonlyMap<string, string>;
}

export interface Region {
  readonly offset: number;
  readonly length: number;
}

export interface BatchHeader {
  readonly rows: number;
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  readonly buffers: readonly Region[];
  readonly codec?: 'lz4' | 'zstd' | undefined;
  readonly variadic: readonly number[];
}

export type ArrowMessage =
  | { readonly kind: 'schema'; readonly schema: ArrowSchema; readonly bodyLength: number }
  | { readonly kind: 'batch'; readonly batch: BatchHeader; readonly bodyLength: number }
  | { readonly kind: 'dictionary'; readonly id: number; readonly isDelta: boolean; readonly batch: BatchHeader; readonly bodyLength: number };

const UNITS = ['s', 'ms', 'us', 'ns'];
const NAMES: Readonly<Record<number, string>> = {
  4: 'binary',
  11: 'interval',
  13: 'struct',
  14: 'union',
  15: 'fixed-size binary',
  17: 'map',
  19: 'large binary',
  22: 'run-end encoded',
  23: 'binary view',
  25: 'list view',
  26: 'large list view',
};

function kindOf(code: number, t: FlatTable | undefined): ArrowKind {
  const unit = (absent: number): string => UNITS[t?.int16(0, absent) ?? absent] ?? 's';
  switch (code) {
    case 1:
      return { kind: 'null' };
    case 2:
      return { kind: 'int', bits: t?.int32(0) ?? 0, isSigned: t?.byte(1) === 1 };
    case 3:
      return { kind: 'float', bits: ([16, 32, 64] as const)[t?.int16(0) ?? 0] ?? 64 };
    case 5:
    case 20:
      return { kind: 'utf8', isLarge: code === 20 };
    case 24:
      return { kind: 'utf8view' };
    case 6:
      return { kind: 'bool' };
    case 7:
      return { kind: 'decimal', precision: t?.int32(0) ?? 0, scale: t?.int32(1) ?? 0, bits: t?.int32(2, 128) ?? 128 };
    case 8:
      return (t?.int16(0, 1) ?? 1) === 0
        ? { kind: 'time', bits: 32, unit: 'd', meaning: 'date: days since 1970-01-01' }
        : { kind: 'time', bits: 64, unit: 'ms', meaning: 'date: milliseconds since 1970-01-01' };
    case 9:
      return { kind: 'time', bits: t?.int32(1, 32) === 64 ? 64 : 32, unit: unit(1), meaning: 'time of day' };
    case 10:
      return { kind: 'time', bits: 64, unit: unit(0), meaning: `timestamp since 1970-01-01 ${t?.string(1) ? 'UTC' : '(no time zone)'}` };
    case 18:
      return { kind: 'time', bits: 64, unit: unit(1), meaning: 'duration' };
    case 12:
    case 21:
      return { kind: 'list', isLarge: code === 21 };
    case 16:
      return { kind: 'fixed-list', size: t?.int32(0) ?? 0 };
    default:
      return { kind: 'other', name: NAMES[code] ?? `type ${code}` };
  }
}

function metadata(t: FlatTable, id: number): ReadonlyMap<string, string> {
  return new Map(t.tables(id).map((kv) => [kv.string(0) ?? '', kv.string(1) ?? '']));
}

const MAX_DEPTH = 32;

function field(t: FlatTable, depth: number): ArrowField {
  if (depth > MAX_DEPTH) throw damaged(`its fields are nested more than ${MAX_DEPTH} deep`);
  const dictionary = t.table(4);
  const index = dictionary?.table(1);
  return {
    name: t.string(0) ?? '',
    type: kindOf(t.byte(2), t.table(3)),
    children: t.tables(5).map((c) => field(c, depth + 1)),
    metadata: metadata(t, 6),
    dictionary: dictionary && {
      id: dictionary.int64(0),
      index: { kind: 'int', bits: index?.int32(0) ?? 32, isSigned: index ? index.byte(1) === 1 : true },
    },
  };
}

const MAX_FIELDS = 100_000;

function schema(t: FlatTable): ArrowSchema {
  if (t.int16(0) === 1)
    throw new AppError({
      code: 'unsupported',
      message: 'the Arrow data are big-endian, which is not read',
      hint: 'write the file again on a little-endian machine',
    });
  const fields = t.tables(1);
  if (fields.length > MAX_FIELDS) throw damaged(`it has ${fields.length} columns`);
  return { fields: fields.map((f) => field(f, 0)), metadata: metadata(t, 2) };
}

function batch(t: FlatTable): BatchHeader {
  const compression = t.table(3);
  const codec = compression ? (['lz4', 'zstd'] as const)[compression.byte(0)] : undefined;
  if (compression && !codec) throw damaged(`its compression ${compression.byte(0)} is unknown`);
  const pair = (view: DataView, at: number): readonly [number, number] => [safe(view.getBigInt64(at, true)), safe(view.getBigInt64(at + 8, true))];
  const rows = t.int64(0);
  if (rows < 0) throw damaged('a batch has fewer than no rows');
  return {
    rows,
    nodes: t.structs(1, 16, pair).map(([length, nulls]) => ({ length, nulls })),
    buffers: t.structs(2, 16, pair).map(([offset, length]) => ({ offset, length })),
    codec,
    variadic: t.structs(4, 8, (view, at) => safe(view.getBigInt64(at, true))),
  };
}

/** The message in `bytes` (its metadata, without length prefix). Throws AppError `unreadable` for damaged, `unsupported` for big-endian data. */
export function decodeMessage(bytes: Uint8Array): ArrowMessage {
  const root = FlatTable.root(bytes);
  const header = root.table(2);
  const bodyLength = root.int64(3);
  if (!header || bodyLength < 0) throw damaged('a message has no content');
  switch (root.byte(1)) {
    case 1:
      return { kind: 'schema', schema: schema(header), bodyLength };
    case 2: {
      const data = header.table(1);
      if (!data) throw damaged('a dictionary has no content');
      return { kind: 'dictionary', id: header.int64(0), isDelta: header.byte(2) === 1, batch: batch(data), bodyLength };
    }
    case 3:
      return { kind: 'batch', batch: batch(header), bodyLength };
    default:
      throw damaged(`a message is of the unknown kind ${root.byte(1)}`);
  }
}

export interface FooterBlock {
  readonly offset: number;
  readonly metadataLength: number;
  readonly bodyLength: number;
}

/** Blocks of the dictionaries and record batches that a file's footer lists. */
export function decodeFooter(bytes: Uint8Array): {
  readonly schema: ArrowSchema;
  readonly batches: readonly FooterBlock[];
  readonly dictionaries: readonly FooterBlock[];
} {
  const root = FlatTable.root(bytes);
  const block = (view: DataView, at: number): FooterBlock => ({
    offset: safe(view.getBigInt64(at, true)),
    metadataLength: view.getInt32(at + 8, true),
    bodyLength: safe(view.getBigInt64(at + 16, true)),
  });
  const table = root.table(1);
  if (!table) throw damaged('its footer has no schema');
  return { schema: schema(table), dictionaries: root.structs(2, 24, block), batches: root.structs(3, 24, block) };
}
