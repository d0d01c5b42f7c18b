import type { Column } from '../model/column';
import { type Sentinel, findSentinelsSteps } from '../numerics/sentinels';
import { selectKthSteps } from '../numerics/quickselect';
import { fractions } from '../query/fractions';
import { scaled } from '../query/scaled';
import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';
import { blocksOf } from '../select/row-source';
import { type ColumnHistogram, HISTOGRAM_BINS, ROW_BLOCKS } from './report';
import { breaksRule, type ValidityRule } from './validity';

/** Values held at once; longer columns are looked at in so many interleaved parts. */
const PART = 2 ** 22;
/** A normal distribution's quartile is 0.6745 standard deviations from its median: 5 of them in units of that distance. */
const FENCE = 5 / 0.6744897501960817;
/** Values beyond the fences that are kept to look for an empty stretch among them. */
const MAX_TAIL = 100_000;

/** Empty stretch, as a factor, before isolated values of a positive, skewed column. */
const TAIL_RATIO = 4;

export interface NumberOptions {
  readonly rule?: ValidityRule | undefined;
  /** Identifiers, bits and truth values have no sentinels and no outliers. */
  readonly isPlain?: boolean | undefined;
  /** No outliers are counted in it: positions, times. */
  readonly isSpread?: boolean | undefined;
}

/** Values far out and set apart from all others: everything on the far side of `beyond`. */
export interface GrossTail {
  readonly side: 'low' | 'high';
  readonly beyond: number;
  readonly count: number;
  /** The empty stretch before them, in distances between the fences. */
  readonly width: number;
}

/** A column of numbers over the kept rows of a table. */
export interface NumberProfile {
  readonly kind: 'numbers';
  readonly missing: number;
  readonly nulls: number;
  readonly infinite: number;
  readonly sentinels: readonly Sentinel[];
  /** Over finite values that are no sentinels, as all that follows; `count` of them. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly quartiles?: readonly [number, number, number] | undefined;
  readonly outliers: number;
  readonly gross: readonly GrossTail[];
  readonly histogram?: ColumnHistogram | undefined;
  readonly violations: number;
  readonly missingBlocks: Uint32Array;
}

interface Counted {
  missing: number;
  nulls: number;
  infinite: number;
  count: number;
  min: number;
  max: number;
  sum: number;
  squares: number;
  violations: number;
  readonly blocks: Uint32Array;
}

/** The finite values of every `parts`-th kept row from `first` on. */
function* sample(view: TableView, column: Column, first: number, parts: number): Generator<number, Float64Array> {
  const out = new Float64Array(Math.ceil((view.rows - first) / parts));
  const read = numberReader(column);
  const flagged = view.flagged?.bytes;
  let n = 0;
  for (const span of blocksOf({ from: 0, to: view.rows })) {
    const x = read(span);
    const start = (parts - ((span.from - first + parts * view.rows) % parts)) % parts;
    for (let i = start; i < x.length; i += parts) {
      const row = span.from + i;
      if (row < first || x[i]! - x[i]! !== 0) continue;
      if (flagged !== undefined && ((flagged[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      out[n++] = x[i]!;
    }
    yield span.to / view.rows;
  }
  return out.subarray(0, n);
}

/** Removes the sentinels, in place; how many values are left. */
function withoutSentinels(values: Float64Array, sentinels: readonly Sentinel[]): number {
  if (sentinels.length === 0) return values.length;
  const stored = sentinels.map((s) => s.stored);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (!stored.includes(values[i]!)) values[n++] = values[i]!;
  return n;
}

/** Halves go to the even rank, as in numpy.quantile(method='nearest'). */
function nearestRank(x: number): number {
  const below = Math.floor(x);
  return x - below > 0.5 || (x - below === 0.5 && below % 2 === 1) ? below + 1 : below;
}

function* quartilesOf(values: Float64Array, n: number): Generator<number, readonly [number, number, number] | undefined> {
  if (n === 0) return undefined;
  const at = [0.25, 0.5, 0.75].map((q) => nearestRank(q * (n - 1)));
  const found: number[] = [];
  let low = 0;
  for (const [i, k] of at.entries()) {
    found.push(yield* fractions(selectKthSteps(values, k, low, n - 1), i / 3, (i + 1) / 3));
    low = k;
  }
  return found as unknown as readonly [number, number, number];
}

function* findSentinels(
  view: TableView,
  column: Column,
  options: NumberOptions,
): Generator<number, { sentinels: readonly Sentinel[]; quartiles: NumberProfile['quartiles'] }> {
  const parts = Math.max(1, Math.ceil(view.rows / PART));
  const found = new Map<number, Sentinel>();
  const bounds = { minimum: options.rule?.low, maximum: options.rule?.high };
  let first: Float64Array | undefined;
  for (let p = 0; p < parts; p++) {
    const at = (f: number): number => (p + f) / (parts + 1);
    const values = yield* scaled(sample(view, column, p, parts), at(0), at(0.5));
    first ??= values;
    if (options.isPlain) break;
    for (const s of yield* fractions(findSentinelsSteps(values, bounds), at(0.5), at(1))) found.set(s.stored, s);
  }
  const sentinels = [...found.values()];
  const n = withoutSentinels(first!, sentinels);
  const quartiles = yield* scaled(quartilesOf(first!, n), parts / (parts + 1), 1);
  return { sentinels, quartiles };
}

/** Missing values, moments about `shift`, and how often each sentinel and the rule's violations occur. */
function* count(
  view: TableView,
  column: Column,
  shift: number,
  stored: Float64Array,
  rule: ValidityRule | undefined,
): Generator<number, { counted: Counted; times: Uint32Array }> {
  const read = numberReader(column);
  const { rows } = view;
  const flagged = view.flagged?.bytes;
  const counted: Counted = {
    ...{ missing: 0, nulls: 0, infinite: 0, count: 0, min: Infinity, max: -Infinity, sum: 0, squares: 0, violations: 0 },
    blocks: new Uint32Array(ROW_BLOCKS),
  };
  const times = new Uint32Array(stored.length);
  for (const span of blocksOf({ from: 0, to: rows })) {
    const x = read(span);
    let { min, max } = counted;
    let [n, sum, squares] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const row = span.from + i;
      if (flagged !== undefined && ((flagged[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      const v = x[i]!;
      if (v - v !== 0) {
        if (v === v) counted.infinite++;
        else {
          counted.missing++;
          counted.blocks[Math.floor((row * ROW_BLOCKS) / rows)]!++;
        }
        continue;
      }
      const k = stored.length === 0 ? -1 : stored.indexOf(v);
      if (k >= 0) {
        times[k]!++;
        continue;
      }
      n++;
      if (v < min) min = v;
      if (v > max) max = v;
      const d = v - shift;
      sum += d;
      squares += d * d;
      if (rule !== undefined && breaksRule(v, rule)) counted.violations++;
    }
    Object.assign(counted, { min, max, count: counted.count + n, sum: counted.sum + sum, squares: counted.squares + squares });
    yield span.to / rows;
  }
  counted.nulls = nullsOf(view, column);
  return { counted, times };
}

function nullsOf({ rows, flagged }: TableView, column: Column): number {
  let nulls = 0;
  column.chunks.forEach(({ validity, length }, c) => {
    if (!validity) return;
    const base = c * column.chunkRows;
    for (let i = 0; i < length && base + i < rows; i++) if (((validity[i >> 3]! >> (i & 7)) & 1) === 0 && flagged?.has(base + i) !== true) nulls++;
  });
  return nulls;
}

interface Spread {
  readonly histogram: ColumnHistogram;
  readonly outliers: number;
  readonly gross: readonly GrossTail[];
}

/** Histogram over the part of the range that the outliers leave, and what lies beyond the fences. */
function* spread(
  view: TableView,
  column: Column,
  stored: Float64Array,
  [low, high]: readonly [number, number],
  [lowFence, highFence]: readonly [number, number],
  ratio: number,
): Generator<number, Spread> {
  const read = numberReader(column);
  const flagged = view.flagged?.bytes;
  const counts = new Uint32Array(HISTOGRAM_BINS);
  const scale = HISTOGRAM_BINS / (high - low);
  const tails = { low: [] as number[], high: [] as number[] };
  let [below, above, outliers] = [0, 0, 0];
  for (const span of blocksOf({ from: 0, to: view.rows })) {
    const x = read(span);
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      const row = span.from + i;
      if (v - v !== 0 || (stored.length > 0 && stored.includes(v))) continue;
      if (flagged !== undefined && ((flagged[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      if (v < low) below++;
      else if (v > high) above++;
      else counts[Math.min(HISTOGRAM_BINS - 1, ((v - low) * scale) | 0)]!++;
      if (v >= lowFence && v <= highFence) continue;
      outliers++;
      const tail = v < lowFence ? tails.low : tails.high;
      if (tail.length < MAX_TAIL) tail.push(v);
    }
    yield span.to / view.rows;
  }
  const gross = [grossTail('low', tails.low, lowFence, highFence, 1), grossTail('high', tails.high, lowFence, highFence, ratio)];
  return { histogram: { low, high, counts: [...counts], below, above }, outliers, gross: gross.filter((g) => g !== undefined) };
}

/** The values beyond the first empty stretch, at least half as wide as the distance between the fences and over a factor `ratio`. */
function grossTail(side: GrossTail['side'], tail: number[], lowFence: number, highFence: number, ratio: number): GrossTail | undefined {
  if (tail.length === 0 || tail.length >= MAX_TAIL) return undefined;
  const sign = side === 'low' ? -1 : 1;
  const outward = Float64Array.from(tail, (v) => sign * v).sort();
  const width = 0.5 * (highFence - lowFence);
  let last = sign * (side === 'low' ? lowFence : highFence);
  for (let i = 0; i < outward.length; i++) {
    if (outward[i]! - last > width && (ratio === 1 || outward[i]! > ratio * last))
      return { side, beyond: (sign * (outward[i]! + last)) / 2, count: outward.length - i, width: (outward[i]! - last) / (highFence - lowFence) };
    last = outward[i]!;
  }
  return undefined;
}

function fencesOf(quartiles: readonly [number, number, number], options: NumberOptions): readonly [number, number] {
  const [q1, median, q3] = quartiles;
  // A quartile on the median means many equal values: no distance to measure others by.
  if (options.isPlain || options.isSpread || q1 === median || q3 === median) return [-Infinity, Infinity];
  return [median - FENCE * (median - q1), median + FENCE * (q3 - median)];
}

/**
 * A column of numbers over the kept rows: what is missing (NaN and null), infinite or a sentinel, which values break the rule, and the
 * distribution of the rest. Outliers lie beyond 5 robust standard deviations, each side measured by its own quartile, so that a skewed column
 * is not full of them. Quartiles are exact up to 4 million rows, of every k-th row beyond. O(n).
 */
export function* numberProfile(view: TableView, name: string, options: NumberOptions = {}): Generator<number, NumberProfile> {
  const column = view.column(name);
  const { sentinels: found, quartiles } = yield* scaled(findSentinels(view, column, options), 0, 0.6);
  const stored = Float64Array.from(found, (s) => s.stored);
  const shift = quartiles?.[1] ?? 0;
  const { counted, times } = yield* scaled(count(view, column, shift, stored, options.rule), 0.6, 0.8);
  const sentinels = found.map((s, k) => ({ ...s, count: times[k]! }));
  const { blocks, sum, squares, count: n, ...rest } = counted;
  const mean = shift + sum / n;
  const std = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  const base = { ...rest, kind: 'numbers', count: n, sentinels, mean, std, quartiles, missingBlocks: blocks } as const;
  if (!quartiles || !(counted.max > counted.min)) return { ...base, outliers: 0, gross: [] };
  const fences = fencesOf(quartiles, options);
  const range = [Math.max(counted.min, fences[0]), Math.min(counted.max, fences[1])] as const;
  // Positive numbers with a long tail (errors, fluxes) thin out over factors, not over distances.
  const isSkewed = counted.min > 0 && quartiles[2] - quartiles[1] > 1.5 * (quartiles[1] - quartiles[0]);
  const ratio = isSkewed ? TAIL_RATIO : 1;
  const { histogram, outliers, gross } = yield* scaled(spread(view, column, stored, range, fences, ratio), 0.8, 1);
  return { ...base, outliers, gross, histogram };
}
