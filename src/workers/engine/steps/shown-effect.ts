import type { Role } from '../../../core/model/column';
import type { Alert, TableMeta } from '../../../core/model/table';
import type { Memory } from '../../../core/numerics/memory';
import type { CompanionTable, OperationDef, ResultValue, Scope, Series } from '../../../core/operations/definition';
import { AppError, type Progress } from '../../../core/protocol/outcome';
import type { TableView } from '../../../core/query/table-view';
import { evaluatePredicateAt } from '../../../core/select/mask';
import type { Predicate } from '../../../core/select/predicate';
import { countAlerts, tellAlerts } from './alerts';
import { runUnit, type Replaced, type Unit, type UnitContext } from './unit';
import { isByObject, unitsOfObject } from './units';

/** A step over the rows of one object. */
export interface ObjectWork {
  readonly op: OperationDef;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly view: TableView;
  readonly meta: TableMeta;
  readonly where?: Predicate | undefined;
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  /** The kernel does all of its work, as in the final run. */
  readonly whole?: boolean | undefined;
  readonly companion?: readonly CompanionTable[] | undefined;
  readonly memory?: Memory | undefined;
}

export interface ShownColumn {
  readonly name: string;
  readonly unit?: string | undefined;
  readonly isRatio: boolean;
  readonly values: Float64Array;
}

/** What a step does to the rows shown; arrays run parallel to `shown`. */
export interface ShownEffect {
  /** Rows of the table, ascending. */
  readonly shown: Uint32Array;
  readonly context: UnitContext;
  readonly flags?: Uint8Array | undefined;
  readonly clears: boolean;
  readonly columns: readonly ShownColumn[];
  readonly series: readonly Series[];
  readonly results: readonly Readonly<Record<string, ResultValue>>[];
  readonly alerts: readonly Alert[];
}

function allRows(view: TableView): Uint32Array {
  const rows = new Uint32Array(view.rows);
  for (let i = 0; i < rows.length; i++) rows[i] = i;
  return rows;
}

/** Where in `shown` a table row stands, -1 where it is not shown. */
export function positionsIn(shown: Uint32Array, view: TableView): (row: number) => number {
  if (shown.length === view.rows) return (row) => row;
  const [first, n] = [shown[0] ?? 0, shown.length];
  if (n > 0 && shown[n - 1]! - first === n - 1) return (row) => (row >= first && row < first + n ? row - first : -1);
  const at = new Map<number, number>();
  shown.forEach((row, i) => at.set(row, i));
  return (row) => at.get(row) ?? -1;
}

function objectUnits(work: ObjectWork): readonly Unit[] {
  const index = work.view.objects;
  if (!index || work.object === undefined) return [{ rows: allRows(work.view) }];
  const at = index.find(work.object);
  if (at < 0) throw new AppError({ code: 'not-found', message: `no object ${work.object} in this table` });
  const scope = work.band === undefined ? work.scope : 'object-band';
  return [...unitsOfObject(at, scope, work.view)].filter((u) => work.band === undefined || u.band === work.band);
}

/** The rows shown, and the kernel runs needed to know what happens to them. */
function plan(work: ObjectWork): { shown: Uint32Array; units: readonly Unit[] } {
  const own = objectUnits(work);
  const shown = own.length === 1 ? own[0]!.rows : Uint32Array.from(own.flatMap((u) => [...u.rows])).sort();
  if (isByObject(work.op, work.scope, work.view)) {
    // At scope object a band alone would not see what the step sees: run the whole object, show the band.
    const whole = work.band !== undefined && work.scope === 'object' ? objectUnits({ ...work, band: undefined }) : own;
    return { shown, units: whole };
  }
  return { shown, units: work.op.rowwise ? [{ rows: shown }] : [{ rows: allRows(work.view) }] };
}

/** The rows inside the step's `where`, asked only of the rows that are run over. */
function insideOf(work: ObjectWork, units: readonly Unit[]): Uint8Array | undefined {
  if (!work.where) return undefined;
  const inside = new Uint8Array(work.view.rows);
  for (const { rows } of units) {
    const bytes = evaluatePredicateAt(work.where, work.view, rows);
    for (let i = 0; i < rows.length; i++) inside[rows[i]!] = bytes[i]!;
  }
  return inside;
}

/** Runs the step's kernel over the units that decide what happens to the object's rows. `replaced`: other values of a column for this run. */
export function* shownEffect(work: ObjectWork, replaced?: Replaced): Generator<Progress, ShownEffect> {
  const { shown, units } = plan(work);
  const context: UnitContext = { ...work, inside: insideOf(work, units), preview: work.whole !== true, replaced };
  const at = positionsIn(shown, work.view);
  const flags = new Uint8Array(shown.length);
  const columns = new Map<string, ShownColumn>();
  const series: Series[] = [];
  const results: Readonly<Record<string, ResultValue>>[] = [];
  const alerts: Alert[] = [];
  let hasFlags = false;
  let clears = false;
  for (const unit of units) {
    const { rows, effect } = yield* runUnit(unit, context, alerts);
    for (const f of effect.flags ?? []) {
      hasFlags = true;
      clears ||= f.clear ?? false;
      for (let i = 0; i < rows.length; i++) if (f.mask[i] && at(rows[i]!) >= 0) flags[at(rows[i]!)] = 1;
    }
    for (const { name, unit: columnUnit, values, isRatio = false } of effect.columns ?? []) {
      if (!(values instanceof Float64Array)) continue;
      const known = columns.get(name) ?? { name, unit: columnUnit, isRatio, values: new Float64Array(shown.length).fill(NaN) };
      columns.set(name, known);
      for (let i = 0; i < rows.length; i++) if (at(rows[i]!) >= 0) known.values[at(rows[i]!)] = values[i]!;
    }
    series.push(...(effect.series ?? []));
    results.push(...(effect.results ?? []));
  }
  return {
    shown,
    context,
    flags: hasFlags ? flags : undefined,
    clears,
    columns: [...columns.values()],
    series,
    results,
    alerts: tellAlerts(countAlerts(alerts), units.length > 1),
  };
}
