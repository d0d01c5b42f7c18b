import { Type } from '@sinclair/typebox';
import { inBlocks, part } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { columnsOfExpression, evaluateExpressionSteps, parseExpression } from '../../select/expression';
import { defineOperation } from '../definition';

export default defineOperation({
  id: 'transform.expression',
  version: 1,
  title: 'New column',
  summary: 'Compute a new column from an expression over others.',
  help: `Adds a float64 column with the value of the expression in every row inside the selection (missing elsewhere), for example \`-2.5 * log10(flux) + 25\` or \`time - 2457000\`.

Columns go by their names; a name with odd characters, or one that is also a constant (pi, e, nan, inf), as col("odd name"). Operators: + - * / % ** == != < <= > >= && || ! and test ? yes : no; conditions are 1 or 0. Functions: abs sqrt exp log log10 log2 pow sin cos tan asin acos atan atan2 floor ceil round min max sign hypot isnan isfinite clip deg rad; log is natural, angles are radians, % has the sign of the divisor and round takes halves to the even neighbour, as numpy.

A missing value anywhere in arithmetic makes the result missing; what has no value (log of a negative flux, 0/0) is missing, and rows that become so are counted. Units are not computed: state the unit of the result. Flagged rows get a value, too.`,
  params: Type.Object(
    {
      name: Type.String({ title: 'Name', description: 'Name of the new column; it must not exist yet.', default: 'derived', minLength: 1 }),
      expression: Type.String({ title: 'Expression', description: 'What to compute, for example -2.5 * log10(flux) + 25.', default: '' }),
      unit: Type.String({ title: 'Unit', description: 'Unit of the result; empty = none.', default: '' }),
    },
    { additionalProperties: false },
  ),
  inputs: [],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { name, expression, unit }, context) {
    const parsed = parseExpression(expression);
    if (input.has(name))
      throw new AppError({ code: 'invalid-argument', message: `column ${name} exists already`, hint: 'choose another name', column: name });
    const sources = columnsOfExpression(parsed).filter((c) => input.table.columns.find((m) => m.name === c)?.type !== 'utf8');
    const values = yield* part(evaluateExpressionSteps(parsed, input), 0, 0.9);
    const columns = sources.map((c) => input.column(c));
    let lost = 0;
    const checking = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) {
        if (input.inside[i] === 0) values[i] = NaN;
        else if (values[i] !== values[i] && columns.every((c) => c[i] === c[i])) lost++;
      }
    });
    yield* part(checking, 0.9, 1);
    if (lost > 0)
      context.alert({ severity: 'info', message: 'the expression has no value in rows where all its columns have one', rows: lost, column: name });
    return { columns: [{ name, type: 'float64', unit: unit || undefined, description: expression, values }] };
  },
  examples: [
    {
      title: 'Flux to magnitude',
      columns: { value: [100, 10, 0.01, NaN] },
      params: { name: 'mag', expression: '-2.5 * log10(value) + 25', unit: 'mag' },
      expect: { columns: { mag: [20, 22.5, 30, NaN] } },
    },
  ],
  figure: { params: { name: 'relative', expression: '1e3 * (value / 1003 - 1)', unit: 'ppt' } },
  produces: ({ name }) => ({ columns: [name] }),
  needs: ({ expression }) => columnsOfExpression(parseExpression(expression)),
  describe: ({ name, expression }) => `${name} = ${expression}`,
});
