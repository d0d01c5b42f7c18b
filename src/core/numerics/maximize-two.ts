import type { Progress } from '../protocol/outcome';

export type Pair = readonly [number, number];

/** A function of two numbers at a point. */
export interface Surface {
  readonly value: number;
  readonly gradient: Pair;
  /** ∂²/∂x², ∂²/∂x∂y, ∂²/∂y². */
  readonly hessian: readonly [xx: number, xy: number, yy: number];
}

export interface Box {
  readonly low: Pair;
  readonly high: Pair;
}

export interface Maximum {
  readonly at: Pair;
  readonly surface: Surface;
  /** Which of the two lies on the edge of the box, the function still growing beyond it. */
  readonly isAtEdge: readonly [boolean, boolean];
  /** False when it stopped for want of progress. */
  readonly isConverged: boolean;
}

/** Longest step in either number. */
const LONGEST = 1.5;
const MOST_STEPS = 80;
/** Steps shorter than this end the search. */
const SHORTEST = 1e-8;

const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** Newton's step on the free numbers with the curvature made positive: -H + shift. */
function stepOf({ gradient, hessian }: Surface, isFixed: readonly [boolean, boolean], damping: number): Pair {
  const [xx, xy, yy] = [-hessian[0], isFixed[0] || isFixed[1] ? 0 : -hessian[1], -hessian[2]];
  const [gx, gy] = [isFixed[0] ? 0 : gradient[0], isFixed[1] ? 0 : gradient[1]];
  const [a, c] = [isFixed[0] ? 1 : xx, isFixed[1] ? 1 : yy];
  const least = (a + c) / 2 - Math.hypot((a - c) / 2, xy);
  const size = Math.max(Math.abs(a), Math.abs(c), Math.abs(xy));
  const shift = damping * size + (least > 1e-6 * size ? 0 : 1e-3 * size - least);
  const [p, q] = [a + shift, c + shift];
  const determinant = p * q - xy * xy;
  const step: Pair = [(q * gx - xy * gy) / determinant, (p * gy - xy * gx) / determinant];
  const length = Math.max(Math.abs(step[0]), Math.abs(step[1]));
  return length > LONGEST ? [(step[0] * LONGEST) / length, (step[1] * LONGEST) / length] : step;
}

/**
 * The maximum of a smooth function in a box near `start`, by Newton's method with Levenberg's damping; a number held at the edge of the box by the
 * gradient stays there. To 1e-8 in both numbers.
 */
export function* maximizeTwoSteps(
  surfaceSteps: (at: Pair) => Generator<Progress, Surface>,
  start: Pair,
  { low, high }: Box,
): Generator<Progress, Maximum> {
  let at = start;
  let surface = yield* surfaceSteps(at);
  let damping = 0;
  let isConverged = false;
  const edges = (): [boolean, boolean] =>
    [0, 1].map((k) => (at[k]! <= low[k]! && surface.gradient[k]! < 0) || (at[k]! >= high[k]! && surface.gradient[k]! > 0)) as [boolean, boolean];
  for (let k = 0; k < MOST_STEPS && damping < 1e9; k++) {
    const step = stepOf(surface, edges(), damping);
    const next: Pair = [clamp(at[0] + step[0], low[0], high[0]), clamp(at[1] + step[1], low[1], high[1])];
    if (!(Math.max(Math.abs(next[0] - at[0]), Math.abs(next[1] - at[1])) > SHORTEST)) {
      isConverged = damping < 1;
      break;
    }
    const there = yield* surfaceSteps(next);
    // Near the top differences of the value are rounding, while the gradient still leads on.
    if (there.value >= surface.value - 1e-10 * (1 + Math.abs(surface.value))) {
      [at, surface] = [next, there];
      damping = damping > 1e-4 ? damping / 10 : 0;
    } else damping = Math.max(1e-3, 10 * damping);
  }
  return { at, surface, isAtEdge: edges(), isConverged };
}

/** Standard deviations from the curvature at a maximum: the square roots of the diagonal of -H⁻¹; NaN where it is none. */
export function curvatureErrors({ hessian: [xx, xy, yy] }: Surface): Pair {
  const determinant = xx * yy - xy * xy;
  return [Math.sqrt(-yy / determinant), Math.sqrt(-xx / determinant)];
}
