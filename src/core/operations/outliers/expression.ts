import { Type } from '@sinclair/typebox';
import { inBlocks, part } from '../../numerics/steps';
import { columnsOfExpression, evaluateExpressionSteps, parseExpression } from '../../select/expression';
import { defineOperation } from '../definition';

export default defineOperation({
  id: 'outliers.expression',
  version: 1,
  title: 'Where an expression is true',
  summary: 'Flag the rows for which a condition over the columns is true.',
  help: `Flags every row for which the condition holds, for example \`err > 0.2 || chi2 / dof > 5\` or \`band == "g" && mag > 22.5\`.

Columns go by their names; a name with odd characters, or one that is also a constant (pi, e, nan, inf), as col("odd name"). Operators: + - * / % ** == != < <= > >= && || ! and test ? yes : no. Functions: abs sqrt exp log log10 log2 pow sin cos tan asin acos atan atan2 floor ceil round min max sign hypot isnan isfinite clip deg rad; log is natural, angles are radians, % has the sign of the divisor and round takes halves to the even neighbour, as numpy.

Missing values: a comparison with one is false, also !=, so such rows are not flagged; ask for them with isnan(x). But !(x > 3) is true where x is missing. Trap: -x**2 is -(x**2).

Each row is judged alone, whatever flags it has already. Expressions are interpreted from an allow-list; a shared recipe cannot run code.`,
  params: Type.Object(
    { expression: Type.String({ title: 'Condition', description: 'True where a row is to be flagged, for example err > 0.2.', default: '' }) },
    { additionalProperties: false },
  ),
  inputs: [],
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { expression }) {
    const truth = yield* part(evaluateExpressionSteps(parseExpression(expression), input), 0, 0.9);
    const mask = new Uint8Array(input.length);
    const marking = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const t = truth[i]!;
        if (input.inside[i] === 1 && t === t && t !== 0) mask[i] = 1;
      }
    });
    yield* part(marking, 0.9, 1);
    return { flags: [{ name: 'expression', mask, reason: expression }] };
  },
  examples: [
    {
      title: 'Large errors',
      columns: { value: [10, 11, 12, 13], error: [0.1, 0.3, NaN, 0.01] },
      params: { expression: 'error > 0.2 || value == 13' },
      expect: { flagged: [1, 3] },
    },
  ],
  figure: { params: { expression: 'quality > 0 || value < 985' } },
  produces: () => ({ flags: ['expression'] }),
  needs: ({ expression }) => columnsOfExpression(parseExpression(expression)),
  describe: ({ expression }) => expression,
});
