import { Type } from '@sinclair/typebox';
import type { ColumnMeta, Role } from '../../model/column';
import { type Sentinel, type SentinelOptions, findSentinelsSteps } from '../../numerics/sentinels';
import { inBlocks, part } from '../../numerics/steps';
import { AppError, type Progress } from '../../protocol/outcome';
import { type Batch, type Context, type NewColumn, defineOperation } from '../definition';

/** Bounds that what a column means puts on it: a typical sentinel beyond them need not be far away. */
const BOUNDS: Readonly<Partial<Record<Role, SentinelOptions>>> = {
  error: { minimum: 0 },
  ra: { minimum: -180, maximum: 360 },
  dec: { minimum: -90, maximum: 90 },
};

/** A number to take out: as the column holds it, and as it is written. */
type Taken = Pick<Sentinel, 'stored' | 'value'>;

/** The numbers to take out of a column: those given, or those found. */
function* sentinelsOf(input: Batch, name: string, values: readonly number[], meta: ColumnMeta | undefined): Generator<Progress, readonly Taken[]> {
  if (values.length > 0) return [...new Set([...values, ...values.map(Math.fround)])].map((stored) => ({ stored, value: stored }));
  const role = meta?.role ?? (input.nameOf('error') === name ? 'error' : undefined);
  const bounds = role && BOUNDS[role];
  return yield* findSentinelsSteps(input.column(name), { ...bounds, use: input.live });
}

function* withoutSteps(
  input: Batch,
  source: Float64Array,
  sentinels: readonly Taken[],
): Generator<Progress, { values: Float64Array; counts: readonly number[] }> {
  const out = new Float64Array(input.length);
  const counts = sentinels.map(() => 0);
  const stored = sentinels.map((s) => s.stored);
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = source[i]!;
      const at = input.inside[i] === 1 ? stored.indexOf(v) : -1;
      out[i] = at < 0 ? v : NaN;
      if (at >= 0) counts[at]!++;
    }
  });
  return { values: out, counts };
}

function tell(name: string, isGiven: boolean, sentinels: readonly Taken[], counts: readonly number[], context: Context): void {
  const total = counts.reduce((a, b) => a + b, 0);
  if (isGiven || total === 0) {
    const message = isGiven ? `sentinels in ${name} are now missing` : `no sentinels found in ${name}`;
    context.alert({ severity: 'info', message, column: name, rows: total });
    return;
  }
  sentinels.forEach(({ value }, k) => {
    context.alert({ severity: 'info', message: `${value} in ${name} is now missing`, column: name, rows: counts[k]! });
  });
}

function checkType(name: string, meta: ColumnMeta | undefined): void {
  if (meta && !/^(u?int(8|16|32)|float(32|64))$/.test(meta.type))
    throw new AppError({
      code: 'unsupported',
      message: `column ${name} (${meta.type}) cannot hold sentinels`,
      hint: 'name columns of numbers of at most 32 bits or of floats',
      column: name,
    });
}

/** The columns named; else the value column and, unless it is left out, the error column. */
function namesOf(params: { columns: readonly string[]; errors: boolean }, nameOf: (role: Role) => string | undefined): readonly string[] {
  if (params.columns.length > 0) return [...new Set(params.columns)];
  return [nameOf('value'), params.errors ? nameOf('error') : undefined].filter((n) => n !== undefined);
}

export default defineOperation({
  id: 'missing.sentinels',
  version: 2,
  title: 'Sentinels to missing',
  summary: 'Turn numbers that stand for "no value" into missing values.',
  help: `Surveys write -999, -9999 or 99.99 where they have no value; taken as numbers they ruin every mean. This step makes a new version of the columns in which these numbers are missing. The file's own column is not touched: undoing the step brings the numbers back.

With no numbers given they are found, column by column, as in the quality report: numbers that surveys are known to write (-99 and 99 with more nines or decimals, powers of ten from 1e9 up, the fill values of netCDF, IRAF and CDF, the ends of number types) and that stand apart from the rest: far outside the central 99.8 % of the values, or negative in a column that has no negative values, or beyond what the column can hold (a declination of -99). A number with honest values within 25 % of it is never taken for one. -1, -9 and 0 are not looked for: give them. What was found is told with its count. Numbers are judged over the rows in use of each scope: the whole table, unless you choose otherwise.

With numbers given, a value is a sentinel when it equals one exactly, or equals the nearest 32-bit float of one (99.99 in a 32-bit column is 99.98999786…). Only rows inside the step's selection change. Whole-number columns become float64, since they cannot hold a missing value.

Trap: list only what really is a sentinel. -99 may be an honest flux, and 999 an honest number of counts: look at the histogram first.`,
  params: Type.Object(
    {
      values: Type.Array(Type.Number(), {
        title: 'Sentinels',
        description: 'The numbers that stand for "no value". None given = they are found.',
        default: [],
      }),
      columns: Type.Array(Type.String(), {
        title: 'Columns',
        description: 'In which columns; none named = the value and the error column.',
        default: [],
      }),
      errors: Type.Boolean({
        title: 'Error column too',
        description: 'When no column is named, the error column is cleaned with the value column.',
        default: true,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value', optional: true },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['table', 'object', 'object-band'],
  *kernel(input, params, context) {
    const names = namesOf(params, (role) => input.nameOf(role));
    if (names.length === 0)
      throw new AppError({ code: 'invalid-argument', message: 'no column is named and none has the role value', hint: 'name the columns' });
    const made: NewColumn[] = [];
    for (const [k, name] of names.entries()) {
      const meta = input.table.columns.find((c) => c.name === name);
      checkType(name, meta);
      const at = (share: number): number => (k + share) / names.length;
      const sentinels = yield* part(sentinelsOf(input, name, params.values, meta), at(0), at(0.6));
      const { values, counts } = yield* part(withoutSteps(input, input.column(name), sentinels), at(0.6), at(1));
      tell(name, params.values.length > 0, sentinels, counts, context);
      const type = meta?.type === 'float32' ? 'float32' : 'float64';
      made.push({ name, type, unit: input.unit(name), description: meta?.description, values, replaces: true });
    }
    return { columns: made };
  },
  migrate: { 1: (old) => ({ values: [-9999, -999], errors: false, ...old }) },
  examples: [
    {
      title: 'Two sentinels',
      columns: { value: [14.2, -999, 15.1, 99.99] },
      params: { values: [-999, 99.99] },
      expect: { columns: { value: [14.2, NaN, 15.1, NaN] } },
    },
    {
      title: 'Found by themselves',
      columns: { value: [14.2, -9999, 15.1, 14.8], error: [0.1, 99.99, 0.2, 0.1] },
      params: {},
      expect: { columns: { value: [14.2, NaN, 15.1, 14.8], error: [0.1, NaN, 0.2, 0.1] } },
    },
  ],
  figure: { value: 'value with sentinels' },
  produces: (params, nameOf) => ({ columns: namesOf(params, nameOf) }),
  needs: ({ columns }) => columns,
  describe: ({ values }) => (values.length > 0 ? values.join(', ') : 'found by themselves'),
});
