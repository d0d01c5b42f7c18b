import type { ColumnType, Role } from '../../../core/model/column';
import type { Alert, TableMeta } from '../../../core/model/table';
import { type ResultRecord, type ResultTable, joinResults, resultTableOf } from '../../../core/model/result-table';
import type { CompanionTable, OperationDef, Scope } from '../../../core/operations/definition';
import { AppError, type Progress } from '../../../core/protocol/outcome';
import type { TableView } from '../../../core/query/table-view';
import { type CountedAlert, countAlerts } from './alerts';
import { markRows } from './mark-rows';
import { type Unit, type UnitContext, runUnit } from './unit';

/** Where the kernels' answers go: one entry a table row, in memory that all threads share and each writes its own rows of. */
export interface StepOutput {
  /** One byte a row, by flag name. */
  readonly flags: Readonly<Record<string, Uint8Array>>;
  /** By column name; NaN until written. */
  readonly columns: Readonly<Record<string, Float64Array>>;
}

export interface StepWork {
  readonly op: OperationDef;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly view: TableView;
  readonly meta: TableMeta;
  readonly inside?: Uint8Array | undefined;
  readonly companion?: readonly CompanionTable[] | undefined;
  readonly output: StepOutput;
}

export interface FlagNote {
  readonly name: string;
  readonly reason: string;
  readonly clear: boolean;
  /** The flag leaves its rows in use. */
  readonly informs: boolean;
}

export interface ColumnNote {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
  readonly replaces: boolean;
}

/** Text a kernel made: it cannot lie in a number array. */
export interface TextPart {
  readonly name: string;
  readonly rows: Uint32Array;
  readonly values: readonly (string | undefined)[];
}

export interface UnitsDone {
  readonly flags: readonly FlagNote[];
  readonly columns: readonly ColumnNote[];
  readonly text: readonly TextPart[];
  readonly results: ResultTable;
  readonly alerts: readonly CountedAlert[];
  /** Units with at least one flagged row. */
  readonly touched: number;
}

/** Result rows become columns, so a million of ten numbers take 80 MB. Each part of a step may make so many. */
const MOST_RESULTS = 1_000_000;
/** Rows that are held as objects before they become columns. */
const HELD_RESULTS = 8192;

function tooMany(op: OperationDef): AppError {
  return new AppError({
    code: 'memory',
    message: `${op.id} makes more than ${MOST_RESULTS.toLocaleString('en')} rows of results`,
    hint: 'table' in op.params.properties ? 'leave the table out (table: false): the columns hold the same values' : 'limit the step to fewer rows',
  });
}

/** Where the answer of this name goes. */
function placeOf<T>(places: Readonly<Record<string, T>>, what: string, name: string, op: OperationDef): T {
  const place = places[name];
  if (!place) throw new Error(`${op.id} wrote the ${what} ${name}, which it does not declare`);
  return place;
}

/** Every unit after the other; progress is by rows. */
export function* runUnits(units: Iterable<Unit>, totalRows: number, work: StepWork): Generator<Progress, UnitsDone> {
  const c: UnitContext = { ...work, preview: false, outputs: work.output.columns };
  const flags = new Map<string, FlagNote>();
  const columns = new Map<string, ColumnNote>();
  const text: TextPart[] = [];
  const results: ResultTable[] = [];
  let held: ResultRecord[] = [];
  let resultRows = 0;
  const alerts: Alert[] = [];
  let touched = 0;
  let done = 0;
  for (const unit of units) {
    const run = runUnit(unit, c, alerts);
    let next = run.next();
    while (!next.done) {
      yield { fraction: Math.min(1, (done + next.value.fraction * unit.rows.length) / Math.max(1, totalRows)) };
      next = run.next();
    }
    const { rows, effect } = next.value;
    let hit = false;
    for (const f of effect.flags ?? []) {
      flags.set(f.name, { name: f.name, reason: f.reason, clear: f.clear ?? false, informs: false });
      if (markRows(f.mask, rows, placeOf(work.output.flags, 'flag', f.name, work.op))) hit = true;
    }
    for (const m of effect.marks ?? []) {
      flags.set(m.name, { name: m.name, reason: m.reason, clear: false, informs: true });
      markRows(m.mask, rows, placeOf(work.output.flags, 'mark', m.name, work.op));
    }
    for (const { values, isRatio: _, ...note } of effect.columns ?? []) {
      columns.set(note.name, { ...note, replaces: note.replaces ?? false });
      if (!(values instanceof Float64Array)) {
        text.push({ name: note.name, rows, values });
        continue;
      }
      const out = placeOf(work.output.columns, 'column', note.name, work.op);
      if (unit.strip) writeStrip(values, unit, work.view, out);
      else for (let i = 0; i < rows.length; i++) out[rows[i]!] = values[i]!;
    }
    for (const row of effect.results ?? []) held.push({ ...owner(unit, work.scope), ...row });
    resultRows += effect.results?.length ?? 0;
    if (resultRows > MOST_RESULTS) throw tooMany(work.op);
    if (held.length >= HELD_RESULTS) {
      results.push(resultTableOf(held));
      held = [];
    }
    if (hit) touched++;
    done += unit.rows.length;
    yield { fraction: Math.min(1, done / Math.max(1, totalRows)) };
  }
  const made = joinResults([...results, resultTableOf(held)]);
  return { flags: [...flags.values()], columns: [...columns.values()], text, results: made, alerts: countAlerts(alerts), touched };
}

/** The rows of a strip that are wanted; they follow each other. Where the kernel gave what it was given as the place for them, they are there. */
function writeStrip(values: Float64Array, { rows, strip }: Unit, { image }: TableView, out: Float64Array): void {
  if (values.buffer === out.buffer) return;
  const [from, to] = [strip!.from, strip!.to].map((y) => (y - strip!.top) * image!.width) as [number, number];
  out.set(values.subarray(from, to), rows[0]! + from);
}

function owner(unit: Unit, scope: Scope): ResultRecord {
  if (scope === 'table') return {};
  return { object: unit.object ?? '', ...(scope === 'object-band' ? { band: unit.band ?? '' } : {}) };
}
