import type { BitMask } from '../../../core/model/bit-mask';
import { type Column, isValid, parseType, readCell, readNumbers, readText, type Role } from '../../../core/model/column';
import type { Alert, TableMeta } from '../../../core/model/table';
import { anew, type Memory } from '../../../core/numerics/memory';
import type { Batch, CompanionTable, Context, Effect, Groups, OperationDef, Strip } from '../../../core/operations/definition';
import { AppError, type Progress } from '../../../core/protocol/outcome';
import type { TableView } from '../../../core/query/table-view';

/** The rows one kernel run sees: row numbers of the table, ascending, and who they belong to. */
export interface Unit {
  readonly rows: Uint32Array;
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  /** Of an image: what of the rows is wanted. */
  readonly strip?: Strip | undefined;
  /** Room for one column's values, as long as the unit is worked on. */
  readonly room?: Float64Array | undefined;
}

/** Values a run is given in the place of a column's own: what would happen if the star had done something else. */
export interface Replaced {
  readonly column: string;
  valuesAt(rows: Uint32Array): Float64Array;
}

export interface UnitContext {
  readonly op: OperationDef;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly view: TableView;
  readonly meta: TableMeta;
  /** One byte a table row: inside the step's `where`; absent = all rows. */
  readonly inside?: Uint8Array | undefined;
  readonly preview: boolean;
  /** Where previews keep costly parts of their work. */
  readonly memory?: Memory | undefined;
  readonly replaced?: Replaced | undefined;
  readonly companion?: readonly CompanionTable[] | undefined;
  /** Where new columns go, one number a table row. */
  readonly outputs?: Readonly<Record<string, Float64Array>> | undefined;
}

/** Rows [from, to): the column's own memory where that holds them as they are wanted, else a copy. */
function runOf(column: Column, from: number, to: number, room?: Float64Array): Float64Array {
  const at = Math.floor(from / column.chunkRows);
  const chunk = column.chunks[at];
  const start = at * column.chunkRows;
  if (chunk?.data instanceof Float64Array && !chunk.validity && to <= start + chunk.length) return chunk.data.subarray(from - start, to - start);
  return readNumbers(column, from, to, room);
}

/** Values of a numeric column at `rows`, not to be written to: NaN where null. */
export function gatherNumbers(column: Column, rows: Uint32Array, isRun = spansRun(rows) && isAscending(rows), room?: Float64Array): Float64Array {
  const n = rows.length;
  if (isRun) return runOf(column, rows[0]!, rows[0]! + n, room);
  const out = new Float64Array(n);
  const { chunks, chunkRows } = column;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    const c = Math.floor(row / chunkRows);
    const chunk = chunks[c]!;
    const at = row - c * chunkRows;
    out[i] = isValid(chunk, at) ? Number(chunk.data[at]) : NaN;
  }
  return out;
}

/** Whether rows in ascending order follow each other without a hole. */
function spansRun(rows: Uint32Array): boolean {
  const n = rows.length;
  return n > 0 && rows[n - 1]! - rows[0]! === n - 1;
}

function isAscending(rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i]! <= rows[i - 1]!) return false;
  return true;
}

export function gatherText(column: Column, rows: Uint32Array): (string | undefined)[] {
  if (column.meta.type === 'utf8') return Array.from(rows, (row) => readText(column, row));
  return Array.from(rows, (row) => {
    const cell = readCell(column, row);
    return cell === undefined ? undefined : String(cell);
  });
}

export function numericColumn(view: TableView, name: string): Column {
  const column = view.column(name);
  const { kind, element } = parseType(column.meta.type);
  if (kind !== 'scalar' || element === 'utf8' || element.startsWith('complex'))
    throw new AppError({ code: 'invalid-argument', message: `invalid column: ${name} is ${column.meta.type} (must be a number)`, column: name });
  return column;
}

/** Rows in the order the kernel wants: by time when it is `ordered: 'time'`, missing times last, ties in row order. */
export function orderedRows(unit: Unit, c: UnitContext): Uint32Array {
  const time = c.bind.time;
  if (c.op.ordered !== 'time' || time === undefined) return unit.rows;
  const t = gatherNumbers(numericColumn(c.view, time), unit.rows);
  let sorted = true;
  for (let i = 0; i < t.length && sorted; i++) sorted = !Number.isNaN(t[i]) && (i === 0 || t[i]! >= t[i - 1]!);
  if (sorted) return unit.rows;
  const order = Uint32Array.from(t, (_, i) => i);
  const key = (v: number): number => (Number.isNaN(v) ? Infinity : v);
  order.sort((a, b) => {
    const x = key(t[a]!);
    const y = key(t[b]!);
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  return Uint32Array.from(order, (i) => unit.rows[i]!);
}

/** Object and band of each of the rows. */
function groupsOf(rows: Uint32Array, { view, bind }: UnitContext): Groups | undefined {
  const index = view.objects;
  if (!index) return undefined;
  if (bind.object !== undefined && bind.object !== index.data.column)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid object column: ${bind.object} (this table is ${index.data.column === undefined ? 'one object' : `divided into objects by ${index.data.column}`})`,
      hint: `give ${bind.object} the role object`,
      column: bind.object,
    });
  const { objectOf, bandOf, bands, count } = index;
  const isWhole = rows.length === objectOf.length && isAscending(rows);
  return {
    count,
    bands,
    id: (object) => index.id(object),
    objectOf: isWhole ? objectOf : Uint32Array.from(rows, (row) => objectOf[row]!),
    bandOf: bandOf && (isWhole ? bandOf : Uint16Array.from(rows, (row) => bandOf[row]!)),
  };
}

let manyOnes = new Uint8Array(4096).fill(1);

/** n ones, the same memory for all who ask: not to be written to. */
function ones(n: number): Uint8Array {
  if (n > manyOnes.length) manyOnes = new Uint8Array(2 * n).fill(1);
  return manyOnes.subarray(0, n);
}

function insideOf(rows: Uint32Array, { inside }: UnitContext): Uint8Array {
  return inside ? Uint8Array.from(rows, (row) => inside[row]!) : ones(rows.length);
}

/** Rows inside that are not flagged. Most light curves are rows that follow each other, none of them flagged: those are asked for nothing. */
function liveOf(rows: Uint32Array, isRun: boolean, inside: Uint8Array, flagged: BitMask | undefined): Uint8Array {
  if (!flagged || (isRun && flagged.isClear(rows[0]!, rows[rows.length - 1]!))) return inside;
  const live = inside.slice();
  for (let i = 0; i < rows.length; i++) if (flagged.has(rows[i]!)) live[i] = 0;
  return live;
}

/** The batch over `rows`; every array is gathered when first asked for and then kept. */
export function batchOf(rows: Uint32Array, unit: Unit, c: UnitContext): Batch {
  const numbers = new Map<string, Float64Array>();
  // A unit's own rows ascend.
  const isRun = spansRun(rows) && (rows === unit.rows || isAscending(rows));
  const column = (name: string): Float64Array => {
    let values = numbers.get(name);
    if (!values) {
      const room = numbers.size === 0 ? unit.room : undefined;
      values = c.replaced?.column === name ? c.replaced.valuesAt(rows) : gatherNumbers(numericColumn(c.view, name), rows, isRun, room);
      numbers.set(name, values);
    }
    return values;
  };
  const inside = insideOf(rows, c);
  const live = liveOf(rows, isRun, inside, c.view.flagged);
  return {
    length: rows.length,
    object: unit.object,
    band: unit.band,
    role: (role) => {
      const name = c.bind[role];
      return name === undefined ? undefined : column(name);
    },
    column,
    text: (name) => gatherText(c.view.column(name), rows),
    has: (name) => c.meta.columns.some((m) => m.name === name),
    unit: (name) => c.meta.columns.find((m) => m.name === name)?.unit,
    nameOf: (role) => c.bind[role],
    live,
    inside,
    flag: (name) => {
      const mask = c.view.flag(name);
      if (!mask) throw new AppError({ code: 'not-found', message: `the table has no flag ${name}` });
      return Uint8Array.from(rows, (row) => (mask.has(row) ? 1 : 0));
    },
    table: c.meta,
    groups: c.op.grouped ? groupsOf(rows, c) : undefined,
    companion: c.companion,
    strip: unit.strip && { ...unit.strip, output: (name) => c.outputs?.[name]?.subarray(rows[0], rows[0]! + rows.length) },
  };
}

/** mulberry32 over a hash of the words: the same step on the same object draws the same numbers. */
function seeded(...words: readonly (string | undefined)[]): () => number {
  let h = 2166136261;
  for (const ch of words.join('\u0000')) h = Math.imul(h ^ ch.charCodeAt(0), 16777619);
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface UnitResult {
  /** The table rows in the order of the effect's arrays. */
  readonly rows: Uint32Array;
  readonly effect: Effect;
  readonly batch: Batch;
}

export function* runUnit(unit: Unit, c: UnitContext, alerts: Alert[]): Generator<Progress, UnitResult> {
  const rows = orderedRows(unit, c);
  const batch = batchOf(rows, unit, c);
  const context: Context = {
    random: seeded(c.op.id, unit.object, unit.band),
    alert: (alert) => void alerts.push(alert),
    preview: c.preview,
    remember: c.memory ? c.memory.of(c.op.id, String(c.preview), unit.object, unit.band) : anew,
  };
  const effect = yield* c.op.kernel(batch, c.params, context);
  return { rows, effect, batch };
}
