import type { Progress } from '../protocol/outcome';
import { ConditionalEntropy } from './conditional-entropy';
import { type FoldStatistic, foldCurveSteps, foldPointsSteps } from './fold-statistic';
import { PhaseDispersion } from './phase-dispersion';
import type { Look, Verdict } from './period-vote';
import { part } from './steps';
import { StringLength } from './string-length';

/** The methods that vote, in the order they are shown. */
export const VOTERS = ['ls', 'harmonics', 'pdm', 'entropy', 'string', 'box', 'template'] as const;
export type Voter = (typeof VOTERS)[number];

/** The frequency that a method likes best of all that were looked at; undefined when it says nothing about any. */
export type Ballots = Readonly<Record<Voter, number | undefined>>;

function favourite(looks: readonly Look[], liking: (look: Look, k: number) => number): number | undefined {
  let best: number | undefined;
  let most = -Infinity;
  for (const [k, look] of looks.entries()) {
    const value = liking(look, k);
    if (!(value > most)) continue;
    most = value;
    best = look.frequency;
  }
  return best;
}

/**
 * What each method would have chosen among the frequencies looked at: one harmonic, three harmonics, phase dispersion (10 bins), conditional entropy
 * (10 × 5 bins), string length (Lafler & Kinman), one box, RR Lyrae templates. The folding statistics see the clipped values. O(points · looks).
 */
export function* ballotsSteps({ looks, curve }: Verdict): Generator<Progress, Ballots> {
  const data = yield* foldPointsSteps(curve.times, curve.clipped);
  const statistics: readonly FoldStatistic[] = [
    new PhaseDispersion(data, { bins: 10, covers: 1, minimumPoints: 3 }),
    new ConditionalEntropy(data, { phaseBins: 10, valueBins: 5 }),
    new StringLength(data, 'lafler-kinman'),
  ];
  const found: number[][] = [];
  for (const [s, statistic] of statistics.entries()) {
    const values: number[] = [];
    for (const [k, { frequency }] of looks.entries()) {
      const fraction = (s + k / looks.length) / statistics.length;
      const [value] = yield* part(foldCurveSteps(statistic, { first: frequency, step: 0, count: 1 }), fraction, fraction);
      values.push(value!);
    }
    found.push(values);
    yield { fraction: (s + 1) / statistics.length };
  }
  const folded = (s: number): number | undefined => favourite(looks, (_, k) => -found[s]![k]!);
  const hasTemplates = looks.some((l) => l.template > 0);
  return {
    ls: favourite(looks, (l) => l.one),
    harmonics: favourite(looks, (l) => l.three),
    pdm: folded(0),
    entropy: folded(1),
    string: folded(2),
    box: favourite(looks, (l) => l.dip),
    template: hasTemplates ? favourite(looks, (l) => l.template) : undefined,
  };
}
