import { describe, expect, it } from 'vitest';
import { localLineSteps } from '../../../../src/core/numerics/curve/local-line';
import { dbscanSteps } from '../../../../src/core/numerics/dbscan';
import { isolationScoresSteps } from '../../../../src/core/numerics/isolation-forest';
import { lloydSteps } from '../../../../src/core/numerics/k-means';
import { localOutlierFactorSteps } from '../../../../src/core/numerics/local-outlier-factor';
import { type PointSet, pointSetSteps } from '../../../../src/core/numerics/point-set';
import { drain } from '../../../../src/core/numerics/steps';
import { checkParams } from '../../../../src/core/operations/check-params';
import { operations } from '../../../../src/core/operations/registry';
import { drive, makeBatch, makeContext, seededRandom } from '../../../../src/core/operations/runner';
import { expectClose, golden, numbers } from '../../../golden/load';

type Numbers = readonly (number | null)[];
type Rows = readonly (readonly number[])[];
interface Clip {
  readonly value: 'mag' | 'flux';
  readonly lower: number;
  readonly upper: number | null;
  readonly scale: string;
  readonly iterations: number;
  readonly flagged: readonly number[];
}
interface Golden {
  readonly sets: Readonly<Record<string, Rows>>;
  readonly lof: readonly { set: string; k: number; contamination?: number; factor: number[]; flagged: number[] }[];
  readonly dbscan: readonly { set: string; eps: number; minSamples: number; labels: number[]; core: number[] }[];
  readonly kmeans: readonly { set: string; start: Rows; labels: number[]; centres: Rows; inertia: number }[];
  readonly forest: readonly { set: string; trees: number; samples: number; seed: number; score: number[]; sklearn: number[] }[];
  readonly curve: Readonly<Record<'time' | 'mag' | 'flux', Numbers>>;
  readonly local_line: readonly { x: number[]; y: number[]; k: number; wrap: number; fit: number[] }[];
  readonly running_clip: readonly (Clip & { window: number; breakTolerance: number })[];
  readonly phase_clip: readonly (Clip & { period: number; epoch: number; width: number; curve: string })[];
}

const data = golden<Golden>('outliers.json');

function columnsOf(rows: Rows): Float64Array[] {
  return rows[0]!.map((_, c) => Float64Array.from(rows, (row) => row[c]!));
}
function setOf(name: string): PointSet {
  const rows = data.sets[name]!;
  return drain(pointSetSteps(columnsOf(rows), new Uint8Array(rows.length).fill(1)));
}
/** What is known of each point, for each row. */
function byRow(set: PointSet, values: ArrayLike<number>): number[] {
  return Array.from(set.pointOf, (p) => values[p]!);
}

function flaggedBy(id: string, columns: Record<string, ArrayLike<number>>, params: Record<string, unknown>): number[] {
  const def = operations.get(id)!;
  const batch = makeBatch({ columns, ordered: def.ordered });
  const effect = drive(def.kernel(batch, checkParams(def, params), makeContext()));
  return [...effect.flags![0]!.mask].flatMap((v, i) => (v ? [batch.order[i]!] : [])).sort((a, b) => a - b);
}

/** Ranks, averaged where equal. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((v) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2);
}
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((s, _, i) => s + f(i), 0);
  return sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2));
}

describe('local outlier factor is scikit-learn’s', () => {
  it.each(data.lof.map((c) => [`${c.set}, ${c.k} neighbours${c.contamination ? `, ${c.contamination}` : ''}`, c] as const))('%s', (_name, c) => {
    const set = setOf(c.set);
    byRow(set, drain(localOutlierFactorSteps(set, c.k))).forEach((v, i) => expectClose(v / c.factor[i]!, 1, 1e-9, `row ${i}`));
    const rows = columnsOf(data.sets[c.set]!);
    const names = rows.map((_, k) => `x${k}`);
    const columns = Object.fromEntries(rows.map((values, k) => [`x${k}`, values]));
    const params = { columns: names, scale: 'none', neighbors: c.k, ...(c.contamination ? { contamination: c.contamination } : {}) };
    expect(flaggedBy('outliers.lof', columns, params)).toEqual(c.flagged);
  });
});

describe('DBSCAN is scikit-learn’s up to the numbers of its clusters', () => {
  it.each(data.dbscan.map((c) => [`${c.set}, ${c.minSamples} within ${c.eps}`, c] as const))('%s', (_name, c) => {
    const set = setOf(c.set);
    const made = drain(dbscanSteps(set, c.eps, c.minSamples));
    expect(byRow(set, made.core)).toEqual(c.core);
    const labels = byRow(set, made.labels);
    expect(labels.map((l) => l < 0)).toEqual(c.labels.map((l) => l < 0));
    expect(made.clusters).toBe(new Set(c.labels.filter((l) => l >= 0)).size);
    // Core rows: the same partition. Others may lie between two clusters.
    const theirs = new Map<number, number>();
    labels.forEach((l, i) => {
      if (c.core[i] === 0) return;
      if (!theirs.has(l)) theirs.set(l, c.labels[i]!);
      expect(c.labels[i], `row ${i}`).toBe(theirs.get(l));
    });
    const sizes = Array.from({ length: made.clusters }, (_, k) => labels.filter((l) => l === k).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });
});

describe('k-means from given centres is scikit-learn’s', () => {
  it.each(data.kmeans.map((c) => [c.set, c] as const))('%s', (_name, c) => {
    const set = setOf(c.set);
    const made = drain(lloydSteps(set, Float64Array.from(c.start.flat()), 1000));
    expect(made.converged).toBe(true);
    expect(byRow(set, made.labels)).toEqual(c.labels);
    c.centres.flat().forEach((v, i) => expectClose(made.centres[i], v, 1e-9, `centre ${i}`));
    expectClose(made.inertia / c.inertia, 1, 1e-9, 'inertia');
  });
});

describe('isolation forest', () => {
  it.each(data.forest.map((c) => [c.set, c] as const))('is the paper’s on the same random numbers, and ranks as scikit-learn: %s', (_name, c) => {
    const set = setOf(c.set);
    const score = (trees: number, seed: number): number[] =>
      byRow(set, drain(isolationScoresSteps(set, { trees, samples: c.samples, random: seededRandom(seed) })));
    score(c.trees, c.seed).forEach((v, i) => expectClose(v / c.score[i]!, 1, 1e-9, `row ${i}`));
    const many = score(1500, 5);
    expect(correlation(ranks(many), ranks(c.sklearn))).toBeGreaterThan(0.97);
    many.forEach((v, i) => expect(Math.abs(v - c.sklearn[i]!), `row ${i}`).toBeLessThan(0.02));
  });
});

describe('local line without the point itself is its definition', () => {
  it.each(data.local_line.map((c) => [`${c.k} neighbours, ${c.wrap ? 'in phase' : 'in time'}`, c] as const))('%s', (_name, c) => {
    const use = new Uint8Array(c.x.length).fill(1);
    const { fit } = drain(localLineSteps(Float64Array.from(c.x), Float64Array.from(c.y), use, c.k, c.wrap));
    c.fit.forEach((v, i) => expectClose(fit[i], v, 1e-9, `point ${i}`));
  });
});

describe('clipping about a local level is its definition', () => {
  const curve = { time: numbers(data.curve.time), mag: numbers(data.curve.mag), flux: numbers(data.curve.flux) };
  const common = (c: Clip): Record<string, unknown> => ({
    sigma: c.lower,
    ...(c.upper === null ? { side: 'below' } : { sigmaUpper: c.upper }),
    scale: c.scale,
    maxIterations: c.iterations,
  });
  it.each(data.running_clip.map((c) => [`${c.value}, window ${c.window}, ${c.scale}`, c] as const))('in time: %s', (_name, c) => {
    const params = { ...common(c), window: c.window, breakTolerance: c.breakTolerance };
    expect(flaggedBy('outliers.running-clip', { time: curve.time, value: curve[c.value] }, params)).toEqual(c.flagged);
  });
  it.each(data.phase_clip.map((c) => [`${c.value}, ${c.curve} ${c.width}, ${c.scale}`, c] as const))('in phase: %s', (_name, c) => {
    const params = { ...common(c), period: c.period, epoch: c.epoch, width: c.width, curve: c.curve };
    expect(flaggedBy('outliers.phase-clip', { time: curve.time, value: curve[c.value] }, params)).toEqual(c.flagged);
  });
  it('finds something in most of them', () => {
    const found = [...data.running_clip, ...data.phase_clip].filter((c) => c.flagged.length > 0);
    expect(found.length).toBeGreaterThanOrEqual(12);
  });
});
