import type { Role } from '../../../core/model/column';
import type { Alert, TableMeta } from '../../../core/model/table';
import type { OperationDef, ResultValue, Scope, Series } from '../../../core/operations/definition';
import { AppError, type Progress } from '../../../core/protocol/outcome';
import type { Preview } from '../../../core/protocol/engine-service';
import type { TableView } from '../../../core/query/table-view';
import { type Scatter, effectNumbers, scatterOf } from '../../../core/recipe/effect-numbers';
import { evaluatePredicateAt } from '../../../core/select/mask';
import type { Predicate } from '../../../core/select/predicate';
import { countAlerts, tellAlerts } from './alerts';
import { gatherNumbers, orderedRows, runUnit, type Unit, type UnitContext } from './unit';
import { isByObject, unitsOfObject } from './units';

/** Points a preview is drawn with at most; past that only its numbers are sent. */
const MOST_ROWS = 200_000;

export interface PreviewWork {
  readonly op: OperationDef;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly view: TableView;
  readonly meta: TableMeta;
  readonly where?: Predicate | undefined;
  readonly object?: string | undefined;
  readonly band?: string | undefined;
}

export type PreviewResult = Omit<Preview, 'milliseconds'>;

function allRows(view: TableView): Uint32Array {
  return Uint32Array.from({ length: view.rows }, (_, i) => i);
}

/** Where in `shown` a table row stands, -1 where it is not shown. */
function positionsIn(shown: Uint32Array, view: TableView): (row: number) => number {
  if (shown.length === view.rows) return (row) => row;
  const at = new Map<number, number>();
  shown.forEach((row, i) => at.set(row, i));
  return (row) => at.get(row) ?? -1;
}

function objectUnits(work: PreviewWork): readonly Unit[] {
  const index = work.view.objects;
  if (!index || work.object === undefined) return [{ rows: allRows(work.view) }];
  const at = index.find(work.object);
  if (at < 0) throw new AppError({ code: 'not-found', message: `no object ${work.object} in this table` });
  const scope = work.band === undefined ? work.scope : 'object-band';
  return [...unitsOfObject(at, scope, work.view)].filter((u) => work.band === undefined || u.band === work.band);
}

/** The rows shown, and the kernel runs needed to know what happens to them. */
function plan(work: PreviewWork): { shown: Uint32Array; units: readonly Unit[] } {
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
function insideOf(work: PreviewWork, units: readonly Unit[]): Uint8Array | undefined {
  if (!work.where) return undefined;
  const inside = new Uint8Array(work.view.rows);
  for (const { rows } of units) {
    const bytes = evaluatePredicateAt(work.where, work.view, rows);
    for (let i = 0; i < rows.length; i++) inside[rows[i]!] = bytes[i]!;
  }
  return inside;
}

/** What a step would do to one object, with the numbers before and after. */
export function* previewUnits(work: PreviewWork): Generator<Progress, PreviewResult> {
  const { shown, units } = plan(work);
  const c: UnitContext = { ...work, inside: insideOf(work, units), preview: true };
  const at = positionsIn(shown, work.view);
  const flags = new Uint8Array(shown.length);
  const columns = new Map<string, { name: string; unit?: string | undefined; values: Float64Array }>();
  const series: Series[] = [];
  const results: Readonly<Record<string, ResultValue>>[] = [];
  const alerts: Alert[] = [];
  let hasFlags = false;
  let clears = false;
  for (const unit of units) {
    const { rows, effect } = yield* runUnit(unit, c, alerts);
    for (const f of effect.flags ?? []) {
      hasFlags = true;
      clears ||= f.clear ?? false;
      for (let i = 0; i < rows.length; i++) if (f.mask[i] && at(rows[i]!) >= 0) flags[at(rows[i]!)] = 1;
    }
    for (const { name, unit: columnUnit, values } of effect.columns ?? []) {
      if (!(values instanceof Float64Array)) continue;
      const known = columns.get(name) ?? { name, unit: columnUnit, values: new Float64Array(shown.length).fill(NaN) };
      columns.set(name, known);
      for (let i = 0; i < rows.length; i++) if (at(rows[i]!) >= 0) known.values[at(rows[i]!)] = values[i]!;
    }
    series.push(...(effect.series ?? []));
    results.push(...(effect.results ?? []));
  }
  const sent = shown.length <= MOST_ROWS;
  return {
    version: work.view.version,
    rows: sent ? shown : new Uint32Array(0),
    ...(hasFlags ? { flags: sent ? flags : new Uint8Array(0), clears } : {}),
    columns: sent ? [...columns.values()] : [],
    series,
    results,
    alerts: tellAlerts(countAlerts(alerts), units.length > 1),
    effect: numbersOf(work, c, shown, hasFlags ? flags : undefined, clears, [...columns.values()]),
  };
}

function numbersOf(
  work: PreviewWork,
  c: UnitContext,
  shown: Uint32Array,
  flags: Uint8Array | undefined,
  clears: boolean,
  columns: Preview['columns'],
): Preview['effect'] {
  const before = new Uint8Array(shown.length);
  const flagged = work.view.flagged;
  if (flagged) for (let i = 0; i < shown.length; i++) before[i] = flagged.has(shown[i]!) ? 1 : 0;
  const after = before.map((b, i) => (flags?.[i] ? (clears ? 0 : 1) : b));
  const counts: [number, number] = [count(before), count(after)];
  const name = work.bind.value ?? work.view.roles.value;
  const meta = work.meta.columns.find((m) => m.name === name);
  if (name === undefined || !meta || !work.view.columns.some((m) => m.meta.name === name)) return effectNumbers(counts, undefined, undefined);
  // Point to point is about neighbours in time, whatever the kernel's own order.
  const order = orderedRows({ rows: shown }, { ...c, op: { ...work.op, ordered: 'time' }, bind: { ...work.view.roles, ...work.bind } });
  const place = positionsIn(shown, work.view);
  const inOrder = (mask: Uint8Array): Uint8Array => Uint8Array.from(order, (row) => 1 - mask[place(row)]!);
  const values = gatherNumbers(work.view.column(name), order);
  const changed = columns.find((col) => col.name === name || col.name === `${name}_detrended` || col.name === `${name}_normalized`);
  const then = changed ? Float64Array.from(order, (row) => changed.values[place(row)]!) : values;
  const first: Scatter = scatterOf(values, inOrder(before));
  return effectNumbers(counts, first, scatterOf(then, inOrder(after)), meta.unit);
}

function count(mask: Uint8Array): number {
  let n = 0;
  for (const m of mask) n += m;
  return n;
}
