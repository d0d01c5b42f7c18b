import { describe, expect, it } from 'vitest';
import { ConditionalEntropy } from '../../../src/core/numerics/conditional-entropy';
import { type FoldPoints, type FoldStatistic, foldCurveSteps, foldPointsSteps, foldValue } from '../../../src/core/numerics/fold-statistic';
import { PhaseDispersion } from '../../../src/core/numerics/phase-dispersion';
import { drain } from '../../../src/core/numerics/steps';
import { StringLength } from '../../../src/core/numerics/string-length';
import { expectClose, golden, numbers } from '../../golden/load';

interface Curve {
  time: number[];
  value: number[];
  frequencies: number[];
  theta: { bins: number; covers: number; least: number; values: (number | null)[] }[];
  'lafler-kinman': number[];
  dworetsky: number[];
  entropy: { phaseBins: number; valueBins: number; values: number[] }[];
}
const G = golden<{ mag: Curve; flux: Curve; table: Record<string, number> }>('folding.json');

const pointsOf = (time: ArrayLike<number>, value: ArrayLike<number>): FoldPoints =>
  drain(foldPointsSteps(Float64Array.from(time), Float64Array.from(value)));

function expectCurve(statistic: FoldStatistic, frequencies: readonly number[], values: readonly (number | null)[], what: string): void {
  frequencies.forEach((f, k) => expectClose(foldValue(statistic, f), values[k], 1e-9, `${what} at ${f}`));
}

describe.each([
  ['magnitudes', G.mag],
  ['flux', G.flux],
] as const)('folding %s, against the papers', (_name, g) => {
  const points = pointsOf(numbers(g.time), numbers(g.value));

  it.each(g.theta)('phase dispersion of $bins bins, $covers covers, $least points', ({ bins, covers, least, values }) => {
    expectCurve(new PhaseDispersion(points, { bins, covers, minimumPoints: least }), g.frequencies, values, 'Θ');
  });

  it.each(['lafler-kinman', 'dworetsky'] as const)('string length of %s', (kind) => {
    expectCurve(new StringLength(points, kind), g.frequencies, g[kind], kind);
  });

  it.each(g.entropy)('conditional entropy of $phaseBins × $valueBins bins', ({ phaseBins, valueBins, values }) => {
    expectCurve(new ConditionalEntropy(points, { phaseBins, valueBins }), g.frequencies, values, 'H');
  });

  it('gives the same over a grid, again and again', () => {
    const grid = { first: 0.3, step: 0.013, count: 50 };
    for (const statistic of [
      new PhaseDispersion(points, { bins: 10, covers: 2, minimumPoints: 2 }),
      new StringLength(points, 'dworetsky'),
      new ConditionalEntropy(points, { phaseBins: 10, valueBins: 5 }),
    ]) {
      const curve = drain(foldCurveSteps(statistic, grid));
      expect(curve[37]).toBe(foldValue(statistic, 0.3 + 37 * 0.013));
      expect(drain(foldCurveSteps(statistic, grid))).toEqual(curve);
    }
  });
});

it('has the Θ of the table of golden values', () => {
  const time = Array.from({ length: 200 }, (_, i) => 0.37 * i + 0.05 * Math.sin(i));
  const value = time.map((t, i) => 10 + Math.sin((2 * Math.PI * t) / 2.1) + 0.1 * Math.cos(7 * i));
  const theta = new PhaseDispersion(pointsOf(time, value), { bins: 10, covers: 1, minimumPoints: 10 });
  for (const [period, known] of [
    [2.1, 0.04687282244631025],
    [1.7, 1.0445156579884114],
  ] as const) {
    expectClose(foldValue(theta, 1 / period), known, 1e-9, `Θ at ${period}`);
    expectClose(G.table[`theta_${period}`], known, 1e-9, `its reference at ${period}`);
  }
});

it('orders phases that fall into few places, as those of evenly spaced times do, in no more time', () => {
  const n = 30_000;
  const time = Float64Array.from({ length: n }, (_, i) => i);
  const value = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 500));
  const string = new StringLength(pointsOf(time, value), 'dworetsky');
  // Just below one turn a point: the phases come in falling order within one bucket, and all together make one turn of 3e-6.
  const before = process.cpuUsage().user;
  const length = foldValue(string, 1 - 1e-10);
  expect((process.cpuUsage().user - before) / 1000, 'ms').toBeLessThan(100);
  // The first point has phase 0, then come the last, the last but one … the second, and from there it is a tiny step to a whole turn.
  const range = 2 * (value.reduce((x, y) => Math.max(x, y)) - value.reduce((x, y) => Math.min(x, y)));
  let expected = Math.hypot((value[n - 1]! - value[0]!) / range, 1 - 1e-10 * (n - 1));
  for (let i = 1; i < n; i++) expected += Math.hypot((value[i]! - value[i - 1]!) / range, 1e-10);
  expectClose(length, expected, 1e-6, 'length');
});
