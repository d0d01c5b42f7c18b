import { Type } from '@sinclair/typebox';
import { defineOperation } from '../definition';
import { fitColumns, fitKernel } from '../fit-kernel';
import { choice } from '../params';

export default defineOperation({
  id: 'noise.regression',
  version: 1,
  title: 'Regression',
  summary: 'Fit a polynomial, with harmonics if wanted, to each light curve with the measurement errors as weights.',
  help: `The curve is y = Σ a_k (x - reference)^k, plus Σ cos_j cos(2πj(x - reference)/period) + sin_j sin(2πj(x - reference)/period) when harmonics are asked for. x is the time, or any column. One curve is fitted to the whole light curve; the trends fit pieces and windows.

It is fitted by weighted least squares: Σ((y - curve)/error)² is as small as can be, solved by QR. The coefficients are those of numpy.polyfit with w = 1/error and of statsmodels' WLS. Errors of x are not used. Without an error column all points count the same.

The errors of the coefficients follow from the measurement errors as they are (errors given: cov='unscaled' of numpy, absolute_sigma of scipy), or are scaled by √(chi²/dof), so that the scatter about the curve decides (errors scaled: the default of statsmodels; always so without an error column). Choose scaled when the error bars are only known relative to each other. Look at reduced_chi2 first: far above 1 the curve does not fit or the errors are too small.

huber is robust: residuals beyond tuning times the scatter count in proportion, not squared. The scatter is 1.4826 times the median of |residual|/error and is found anew in each round, as in statsmodels' RLM with HuberT; the errors of the coefficients are then Huber's (RLM's H1), which rest on the scatter.

The result are the columns <value>_fit and <value>_residual, and one row of results for each light curve: n, dof, chi2, reduced_chi2 (with errors only), rms of the residuals, reference, and each coefficient with its error. Without a reference the powers are of x minus its mean, which keeps a0 and a1 nearly independent. With reference 0 the coefficients of Julian dates are huge numbers that cancel.

Flagged rows and rows with a missing value take no part; the curve is still given at their x. Rows without an error above 0 are left out and counted. Traps: beyond the data a polynomial goes where it likes; errors that depend on the brightness pull a magnitude fit toward the bright points.`,
  cite: 'numpy.polyfit, statsmodels WLS and RLM; Huber 1981, Robust Statistics, Wiley, doi:10.1002/0471725250',
  params: Type.Object(
    {
      degree: Type.Integer({ title: 'Degree', description: 'Highest power of x.', default: 1, minimum: 0, maximum: 10, slider: [0, 6] }),
      harmonics: Type.Integer({
        title: 'Harmonics',
        description: 'Pairs of cosine and sine with 1, 2 … cycles a period. 0 = none.',
        default: 0,
        minimum: 0,
        maximum: 10,
        slider: [0, 6],
      }),
      period: Type.Optional(Type.Number({ title: 'Period', description: 'Of the harmonics, in the unit of x.', exclusiveMinimum: 0, unit: 'time' })),
      column: Type.Optional(Type.String({ more: true, title: 'Against', description: 'The column that is x; absent = the time.' })),
      reference: Type.Optional(
        Type.Number({
          more: true,
          title: 'Reference',
          description: 'The x at which powers are 0 and phases begin; absent = the mean of x.',
          unit: 'time',
        }),
      ),
      loss: choice(['squares', 'huber'], {
        title: 'Loss',
        description: 'squares: weighted least squares. huber: residuals beyond the tuning count in proportion, so that outliers pull less.',
        default: 'squares',
      }),
      tuning: Type.Number({
        when: { loss: ['huber'] },
        title: 'Tuning',
        description: 'For huber: residuals up to so many times the scatter count fully. 1.345 keeps 95 % of the efficiency for Gaussian noise.',
        default: 1.345,
        exclusiveMinimum: 0,
        unit: 'σ',
        origin: 'statsmodels',
        slider: [0.5, 5],
      }),
      errors: choice(['given', 'scaled'], {
        more: true,
        title: 'Errors',
        description: 'given: the errors of the coefficients follow from the error column. scaled: they follow from the scatter about the curve.',
        default: 'given',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time', optional: true },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    return yield* fitKernel(input, params, context);
  },
  examples: [
    {
      title: 'A line through points with unequal errors',
      columns: { time: [0, 1, 2, 3], value: [1, 3, 5, 8], error: [1, 1, 1, 1000] },
      params: { degree: 1, reference: 0 },
      expect: { results: [{ n: 4, dof: 2, reference: 0, a0: 0.999999333334889, a1: 2.000000999997667 }] },
    },
    {
      title: 'A sinusoid of known period about a level',
      columns: {
        time: [0, 0.5, 1, 1.5, 2.25, 3, 4.75],
        value: [0, 0.5, 1, 1.5, 2.25, 3, 4.75].map((t) => 10 + 2 * Math.cos(Math.PI * t) - 3 * Math.sin(Math.PI * t)),
      },
      params: { degree: 0, harmonics: 1, period: 2, reference: 0 },
      expect: { results: [{ a0: 10, cos1: 2, sin1: -3 }] },
    },
    {
      title: 'Huber’s loss sets an outlier aside',
      columns: { time: [0, 1, 2, 3, 4, 5, 6], value: [0, 1, 2, 30, 4, 5, 6] },
      params: { degree: 1, loss: 'huber', reference: 0 },
      expect: { columns: { value_residual: [0, 0, 0, 27, 0, 0, 0] } },
    },
  ],
  produces: (_params, nameOf) => ({ columns: fitColumns(nameOf) }),
  needs: ({ column }) => (column ? [column] : []),
  describe: ({ degree, harmonics, loss, column }) =>
    [
      `degree ${degree}`,
      harmonics > 0 ? `${harmonics} harmonic${harmonics === 1 ? '' : 's'}` : '',
      loss === 'huber' ? 'Huber' : '',
      column ? `against ${column}` : '',
    ]
      .filter(Boolean)
      .join(', '),
});
