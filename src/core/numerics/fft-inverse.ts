import type { Progress } from '../protocol/outcome';
import { CACHED, type FftPlan, pairs, UNSLICED } from './fft';

/** Undoes the forward transform's butterflies [first, last) of the block of `size` at `block` (in doubles), but for a factor of 4. */
function unbutterflies(a: Float64Array, block: number, size: number, turns: Float64Array, first: number, last: number): void {
  const step = size >> 1;
  const end = block + 2 * last;
  for (let p0 = block + 2 * first, t = 6 * first; p0 < end; p0 += 2, t += 6) {
    const p1 = p0 + step;
    const p2 = p1 + step;
    const p3 = p2 + step;
    const re0 = a[p0]!;
    const im0 = a[p0 + 1]!;
    const in1 = a[p1]!;
    const jn1 = a[p1 + 1]!;
    const in2 = a[p2]!;
    const jn2 = a[p2 + 1]!;
    const in3 = a[p3]!;
    const jn3 = a[p3 + 1]!;
    const cos1 = turns[t]!;
    const sin1 = turns[t + 1]!;
    const cos2 = turns[t + 2]!;
    const sin2 = turns[t + 3]!;
    const cos3 = turns[t + 4]!;
    const sin3 = turns[t + 5]!;
    const re1 = in1 * cos1 + jn1 * sin1;
    const im1 = jn1 * cos1 - in1 * sin1;
    const re2 = in2 * cos2 + jn2 * sin2;
    const im2 = jn2 * cos2 - in2 * sin2;
    const re3 = in3 * cos3 + jn3 * sin3;
    const im3 = jn3 * cos3 - in3 * sin3;
    a[p0] = re0 + re2 + (re1 + re3);
    a[p0 + 1] = im0 + im2 + (im1 + im3);
    a[p2] = re0 + re2 - (re1 + re3);
    a[p2 + 1] = im0 + im2 - (im1 + im3);
    a[p1] = re0 - re2 - (im1 - im3);
    a[p1 + 1] = im0 - im2 + (re1 - re3);
    a[p3] = re0 - re2 + (im1 - im3);
    a[p3 + 1] = im0 - im2 - (re1 - re3);
  }
}

function unquadruples(a: Float64Array, from: number, to: number): void {
  for (let p = from; p < to; p += 8) {
    const re0 = a[p]!;
    const im0 = a[p + 1]!;
    const re1 = a[p + 2]!;
    const im1 = a[p + 3]!;
    const re2 = a[p + 4]!;
    const im2 = a[p + 5]!;
    const re3 = a[p + 6]!;
    const im3 = a[p + 7]!;
    a[p] = re0 + re2 + (re1 + re3);
    a[p + 1] = im0 + im2 + (im1 + im3);
    a[p + 2] = re0 - re2 - (im1 - im3);
    a[p + 3] = im0 - im2 + (re1 - re3);
    a[p + 4] = re0 + re2 - (re1 + re3);
    a[p + 5] = im0 + im2 - (im1 + im3);
    a[p + 6] = re0 - re2 + (im1 - im3);
    a[p + 7] = im0 - im2 - (re1 - re3);
  }
}

function inverseBlock(plan: FftPlan, a: Float64Array, from: number, depth: number): void {
  const size = plan.size >> (2 * depth);
  const to = from + 2 * size;
  if (size > CACHED) {
    for (let r = 0; r < 4; r++) inverseBlock(plan, a, from + r * (size >> 1), depth + 1);
    unbutterflies(a, from, size, plan.stages[depth]!.turns, 0, size >> 2);
    return;
  }
  const last = plan.size >> (2 * plan.stages.length);
  if (last === 4) unquadruples(a, from, to);
  else if (last === 2) pairs(a, from, to);
  for (let s = plan.stages.length - 1; s >= depth; s--) {
    const stage = plan.stages[s]!;
    for (let block = from; block < to; block += 2 * stage.size) unbutterflies(a, block, stage.size, stage.turns, 0, stage.size >> 2);
  }
}

/**
 * Undoes `transform`: takes its result in the order it leaves it in, gives `plan.size` times what it was made from. In place, in slices, for any
 * length.
 */
export function* inverseTransformSteps(plan: FftPlan, data: Float64Array, from = 0, depth = 0): Generator<Progress, void> {
  const size = plan.size >> (2 * depth);
  if (size <= UNSLICED) {
    inverseBlock(plan, data, from, depth);
    return;
  }
  const quarter = size >> 2;
  for (let r = 0; r < 4; r++) {
    const inner = inverseTransformSteps(plan, data, from + 2 * r * quarter, depth + 1);
    while (!inner.next().done) yield { fraction: (r + 0.5) / 5 };
    yield { fraction: (r + 1) / 5 };
  }
  for (let first = 0; first < quarter; first += UNSLICED) {
    unbutterflies(data, from, size, plan.stages[depth]!.turns, first, Math.min(quarter, first + UNSLICED));
    yield { fraction: 1 };
  }
}
