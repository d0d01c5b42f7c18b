import { argsortSteps, isSorted } from '../../../core/numerics/argsort';
import { pick } from '../../../core/numerics/pick';
import { drain } from '../../../core/numerics/steps';
import type { Preview } from '../../../core/protocol/engine-service';
import { resultColumn } from '../../../core/recipe/result-column';
import { centralRange } from './central-view';
import type { PointSet } from './points-layer';
import { withoutSentinels } from './value-extent';

/** A line over the points: a trend, a fit, smoothed values; or steps: values that are the same over a bin. */
export interface OverlayCurve {
  readonly name: string;
  readonly words: 'trend' | 'fit' | 'smoothed' | 'binned' | 'convolved';
  readonly y: Float64Array;
}

/** What a draft step would do, joined to the rows a view shows. Arrays run parallel to the view's points. */
export interface PreviewOverlay {
  /** 1 where the row would be flagged (or unflagged, when `clears`). */
  readonly flags?: Uint8Array | undefined;
  readonly clears: boolean;
  /** The values after the step, drawn as points. */
  readonly after?: { readonly name: string; readonly unit?: string | undefined; readonly y: Float64Array } | undefined;
  readonly trends: readonly OverlayCurve[];
  /** Points that were made where there were none, over time. */
  readonly filled?: PointSet | undefined;
  /** False when before and after do not fit one y axis (a light curve divided by its trend). */
  readonly sharesScale: boolean;
}

const CURVE = /_(trend|fit|smoothed|binned|convolved)$/;
/** Columns about the values, not values themselves: errors, numbers and labels of bins and clusters. */
const ABOUT = /(_error|_binned_scatter)$|^(bin|cluster)$/;

function curveWords(name: string): OverlayCurve['words'] | undefined {
  return CURVE.exec(name)?.[1] as OverlayCurve['words'] | undefined;
}

/** The column drawn as the points after the step. */
function pointsColumn(columns: Preview['columns'], yName: string): Preview['columns'][number] | undefined {
  const names = columns.map((c) => c.name);
  const result = resultColumn(names, yName);
  const others = columns.filter((c) => !curveWords(c.name) && !ABOUT.test(c.name));
  if (result === undefined) return others.find((c) => c.name.startsWith(yName)) ?? others[0];
  // Filled values are where the points are, but for those that were missing.
  return curveWords(result) || result === `${yName}_filled` ? undefined : columns.find((c) => c.name === result);
}

/** Joins a preview to points by row number; undefined when it touches none of them. */
export function overlayOf(
  preview: Preview | undefined,
  points: PointSet & { readonly rows: Uint32Array },
  yName: string,
  yUnit: string | undefined,
): PreviewOverlay | undefined {
  if (!preview) return undefined;
  const at = joinRows(points.rows, preview.rows);
  if (at.length === 0 || at.every((i) => i < 0)) return undefined;
  const result = pointsColumn(preview.columns, yName);
  const after = result && { name: result.name, unit: result.unit, y: joined(result.values, at) };
  const { filled } = preview;
  return {
    flags: preview.flags && joinedFlags(preview.flags, at),
    clears: preview.clears ?? false,
    after,
    trends: preview.columns.flatMap((c) => {
      const words = curveWords(c.name);
      return words ? [{ name: c.name, words, y: joined(c.values, at) }] : [];
    }),
    filled: filled && { count: filled.time.length, x: filled.time, y: filled.value },
    sharesScale: !after || (sameUnit(after.unit, yUnit) && shareScale(withoutSentinels(points.y), after.y)),
  };
}

/** Values of the rows that a join found, NaN for the others. */
function joined(values: Float64Array, at: Int32Array): Float64Array {
  const out = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = at[i]! < 0 ? NaN : values[at[i]!]!;
  return out;
}

function joinedFlags(flags: Uint8Array, at: Int32Array): Uint8Array {
  const out = new Uint8Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = at[i]! < 0 ? 0 : flags[at[i]!]!;
  return out;
}

/** For each of `rows`, its index in `others`, or −1. Linear when both ascend, as the engine gives them. */
export function joinRows(rows: Uint32Array, others: Uint32Array): Int32Array {
  const out = new Int32Array(rows.length).fill(-1);
  if (ascends(rows) && ascends(others)) {
    for (let i = 0, j = 0; i < rows.length; i++) {
      while (j < others.length && others[j]! < rows[i]!) j++;
      if (j < others.length && others[j] === rows[i]) out[i] = j;
    }
    return out;
  }
  const index = new Map<number, number>();
  others.forEach((row, i) => index.set(row, i));
  rows.forEach((row, i) => (out[i] = index.get(row) ?? -1));
  return out;
}

function ascends(rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i]! < rows[i - 1]!) return false;
  return true;
}

function sameUnit(a: string | undefined, b: string | undefined): boolean {
  return (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();
}

/**
 * True when the bulk of both fits one axis: they overlap, and neither is so narrow beside the other that it would be a line. Only rows with a value
 * before count.
 */
function shareScale(before: Float64Array, after: Float64Array): boolean {
  const honest = after.slice();
  for (let i = 0; i < honest.length; i++) if (before[i] !== before[i]) honest[i] = NaN;
  const a = centralRange(before);
  const b = centralRange(honest);
  if (!a || !b) return true;
  const together = Math.max(a[1], b[1]) - Math.min(a[0], b[0]);
  const sum = a[1] - a[0] + (b[1] - b[0]);
  return together === 0 || together <= 3 * sum;
}

/** Points and a curve through them need ascending x: the two arrays in the order of x, pairs with a missing x left out. */
export function sortedCurve(x: Float64Array, y: Float64Array): { x: Float64Array; y: Float64Array } {
  const known = new Uint32Array(x.length);
  let n = 0;
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i]!)) known[n++] = i;
  if (n === x.length && isSorted(x)) return { x, y };
  const [xs, ys] = [pick(x, known.subarray(0, n)), pick(y, known.subarray(0, n))];
  const order = drain(argsortSteps(xs));
  return { x: pick(xs, order), y: pick(ys, order) };
}

/** The same curve as steps: every value holds to half way to the next; NaN breaks it. */
export function steppedCurve({ x, y }: { readonly x: Float64Array; readonly y: Float64Array }): { x: Float64Array; y: Float64Array } {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (i > 0 && y[i] !== y[i - 1]) {
      const middle = (x[i - 1]! + x[i]!) / 2;
      xs.push(middle, middle);
      ys.push(y[i - 1]!, y[i]!);
    }
    xs.push(x[i]!);
    ys.push(y[i]!);
  }
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

/** Those of the points that a mask marks. */
export function maskedPoints(points: PointSet, mask: Uint8Array): PointSet {
  const keep: number[] = [];
  for (let i = 0; i < points.count; i++) if (mask[i]) keep.push(i);
  return { count: keep.length, x: Float64Array.from(keep, (i) => points.x[i]!), y: Float64Array.from(keep, (i) => points.y[i]!) };
}
