import { Type } from '@sinclair/typebox';
import { interpolateSteps, knotsSteps, type Unfilled } from '../../numerics/interpolate';
import { modeSteps } from '../../numerics/mode';
import { collectSteps, mean, medianSteps, type Sample } from '../../numerics/robust';
import { part } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { type Batch, type Context, defineOperation } from '../definition';
import { IMPUTED, filledName, imputedEffectSteps, needSteps } from '../imputed';
import { choice } from '../params';

/** The one number that all gaps get; NaN when there is none. */
function* levelSteps(method: 'mean' | 'median' | 'mode', sample: Sample): Generator<Progress, number> {
  if (method === 'mean') return mean(sample.values, sample.n);
  if (method === 'median') return yield* medianSteps(sample.values, sample.n);
  return yield* modeSteps(sample.values.subarray(0, sample.n));
}

function tellUnfilled({ outside, wide, timeless }: Unfilled, method: string, context: Context): void {
  const where = method === 'forward' ? 'before the first measured value' : 'outside the span of the measured values';
  if (outside > 0) context.alert({ severity: 'warning', message: `rows ${where} stay missing`, rows: outside });
  if (wide > 0) context.alert({ severity: 'info', message: 'rows in gaps longer than the longest gap to fill stay missing', rows: wide });
  if (timeless > 0) context.alert({ severity: 'warning', message: 'rows without a time stay missing', rows: timeless });
}

function* alongTime(
  input: Batch,
  values: Float64Array,
  need: Uint8Array,
  { method, maxGap }: { method: 'forward' | 'linear' | 'spline'; maxGap: number },
  context: Context,
): Generator<Progress, Float64Array> {
  const times = input.role('time');
  if (!times)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid method: ${method} needs a time column, and none has that role`,
      hint: 'bind the time, or fill by mean, median, mode or a constant',
    });
  const filled = new Float64Array(input.length).fill(NaN);
  const knots = yield* part(knotsSteps(times, values, input.live), 0, 0.3);
  const unfilled = yield* part(interpolateSteps(times, need, knots, method, maxGap || Infinity, filled), 0.3, 1);
  if (knots.count > 0) tellUnfilled(unfilled, method, context);
  return filled;
}

export default defineOperation({
  id: 'missing.fill',
  version: 1,
  title: 'Fill missing values',
  summary: 'Keep missing values as they are, or fill them from the rest of their light curve.',
  help: `A value is missing where it is null, NaN or infinite. "keep", the first choice, says how many are missing and changes nothing; the step then records that this was decided. The other methods add the column <value>_filled, the value with its gaps filled, and set the flag imputed on the filled rows. That flag informs: an imputed row stays in use. The value column itself is never changed.

constant: the number given. mean, median, mode: of the rows in use of the light curve (mode: the most frequent number, the smallest of several, as scikit-learn; when no number occurs twice there is none).
forward: the last measured value at or before the row's time. linear: the straight line between the neighbours in time. spline: the cubic spline through all measured points (not-a-knot ends, scipy's CubicSpline). These three need a time, never extrapolate, and leave gaps longer than the longest gap to fill missing. Rows left missing are counted. Where rows share a time, their mean is the measured value.

Flagged rows lend nothing to the others. A flagged row with a value keeps it, unless "replace flagged values" is on. A flagged row that is filled stays flagged.

Traps: a filled value is a guess without an error bar. Filling by one number shrinks the scatter and puts a line of false points into every phase curve; a spline swings far out in long gaps. Period searches here take gaps as they are: fill only for methods that cannot.`,
  cite: 'Virtanen et al. 2020, Nature Methods 17, 261 (scipy); Pedregosa et al. 2011, JMLR 12, 2825 (scikit-learn)',
  params: Type.Object(
    {
      method: choice(['keep', 'constant', 'mean', 'median', 'mode', 'forward', 'linear', 'spline'], {
        title: 'Method',
        description: 'keep leaves missing values as they are. forward, linear and spline go along the time.',
        default: 'keep',
      }),
      value: Type.Number({
        when: { method: ['constant'] },
        title: 'Constant',
        description: 'The number that is filled in by the method constant.',
        default: 0,
        unit: 'value',
      }),
      maxGap: Type.Number({
        when: { method: ['forward', 'linear', 'spline'] },
        title: 'Longest gap to fill',
        description: 'forward, linear and spline do not fill across gaps longer than this, in the unit of the time. 0 = no limit.',
        default: 0,
        minimum: 0,
        unit: 'time',
      }),
      replaceFlagged: Type.Boolean({
        title: 'Replace flagged values',
        description: 'Values of flagged rows are taken for missing and filled, too.',
        default: false,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value' },
    { role: 'time', title: 'Time', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, { method, value, maxGap, replaceFlagged }, context) {
    const values = input.role('value')!;
    const name = input.nameOf('value')!;
    const { need, count } = yield* part(needSteps(input, values, replaceFlagged), 0, 0.1);
    if (method === 'keep') {
      context.alert({ severity: 'info', message: `missing values of ${name} are kept as they are`, column: name, rows: count });
      return {};
    }
    const sample = yield* part(collectSteps(values, input.live), 0.1, 0.2);
    let filled: Float64Array;
    if (method === 'forward' || method === 'linear' || method === 'spline')
      filled = yield* part(alongTime(input, values, need, { method, maxGap }, context), 0.2, 0.9);
    else {
      const level = method === 'constant' ? value : yield* part(levelSteps(method, sample), 0.2, 0.9);
      if (method === 'mode' && sample.n > 0 && level !== level)
        context.alert({ severity: 'warning', message: 'no value occurs twice: there is no mode to fill with', hint: 'use the median', rows: count });
      filled = new Float64Array(input.length).fill(level);
    }
    if (sample.n === 0 && count > 0 && method !== 'constant')
      context.alert({ severity: 'warning', message: 'no usable values to fill from', column: name, rows: count });
    const how = method === 'constant' ? `constant ${value}` : method;
    return yield* part(imputedEffectSteps(input, [{ name, values, need, filled }], how, context), 0.9, 1);
  },
  examples: [
    {
      title: 'Along the line between the neighbours, not beyond the ends',
      columns: { time: [0, 1, 3, 4, 5], value: [10, NaN, 16, 20, NaN] },
      params: { method: 'linear' },
      expect: { columns: { value_filled: [10, 12, 16, 20, NaN] }, flagged: [1] },
    },
    {
      title: 'By the median of the rest',
      columns: { time: [0, 1, 2, 3], value: [10, 12, NaN, 19] },
      params: { method: 'median' },
      expect: { columns: { value_filled: [10, 12, 12, 19] }, flagged: [2] },
    },
    {
      title: 'The last value, not across a gap of more than 2',
      columns: { time: [0, 1, 8], value: [10, NaN, NaN] },
      params: { method: 'forward', maxGap: 2 },
      expect: { columns: { value_filled: [10, 10, NaN] }, flagged: [1] },
    },
  ],
  figure: { params: { method: 'spline' } },
  produces: ({ method }, nameOf) => (method === 'keep' ? {} : { columns: [filledName(nameOf('value') ?? 'value')], marks: [IMPUTED] }),
  describe: ({ method, value, maxGap }) => {
    if (method === 'keep') return 'kept as they are';
    const along = maxGap > 0 && ['forward', 'linear', 'spline'].includes(method);
    return `${method}${method === 'constant' ? ` ${value}` : ''}${along ? `, gaps up to ${maxGap}` : ''}`;
  },
});
