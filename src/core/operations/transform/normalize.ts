import { Type } from '@sinclair/typebox';
import { scalingSteps } from '../../numerics/normalize';
import { collectSteps } from '../../numerics/robust';
import { inBlocks, part } from '../../numerics/steps';
import { type NewColumn, defineOperation } from '../definition';
import { choice, isMagnitude } from '../params';

export default defineOperation({
  id: 'transform.normalize',
  version: 1,
  title: 'Normalise',
  summary: 'Scale values to a common range or spread.',
  help: `Adds the column <value>_normalized = (value - offset) / scale, and <error>_normalized = error / scale where an error is bound:
min-max: offset the smallest value, scale the range: the result lies in [0, 1].
z-score: offset the mean, scale the population standard deviation (ddof 0, as scikit-learn).
robust: 0.6745 (value - median) / MAD: a z-score that outliers hardly move.
decimal: divides by the smallest power of ten that brings every |value| below 1.
median: divides by the median, as lightkurve's normalize; for fluxes, not for magnitudes or values about zero (reported).

Offset and scale come from the rows that are not flagged; every row inside the selection is scaled, flagged ones too, so a flagged outlier may lie outside [0, 1]. Missing and infinite values stay missing. When the values do not spread, the result is 0 and reported. With "keep offset and scale" these two are added as columns, so that the normalisation can be undone: value = normalised · scale + offset.`,
  cite: 'Han, Kamber & Pei 2011, Data Mining, 3rd ed., section 3.5.2; scikit-learn (Pedregosa et al. 2011, JMLR 12, 2825)',
  params: Type.Object(
    {
      method: choice(['min-max', 'z-score', 'robust', 'decimal', 'median'], {
        title: 'Method',
        description: 'To which range or spread.',
        default: 'z-score',
      }),
      keepScale: Type.Boolean({
        title: 'Keep offset and scale',
        description: 'Also add the columns <value>_offset and <value>_scale.',
        default: false,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, { method, keepScale }, context) {
    const values = input.role('value')!;
    const name = input.nameOf('value')!;
    const unit = input.unit(name);
    const sample = yield* part(collectSteps(values, input.live), 0, 0.2);
    const { offset, scale, median, std } = yield* part(scalingSteps(sample, method), 0.2, 0.8);
    if (sample.n === 0 && input.length > 0)
      context.alert({ severity: 'warning', message: 'no usable values to normalise by', column: name, rows: input.length });
    else if (method === 'median') {
      if (isMagnitude(unit))
        context.alert({ severity: 'warning', message: `values in ${unit} are divided by their median`, column: name, hint: 'use another method' });
      if (!(median! > 0) || median! < 0.5 * std!)
        context.alert({ severity: 'warning', message: 'the median is negative or close to zero', column: name, hint: 'use z-score or robust' });
    }
    if (scale === 0)
      context.alert({ severity: 'warning', message: 'the values do not spread: their normalised value is 0', column: name, rows: sample.n });
    const out = new Float64Array(input.length);
    const scaling = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const v = values[i]!;
        if (input.inside[i] === 0 || v - v !== 0) out[i] = NaN;
        else out[i] = scale === 0 ? 0 : (v - offset) / scale;
      }
    });
    yield* part(scaling, 0.8, 0.9);
    const description = `${method} of ${name}`;
    const columns: NewColumn[] = [{ name: `${name}_normalized`, type: 'float64', description, isRatio: method === 'median', values: out }];
    const errorName = input.nameOf('error');
    if (errorName !== undefined) {
      const errors = input.role('error')!;
      const scaled = new Float64Array(input.length);
      const dividing = inBlocks(input.length, (from, to) => {
        for (let i = from; i < to; i++) scaled[i] = input.inside[i] === 1 && scale !== 0 ? errors[i]! / Math.abs(scale) : NaN;
      });
      yield* part(dividing, 0.9, 1);
      columns.push({
        name: `${errorName}_normalized`,
        type: 'float64',
        description: `${errorName} on the scale of ${name}_normalized`,
        values: scaled,
      });
    }
    if (keepScale) {
      columns.push({ name: `${name}_offset`, type: 'float64', unit, values: new Float64Array(input.length).fill(offset) });
      columns.push({ name: `${name}_scale`, type: 'float64', unit, values: new Float64Array(input.length).fill(scale) });
    }
    return { columns };
  },
  examples: [
    { title: 'Min-max', columns: { value: [2, 4, 6] }, params: { method: 'min-max' }, expect: { columns: { value_normalized: [0, 0.5, 1] } } },
    {
      title: 'z-score with ddof 0',
      columns: { value: [1, 2, 3, NaN] },
      params: { method: 'z-score' },
      expect: { columns: { value_normalized: [-1.224744871391589, 0, 1.224744871391589, NaN] } },
    },
    {
      title: 'Robust',
      columns: { value: [1, 2, 3, 4, 100] },
      params: { method: 'robust' },
      expect: { columns: { value_normalized: [-1.349, -0.6745, 0, 0.6745, 65.4265] } },
    },
    {
      title: 'Decimal scaling',
      columns: { value: [-991, 45] },
      params: { method: 'decimal' },
      expect: { columns: { value_normalized: [-0.991, 0.045] } },
    },
    {
      title: 'By the median, the errors too',
      columns: { value: [99, 100, 102], error: [1, 2, 3] },
      params: { method: 'median' },
      expect: { columns: { value_normalized: [0.99, 1, 1.02], error_normalized: [0.01, 0.02, 0.03] } },
    },
  ],
  figure: { data: 'magnitude', params: { method: 'robust' } },
  produces: ({ keepScale }, nameOf) => {
    const name = nameOf('value') ?? 'value';
    const error = nameOf('error');
    const errors = error === undefined ? [] : [`${error}_normalized`];
    return { columns: [`${name}_normalized`, ...errors, ...(keepScale ? [`${name}_offset`, `${name}_scale`] : [])] };
  },
  describe: ({ method }) => method,
});
