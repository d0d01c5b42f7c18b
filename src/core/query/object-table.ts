import type { Column, ColumnMeta } from '../model/column';
import type { ObjectIndex, ObjectIndexData } from './object-index';
import type { ObjectStats } from './object-stats';
import type { StepColumns } from './step-columns';
import type { TableData } from './table-view';

/** What is known of objects besides their rows: labels given by hand, and what steps found. */
export interface ObjectExtras {
  readonly labels?: ReadonlyMap<string, number> | undefined;
  /** In the order in which the steps ran. */
  readonly steps?: readonly StepColumns[] | undefined;
  /** Grows with every result that comes while a step runs. */
  readonly serial?: number | undefined;
}

/** Columns that every object table has, and that keep their names whatever steps find: the list of objects shows them under these. */
export const OBJECT_COLUMNS: readonly string[] = ['id', 'rows', 'flagged', 'median', 'scatter', 'label'];

function wholeColumn(meta: ColumnMeta, chunk: Omit<Column['chunks'][number], 'length' | 'stride'>, length: number): Column {
  return { meta, length, chunkRows: Math.max(1, length), chunks: [{ ...chunk, length, stride: 1 }] };
}

function shared<T extends Uint32Array | Float64Array>(kind: new (buffer: SharedArrayBuffer) => T, length: number): T {
  return new kind(new SharedArrayBuffer(length * (kind as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT));
}

/** Identifier, rows, flagged rows, median and scatter of every object. */
export function ownColumns(index: ObjectIndex, parts: readonly ObjectStats[], valueUnit: string | undefined): readonly Column[] {
  const { count, starts } = index;
  const { idBytes, idOffsets } = index.data;
  const rows = shared(Uint32Array, count);
  for (let o = 0; o < count; o++) rows[o] = starts[o + 1]! - starts[o]!;
  const [flagged, median, scatter] = [shared(Uint32Array, count), shared(Float64Array, count), shared(Float64Array, count)];
  for (const part of parts) {
    flagged.set(part.flagged, part.from);
    median.set(part.median, part.from);
    scatter.set(part.scatter, part.from);
  }
  const offsets = new Int32Array(idOffsets.buffer, idOffsets.byteOffset, count + 1);
  return [
    wholeColumn({ name: 'id', type: 'utf8', description: 'identifier', role: 'object' }, { data: idBytes, offsets }, count),
    wholeColumn({ name: 'rows', type: 'uint32', description: 'number of rows' }, { data: rows }, count),
    wholeColumn({ name: 'flagged', type: 'uint32', description: 'flagged rows' }, { data: flagged }, count),
    wholeColumn({ name: 'median', type: 'float64', unit: valueUnit, description: 'median of the unflagged values' }, { data: median }, count),
    wholeColumn(
      { name: 'scatter', type: 'float64', unit: valueUnit, description: '1.4826 times the median absolute deviation of the unflagged values' },
      { data: scatter },
      count,
    ),
  ];
}

/** Labels given by hand, null where none is. */
export function labelColumn(index: ObjectIndex, labels: ReadonlyMap<string, number> | undefined): Column {
  const data = new Uint8Array(new SharedArrayBuffer(index.count));
  const validity = new Uint8Array(new SharedArrayBuffer(Math.ceil(index.count / 8)));
  for (const [id, label] of labels ?? []) {
    const o = index.find(id);
    if (o < 0) continue;
    data[o] = label;
    validity[o >> 3]! |= 1 << (o & 7);
  }
  return wholeColumn({ name: 'label', type: 'uint8', description: 'label given by hand' }, { data, validity }, index.count);
}

/** `periods.lomb-scargle` → `lomb_scargle_period`. */
function qualified(op: string, name: string): string {
  return `${op.slice(op.indexOf('.') + 1).replaceAll('-', '_')}_${name}`;
}

/**
 * The columns that steps found beside the table's own. A later step's column hides an earlier one's of the same name; both are then also there
 * under the name of their operation. A column named like one of the table's own is there under that name only.
 */
export function namedColumns(own: readonly Column[], steps: readonly StepColumns[]): readonly Column[] {
  const named = new Map(own.map((c) => [c.meta.name, { column: c, op: undefined as string | undefined }]));
  const rename = (column: Column, name: string): Column => ({ ...column, meta: { ...column.meta, name } });
  const also = (op: string, column: Column): void => {
    const name = qualified(op, column.meta.name);
    named.set(name, { column: rename(column, name), op });
  };
  for (const step of steps)
    for (const column of step.columns()) {
      const { name } = column.meta;
      if (OBJECT_COLUMNS.includes(name)) {
        also(step.op, column);
        continue;
      }
      const before = named.get(name);
      if (before?.op !== undefined && before.op !== step.op) {
        also(before.op, before.column);
        also(step.op, column);
      }
      named.set(name, { column, op: step.op });
    }
  return [...named.values()].map((n) => n.column);
}

/** An index over a table of which every row is an object of its own. */
export function identityIndex({ data, count }: ObjectIndex): ObjectIndexData {
  const each = shared(Uint32Array, count + 1);
  for (let o = 0; o <= count; o++) each[o] = o;
  const rows = each.subarray(0, count);
  return { ...data, column: 'id', bandColumn: undefined, starts: each, rows, objectOf: rows, bands: [], bandOf: undefined };
}

/** The object table as a table like any other: one row an object, in the order of the index. */
export function objectTableData(columns: readonly Column[], objects: ObjectIndexData, version: number): TableData {
  return { rows: objects.count, version, chunkRows: Math.max(1, objects.count), columns, objects, roles: { object: 'id' } };
}
