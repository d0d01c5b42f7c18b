import { type Cell, type Chunk, type Column, type ColumnType, isValid, readCell } from './column';

/** A cell of a result: what a kernel finds about an object. */
export type ResultCell = number | string | boolean | undefined;
export type ResultRecord = Readonly<Record<string, ResultCell>>;

/** Rows that a step found, as columns of one chunk each: `float64` (NaN where missing), `bool` or `utf8` (null where missing). */
export interface ResultTable {
  readonly rows: number;
  readonly columns: readonly Column[];
}

const NO_RESULTS: ResultTable = { rows: 0, columns: [] };

const encoder = new TextEncoder();

function columnOf(name: string, type: ColumnType, chunk: Chunk): Column {
  return { meta: { name, type }, length: chunk.length, chunkRows: Math.max(1, chunk.length), chunks: [chunk] };
}

/** Arrow's bitmap of the rows that have a value; undefined when all have. */
function validityOf(length: number, has: (row: number) => boolean): Uint8Array | undefined {
  const bits = new Uint8Array(Math.ceil(length / 8));
  let missing = 0;
  for (let i = 0; i < length; i++) {
    if (has(i)) bits[i >> 3]! |= 1 << (i & 7);
    else missing++;
  }
  return missing > 0 ? bits : undefined;
}

/** A column of texts, null where undefined. */
export function textColumn(name: string, values: readonly (string | undefined)[]): Column {
  const offsets = new Int32Array(values.length + 1);
  // No character takes more than three bytes a UTF-16 unit.
  const room = new Uint8Array(3 * values.reduce((n, v) => n + (v?.length ?? 0), 0));
  values.forEach((v, i) => (offsets[i + 1] = offsets[i]! + (v ? encoder.encodeInto(v, room.subarray(offsets[i])).written : 0)));
  const data = room.slice(0, offsets[values.length]);
  const validity = validityOf(values.length, (i) => values[i] !== undefined);
  return columnOf(name, 'utf8', { length: values.length, stride: 1, data, offsets, validity });
}

function numberColumn(name: string, values: Float64Array): Column {
  return columnOf(name, 'float64', { length: values.length, stride: 1, data: values });
}

function boolColumn(name: string, values: readonly (boolean | undefined)[]): Column {
  const data = Uint8Array.from(values, (v) => (v ? 1 : 0));
  return columnOf(name, 'bool', { length: values.length, stride: 1, data, validity: validityOf(values.length, (i) => values[i] !== undefined) });
}

/** The narrowest type that holds all values: numbers (also when there is no value at all), truth values, texts. */
function columnFor(name: string, values: readonly ResultCell[]): Column {
  const isMissing = (v: ResultCell): boolean => v === undefined || v === null || v !== v;
  const given = values.filter((v) => !isMissing(v));
  if (given.every((v) => typeof v === 'number'))
    return numberColumn(
      name,
      Float64Array.from(values, (v) => (isMissing(v) ? NaN : (v as number))),
    );
  if (given.every((v) => typeof v === 'boolean'))
    return boolColumn(
      name,
      values.map((v) => (isMissing(v) ? undefined : (v as boolean))),
    );
  return textColumn(
    name,
    values.map((v) => (isMissing(v) ? undefined : String(v))),
  );
}

/** Records as columns, in the order in which names first appear; a name that a record lacks is missing there. NaN and null count as missing. */
export function resultTableOf(records: readonly ResultRecord[]): ResultTable {
  const names = new Set<string>();
  for (const record of records) for (const name in record) names.add(name);
  const columns = [...names].map((name) =>
    columnFor(
      name,
      records.map((r) => r[name]),
    ),
  );
  return { rows: records.length, columns };
}

/** One cell: undefined where missing. */
export function resultCell(column: Column, row: number): ResultCell {
  const cell = readCell(column, row);
  return cell !== cell ? undefined : (cell as ResultCell);
}

/** Rows [from, to) as records, every column a key. */
export function resultRecords({ rows, columns }: ResultTable, from = 0, to = rows): ResultRecord[] {
  const last = Math.min(rows, to);
  return Array.from({ length: Math.max(0, last - from) }, (_, i) => Object.fromEntries(columns.map((c) => [c.meta.name, resultCell(c, from + i)])));
}

function isEmpty(column: Column): boolean {
  const [chunk] = column.chunks;
  return column.meta.type === 'float64' && (chunk!.data as Float64Array).every((v) => v !== v);
}

/** Texts as they lie: a million identifiers are not decoded. */
function joinTexts(name: string, parts: readonly Part[], rows: number): Column {
  const chunks = parts.map(({ column }) => (column?.meta.type === 'utf8' ? column.chunks[0]! : undefined));
  const data = new Uint8Array(chunks.reduce((n, c) => n + (c?.data.length ?? 0), 0));
  const offsets = new Int32Array(rows + 1);
  const present = new Uint8Array(rows);
  let [row, at] = [0, 0];
  parts.forEach((part, k) => {
    const chunk = chunks[k];
    if (chunk) data.set(chunk.data as Uint8Array, at);
    for (let i = 0; i < part.rows; i++, row++) {
      offsets[row + 1] = chunk ? at + chunk.offsets![i + 1]! : at;
      present[row] = chunk && isValid(chunk, i) ? 1 : 0;
    }
    at += chunk?.data.length ?? 0;
  });
  return columnOf(name, 'utf8', { length: rows, stride: 1, data, offsets, validity: validityOf(rows, (i) => present[i] === 1) });
}

interface Part {
  readonly rows: number;
  readonly column: Column | undefined;
}

/** Columns of one name put one after the other; parts without it, or without a value in it, are missing there. */
function joinColumn(name: string, parts: readonly Part[], rows: number): Column {
  const types = new Set(parts.flatMap(({ column }) => (column && !isEmpty(column) ? [column.meta.type] : [])));
  if (types.size === 0 || (types.size === 1 && types.has('float64'))) {
    const values = new Float64Array(rows).fill(NaN);
    let at = 0;
    for (const part of parts) {
      if (part.column) values.set(part.column.chunks[0]!.data as Float64Array, at);
      at += part.rows;
    }
    return numberColumn(name, values);
  }
  if (types.size === 1 && types.has('utf8')) return joinTexts(name, parts, rows);
  const cells = parts.flatMap(({ rows: n, column }): Cell[] => Array.from({ length: n }, (_, i) => (column ? resultCell(column, i) : undefined)));
  return columnFor(name, cells as ResultCell[]);
}

/** Tables put one under the other: columns by name, in the order in which they first appear. */
export function joinResults(parts: readonly ResultTable[]): ResultTable {
  const full = parts.filter((p) => p.rows > 0);
  if (full.length <= 1) return full[0] ?? NO_RESULTS;
  const names = new Set(full.flatMap((p) => p.columns.map((c) => c.meta.name)));
  const rows = full.reduce((n, p) => n + p.rows, 0);
  const columns = [...names].map((name) =>
    joinColumn(
      name,
      full.map((p) => ({ rows: p.rows, column: p.columns.find((c) => c.meta.name === name) })),
      rows,
    ),
  );
  return { rows, columns };
}
