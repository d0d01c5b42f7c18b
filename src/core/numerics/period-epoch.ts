import type { Progress } from '../protocol/outcome';
import { type FitCurve, NestedHarmonics } from './nested-harmonics';
import type { ModelFit } from './period-models';
import { RR_LYRAE_SHAPES } from './rrlyrae-shapes';
import { part } from './steps';
import { TemplateFit } from './template-fit';

const GRID = 1000;

/** Phase of the highest point of a Fourier series, in turns. */
function highestPhase(coefficients: Float64Array): number {
  let best = 0;
  let height = -Infinity;
  for (let k = 0; k < GRID; k++) {
    const angle = (2 * Math.PI * k) / GRID;
    let value = 0;
    for (let m = 1; 2 * m <= coefficients.length; m++)
      value += coefficients[2 * m - 2]! * Math.cos(m * angle) + coefficients[2 * m - 1]! * Math.sin(m * angle);
    if (value <= height) continue;
    height = value;
    best = k / GRID;
  }
  return best;
}

/** The first time at or after the curve's first point at which the model is brightest, or in the middle of its (deeper) dip. */
export function* epochSteps(curve: FitCurve, fit: ModelFit): Generator<Progress, number> {
  const first = curve.times[0]!;
  const period = 1 / fit.frequency;
  let epoch: number;
  if (fit.dips) epoch = first + (fit.kind === 'transit' ? fit.dips.single.phase : fit.dips.phase) * period;
  else if (fit.kind === 'template') {
    const shape = new TemplateFit(RR_LYRAE_SHAPES[fit.order]!);
    const sums = yield* part(NestedHarmonics.prepareSteps(curve, shape.harmonics), 0, 0);
    yield* sums.sumSteps(fit.frequency);
    shape.load(sums.sums, sums.most);
    epoch = sums.origin - shape.best().shift * period;
  } else {
    const harmonics = yield* part(NestedHarmonics.prepareSteps(curve, fit.order), 0, 0);
    yield* harmonics.fitSteps(fit.frequency);
    epoch = harmonics.origin + highestPhase(harmonics.coefficients(fit.order)) * period;
  }
  const turns = (epoch - first) / period;
  return first + (turns - Math.floor(turns)) * period;
}
