import { MAD_TO_SIGMA, median } from '../numerics/robust';
import type { TableView } from '../query/table-view';
import { scaled } from '../query/scaled';
import { groupRows } from './grouped-rows';

/** Median of χ² of one degree of freedom. */
const CHI2_MEDIAN = 0.4549364231195724;
const OUTLIER = 5;
const MAX_BANDS = 32;
const NO_BANDS = new Uint16Array(0);

/** The columns of light curves; a role nobody has is left out. Sentinels count as missing. */
export interface ObjectColumns {
  readonly time?: string | undefined;
  readonly value?: string | undefined;
  readonly error?: string | undefined;
  readonly ra?: string | undefined;
  readonly dec?: string | undefined;
  /** Stored numbers that stand for no value, by column. */
  readonly sentinels: Readonly<Record<string, readonly number[]>>;
}

/** Numbers of objects [from, from + rows.length). NaN where there is none. */
export interface ObjectProfiles {
  readonly from: number;
  /** Kept rows. */
  readonly rows: Uint32Array;
  /** Kept rows with a time: so many of the object's sorted times count. */
  readonly epochs: Uint32Array;
  readonly unordered: Uint32Array;
  readonly repeated: Uint32Array;
  readonly outliers: Uint32Array;
  readonly cadence: Float64Array;
  readonly longestGap: Float64Array;
  readonly chi2: Float64Array;
  readonly robustChi2: Float64Array;
  /** Median position in degrees, and the largest distance from it in arcsec. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  readonly scatter: Float64Array;
}

function emptyProfiles(from: number, n: number): ObjectProfiles {
  const numbers = (): Float64Array => new Float64Array(n).fill(NaN);
  const counts = (): Uint32Array => new Uint32Array(n);
  return {
    from,
    ...{ rows: counts(), epochs: counts(), unordered: counts(), repeated: counts(), outliers: counts() },
    ...{ cadence: numbers(), longestGap: numbers(), chi2: numbers(), robustChi2: numbers() },
    ...{ ra: numbers(), dec: numbers(), scatter: numbers() },
  };
}

/** Sorted epochs of one object into `out`, and what their order and distances say. */
function lookAtTimes(times: Float64Array, bands: ArrayLike<number>, live: Uint8Array, out: Float64Array, p: ObjectProfiles, k: number): void {
  let [n, unordered, last] = [0, 0, -Infinity];
  for (let i = 0; i < times.length; i++) {
    const t = times[i]!;
    if (live[i] === 0 || t - t !== 0) continue;
    if (t < last) unordered++;
    else last = t;
    out[n++] = t;
  }
  const sorted = out.subarray(0, n);
  if (unordered > 0) sorted.sort();
  out.fill(NaN, n);
  p.epochs[k] = n;
  p.unordered[k] = unordered;
  p.repeated[k] = repeatedEpochs(sorted, times, bands, live);
  if (n < 2) return;
  const steps = new Float64Array(n - 1);
  let [m, longest] = [0, 0];
  for (let i = 1; i < n; i++) {
    const d = sorted[i]! - sorted[i - 1]!;
    if (d > longest) longest = d;
    if (d > 0) steps[m++] = d;
  }
  p.longestGap[k] = longest;
  p.cadence[k] = median(steps, m);
}

/** Rows whose time and band an earlier row has. */
function repeatedEpochs(sorted: Float64Array, times: Float64Array, bands: ArrayLike<number>, live: Uint8Array): number {
  let isRepeated = false;
  for (let i = 1; i < sorted.length && !isRepeated; i++) isRepeated = sorted[i] === sorted[i - 1];
  if (!isRepeated) return 0;
  const seen = new Set<string>();
  let repeated = 0;
  for (let i = 0; i < times.length; i++) {
    if (live[i] === 0 || times[i]! - times[i]! !== 0) continue;
    const key = `${times[i]} ${bands[i] ?? 0}`;
    if (seen.has(key)) repeated++;
    else seen.add(key);
  }
  return repeated;
}

class Brightness {
  private values = new Float64Array(1024);
  private errors = new Float64Array(1024);
  private scratch = new Float64Array(1024);
  private dof = 0;
  private chi2 = 0;
  private n = 0;
  private robust = 0;
  outliers = 0;

  start(rows: number): void {
    if (this.values.length < rows) {
      this.values = new Float64Array(2 * rows);
      this.errors = new Float64Array(2 * rows);
      this.scratch = new Float64Array(2 * rows);
    }
    this.dof = this.chi2 = this.n = this.robust = this.outliers = 0;
  }

  /** One band of one object. */
  add(x: Float64Array, e: Float64Array | undefined, live: Uint8Array, bands: Uint16Array, band: number): void {
    const { values, errors, scratch } = this;
    let [n, weights, sum] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      if (x[i]! - x[i]! !== 0 || live[i] === 0 || (bands.length > 0 && bands[i] !== band)) continue;
      values[n] = x[i]!;
      errors[n++] = e ? e[i]! : NaN;
    }
    if (n < 3) return;
    scratch.set(values.subarray(0, n));
    const middle = median(scratch, n);
    for (let i = 0; i < n; i++) scratch[i] = Math.abs(values[i]! - middle);
    const limit = OUTLIER * MAD_TO_SIGMA * median(scratch, n);
    if (limit > 0) for (let i = 0; i < n; i++) if (Math.abs(values[i]! - middle) > limit) this.outliers++;
    let m = 0;
    for (let i = 0; i < n; i++) {
      if (!(errors[i]! > 0 && errors[i]! < Infinity)) continue;
      const w = 1 / errors[i]! ** 2;
      weights += w;
      sum += w * values[i]!;
      scratch[m++] = (values[i]! - middle) ** 2 * w;
    }
    if (m < 3) return;
    const mean = sum / weights;
    for (let i = 0; i < n; i++) if (errors[i]! > 0 && errors[i]! < Infinity) this.chi2 += ((values[i]! - mean) / errors[i]!) ** 2;
    this.dof += m - 1;
    this.robust += m * (median(scratch, m) / CHI2_MEDIAN);
    this.n += m;
  }

  finish(p: ObjectProfiles, k: number): void {
    p.outliers[k] = this.outliers;
    if (this.dof > 0) p.chi2[k] = this.chi2 / this.dof;
    if (this.n > 0) p.robustChi2[k] = this.robust / this.n;
  }
}

const wrap = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);

function isConstant(a: Float64Array, n: number): boolean {
  for (let i = 1; i < n; i++) if (a[i] !== a[0]) return false;
  return true;
}

/** Median position and the largest distance from it; the right ascension is taken about the first one, so that 0° is no edge. */
function lookAtPosition(ra: Float64Array, dec: Float64Array, live: Uint8Array, p: ObjectProfiles, k: number): void {
  const east = new Float64Array(ra.length);
  const north = new Float64Array(ra.length);
  let [n, reference] = [0, NaN];
  for (let i = 0; i < ra.length; i++) {
    if (live[i] === 0 || ra[i]! - ra[i]! !== 0 || dec[i]! - dec[i]! !== 0) continue;
    if (n === 0) reference = ra[i]!;
    east[n] = wrap(ra[i]! - reference);
    north[n++] = dec[i]!;
  }
  if (n === 0) return;
  const isFixed = isConstant(east, n) && isConstant(north, n);
  const de = isFixed ? 0 : median(east.slice(0, n), n);
  const dec0 = isFixed ? north[0]! : median(north.slice(0, n), n);
  const cos = Math.cos((dec0 * Math.PI) / 180);
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const d = Math.hypot((east[i]! - de) * cos, north[i]! - dec0);
    if (d > largest) largest = d;
  }
  p.ra[k] = (((reference + de) % 360) + 360) % 360;
  p.dec[k] = dec0;
  p.scatter[k] = 3600 * largest;
}

/**
 * Looks at objects [from, to): cadence, gaps, order of times, χ² about the weighted mean (Σ over bands; classic, and from the median of the
 * squared residuals), points beyond 5 robust standard deviations of their band, position. Kept rows only. Writes the sorted epochs of object o
 * to `times[starts[o] …]`, NaN behind the last. O(rows × bands), and a sort where times are not in order.
 */
export function* objectProfiles(
  view: TableView,
  columns: ObjectColumns,
  times: Float64Array,
  from: number,
  to: number,
): Generator<number, ObjectProfiles> {
  const index = view.objects!;
  const base = index.starts[from]!;
  const names = [columns.time, columns.value, columns.error, columns.ra, columns.dec].filter((n) => n !== undefined);
  const grouped = yield* scaled(groupRows(view, names, columns.sentinels, from, to), 0, 0.4);
  const [time, value, error, ra, dec] = [columns.time, columns.value, columns.error, columns.ra, columns.dec].map((n) =>
    grouped.columns.get(n ?? ''),
  );
  const bandCount = grouped.bands && index.bands.length <= MAX_BANDS ? index.bands.length : 1;
  const profiles = emptyProfiles(from, to - from);
  const brightness = new Brightness();
  let work = 0;
  for (let o = from; o < to; o++) {
    const k = o - from;
    const [start, end] = [index.starts[o]! - base, index.starts[o + 1]! - base];
    const live = grouped.live.subarray(start, end);
    const bands = bandCount > 1 ? grouped.bands!.subarray(start, end) : NO_BANDS;
    for (const l of live) profiles.rows[k]! += l;
    if (time) lookAtTimes(time.subarray(start, end), bands, live, times.subarray(base + start, base + end), profiles, k);
    if (value) {
      brightness.start(end - start);
      for (let b = 0; b < bandCount; b++) brightness.add(value.subarray(start, end), error?.subarray(start, end), live, bands, b);
      brightness.finish(profiles, k);
    }
    if (ra && dec) lookAtPosition(ra.subarray(start, end), dec.subarray(start, end), live, profiles, k);
    work += end - start + 16;
    if (work > 1 << 15) {
      work = 0;
      yield 0.4 + (0.6 * (o + 1 - from)) / (to - from);
    }
  }
  return profiles;
}

/** The profiles of neighbouring ranges as one. */
export function joinProfiles(parts: readonly ObjectProfiles[]): ObjectProfiles {
  const n = parts.reduce((sum, p) => sum + p.rows.length, 0);
  const whole = emptyProfiles(0, n);
  const arrays = whole as unknown as Record<string, Float64Array>;
  for (const part of parts) {
    for (const [key, array] of Object.entries(part) as [string, Float64Array | number][])
      if (typeof array !== 'number') arrays[key]!.set(array, part.from);
  }
  return whole;
}
