import { type Column, isNumeric } from '../model/column';
import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';

/** Two columns that say the same. */
export interface AlikePair {
  readonly first: string;
  readonly second: string;
  readonly how: 'equal' | 'linear';
}

/** Rows looked at. */
const SAMPLE = 4096;
const MIN_ROWS = 20;
/** Fewer different values, as of flags and counts, are alike by chance. */
const MIN_VALUES = 8;
/** Share of the rows in which equal columns agree. */
const AGREE = 0.999;

interface Sampled {
  readonly name: string;
  readonly values: Float64Array;
  /** (x - mean) / norm: the product of two is their correlation. NaN where missing. */
  readonly unit: Float64Array;
  readonly std: number;
}

function sampled(column: Column, list: Uint32Array): Sampled | undefined {
  const values = numberReader(column)({ from: 0, to: list.length, list }).slice();
  let [n, sum] = [0, 0];
  for (const v of values)
    if (v - v === 0) {
      n++;
      sum += v;
    }
  if (n < MIN_ROWS || new Set(values).size < MIN_VALUES) return undefined;
  const mean = sum / n;
  let squares = 0;
  for (const v of values) if (v - v === 0) squares += (v - mean) ** 2;
  if (!(squares > 0)) return undefined;
  const norm = Math.sqrt(squares);
  const unit = values.map((v) => (v - v === 0 ? (v - mean) / norm : NaN));
  return { name: column.meta.name, values, unit, std: norm / Math.sqrt(n) };
}

function compare(a: Sampled, b: Sampled): AlikePair['how'] | undefined {
  let [n, equal, both, product] = [0, 0, 0, 0];
  const tolerance = 1e-6 * a.std;
  for (let i = 0; i < a.values.length; i++) {
    const [x, y] = [a.values[i]!, b.values[i]!];
    const isXMissing = x !== x;
    if (isXMissing !== (y !== y)) {
      n++;
      continue;
    }
    if (isXMissing) continue;
    n++;
    both++;
    if (Math.abs(x - y) <= tolerance) equal++;
    product += a.unit[i]! * b.unit[i]!;
  }
  if (both < MIN_ROWS || both < AGREE * n) return undefined;
  if (equal >= AGREE * n) return 'equal';
  // 1 - r² as the squared residual: r itself rounds to 1 long before.
  if (Math.abs(product) < 1 - 1e-9) return undefined;
  let residual = 0;
  for (let i = 0; i < a.unit.length; i++) {
    const d = a.unit[i]! - Math.sign(product) * b.unit[i]!;
    if (d === d) residual += d * d;
  }
  return residual < 1e-12 ? 'linear' : undefined;
}

/**
 * Pairs of numeric columns that hold the same in 99.9 % of the rows (to 10⁻⁶ of their scatter), or are linear functions of each other
 * (1 - r² < 10⁻¹²), judged on 4096 rows spread evenly over the table; missing values must be missing in both. O(columns² × 4096).
 */
export function* alikeColumns(view: TableView): Generator<number, readonly AlikePair[]> {
  const n = Math.min(SAMPLE, view.rows);
  const list = Uint32Array.from({ length: n }, (_, i) => Math.floor((i * view.rows) / n));
  const found: Sampled[] = [];
  for (const column of view.columns) {
    const one = isNumeric(column.meta.type) && column.meta.type !== 'bool' ? sampled(column, list) : undefined;
    if (one) found.push(one);
    yield 0;
  }
  const pairs: AlikePair[] = [];
  for (const [i, b] of found.entries()) {
    for (const a of found.slice(0, i)) {
      const how = compare(a, b);
      if (how) pairs.push({ first: a.name, second: b.name, how });
    }
    yield (i + 1) / found.length;
  }
  return pairs;
}
