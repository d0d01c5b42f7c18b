import { type Column, type ColumnMeta, isValid } from '../model/column';
import { resultCell, type ResultTable, textColumn } from '../model/result-table';
import type { ObjectIndex } from './object-index';

/** The numbers of one column for every object: NaN where a number or truth value is missing, undefined where a text is. */
interface Values {
  readonly type: 'float64' | 'bool' | 'utf8';
  readonly numbers: Float64Array;
  readonly texts: (string | undefined)[];
}

/** Finds the objects of rows that come in the order of the index, mostly without a look into its table. */
class ObjectFinder {
  private next = 0;

  constructor(
    private readonly index: ObjectIndex,
    private readonly ids: Column,
  ) {}

  at(row: number): number {
    const { data, offsets } = this.ids.chunks[0]!;
    const { idBytes, idOffsets } = this.index.data;
    const from = offsets![row]!;
    const length = offsets![row + 1]! - from;
    for (let object = Math.max(0, this.next - 1); object < Math.min(this.index.count, this.next + 1); object++) {
      const start = idOffsets[object]!;
      if (idOffsets[object + 1]! - start !== length) continue;
      let i = 0;
      while (i < length && idBytes[start + i] === data[from + i]) i++;
      if (i === length) return this.found(object);
    }
    return this.found(this.index.find(String(resultCell(this.ids, row) ?? '')));
  }

  private found(object: number): number {
    if (object >= 0) this.next = object + 1;
    return object;
  }
}

/**
 * What one step found, as columns with one value an object; made at once, or row by row while the step runs. Results of a band are columns of
 * their own (`period r`). The first row of an object is its best: a periodogram lists its peaks in order of power.
 */
export class StepColumns {
  private readonly values = new Map<string, Values>();
  private readonly metas = new Map<string, Omit<ColumnMeta, 'type'>>();
  private readonly seen = new Map<string, Uint8Array>();
  private cached: { readonly columns: readonly Column[]; readonly rows: number } | undefined;
  private rows = 0;

  constructor(
    readonly step: string,
    readonly op: string,
    private readonly index: ObjectIndex,
    /** Unit and description of a column of results. */
    private readonly metaOf: (name: string, band: string | undefined) => Omit<ColumnMeta, 'type'> = (name, band) => ({
      name: band === undefined ? name : `${name} ${band}`,
    }),
  ) {}

  /** Takes rows in; those of objects the table does not have are left out. */
  add(table: ResultTable): void {
    const ids = table.columns.find((c) => c.meta.name === 'object');
    if (!ids || ids.meta.type !== 'utf8' || table.rows === 0) return;
    const bands = table.columns.find((c) => c.meta.name === 'band');
    const finder = new ObjectFinder(this.index, ids);
    const objects = Int32Array.from({ length: table.rows }, (_, row) => finder.at(row));
    const bandOf = bands && Array.from({ length: table.rows }, (_, row) => String(resultCell(bands, row) ?? ''));
    this.keepFirst(objects, bandOf);
    for (const column of table.columns) if (column !== ids && column !== bands) this.addColumn(column, objects, bandOf);
    this.rows += table.rows;
  }

  /** Columns over all objects, in shared memory; the same ones until more rows come. */
  columns(): readonly Column[] {
    if (this.cached?.rows === this.rows) return this.cached.columns;
    const columns = [...this.values].map(([key, values]) => columnOf(this.metas.get(key)!, values));
    this.cached = { columns, rows: this.rows };
    return columns;
  }

  /** Rows of an object that came before become -1. */
  private keepFirst(objects: Int32Array, bandOf: readonly string[] | undefined): void {
    for (let row = 0; row < objects.length; row++) {
      const object = objects[row]!;
      if (object < 0) continue;
      const band = bandOf?.[row] ?? '';
      let seen = this.seen.get(band);
      if (!seen) this.seen.set(band, (seen = new Uint8Array(this.index.count)));
      if (seen[object] === 1) objects[row] = -1;
      seen[object] = 1;
    }
  }

  private addColumn(column: Column, objects: Int32Array, bandOf: readonly string[] | undefined): void {
    const { name, type } = column.meta;
    const chunk = column.chunks[0]!;
    const isText = type === 'utf8';
    const into = new Map<string, Values>();
    for (const band of bandOf ? new Set(bandOf) : [undefined]) into.set(band ?? '', this.valuesOf(name, band, type as Values['type'], chunk.data));
    for (let row = 0; row < objects.length; row++) {
      const object = objects[row]!;
      if (object < 0 || !isValid(chunk, row)) continue;
      const values = into.get(bandOf?.[row] ?? '')!;
      if (isText || values.type === 'utf8') values.texts[object] = asText(column, row);
      else values.numbers[object] = chunk.data[row] as number;
    }
  }

  /** Where the values of a column go. A column of numbers without any takes the type of what comes later. */
  private valuesOf(name: string, band: string | undefined, type: Values['type'], data: ArrayLike<unknown>): Values {
    const meta = this.metaOf(name, band);
    const key = meta.name;
    const known = this.values.get(key);
    if (known && (known.type === type || known.type === 'utf8')) return known;
    const isEmpty = type === 'float64' && Array.prototype.every.call(data, (v: number) => v !== v);
    if (known && isEmpty) return known;
    const wasEmpty = known?.type === 'float64' && known.numbers.every((v) => v !== v);
    const next = !known || wasEmpty ? type : 'utf8';
    const { count } = this.index;
    const numbers = next === 'utf8' ? new Float64Array(0) : new Float64Array(new SharedArrayBuffer(8 * count)).fill(NaN);
    const texts = next === 'utf8' ? new Array<string | undefined>(count) : [];
    if (known && !wasEmpty) known.numbers.forEach((v, o) => (texts[o] = v === v ? String(known.type === 'bool' ? v === 1 : v) : undefined));
    const values: Values = { type: next, numbers, texts };
    this.values.set(key, values);
    this.metas.set(key, meta);
    return values;
  }
}

function asText(column: Column, row: number): string | undefined {
  const cell = resultCell(column, row);
  return cell === undefined ? undefined : String(cell);
}

function columnOf(meta: Omit<ColumnMeta, 'type'>, { type, numbers, texts }: Values): Column {
  if (type === 'utf8') {
    const column = textColumn(
      meta.name,
      Array.from(texts, (t) => t),
    );
    return { ...column, meta: { ...meta, type } };
  }
  const n = numbers.length;
  const whole = { length: n, chunkRows: Math.max(1, n) };
  if (type === 'float64') return { ...whole, meta: { ...meta, type }, chunks: [{ length: n, stride: 1, data: numbers }] };
  const data = Uint8Array.from(numbers, (v) => (v === 1 ? 1 : 0));
  const validity = new Uint8Array(Math.ceil(n / 8));
  for (let i = 0; i < n; i++) if (numbers[i] === numbers[i]) validity[i >> 3]! |= 1 << (i & 7);
  return { ...whole, meta: { ...meta, type }, chunks: [{ length: n, stride: 1, data, validity }] };
}
