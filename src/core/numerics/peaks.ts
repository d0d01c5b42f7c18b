import type { Progress } from '../protocol/outcome';

export interface Peak {
  readonly x: number;
  readonly y: number;
}

/**
 * Indices of the highest local maxima, highest first, none within `separation` samples of a higher one. A plateau counts once, at its start.
 * The ends count only when the curve falls away from them and nothing else does.
 */
export function findPeaks(values: Float64Array, most: number, separation: number): number[] {
  const found: number[] = [];
  while (found.length < most) {
    const next = highest(values, (i) => values[i]! > values[i - 1]! && values[i]! >= values[i + 1]!, found, separation, 1, values.length - 1);
    if (next === undefined) break;
    found.push(next);
  }
  if (found.length > 0) return found;
  const end = highest(values, () => true, found, separation, 0, values.length);
  return end === undefined ? [] : [end];
}

/** Index in [from, to) of the highest eligible value more than `separation` away from those found. */
function highest(
  values: Float64Array,
  isEligible: (i: number) => boolean,
  found: readonly number[],
  separation: number,
  from: number,
  to: number,
): number | undefined {
  let best: number | undefined;
  let height = -Infinity;
  for (let i = from; i < to; i++) {
    if (!(values[i]! > height) || !isEligible(i) || found.some((j) => Math.abs(i - j) <= separation)) continue;
    best = i;
    height = values[i]!;
  }
  return best;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The maximum of `f` in [low, high] by golden section, to 1e-5 of the interval (25 evaluations); the best point seen, so never lower than
 * `known`, a point inside with its value.
 */
export function* refinePeakSteps(f: (x: number) => Generator<Progress, number>, low: number, high: number, known: Peak): Generator<Progress, Peak> {
  let best = known;
  let a = low;
  let b = high;
  let left = b - GOLDEN * (b - a);
  let right = a + GOLDEN * (b - a);
  let atLeft = yield* quiet(f(left), 0);
  let atRight = yield* quiet(f(right), 0);
  for (let k = 0; k < 23; k++) {
    for (const [x, y] of [
      [left, atLeft],
      [right, atRight],
    ] as const)
      if (y > best.y) best = { x, y };
    if (atLeft >= atRight) {
      b = right;
      [right, atRight] = [left, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = yield* quiet(f(left), k / 23);
    } else {
      a = left;
      [left, atLeft] = [right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = yield* quiet(f(right), k / 23);
    }
  }
  return best;
}

/** Passes on that work goes on, at a fixed fraction. */
function* quiet(work: Generator<Progress, number>, fraction: number): Generator<Progress, number> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield { fraction };
  }
}
