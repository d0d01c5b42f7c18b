import { Type } from '@sinclair/typebox';
import { binColumns, binKernel } from '../bin-kernel';
import { defineOperation } from '../definition';
import { choice } from '../params';

export default defineOperation({
  id: 'noise.bin',
  version: 1,
  title: 'Bin in time',
  summary: 'Average each light curve in bins of time.',
  help: `The points of a light curve are cut into bins in order of time, by a fixed width, by a number of points, or by Bayesian blocks, and each bin gets one value. No row is added or removed. Every row gets the value of its bin in <value>_binned, the error of it in <value>_binned_error and the number of the bin in <value>_bin. The binned light curve itself is the table of results, unless you leave it out: one row a bin with time, start, end, value, error, error_scatter, minimum, maximum and n.

Width: bins begin at start (the first usable time unless given) and every width from there; empty ones are left out and not numbered. Count: so many points in a bin, the last may hold fewer; points of one time stay together. Blocks: the stretches of constant value that fit best with a penalty for each stretch (Scargle et al. 2013), the blocks of astropy.stats.bayesian_blocks with fitness='measures'. A gap longer than the break tolerance also ends a bin.

mean: error √(Σe²)/n, as lightkurve's bin. median: the errors of the mean times √(π/2), which holds for many Gaussian points. weighted: mean weighted by 1/e², error 1/√(Σ1/e²). boundary: each value becomes the least or the greatest of its bin, whichever is nearer, the least on a tie (smoothing by bin boundaries; Han, Kamber & Pei); the bin itself is described by its mean. The time of a bin is the mean of its points' times, weighted like the values, not the middle of the bin.

Two errors, because they answer different questions. error follows from the errors of the points. error_scatter is the standard deviation (ddof 1) over √n, for weighted means √(Σw(v - mean)²/((n - 1)Σw)). Where error_scatter is much larger, the errors are too small or the star varied within the bin. The column holds error, or error_scatter when no error column is bound.

Flagged rows take no part; they get the bin in which their time lies. Rows with a missing value keep it missing. Rows without an error above 0 are left out of weighted means and blocks; in other bins they count like the average of their bin. Trap: a transit or eclipse shorter than the bin is diluted.`,
  cite: 'lightkurve (mean and its error, width 0.5 d); Scargle et al. 2013, ApJ 764, 167, doi:10.1088/0004-637X/764/2/167, astropy.stats.bayesian_blocks; Han, Kamber & Pei 2012, Data Mining, 3rd ed., section 3.2.2 (bin boundaries)',
  params: Type.Object(
    {
      width: Type.Number({
        when: { blocks: [false] },
        title: 'Width',
        description: 'Width of a bin, in the unit of the time. Not used with a count or blocks.',
        default: 0.5,
        exclusiveMinimum: 0,
        unit: 'time',
        origin: 'lightkurve',
        slider: [0.01, 10],
      }),
      count: Type.Optional(
        Type.Integer({
          when: { blocks: [false] },
          title: 'Count',
          description: 'Points in a bin, instead of a width.',
          minimum: 1,
          unit: 'points',
          slider: [2, 100],
        }),
      ),
      statistic: choice(['mean', 'median', 'weighted', 'boundary'], {
        title: 'Statistic',
        description: 'The value of a bin. weighted: mean weighted by 1/error². boundary: each value becomes the nearer of the least and greatest.',
        default: 'mean',
        origin: 'lightkurve',
      }),
      start: Type.Optional(
        Type.Number({
          more: true,
          title: 'Start',
          description: 'A time at which a bin of a given width begins; absent = the first usable time.',
          unit: 'time',
        }),
      ),
      breakTolerance: Type.Optional(
        Type.Number({
          more: true,
          title: 'Break tolerance',
          description: 'A gap longer than this between two points also ends a bin; absent = gaps end none.',
          exclusiveMinimum: 0,
          unit: 'time',
        }),
      ),
      blocks: Type.Boolean({
        title: 'Bayesian blocks',
        description: 'Let the data say where the value changes, instead of a width or a count. Needs errors.',
        default: false,
      }),
      falseAlarm: Type.Number({
        when: { blocks: [true] },
        title: 'False alarm',
        description: 'For blocks: the probability that a change is found in noise alone (p0).',
        default: 0.05,
        exclusiveMinimum: 0,
        maximum: 1,
        origin: 'astropy',
        slider: [0.001, 0.2],
      }),
      penalty: Type.Optional(
        Type.Number({
          when: { blocks: [true] },
          title: 'Penalty',
          description: 'For blocks: the cost of a block itself (ncp_prior), instead of the false alarm.',
          minimum: 0,
        }),
      ),
      table: Type.Boolean({
        more: true,
        title: 'Table of bins',
        description: 'Also keep a table with a row for each bin. Leave it out where there are many millions of bins.',
        default: true,
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
  ordered: 'time',
  *kernel(input, params, context) {
    return yield* binKernel(input, params, context);
  },
  examples: [
    {
      title: 'Bins of one day',
      columns: { time: [0, 0.2, 0.4, 1.1, 1.5, 3.9], value: [1, 2, 6, 5, NaN, 8], error: [0.3, 0.3, 0.3, 0.2, 0.2, 0.1] },
      params: { width: 1 },
      expect: {
        columns: {
          value_binned: [3, 3, 3, 5, NaN, 8],
          value_binned_error: [Math.sqrt(0.27) / 3, Math.sqrt(0.27) / 3, Math.sqrt(0.27) / 3, 0.2, NaN, 0.1],
          value_bin: [0, 0, 0, 1, 1, 2],
        },
        results: [{ bin: 0, time: 0.2, value: 3, error: Math.sqrt(0.27) / 3, error_scatter: Math.sqrt(7 / 3), n: 3 }],
      },
    },
    {
      title: 'Three points a bin, by boundaries',
      columns: { time: [0, 1, 2, 3, 4, 5], value: [4, 8, 15, 21, 21, 24] },
      params: { count: 3, statistic: 'boundary' },
      expect: { columns: { value_binned: [4, 4, 15, 21, 21, 24] } },
    },
    {
      title: 'Bayesian blocks find the step',
      columns: {
        time: [0, 1, 2, 3, 4, 5, 6, 7],
        value: [1, 1.1, 0.9, 1, 3, 3.1, 2.9, 3],
        error: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
      },
      params: { blocks: true, statistic: 'weighted' },
      expect: { columns: { value_binned: [1, 1, 1, 1, 3, 3, 3, 3] }, results: [{ start: 0, end: 3.5, n: 4 }] },
    },
  ],
  produces: (_params, nameOf) => ({ columns: binColumns(nameOf) }),
  describe: ({ width, count, blocks, statistic }) =>
    `${statistic}, ${blocks ? 'Bayesian blocks' : count !== undefined ? `${count} points a bin` : `bins of ${width}`}`,
});
