import { Type } from '@sinclair/typebox';
import { addSinusoidsSteps } from '../../numerics/sinusoids';
import { inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { type Batch, type Effect, type ResultValue, defineOperation } from '../definition';
import { frequencyParams } from '../frequency-params';
import { choice } from '../params';
import { type Component, componentsSteps } from '../prewhiten-components';
import { type UsablePoints, usableSteps } from '../usable-points';

function componentRow(component: Component, index: number): Record<string, ResultValue> {
  const { frequency, amplitudes, phases, fap, rest } = component;
  return {
    component: index + 1,
    period: 1 / frequency,
    frequency,
    fap,
    ...Object.fromEntries(amplitudes.flatMap((a, k) => [[`amplitude_${k + 1}`, a] as const, [`phase_${k + 1}`, phases[k]] as const])),
    rest_std: rest,
  };
}

const columnsOf = (value = 'value'): readonly [string, string] => [`${value}_prewhitened`, `${value}_model`];

/** Both columns for every row inside that has a time. */
function* columnsSteps(input: Batch, components: readonly Component[], level: number): Generator<Progress, Effect['columns']> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const model = new Float64Array(input.length);
  for (const [k, c] of components.entries())
    yield* part(addSinusoidsSteps(c, times, 1, model), (0.9 * k) / components.length, (0.9 * (k + 1)) / components.length);
  const prewhitened = new Float64Array(input.length);
  const taking = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const isUsed = input.inside[i] === 1 && times[i]! - times[i]! === 0;
      prewhitened[i] = isUsed ? values[i]! - model[i]! : NaN;
      model[i] = isUsed ? level + model[i]! : NaN;
    }
  });
  yield* part(taking, 0.9, 1);
  const name = input.nameOf('value')!;
  const [first, second] = columnsOf(name);
  const unit = input.unit(name);
  return [
    { name: first, type: 'float64', unit, description: `${name} without its ${components.length} periodic components`, values: prewhitened },
    { name: second, type: 'float64', unit, description: `weighted mean of ${name} and its periodic components`, values: model },
  ];
}

function* levelSteps({ values, errors }: UsablePoints): Generator<Progress, number> {
  let [sum, total] = [0, 0];
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const w = errors ? 1 / (errors[i]! * errors[i]!) : 1;
      sum += w * values[i]!;
      total += w;
    }
  });
  return sum / total;
}

export default defineOperation({
  id: 'periods.prewhiten',
  version: 1,
  title: 'Prewhiten',
  summary: 'Fit periodic components one after the other and take them out of each light curve.',
  help: `Each component is a sinusoid with \`terms\` harmonics and a floating mean, fitted to what the components before it have left, by least squares weighted with the errors when an error column is bound. The first has the period you give; without one, and for all further ones, the highest peak of the Lomb–Scargle periodogram with as many terms is taken, refined by the exact sums. After each new component all are fitted again in turn, \`refits\` times: their frequencies (a given one stays), amplitudes and phases.

<value>_prewhitened is the value minus the components: the mean stays, for magnitudes and fluxes alike. <value>_model is the weighted mean and the components, at every row with a time. Flagged rows and rows without an error above 0 are not fitted, but get both columns, too.

It stops before \`count\` when the highest peak of the one-term periodogram of what is left has a false-alarm probability (Baluev 2008) above the limit; 1 never stops. That probability is for independent noise: in correlated noise it lets too much through, so look at the amplitudes.

The results have a row for each component: period, frequency, false-alarm probability, amplitudes and phases of value = … + amplitude_k · sin(2π(k · frequency · time + phase_k)), phases in turns at time 0 as in Period04, and the standard deviation of what is left.

Traps: where two components lie closer than 1/baseline, or the window has strong aliases, their amplitudes are not to be told apart. Taking out an alias leaves the signal in place. A variable amplitude or period leaves close peaks on both sides.`,
  cite: 'Lenz & Breger 2005, CoAst 146, 53, doi:10.1553/cia146s53; Baluev 2008, MNRAS 385, 1279, doi:10.1111/j.1365-2966.2008.12689.x',
  params: Type.Object(
    {
      period: Type.Optional(
        Type.Number({ title: 'Period', description: 'Of the first component; absent = searched.', exclusiveMinimum: 0, unit: 'time' }),
      ),
      count: Type.Integer({
        title: 'Components',
        description: 'At most how many periods are taken out.',
        default: 1,
        minimum: 1,
        maximum: 100,
        slider: [1, 10],
      }),
      terms: Type.Integer({
        title: 'Terms',
        description: 'Harmonics of each component.',
        default: 1,
        minimum: 1,
        maximum: 8,
        slider: [1, 6],
      }),
      refits: Type.Integer({
        more: true,
        title: 'Refits',
        description: 'How often, after each new component, all are fitted again in turn, each to what the others leave. 0 = never.',
        default: 2,
        minimum: 0,
        maximum: 50,
      }),
      falseAlarmLimit: Type.Number({
        title: 'False-alarm limit',
        description: 'Stop when the next peak is this likely by chance. 1 = never.',
        default: 0.01,
        minimum: 0,
        maximum: 1,
      }),
      ...frequencyParams,
      method: choice(['auto', 'fast', 'exact'], {
        more: true,
        title: 'Method',
        description: 'How the periodograms are computed, as in Lomb–Scargle. The peaks are exact with each.',
        default: 'auto',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  resultsOf: 'part',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context): Generator<Progress, Effect> {
    const points = yield* part(usableSteps(input, context), 0, 0.02);
    const least = 2 * params.terms + 2;
    const isEnough = points.times.length >= least && points.hasSpread;
    if (!isEnough)
      context.alert({
        severity: 'warning',
        message: points.hasSpread ? `fewer than ${least} usable points: nothing taken out` : 'all values are equal: nothing taken out',
        rows: points.times.length,
      });
    const components = isEnough ? yield* part(componentsSteps(points, params, context), 0.02, 0.9) : [];
    const level = yield* part(levelSteps(points), 0.9, 0.91);
    const columns = yield* part(columnsSteps(input, components, level), 0.91, 1);
    yield { fraction: 1 };
    return { columns, results: components.map(componentRow) };
  },
  examples: [
    {
      title: 'A given period of 4',
      columns: { time: [0, 1, 2, 3, 4.5, 5, 6, 7.5], value: [0, 1, 2, 3, 4.5, 5, 6, 7.5].map((t) => 10 + 2 * Math.sin((2 * Math.PI * t) / 4)) },
      params: { period: 4 },
      expect: {
        columns: { value_prewhitened: [10, 10, 10, 10, 10, 10, 10, 10] },
        results: [{ component: 1, period: 4, frequency: 0.25, amplitude_1: 2 }],
      },
    },
  ],
  figure: { data: 'magnitude', params: { period: 0.5683, terms: 3 } },
  produces: (_params, nameOf) => ({ columns: columnsOf(nameOf('value')) }),
  describe: ({ period, count, terms }) =>
    `${count === 1 ? 'one component' : `${count} components`}${period === undefined ? '' : `, period ${period}`}${terms === 1 ? '' : `, ${terms} terms`}`,
});
