import type { OperationDef, Series } from '../operations/definition';
import { checkParams } from '../operations/check-params';
import { type PlainBatch, drive, makeBatch, makeContext } from '../operations/runner';
import { demoData } from './demo-data';

/** `missing`: flagged rows without a value, of which only x is known. */
export type PointStyle = 'before' | 'after' | 'flagged' | 'filled' | 'group' | 'missing';

export interface FigurePoints {
  readonly style: PointStyle;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** For `group`: which one, from 0; -1 for none. */
  readonly groups?: readonly number[];
}

export interface FigureCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Pixels, rows from below, as shades; missing ones are told apart. */
export interface FigureImage {
  readonly width: number;
  readonly height: number;
  readonly values: readonly number[];
  readonly title: string;
}

export interface FigurePanel {
  /** Then there are neither points nor curves. */
  readonly images?: readonly FigureImage[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Small magnitudes are bright: drawn upside down. */
  readonly isInverted: boolean;
  readonly points: readonly FigurePoints[];
  readonly curves: readonly FigureCurve[];
}

/** An operation at work on made-up data: what it was given and what it made of it, in one or two panels. */
export interface Figure {
  readonly panels: readonly FigurePanel[];
  readonly caption: string;
}

const CURVE = /_(trend|fit|smoothed|binned|convolved)$/;
const LABEL = /^(cluster|bin)$/;
/** Columns that say something about the values without being values. */
const ASIDE = /_(error|offset|scale|scatter)$/;

interface Scene {
  readonly batch: PlainBatch;
  readonly x: string;
  readonly value: string;
  /** So many rows of the table are drawn. */
  readonly shown: number;
}

const label = (batch: PlainBatch, name: string, unit = batch.unit(name)): string => (unit ? `${name} (${unit})` : name);

/** The figure of an operation's help page, from what its definition says of it; computed by the operation itself. */
export function figureOf(op: OperationDef): Figure {
  const spec = op.figure ?? {};
  const demo = demoData(spec.data ?? 'flux');
  const params = checkParams(op, { ...spec.params });
  const [from, to] = spec.within ?? [-Infinity, Infinity];
  const along = demo.spec.columns[demo.x] as readonly number[];
  const value = spec.value ?? 'value';
  const flags = Object.fromEntries((op.produces(params, (role) => role).flags ?? []).map((name) => [name, along.map((_, i) => +(i % 40 === 7))]));
  const roles = { ...(demo.spec.roles ?? rolesOf(Object.keys(demo.spec.columns))), value };
  const batch = makeBatch({
    ...demo.spec,
    roles,
    flags: op.id === 'flags.clear' ? flags : {},
    inside: along.map((x) => +(x >= from && x <= to)),
    ordered: op.ordered,
  });
  const effect = drive(op.kernel(batch, params, makeContext({ seed: 4 })));
  const caption = spec.caption ?? captionOf(op, params);
  if (batch.table.image) return { panels: [imagePanel(batch, value, effect)], caption };
  const scene: Scene = { batch, x: demo.x, value, shown: demo.shown ?? along.length };
  const first = firstPanel(scene, effect);
  const second = secondPanel(scene, effect);
  return { panels: second ? [first, second] : [first], caption };
}

function rolesOf(names: readonly string[]): Readonly<Record<string, string>> {
  const roles = ['object', 'time', 'value', 'error', 'band', 'quality', 'ra', 'dec'];
  return Object.fromEntries(names.filter((n) => roles.includes(n)).map((n) => [n, n]));
}

function captionOf(op: OperationDef, params: Record<string, unknown>): string {
  const words = op.describe?.(params);
  return `${op.title} of made-up data${words ? `: ${words}` : ''}.`;
}

/** An image before and after. */
function imagePanel(batch: PlainBatch, value: string, effect: Made): FigurePanel {
  const shape = batch.table.image!;
  const after = effect.columns?.[0];
  const images = [{ ...shape, values: [...batch.column(value)], title: label(batch, value) }];
  if (after) images.push({ ...shape, values: [...(after.values as Float64Array)], title: label(batch, after.name, after.unit) });
  return { xLabel: '', yLabel: '', isInverted: false, points: [], curves: [], images };
}

type Made = ReturnType<OperationDef['kernel']> extends Generator<unknown, infer E> ? E : never;

const pick = <T>(values: ArrayLike<T>, rows: readonly number[]): T[] => rows.map((i) => values[i]!);

/** Rows of the batch that are drawn, and pass a test. */
function rowsWhere({ batch, shown }: Scene, test: (i: number) => boolean): readonly number[] {
  return Array.from({ length: batch.length }, (_, i) => i).filter((i) => batch.order[i]! < shown && test(i));
}

function points(style: PointStyle, x: Float64Array, y: Float64Array, rows: readonly number[]): FigurePoints {
  const shown = rows.filter((i) => Number.isFinite(x[i]!) && Number.isFinite(y[i]!));
  return { style, x: pick(x, shown), y: pick(y, shown) };
}

function missing(x: Float64Array, y: Float64Array, rows: readonly number[]): FigurePoints {
  const shown = rows.filter((i) => Number.isFinite(x[i]!) && !Number.isFinite(y[i]!));
  return { style: 'missing', x: pick(x, shown), y: [] };
}

/** What was given, with what is flagged, the fitted curves, and values made where there were none. */
function firstPanel(scene: Scene, effect: Made): FigurePanel {
  const { batch, x: along, value } = scene;
  const x = batch.column(along);
  const y = batch.column(value);
  const marked = rowsWhere(scene, (i) => (effect.flags ?? []).some((f) => f.mask[i] === 1));
  const columns = (effect.columns ?? []).filter((c) => c.values instanceof Float64Array);
  const curves = columns.filter((c) => CURVE.test(c.name)).map((c) => onLevel(curve(scene, x, c.values as Float64Array), y));
  const groups = columns.find((c) => LABEL.test(c.name))?.values as Float64Array | undefined;
  const filled = columns.filter((c) => c.name.endsWith('_filled'));
  const kept = rowsWhere(scene, (i) => !marked.includes(i));
  const extra = filled.map((c) => {
    const source = c.name.slice(0, -'_filled'.length);
    const before = batch.column(source);
    const values = c.values as Float64Array;
    const rows = rowsWhere(scene, (i) => before[i] !== before[i] && values[i] === values[i]);
    return source === value ? points('filled', x, values, rows) : points('filled', values, y, rows);
  });
  // A curve over the same axis are values made between the rows.
  const between = columns.length === 0 ? (effect.series ?? []).filter((s) => s.x.name === along) : [];
  for (const s of between) extra.push({ style: 'filled', x: [...s.x.values], y: [...s.y.values] });
  return {
    xLabel: label(batch, along),
    yLabel: label(batch, value),
    isInverted: /mag/.test(batch.unit(value) ?? ''),
    points: groups
      ? [{ ...points('group', x, y, kept), groups: pick(groups, kept) }]
      : [points('before', x, y, kept), points('flagged', x, y, marked), missing(x, y, marked), ...extra],
    curves,
  };
}

function curve(scene: Scene, x: Float64Array, y: Float64Array): FigureCurve {
  const rows = [...rowsWhere(scene, (i) => Number.isFinite(x[i]!) && Number.isFinite(y[i]!))].sort((a, b) => x[a]! - x[b]!);
  return { x: pick(x, rows), y: pick(y, rows) };
}

/** A trend about zero is drawn at the level of the values it is taken from. */
function onLevel({ x, y }: FigureCurve, values: Float64Array): FigureCurve {
  const middle = (a: readonly number[]): number => [...a].sort((p, q) => p - q)[a.length >> 1] ?? 0;
  const level = middle([...values].filter(Number.isFinite));
  const isFar = Math.abs(level) > 10 * (Math.max(...y) - Math.min(...y)) && Math.abs(middle(y)) < Math.abs(level) / 2;
  return { x, y: isFar ? y.map((v) => v + level) : y };
}

/** What came out beside it: the new values, the phases, or a curve such as a periodogram. */
function secondPanel(scene: Scene, effect: Made): FigurePanel | undefined {
  const { batch, x: along, value } = scene;
  const columns = (effect.columns ?? []).filter((c) => c.values instanceof Float64Array);
  const all = rowsWhere(scene, () => true);
  const phase = columns.find((c) => c.name === 'phase');
  const isInverted = /mag/.test(batch.unit(value) ?? '');
  if (phase) {
    const drawn = points('after', phase.values as Float64Array, batch.column(value), all);
    return { xLabel: 'phase', yLabel: label(batch, value), isInverted, points: [drawn], curves: [] };
  }
  const after = columns.find((c) => !CURVE.test(c.name) && !LABEL.test(c.name) && !ASIDE.test(c.name) && !c.name.endsWith('_filled'));
  if (after) {
    const drawn = points('after', batch.column(along), after.values as Float64Array, all);
    const named = label(batch, after.name, after.unit);
    return { xLabel: label(batch, along), yLabel: named, isInverted: /mag/.test(after.unit ?? ''), points: [drawn], curves: [] };
  }
  const series = columns.length === 0 ? effect.series?.[0] : undefined;
  return series && series.x.name !== along ? seriesPanel(series) : undefined;
}

function seriesPanel({ x, y }: Series): FigurePanel {
  const named = (axis: Series['x']): string => (axis.unit ? `${axis.name} (${axis.unit})` : axis.name);
  return { xLabel: named(x), yLabel: named(y), isInverted: false, points: [], curves: [{ x: [...x.values], y: [...y.values] }] };
}
