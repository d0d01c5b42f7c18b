import { Type } from '@sinclair/typebox';
import { argsortSteps } from '../../numerics/argsort';
import { phaseBinsSteps, phaseWindowSteps } from '../../numerics/neighbourhoods';
import { residualClipSteps } from '../../numerics/residual-clip';
import { BLOCK, inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { residualClipParams, warnUnjudged } from '../clip-params';
import { type Batch, defineOperation } from '../definition';
import { choice, sidesOf } from '../params';

/** Phases of the live rows with a finite time and value, NaN for the others. */
function* phasesSteps(input: Batch, period: number, epoch: number): Generator<Progress, { phases: Float64Array; count: number }> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const phases = new Float64Array(input.length).fill(NaN);
  let count = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.live[i] !== 1 || times[i]! - times[i]! !== 0 || values[i]! - values[i]! !== 0) continue;
      const turns = (times[i]! - epoch) / period;
      const phase = turns - Math.floor(turns);
      // A tiny negative number of turns rounds up to a whole one.
      phases[i] = phase < 1 ? phase : 0;
      count++;
    }
  });
  return { phases, count };
}

export default defineOperation({
  id: 'outliers.phase-clip',
  version: 1,
  title: 'Clip in phase',
  summary: 'Flag values far from the folded light curve, so that a repeating signal stays.',
  help: `Folds the light curve with a known period, phase = frac((time - epoch) / period), and compares each value with the values at its own phase: eclipses, transits and pulsations come back and are kept, what happened once is flagged.

The level at each point is the median of the points within half a width of its phase (running: the window goes round, phase 0 follows phase 1) or of the points of its bin (bins: 1/width of them, rounded, the first beginning at phase 0). Points whose residual lies strictly more than sigma robust standard deviations (1.4826 MAD of the residuals) away are rejected; levels and spread are taken again from the survivors until nothing more is rejected. The spread is that of all residuals (global) or of those about the same phase (local: where the curve is steep it is noisier).

Missing and infinite values, rows without a time and rows flagged before take no part and are not flagged. A point with fewer than the fewest others about its phase is kept, and counted in an alert.

Traps: the period has to be right: an error dP smears the phase by dP · baseline / P², which must be small against the width. A width longer than the eclipse makes the eclipse an outlier. Flares and other single events are not periodic and will be flagged: choose the side that they are not on.

Search for a period first (periods.lomb-scargle, periods.bls); the epoch only says where phase 0 is. Both are in the unit and on the zero point of the time column.`,
  params: Type.Object(
    {
      period: Type.Number({
        title: 'Period',
        description: 'Length of one turn; search for it first.',
        default: 1,
        exclusiveMinimum: 0,
        unit: 'time',
      }),
      epoch: Type.Number({ title: 'Epoch', description: 'A time of phase 0, in the system of the time column.', default: 0, unit: 'time' }),
      width: Type.Number({
        title: 'Width',
        description: 'Full width of the window, or of a bin, in turns.',
        default: 0.05,
        exclusiveMinimum: 0,
        maximum: 1,
        unit: 'turns',
        origin: 'astrobase: phase bins of 0.05',
        slider: [0.005, 0.2],
      }),
      curve: choice(['running', 'bins'], {
        title: 'Curve',
        description: 'running: the median of a window about each point; bins: the median of fixed bins.',
        default: 'running',
      }),
      ...residualClipParams(['global', 'local'], 'global: one spread; local: one for each window or bin.'),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
  ],
  writes: 'flags',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    const values = input.role('value')!;
    const sides = sidesOf(params.side, input.unit(input.nameOf('value')!));
    const { phases, count } = yield* part(phasesSteps(input, params.period, params.epoch), 0, 0.1);
    yield { fraction: 0.1 };
    const order = (yield* part(argsortSteps(phases), 0.1, 0.35)).subarray(0, count);
    const x = new Float64Array(count);
    const y = new Float64Array(count);
    const gathering = inBlocks(count, (from, to) => {
      for (let k = from; k < to; k++) {
        x[k] = phases[order[k]!]!;
        y[k] = values[order[k]!]!;
      }
    });
    yield* part(gathering, 0.35, 0.4);
    const neighbours = params.curve === 'bins' ? phaseBinsSteps(x, Math.round(1 / params.width)) : phaseWindowSteps(x, params.width);
    const around = yield* part(neighbours, 0.4, 0.4);
    yield { fraction: 0.4 };
    const clip = residualClipSteps(y, new Uint8Array(count).fill(1), around, {
      sigmaLower: sides.below ? (params.sigmaLower ?? params.sigma) : Infinity,
      sigmaUpper: sides.above ? (params.sigmaUpper ?? params.sigma) : Infinity,
      maxIterations: params.maxIterations || Infinity,
      scale: params.scale,
      fewest: params.fewest,
    });
    const made = yield* part(clip, 0.4, 0.98);
    warnUnjudged(context, made.thin, made.flat, 'widen the window in phase');
    const mask = new Uint8Array(input.length);
    const marking = inBlocks(
      count,
      (from, to) => {
        for (let k = from; k < to; k++) mask[order[k]!] = made.mask[k]!;
      },
      BLOCK / 4,
    );
    yield* part(marking, 0.98, 1);
    return { flags: [{ name: 'phase_clip', mask, reason: `${params.sigma} σ from the curve folded at ${params.period}` }] };
  },
  examples: [
    {
      title: 'Two levels that repeat, and one value that does not',
      columns: {
        time: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        value: [1, 9, 1.1, 9.1, 0.9, 8.9, 9, 9.1, 1.1, 9, 1, 8.9],
      },
      params: { period: 2, fewest: 3 },
      expect: { flagged: [6] },
    },
  ],
  figure: { data: 'magnitude', params: { period: 0.5683 } },
  produces: () => ({ flags: ['phase_clip'] }),
  describe: ({ sigma, period, side }) => `${sigma} σ at period ${period}${side === 'both' ? '' : `, ${side} only`}`,
});
