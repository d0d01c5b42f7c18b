import { Type } from '@sinclair/typebox';
import { inBlocks } from '../../numerics/steps';
import { defineOperation } from '../definition';

export default defineOperation({
  id: 'periods.fold',
  version: 1,
  title: 'Fold',
  summary: 'Compute the phase of every row for a period.',
  help: `phase = frac((time - epoch) / period), in [0, 1); centred, in [-0.5, 0.5), so that the epoch is in the middle. Phases count in turns, not in days as in lightkurve. They are computed in float64: Julian dates with periods of seconds keep their phase.

Period and epoch are in the unit of the time column, on its own zero point: an epoch in JD does not fit a column in BTJD or MJD. Rows without a time have no phase. Flagged rows get one, too.`,
  params: Type.Object(
    {
      period: Type.Number({ title: 'Period', description: 'Length of one turn.', default: 1, exclusiveMinimum: 0, unit: 'time' }),
      epoch: Type.Number({ title: 'Epoch', description: 'A time of phase 0, in the system of the time column.', default: 0, unit: 'time' }),
      centred: Type.Boolean({ title: 'Centred', description: 'Phases from -0.5 to 0.5 instead of 0 to 1.', default: false }),
      column: Type.String({ title: 'Column', description: 'Name of the new column.', default: 'phase', minLength: 1 }),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'time', title: 'Time' }],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { period, epoch, centred, column }) {
    const times = input.role('time')!;
    const values = new Float64Array(input.length);
    yield* inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const turns = (times[i]! - epoch) / period;
        let phase = turns - Math.floor(turns);
        // A tiny negative number of turns rounds up to a whole one.
        if (phase >= 1) phase = 0;
        values[i] = input.inside[i] === 0 ? NaN : centred && phase >= 0.5 ? phase - 1 : phase;
      }
    });
    const made = input.table.columns.find((c) => c.name === column);
    // Folding again with another period is a new version of a phase that a step made; a file's own column is never taken over.
    const replaces = made !== undefined && made.origin !== undefined && made.origin !== 'file';
    return { columns: [{ name: column, type: 'float64', description: `phase for period ${period}, epoch ${epoch}`, values, replaces }] };
  },
  examples: [
    {
      title: 'Period 2, epoch 0.5',
      columns: { time: [0, 0.5, 1, 2.5, 3.5] },
      params: { period: 2, epoch: 0.5 },
      expect: { columns: { phase: [0.75, 0, 0.25, 0, 0.5] } },
    },
    { title: 'Centred', columns: { time: [0, 0.75, 1.25] }, params: { centred: true }, expect: { columns: { phase: [0, -0.25, 0.25] } } },
  ],
  figure: { data: 'magnitude', params: { period: 0.5683 } },
  produces: ({ column }) => ({ columns: [column] }),
  describe: ({ period, epoch }) => `period ${period}, epoch ${epoch}`,
});
