import { Type } from '@sinclair/typebox';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { choice } from '../params';
import { smoothKernel, smoothedColumn } from '../smooth-kernel';

export default defineOperation({
  id: 'noise.smooth',
  version: 1,
  title: 'Smooth',
  summary: 'Smooth each light curve in a window of time.',
  help: `<value>_smoothed is at each row the local value of its light curve, from the points around its time. Windows are in units of time, not in points, so gaps and uneven sampling do not stretch them. Gaps longer than the break tolerance (half the window unless given) begin a new segment, and nothing is smoothed across them; at the ends of a segment the window is what is left of it.

mean, median: of the points within half a window of the row's time; a point on the edge counts.

savgol: the value there of a polynomial of the given order fitted to the same points. On even sampling this is scipy.signal.savgol_filter with mode='interp' and the odd number of points that fit in the window.

gaussian: mean with weights exp(-dt²/2σ²), where the window is the full width at half maximum: σ is the window / 2.3548. All points of the segment count, not only those in the window; scipy and astropy cut the Gaussian at 4 σ. Rows further than 3 σ from every point get no value.

lowess: a straight line with weights (1 - |d|³)³, d in half windows, refitted with less weight for points far from the curve (Cleveland 1979). With a fraction the window is instead that share of all points, the nearest ones: this is statsmodels' lowess with delta=0. Where windows hold more than some hundred points, the line is fitted at steps of 1/128 of the window and the curve is straight in between; that changes it by less than a ten-thousandth of what it bends within half a window.

Error weights: mean, gaussian and lowess can weigh the points by 1/error²; rows without an error above 0 are then left out and counted. An error column is not used unless you ask for it.

Flagged rows take no part; the curve is given at their times. Rows with a missing value keep it missing: fill them with an operation that marks what it fills. Trap: smoothed points are not independent, so their scatter is no measure of the error, and a period search on them finds the window. Everything shorter than the window is damped: a transit, a flare, the minimum of an eclipse.`,
  cite: 'Savitzky & Golay 1964, Anal. Chem. 36, 1627, doi:10.1021/ac60214a047; Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038',
  params: Type.Object(
    {
      method: choice(['mean', 'median', 'savgol', 'gaussian', 'lowess'], {
        title: 'Method',
        description: 'median is not moved by outliers; savgol and lowess follow slopes and bends; gaussian has no edges.',
        default: 'median',
      }),
      window: Type.Number({
        title: 'Window',
        description: 'Full width, in the unit of the time; of a Gaussian the full width at half maximum.',
        default: 0.5,
        exclusiveMinimum: 0,
        unit: 'time',
        slider: [0.01, 10],
      }),
      order: Type.Integer({
        when: { method: ['savgol'] },
        title: 'Order',
        description: 'For savgol: degree of the polynomial.',
        default: 2,
        minimum: 0,
        maximum: 8,
        origin: 'lightkurve',
        slider: [0, 5],
      }),
      iterations: Type.Integer({
        when: { method: ['lowess'] },
        title: 'Iterations',
        description: 'For lowess: how often the fit is repeated with less weight for what lies far from it. 0 = plain least squares.',
        default: 2,
        minimum: 0,
        maximum: 20,
        origin: 'Cleveland 1979',
        slider: [0, 5],
      }),
      fraction: Type.Optional(
        Type.Number({
          when: { method: ['lowess'] },
          title: 'Fraction',
          description: 'For lowess: this share of the nearest points, instead of the window.',
          exclusiveMinimum: 0,
          maximum: 1,
          slider: [0.01, 1],
        }),
      ),
      errorWeights: Type.Boolean({
        title: 'Error weights',
        description: 'Weigh the points by 1/error²: for mean, gaussian and lowess.',
        default: false,
      }),
      breakTolerance: Type.Number({
        more: true,
        title: 'Break tolerance',
        description: 'Gaps longer than this separate segments that are smoothed one by one. 0 = half the window (with a fraction: no gap does).',
        default: 0,
        minimum: 0,
        unit: 'time',
        origin: 'wotan',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error (for error weights)', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, params, context) {
    const { method, errorWeights, fraction } = params;
    const refuse = (message: string, hint: string): never => {
      throw new AppError({ code: 'invalid-argument', message, hint });
    };
    if (fraction !== undefined && method !== 'lowess')
      refuse(`invalid fraction: ${fraction} (must be absent for ${method})`, 'give a window, or choose lowess');
    if (errorWeights && (method === 'median' || method === 'savgol'))
      refuse(`invalid errorWeights: true (must be false for ${method})`, 'weights are for mean, gaussian and lowess');
    if (errorWeights && !input.role('error'))
      refuse('invalid errorWeights: true (must be false without an error column)', 'bind the column with the errors of the values');
    return yield* smoothKernel(input, params, context);
  },
  examples: [
    {
      title: 'A median takes a spike out',
      columns: { time: [0, 1, 2, 3, 4], value: [1, 1, 9, 1, NaN] },
      params: { method: 'median', window: 2 },
      expect: { columns: { value_smoothed: [1, 1, 1, 5, NaN] } },
    },
    {
      title: 'A Gaussian of one day',
      columns: { time: [0, 1, 2], value: [0, 1, 0] },
      params: { method: 'gaussian', window: 1, breakTolerance: 2 },
      // At the half width the weight is 1/2, so one width away it is 1/16.
      expect: { columns: { value_smoothed: [1 / 16 / (1 + 1 / 16 + 2 ** -16), 1 / (1 + 2 / 16), 1 / 16 / (1 + 1 / 16 + 2 ** -16)] } },
    },
    {
      title: 'A local line follows a slope to its ends',
      columns: { time: [0, 1, 2.5, 3, 4], value: [1, 3, 6, 7, 9] },
      params: { method: 'lowess', window: 6 },
      expect: { columns: { value_smoothed: [1, 3, 6, 7, 9] } },
    },
  ],
  produces: (_params, nameOf) => ({ columns: [smoothedColumn(nameOf)] }),
  describe: ({ method, window, fraction }) => `${method}, ${fraction !== undefined ? `${fraction} of the points` : `window ${window}`}`,
});
