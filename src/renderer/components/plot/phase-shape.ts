import type { Axis, Predicate } from '../../../core/select/predicate';
import type { Outline } from './annotation-layers';
import type { Shape } from './shape';

/**
 * A shape drawn over one or more shown cycles as a predicate over the phase axis, whose values lie in one cycle only. Each cycle the shape
 * reaches into contributes the shape shifted back by whole cycles; what falls outside the axis' own cycle matches no row, so nothing has to
 * be cut.
 *
 * @param start where the axis' cycle begins: 0, or −0.5 when centred
 */
export function phasePredicate(shape: Shape, x: Axis, y: Axis, start: number): Predicate {
  const xs = shape.kind === 'box' ? shape.x : shape.points.map((p) => p[0]);
  const first = Math.floor(Math.min(...xs) - start);
  const last = Math.max(first, Math.ceil(Math.max(...xs) - start) - 1);
  const pieces: Predicate[] = [];
  for (let k = first; k <= last; k++) {
    if (shape.kind === 'lasso') {
      pieces.push({ kind: 'polygon', x, y, points: k === 0 ? shape.points : shape.points.map(([px, py]) => [px - k, py] as const) });
      continue;
    }
    const low = Math.max(start, shape.x[0] - k);
    const high = Math.min(start + 1, shape.x[1] - k);
    const inX: Predicate = { kind: 'range', axis: x, low, high };
    pieces.push(shape.y ? { kind: 'and', of: [inX, { kind: 'range', axis: y, low: shape.y[0], high: shape.y[1] }] } : inX);
  }
  return pieces.length === 1 ? pieces[0]! : { kind: 'or', of: pieces };
}

/** The outlines repeated at each shift, for all shown cycles. */
export function repeatOutlines(outlines: readonly Outline[], shifts: readonly number[]): Outline[] {
  return shifts.flatMap((s) =>
    outlines.map((o): Outline => {
      if (s === 0) return o;
      if (o.kind === 'polygon') return { kind: 'polygon', points: o.points.map(([x, y]) => [x + s, y] as const) };
      const moved = (v: number | undefined): number | undefined => (v === undefined ? undefined : v + s);
      return { ...o, x: o.x && { low: moved(o.x.low), high: moved(o.x.high) } };
    }),
  );
}
