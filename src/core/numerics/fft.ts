import type { Progress } from '../protocol/outcome';
import { drain, inBlocks, part } from './steps';

/** Smallest power of two that is at least n. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)));
}

/** What transforms of one length share: made once, kept for the lengths in use. */
export interface FftPlan {
  readonly size: number;
  /** Frequency of each place of the result: `transform` leaves it in the order of reversed digits. */
  readonly order: Int32Array;
  /** Factors of each stage, largest first, three complex ones a butterfly. */
  readonly stages: readonly { readonly size: number; readonly turns: Float64Array }[];
}

/** Lengths up to this are done in one go: 3 ms. */
export const UNSLICED = 2 ** 17;
/** Blocks of this length stay in the fastest cache through all their stages. */
export const CACHED = 2 ** 11;
/** Plans for longer transforms are not kept: their factors are large. */
const KEPT = 2 ** 19;

const plans = new Map<number, FftPlan>();

/** Butterflies whose factors are computed between two yields: 5 ms. */
const SLICE = 2 ** 15;

function* stageSteps(size: number): Generator<Progress, FftPlan['stages'][number]> {
  const quarter = size >> 2;
  const turns = new Float64Array(6 * quarter);
  if (quarter > SLICE) yield { fraction: 0 };
  yield* inBlocks(
    quarter,
    (from, to) => {
      for (let i = from; i < to; i++)
        for (let m = 1; m <= 3; m++) {
          const angle = (-2 * Math.PI * i * m) / size;
          turns[6 * i + 2 * m - 2] = Math.cos(angle);
          turns[6 * i + 2 * m - 1] = Math.sin(angle);
        }
    },
    SLICE,
  );
  return { size, turns };
}

/** The plan for a power of two of at least 4, at once: for lengths that are known, or short. */
export function fftPlan(size: number): FftPlan {
  return drain(fftPlanSteps(size));
}

/** The plan for a power of two of at least 4. O(size). */
export function* fftPlanSteps(size: number): Generator<Progress, FftPlan> {
  const known = plans.get(size);
  if (known) return known;
  if (size < 4 || size !== powerOfTwo(size)) throw new Error(`invalid length: ${size} (must be a power of two of at least 4)`);
  const stages: FftPlan['stages'][number][] = [];
  let rest = size;
  for (; rest > 4; rest /= 4) stages.push(yield* part(stageSteps(rest), 0, 0));
  let order: Int32Array = Int32Array.from({ length: rest }, (_, k) => k);
  for (let length = rest; length < size; length *= 4) {
    const wider = new Int32Array(4 * length);
    for (let r = 0; r < 4; r++) for (let p = 0; p < length; p++) wider[r * length + p] = 4 * order[p]! + r;
    order = wider;
    if (4 * length > UNSLICED) yield { fraction: 0 };
  }
  const plan = { size, order, stages };
  if (size <= KEPT) plans.set(size, plan);
  return plan;
}

/**
 * Butterflies [first, last) of the block of `size` at `p0 = block` (counted in doubles). The block becomes four: block r holds what gives the
 * frequencies 4k + r. Every element is read once into a constant: the compiler does not find out that it may.
 */
function butterflies(a: Float64Array, block: number, size: number, turns: Float64Array, first: number, last: number): void {
  const step = size >> 1;
  const end = block + 2 * last;
  for (let p0 = block + 2 * first, t = 6 * first; p0 < end; p0 += 2, t += 6) {
    const p1 = p0 + step;
    const p2 = p1 + step;
    const p3 = p2 + step;
    const re0 = a[p0]!;
    const im0 = a[p0 + 1]!;
    const re1 = a[p1]!;
    const im1 = a[p1 + 1]!;
    const re2 = a[p2]!;
    const im2 = a[p2 + 1]!;
    const re3 = a[p3]!;
    const im3 = a[p3 + 1]!;
    const sumRe = re0 + re2;
    const sumIm = im0 + im2;
    const oddRe = re1 + re3;
    const oddIm = im1 + im3;
    a[p0] = sumRe + oddRe;
    a[p0 + 1] = sumIm + oddIm;
    const outRe2 = sumRe - oddRe;
    const outIm2 = sumIm - oddIm;
    const outRe1 = re0 - re2 + (im1 - im3);
    const outIm1 = im0 - im2 - (re1 - re3);
    const outRe3 = re0 - re2 - (im1 - im3);
    const outIm3 = im0 - im2 + (re1 - re3);
    const cos1 = turns[t]!;
    const sin1 = turns[t + 1]!;
    const cos2 = turns[t + 2]!;
    const sin2 = turns[t + 3]!;
    const cos3 = turns[t + 4]!;
    const sin3 = turns[t + 5]!;
    a[p1] = outRe1 * cos1 - outIm1 * sin1;
    a[p1 + 1] = outRe1 * sin1 + outIm1 * cos1;
    a[p2] = outRe2 * cos2 - outIm2 * sin2;
    a[p2 + 1] = outRe2 * sin2 + outIm2 * cos2;
    a[p3] = outRe3 * cos3 - outIm3 * sin3;
    a[p3 + 1] = outRe3 * sin3 + outIm3 * cos3;
  }
}

function quadruples(a: Float64Array, from: number, to: number): void {
  for (let p = from; p < to; p += 8) {
    const re0 = a[p]!;
    const im0 = a[p + 1]!;
    const re1 = a[p + 2]!;
    const im1 = a[p + 3]!;
    const re2 = a[p + 4]!;
    const im2 = a[p + 5]!;
    const re3 = a[p + 6]!;
    const im3 = a[p + 7]!;
    const sumRe = re0 + re2;
    const sumIm = im0 + im2;
    const oddRe = re1 + re3;
    const oddIm = im1 + im3;
    a[p] = sumRe + oddRe;
    a[p + 1] = sumIm + oddIm;
    a[p + 2] = re0 - re2 + (im1 - im3);
    a[p + 3] = im0 - im2 - (re1 - re3);
    a[p + 4] = sumRe - oddRe;
    a[p + 5] = sumIm - oddIm;
    a[p + 6] = re0 - re2 - (im1 - im3);
    a[p + 7] = im0 - im2 + (re1 - re3);
  }
}

/** Sums and differences of neighbours: the last stage of an odd power of two, and but for a factor of 2 its own inverse. */
export function pairs(a: Float64Array, from: number, to: number): void {
  for (let p = from; p < to; p += 4) {
    const re0 = a[p]!;
    const im0 = a[p + 1]!;
    const re1 = a[p + 2]!;
    const im1 = a[p + 3]!;
    a[p] = re0 + re1;
    a[p + 1] = im0 + im1;
    a[p + 2] = re0 - re1;
    a[p + 3] = im0 - im1;
  }
}

/** The block that begins at `from` (in doubles), from stage `depth` on. Deeper blocks are finished one by one while they are in the cache. */
function transformBlock(plan: FftPlan, a: Float64Array, from: number, depth: number): void {
  const size = plan.size >> (2 * depth);
  const to = from + 2 * size;
  if (size > CACHED) {
    butterflies(a, from, size, plan.stages[depth]!.turns, 0, size >> 2);
    for (let r = 0; r < 4; r++) transformBlock(plan, a, from + r * (size >> 1), depth + 1);
    return;
  }
  for (let s = depth; s < plan.stages.length; s++) {
    const stage = plan.stages[s]!;
    for (let block = from; block < to; block += 2 * stage.size) butterflies(a, block, stage.size, stage.turns, 0, stage.size >> 2);
  }
  const last = plan.size >> (2 * plan.stages.length);
  if (last === 4) quadruples(a, from, to);
  else if (last === 2) pairs(a, from, to);
}

/**
 * Discrete Fourier transform X_k = Σ x_j exp(-2πi jk/n) of `data` (re, im, re, im, …; its first 2·size doubles), in place: the place p of the result
 * holds the frequency `plan.order[p]`. Radix 4, decimation in frequency (Cooley & Tukey 1965, Math. Comp. 19, 297,
 * doi:10.1090/S0025-5718-1965-0178586-1), O(n log n), in one go: for up to some 10⁵ points.
 */
export function transform(plan: FftPlan, data: Float64Array): void {
  transformBlock(plan, data, 0, 0);
}

/** {@link transform} in slices, for any length. */
export function* transformSteps(plan: FftPlan, data: Float64Array, from = 0, depth = 0): Generator<Progress, void> {
  const size = plan.size >> (2 * depth);
  if (size <= UNSLICED) {
    transformBlock(plan, data, from, depth);
    return;
  }
  const quarter = size >> 2;
  for (let first = 0; first < quarter; first += UNSLICED) {
    butterflies(data, from, size, plan.stages[depth]!.turns, first, Math.min(quarter, first + UNSLICED));
    yield { fraction: 0 };
  }
  for (let r = 0; r < 4; r++) {
    const inner = transformSteps(plan, data, from + 2 * r * quarter, depth + 1);
    while (!inner.next().done) yield { fraction: (r + 0.5) / 4 };
    yield { fraction: (r + 1) / 4 };
  }
}

/** {@link transform} of separate arrays of real and imaginary parts, in place and in order; the length must be a power of two. */
export function* fftSteps(re: Float64Array, im: Float64Array): Generator<Progress, void> {
  const n = re.length;
  if (n !== im.length || n !== powerOfTwo(n)) throw new Error(`invalid length: ${n} (must be a power of two, twice the same)`);
  if (n === 1) return;
  if (n === 2) {
    for (const part of [re, im]) [part[0], part[1]] = [part[0]! + part[1]!, part[0]! - part[1]!];
    return;
  }
  const plan = yield* part(fftPlanSteps(n), 0, 0);
  const data = new Float64Array(2 * n);
  const loading = inBlocks(n, (from, to) => {
    for (let k = from; k < to; k++) {
      data[2 * k] = re[k]!;
      data[2 * k + 1] = im[k]!;
    }
  });
  yield* part(loading, 0, 0.1);
  yield* part(transformSteps(plan, data), 0.1, 0.9);
  const storing = inBlocks(n, (from, to) => {
    for (let p = from; p < to; p++) {
      const k = plan.order[p]!;
      re[k] = data[2 * p]!;
      im[k] = data[2 * p + 1]!;
    }
  });
  yield* part(storing, 0.9, 1);
}
