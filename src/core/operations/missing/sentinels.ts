import { Type } from '@sinclair/typebox';
import { inBlocks, part } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation, type NewColumn } from '../definition';

export default defineOperation({
  id: 'missing.sentinels',
  version: 1,
  title: 'Sentinels to missing',
  summary: 'Turn numbers that stand for "no value" into missing values.',
  help: `Surveys write -999, -9999 or 99.99 where they have no value; taken as numbers they ruin every mean. This step makes a new version of the columns in which these numbers are missing. The file's own column is not touched: undoing the step brings the numbers back.

A value is a sentinel when it equals one of the list exactly, or equals the nearest 32-bit float of one (99.99 in a 32-bit column is 99.98999786…). Only rows inside the step's selection change. Whole-number columns become float64, since they cannot hold a missing value; the count for each column is reported, also when it is 0.

Trap: list only what really is a sentinel. -99 may be an honest flux, and 999 an honest number of counts: look at the histogram first.`,
  params: Type.Object(
    {
      values: Type.Array(Type.Number(), {
        title: 'Sentinels',
        description: 'The numbers that stand for "no value".',
        default: [-9999, -999],
        minItems: 1,
      }),
      columns: Type.Array(Type.String(), { title: 'Columns', description: 'In which columns; none named = the value column.', default: [] }),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'value', title: 'Value', optional: true }],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { values, columns }, context) {
    const names = columns.length > 0 ? columns : [input.nameOf('value')].filter((n) => n !== undefined);
    if (names.length === 0)
      throw new AppError({ code: 'invalid-argument', message: 'no column is named and none has the role value', hint: 'name the columns' });
    const sentinels = [...new Set([...values, ...values.map(Math.fround)])];
    const made: NewColumn[] = [];
    for (const [k, name] of names.entries()) {
      const meta = input.table.columns.find((c) => c.name === name);
      if (meta && !/^(u?int(8|16|32)|float(32|64))$/.test(meta.type))
        throw new AppError({
          code: 'unsupported',
          message: `column ${name} (${meta.type}) cannot hold sentinels`,
          hint: 'name columns of numbers of at most 32 bits or of floats',
          column: name,
        });
      const source = input.column(name);
      const out = new Float64Array(input.length);
      let count = 0;
      const replacing = inBlocks(input.length, (from, to) => {
        for (let i = from; i < to; i++) {
          const v = source[i]!;
          if (input.inside[i] === 1 && sentinels.includes(v)) {
            out[i] = NaN;
            count++;
          } else out[i] = v;
        }
      });
      yield* part(replacing, k / names.length, (k + 1) / names.length);
      context.alert({ severity: 'info', message: `sentinels in ${name} are now missing`, column: name, rows: count });
      made.push({
        name,
        type: meta?.type === 'float32' ? 'float32' : 'float64',
        unit: input.unit(name),
        description: meta?.description,
        values: out,
        replaces: true,
      });
    }
    return { columns: made };
  },
  examples: [
    {
      title: 'Two sentinels',
      columns: { value: [14.2, -999, 15.1, 99.99] },
      params: { values: [-999, 99.99] },
      expect: { columns: { value: [14.2, NaN, 15.1, NaN] } },
    },
  ],
  produces: ({ columns }, nameOf) => {
    const value = nameOf('value');
    return { columns: columns.length > 0 ? columns : value === undefined ? [] : [value] };
  },
  needs: ({ columns }) => columns,
  describe: ({ values }) => values.join(', '),
});
