import { timeUnit } from '../../../core/model/time-unit';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { Axis } from '../../../core/select/predicate';
import type { PlotAxis } from './frame';
import { padDomain, type Range, type ScaleKind } from './scale';

/** The text that names an axis: a column's name, the expression, `phase`. */
export function axisName(axis: Axis): string {
  if ('column' in axis) return axis.column;
  return 'expression' in axis ? axis.expression : 'phase';
}

export function axisUnit(axis: Axis, table: TableInfo | undefined): string | undefined {
  return 'column' in axis ? table?.meta.columns.find((c) => c.name === axis.column)?.unit : undefined;
}

/** The unit of periods and windows over a time column (the table's, when none is named). */
export function durationUnit(table: TableInfo | undefined, column = table?.roles.time): string | undefined {
  return timeUnit(table?.meta.columns.find((c) => c.name === column)?.unit);
}

/** Whether the rows are of several objects, or of one in several bands; known by its column before the rows are. */
export function hasObjects(table: TableInfo | undefined): boolean {
  return table !== undefined && (table.roles.object !== undefined || table.objects > 0);
}

/** True for magnitudes, which get brighter downwards. */
export function isMagnitude(unit: string | undefined): boolean {
  return unit !== undefined && /mag([^a-z]|$)/i.test(unit.trim());
}

/** Name and unit: `g (mag)`, `g − r (mag)`. */
export function axisTitle(axis: Axis, table: TableInfo | undefined): string {
  const unit = 'expression' in axis ? sumUnit(axis.expression, table) : axisUnit(axis, table);
  const name = 'expression' in axis ? axisName(axis).replaceAll(' - ', ' − ') : axisName(axis);
  return unit ? `${name} (${unit})` : name;
}

/** The unit of a sum or difference of columns that share one; of anything else none is claimed. */
function sumUnit(expression: string, table: TableInfo | undefined): string | undefined {
  if (!/^[\w\s+-]+$/.test(expression)) return undefined;
  const units = expression.split(/[\s+-]+/).map((name) => table?.meta.columns.find((c) => c.name === name)?.unit);
  return units.every((u) => u === units[0]) ? units[0] : undefined;
}

export interface AxisChoice {
  readonly log?: boolean | undefined;
  /** Absent: inverted when the unit is a magnitude. */
  readonly inverted?: boolean | undefined;
}

/** The plot axis of a data axis over its extent. */
export function plotAxis(axis: Axis, table: TableInfo | undefined, extent: Range | undefined, choice: AxisChoice = {}): PlotAxis {
  const kind: ScaleKind = choice.log ? 'log' : 'linear';
  return { title: axisTitle(axis, table), kind, inverted: choice.inverted ?? isMagnitude(axisUnit(axis, table)), home: padDomain(extent, kind) };
}

/** A picker's text → an axis: a column's name as it is, anything else an expression. */
export function axisFromText(text: string, table: TableInfo | undefined): Axis | undefined {
  const name = text.trim();
  if (!name) return undefined;
  return table?.meta.columns.some((c) => c.name === name) ? { column: name } : { expression: name };
}

/** The dragged column's name out of a drop: plain text, or JSON with `column` or `name`. */
export function droppedColumn(data: string): string | undefined {
  if (!data) return undefined;
  try {
    const value = JSON.parse(data) as unknown;
    if (typeof value === 'string') return value;
    const named = value as { column?: unknown; name?: unknown } | null;
    const name = named?.column ?? named?.name;
    return typeof name === 'string' ? name : data;
  } catch {
    return data;
  }
}

/** Smallest and largest finite value; on a log axis of the positive ones. Undefined when there is none. */
export function extentOf(values: Float64Array, count = values.length, positive = false): Range | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < count; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v) || (positive && v <= 0)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? [low, high] : undefined;
}
