import { selectKth } from './quickselect';
import { mean, median, std } from './robust';

export interface ShortClipOptions {
  /** Infinity = nothing is rejected on that side. */
  readonly sigmaLower: number;
  readonly sigmaUpper: number;
  /** Infinity = until nothing more is rejected. */
  readonly maxIterations: number;
}

export interface ClipLevel {
  readonly center: number;
  readonly spread: number;
}

/** What is kept about a level, ends included: an open side stays open where the spread is 0. */
export function clipLimits({ center, spread }: ClipLevel, { sigmaLower, sigmaUpper }: ShortClipOptions): readonly [low: number, high: number] {
  return [sigmaLower === Infinity ? -Infinity : center - spread * sigmaLower, sigmaUpper === Infinity ? Infinity : center + spread * sigmaUpper];
}

/** Rounds of clipping about the median with the standard deviation, for a sample short enough for one go. */
export interface ShortClip extends ClipLevel {
  /** Bounds of the last round; NaN when there was nothing to clip. */
  readonly low: number;
  readonly high: number;
  readonly iterations: number;
  /** Where the used, finite values outside the bounds are, valid until the next call; undefined = ask each value. */
  readonly outside: Uint32Array | undefined;
}

/** Half width, in standard errors of the mean, of the zone about it in which the median is looked for; and the least, in standard deviations. */
const ZONE = 4;
const LEAST_ZONE = 0.05;

/** The tails, in which values may be rejected, begin at this share of the distance to the bounds. */
const TAIL = 0.6;

/** Sums of squares are followed through the rounds by taking away what is rejected while this share is left: that costs two digits of sixteen. */
const LEFT = 0.01;

let pool = new Float64Array(4096);
let middle = new Float64Array(4096);
let tail = new Uint32Array(4096);
let open = new Uint32Array(4096);
let places = new Uint32Array(4096);

function reserve(n: number): void {
  if (pool.length > n) return;
  [pool, middle] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  [tail, open, places] = [new Uint32Array(2 * n), new Uint32Array(2 * n), new Uint32Array(2 * n)];
}

/** Used, finite values within the bounds, into the pool, and where they were; returns how many. */
function gather(values: Float64Array, use: Uint8Array, low: number, high: number): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    pool[n] = v;
    places[n] = i;
    if (use[i] === 1 && v - v === 0 && v >= low && v <= high) n++;
  }
  return n;
}

/** What {@link scan} counts: values below the zone, in it, and in the tails. */
const found = new Uint32Array(3);

/** Puts the values of the zone into `middle` and the places of the tails into `tail`. */
function scan(a: Float64Array, n: number, low: number, high: number, tailLow: number, tailHigh: number): void {
  let below = 0;
  let size = 0;
  let tails = 0;
  const even = n - (n & 1);
  // No branches about the zone: half of them would be guessed wrongly. Two at a time, so that the processor need not wait.
  for (let i = 0; i < even; i += 2) {
    const [v, w] = [a[i]!, a[i + 1]!];
    const isBelow = +(v < low);
    const isNextBelow = +(w < low);
    middle[size] = v;
    size += +(v <= high) - isBelow;
    middle[size] = w;
    size += +(w <= high) - isNextBelow;
    below += isBelow + isNextBelow;
    if (v < tailLow || v > tailHigh) tail[tails++] = i;
    if (w < tailLow || w > tailHigh) tail[tails++] = i + 1;
  }
  if (even < n) {
    const v = a[even]!;
    const isBelow = +(v < low);
    middle[size] = v;
    size += +(v <= high) - isBelow;
    below += isBelow;
    if (v < tailLow || v > tailHigh) tail[tails++] = even;
  }
  found[0] = below;
  found[1] = size;
  found[2] = tails;
}

/** One look at a sample: its sums, the values about its mean and where its tails are. */
class Look {
  private below = 0;
  private size = 0;
  private tails = 0;
  private opened = 0;
  private s1 = 0;
  private s2: number;
  private readonly squares: number;
  private readonly tailLow: number;
  private readonly tailHigh: number;

  /** Nothing has been taken away yet. */
  isFresh = true;

  constructor(
    private readonly a: Float64Array,
    public n: number,
    private readonly average: number,
    { sigmaLower, sigmaUpper }: ShortClipOptions,
  ) {
    const spread = std(a, n, 0, average);
    this.squares = this.s2 = spread * spread * n;
    this.tailLow = average - TAIL * sigmaLower * spread;
    this.tailHigh = average + TAIL * sigmaUpper * spread;
    const zone = Math.max(ZONE / Math.sqrt(n), LEAST_ZONE) * spread;
    scan(a, n, average - zone, average + zone, this.tailLow, this.tailHigh);
    [this.below, this.size, this.tails, this.opened] = [found[0]!, found[1]!, found[2]!, found[2]!];
    open.set(tail.subarray(0, this.tails));
  }

  /** Median and spread of what is left; undefined when they have to be found otherwise. */
  level(): ClipLevel | undefined {
    const { n, s1, s2, size } = this;
    const upper = (n >> 1) - this.below;
    const lower = ((n - 1) >> 1) - this.below;
    const deviations = s2 - (s1 * s1) / n;
    if (n === 0 || lower < 0 || upper >= size || !(deviations >= LEFT * this.squares)) return undefined;
    let center = selectKth(middle, upper, 0, size - 1);
    if ((n & 1) === 0) {
      let under = middle[0]!;
      for (let i = 1; i < upper; i++) if (middle[i]! > under) under = middle[i]!;
      center = (under + center) / 2;
    }
    return { center, spread: Math.sqrt(deviations / n) };
  }

  /** {@link level} of a fresh sample, by all its values. */
  levelOfAll(): ClipLevel {
    const copy = this.a.slice(0, this.n);
    return { center: median(copy), spread: Math.sqrt(this.squares / this.n) };
  }

  /** Whether everything outside these bounds lies in the tails. */
  knows(low: number, high: number): boolean {
    return low <= this.tailLow && high >= this.tailHigh;
  }

  /** Takes away what is outside the bounds; returns how many. */
  reject(low: number, high: number): number {
    const { a, average, opened } = this;
    this.isFresh = false;
    let kept = 0;
    for (let k = 0; k < opened; k++) {
      const i = open[k]!;
      const v = a[i]!;
      if (v >= low && v <= high) {
        open[kept++] = i;
        continue;
      }
      const d = v - average;
      this.s1 -= d;
      this.s2 -= d * d;
      if (v < low) this.below--;
    }
    this.opened = kept;
    this.n -= opened - kept;
    return opened - kept;
  }

  /** Of the tails, the places outside the bounds. */
  outside(low: number, high: number): Uint32Array {
    const isWhole = this.a !== pool;
    let hits = 0;
    for (let k = 0; k < this.tails; k++) {
      const i = tail[k]!;
      const v = this.a[i]!;
      if (v < low || v > high) open[hits++] = isWhole ? i : places[i]!;
    }
    return open.subarray(0, hits);
  }
}

/**
 * Bounds of iterative sigma clipping of the finite values with `use` = 1, each round about the median of the survivors with their population
 * standard deviation. Most samples are read three times, however many rounds there are: the median lies close to the mean, and what is rejected
 * lies in the tails. O(n) for such samples, O(n) a round for any other.
 */
export function clipShort(values: Float64Array, use: Uint8Array, options: ShortClipOptions): ShortClip {
  const { maxIterations } = options;
  reserve(values.length);
  // A value is still there when it lay within the bounds of every round.
  let [least, most] = [-Infinity, Infinity];
  const gathered = (): Look => {
    const n = gather(values, use, least, most);
    return new Look(pool, n, mean(pool, n), options);
  };
  const average = use.includes(0) ? NaN : mean(values);
  const first = average - average === 0 ? new Look(values, values.length, average, options) : gathered();
  let look = first;
  let [low, high, center, spread, iterations] = [NaN, NaN, NaN, NaN, 0];
  while (look.n > 0 && iterations < maxIterations) {
    let level = look.level();
    if (!level && !look.isFresh) {
      look = gathered();
      continue;
    }
    level ??= look.levelOfAll();
    ({ center, spread } = level);
    iterations++;
    [low, high] = clipLimits(level, options);
    [least, most] = [Math.max(least, low), Math.min(most, high)];
    let rejected: number;
    if (look.knows(low, high)) rejected = look.reject(low, high);
    else {
      rejected = look.n;
      look = gathered();
      rejected -= look.n;
    }
    if (rejected === 0) break;
  }
  return { low, high, center, spread, iterations, outside: look === first && first.knows(low, high) ? first.outside(low, high) : undefined };
}
