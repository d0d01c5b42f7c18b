import { Type } from '@sinclair/typebox';
import { inBlocks } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';

export default defineOperation({
  id: 'outliers.range',
  version: 1,
  title: 'Outside a range',
  summary: 'Flag values below or above stated limits.',
  help: `Flags every row whose value is below the low or above the high limit; values on a limit are kept. Leave a limit out to keep that side open. With neither limit the step is refused.

Use it for what cannot be true: magnitudes beyond the survey's depth, negative errors, times outside the campaign. Infinite values are outside a limit on their side. Missing values are neither below nor above and are not flagged: see missing.require.

Each row is judged by its own value alone, whatever flags it has already.`,
  params: Type.Object(
    {
      low: Type.Optional(Type.Number({ title: 'Low', description: 'Values below this are flagged; absent = no lower limit.', unit: 'value' })),
      high: Type.Optional(Type.Number({ title: 'High', description: 'Values above this are flagged; absent = no upper limit.', unit: 'value' })),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'value', title: 'Value' }],
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { low = -Infinity, high = Infinity }) {
    if (low === -Infinity && high === Infinity)
      throw new AppError({ code: 'invalid-argument', message: 'no limit is given', hint: 'give low, high or both' });
    if (low > high)
      throw new AppError({ code: 'invalid-argument', message: `invalid limits: low ${low} is above high ${high}`, hint: 'swap the two limits' });
    const values = input.role('value')!;
    const mask = new Uint8Array(input.length);
    yield* inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) if (input.inside[i] === 1 && (values[i]! < low || values[i]! > high)) mask[i] = 1;
    });
    return { flags: [{ name: 'range', mask, reason: `outside ${low} to ${high}` }] };
  },
  examples: [
    { title: 'Both limits', columns: { value: [9.9, 10, 15, 20, 20.1, NaN] }, params: { low: 10, high: 20 }, expect: { flagged: [0, 4] } },
    { title: 'Upper limit only', columns: { value: [-1e9, 0, 3] }, params: { high: 2 }, expect: { flagged: [2] } },
  ],
  figure: { params: { low: 985, high: 1020 } },
  produces: () => ({ flags: ['range'] }),
  describe: ({ low, high }) => (low === undefined ? `above ${high}` : high === undefined ? `below ${low}` : `outside ${low} to ${high}`),
});
