import type { SelectMode } from '../../client/session';
import type { Axis, Predicate } from '../../../core/select/predicate';
import type { Outline } from './annotation-layers';
import type { Frame } from './frame';

/** `pull` only in views whose data can be pulled sideways (a fold). */
export type Tool = 'pan' | 'box' | 'lasso' | 'pull';

/** A drawn shape in data coordinates. A box without `y` is a strip. */
export type Shape =
  | { readonly kind: 'box'; readonly x: readonly [number, number]; readonly y?: readonly [number, number] | undefined }
  | { readonly kind: 'lasso'; readonly points: readonly (readonly [number, number])[] };

/** How a gesture joins the selection there is. */
export function modeOf(e: { readonly shiftKey: boolean; readonly altKey: boolean }): SelectMode {
  if (e.shiftKey && e.altKey) return 'intersect';
  if (e.shiftKey) return 'add';
  return e.altKey ? 'subtract' : 'replace';
}

type Pixel = readonly [number, number];

/** Two corners in pixels → a box in data units, low before high whatever way it was drawn and whatever axis is inverted. */
export function boxShape(frame: Frame, a: Pixel, b: Pixel, stripOnly = false): Shape {
  const ordered = (p: number, q: number): [number, number] => (p <= q ? [p, q] : [q, p]);
  const x = ordered(frame.x.toData(a[0]), frame.x.toData(b[0]));
  return stripOnly ? { kind: 'box', x } : { kind: 'box', x, y: ordered(frame.y.toData(a[1]), frame.y.toData(b[1])) };
}

/**
 * A lasso in pixels → a polygon in data units. On a log axis a straight edge on screen is a curve in the data: such edges are cut into short
 * ones, so that the polygon holds exactly what it surrounds to within a fraction of a pixel. Undefined when it has no area.
 */
export function lassoShape(frame: Frame, path: readonly Pixel[]): Shape | undefined {
  if (path.length < 3) return undefined;
  const bends = frame.x.isLog || frame.y.isLog;
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i < path.length; i++) {
    const a = path[i]!;
    const b = path[(i + 1) % path.length]!;
    const pieces = bends ? Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 6)) : 1;
    for (let k = 0; k < pieces; k++) {
      const t = k / pieces;
      points.push([frame.x.toData(a[0] + (b[0] - a[0]) * t), frame.y.toData(a[1] + (b[1] - a[1]) * t)]);
    }
  }
  return { kind: 'lasso', points };
}

/** A shape over two axes as a predicate. */
export function shapePredicate(shape: Shape, x: Axis, y: Axis): Predicate {
  if (shape.kind === 'lasso') return { kind: 'polygon', x, y, points: shape.points };
  const inX: Predicate = { kind: 'range', axis: x, low: shape.x[0], high: shape.x[1] };
  if (!shape.y) return inX;
  return { kind: 'and', of: [inX, { kind: 'range', axis: y, low: shape.y[0], high: shape.y[1] }] };
}

/** Narrows a predicate to one object and band: a lasso in a light curve means that light curve. */
export function withinObject(predicate: Predicate, object: string | undefined, band: string | undefined): Predicate {
  if (object === undefined) return predicate;
  return { kind: 'and', of: [band === undefined ? { kind: 'objects', ids: [object] } : { kind: 'objects', ids: [object], band }, predicate] };
}

/** True when two axes mean the same numbers. */
export function sameAxis(a: Axis | undefined, b: Axis | undefined): boolean {
  return a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** The parts of a selection that can be outlined over these two axes; parts under `not` and over other axes are left out. */
export function outlinesOf(predicate: Predicate | undefined, x: Axis, y: Axis): Outline[] {
  if (!predicate) return [];
  if (predicate.kind === 'polygon') {
    return sameAxis(predicate.x, x) && sameAxis(predicate.y, y) ? [{ kind: 'polygon', points: predicate.points }] : [];
  }
  if (predicate.kind === 'range') return rangeOutline([predicate], x, y);
  if (predicate.kind === 'and' || predicate.kind === 'or') {
    const ranges = predicate.of.filter((p) => p.kind === 'range');
    const others = predicate.of.filter((p) => p.kind !== 'range').flatMap((p) => outlinesOf(p, x, y));
    const own = predicate.kind === 'and' ? rangeOutline(ranges, x, y) : ranges.flatMap((r) => rangeOutline([r], x, y));
    return [...own, ...others];
  }
  return [];
}

function rangeOutline(ranges: readonly Extract<Predicate, { kind: 'range' }>[], x: Axis, y: Axis): Outline[] {
  const onX = ranges.find((r) => sameAxis(r.axis, x));
  const onY = ranges.find((r) => sameAxis(r.axis, y));
  if (!onX && !onY) return [];
  // A range over an axis that is not shown cuts in a way the outline cannot show.
  if (ranges.some((r) => r !== onX && r !== onY)) return [];
  return [{ kind: 'box', x: onX && { low: onX.low, high: onX.high }, y: onY && { low: onY.low, high: onY.high } }];
}
