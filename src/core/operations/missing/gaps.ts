import { Type } from '@sinclair/typebox';
import { type Knots, knotsSteps } from '../../numerics/interpolate';
import { inBlocks, part } from '../../numerics/steps';
import { type TimeGap, timeGapsSteps } from '../../numerics/time-gaps';
import { AppError, type Progress } from '../../protocol/outcome';
import { type Batch, type Context, type ResultValue, type Series, defineOperation } from '../definition';
import { choice } from '../params';

interface Usable {
  readonly points: Knots;
  /** Numbers of the points' cadences, when a column has them. */
  readonly counters: Float64Array | undefined;
}

/** The rows that count as observed: in use, with a time, a value and (where a column is named) a cadence number. */
function* usableSteps(input: Batch, cadenceColumn: string | undefined): Generator<Progress, Usable> {
  const times = input.role('time')!;
  const values = input.role('value') ?? times;
  if (cadenceColumn === undefined) return { points: yield* knotsSteps(times, values, input.live), counters: undefined };
  const numbers = input.column(cadenceColumn);
  const use = new Uint8Array(input.length);
  const marking = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) if (input.live[i] === 1 && values[i]! - values[i]! === 0 && numbers[i]! - numbers[i]! === 0) use[i] = 1;
  });
  yield* part(marking, 0, 0.2);
  const points = yield* part(knotsSteps(times, values, use), 0.2, 0.6);
  const { y } = yield* part(knotsSteps(times, numbers, use), 0.6, 1);
  return { points, counters: y };
}

/** A cadence that is not there, on the straight line between its gap's ends. */
interface Cadence {
  readonly gap: number;
  readonly time: number;
  readonly value: number;
  readonly number: number | undefined;
}

/** Cadences a light curve is filled with at most: past that the gaps are seasons and their filling is invention. */
const MOST_CADENCES = 500_000;

function* cadencesSteps({ points: { y }, counters }: Usable, gaps: readonly TimeGap[], maxGap: number): Generator<Progress, readonly Cadence[]> {
  const out: Cadence[] = [];
  let told = 0;
  for (const [index, { at, start, end, missing }] of gaps.entries()) {
    if (end - start > maxGap) continue;
    for (let k = 1; k <= missing; k++) {
      const share = k / (missing + 1);
      const value = y[at]! + share * (y[at + 1]! - y[at]!);
      out.push({ gap: index + 1, time: start + share * (end - start), value, number: counters && counters[at]! + k });
      if (out.length - told < 2 ** 15) continue;
      told = out.length;
      yield { fraction: index / gaps.length };
    }
  }
  return out;
}

function tell(points: number, gaps: readonly TimeGap[], byNumber: boolean, context: Context): void {
  if (points < 2) context.alert({ severity: 'warning', message: 'fewer than two usable points: no gap can be found', rows: points });
  if (!byNumber && points > 20 && gaps.length > 0.1 * points)
    context.alert({
      severity: 'warning',
      message: 'the sampling is uneven: more than a tenth of the steps count as gaps',
      hint: 'raise the gap factor (100 finds the seasons of nightly observations)',
      rows: gaps.length,
    });
}

type Row = Readonly<Record<string, ResultValue>>;

/** A list can be as long as the table. */
function* rowsSteps<T>(items: readonly T[], rowOf: (item: T, index: number) => Row): Generator<Progress, readonly Row[]> {
  const rows: Row[] = [];
  yield* inBlocks(
    items.length,
    (from, to) => {
      for (let i = from; i < to; i++) rows.push(rowOf(items[i]!, i));
    },
    2 ** 15,
  );
  return rows;
}

function seriesOf(input: Batch, cadences: readonly Cadence[]): Series {
  const unit = (role: 'time' | 'value'): string | undefined => input.unit(input.nameOf(role)!);
  return {
    name: 'interpolated cadences',
    x: { name: input.nameOf('time')!, unit: unit('time'), values: Float64Array.from(cadences, (c) => c.time) },
    y: { name: input.nameOf('value')!, unit: unit('value'), values: Float64Array.from(cadences, (c) => c.value) },
  };
}

export default defineOperation({
  id: 'missing.gaps',
  version: 1,
  title: 'Gaps in time',
  summary: 'List the gaps of each light curve, or the cadences that would fill them.',
  help: `A gap is a step between neighbouring usable points (in use, with time and value) longer than the gap factor times the median step; round(step / median) - 1 cadences are missing in it. The default 1.2 is that of lightkurve's fill_gaps and right for even cadences: space missions. For nightly observations nearly every step is a "gap" by it, which is reported: 100 finds seasons and outages. Where the table numbers its cadences (CADENCENO), name that column: then gaps are where numbers are skipped, and the factor is not used.

One result row a gap: gap (from 1), start and end (the times of the last point before and the first after), duration, missing. Or one result row a missing cadence: gap, time, value, (with a cadence column) cadence: evenly spaced over the gap, the value on the straight line between the gap's ends. Rows are never added to a table: export this list and append it where a method needs an even grid. The interpolated cadences are drawn with the preview.

Points with the same time count once, with their mean. Flagged rows and rows without a value count as not observed. Interpolated cadences carry no information: a periodogram that counts them as data is too sure of itself.`,
  cite: 'Lightkurve Collaboration 2018, ascl:1812.013 (fill_gaps)',
  params: Type.Object(
    {
      gapFactor: Type.Number({
        title: 'Gap factor',
        description: 'A step longer than this many median steps is a gap.',
        default: 1.2,
        minimum: 1,
        origin: 'lightkurve',
        slider: [1.1, 200],
      }),
      list: choice(['gaps', 'cadences'], {
        title: 'One row for each',
        description: 'gaps: every gap. cadences: every missing cadence, interpolated.',
        default: 'gaps',
      }),
      maxGap: Type.Number({
        title: 'Longest gap to interpolate',
        description: 'Longer gaps are listed, not interpolated; in the unit of the time. 0 = no limit.',
        default: 0,
        minimum: 0,
        unit: 'time',
      }),
      cadenceColumn: Type.Optional(Type.String({ title: 'Cadence number', description: 'The column that numbers the cadences; none = by time.' })),
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value', optional: true },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, { gapFactor, list, maxGap, cadenceColumn }, context) {
    const usable = yield* part(usableSteps(input, cadenceColumn), 0, 0.3);
    const { gaps } = yield* part(timeGapsSteps(usable.points, gapFactor, usable.counters), 0.3, 0.7);
    tell(usable.points.count, gaps, cadenceColumn !== undefined, context);
    const longest = maxGap || Infinity;
    const missing = gaps.reduce((sum, g) => sum + (g.end - g.start > longest ? 0 : g.missing), 0);
    const tooMany = missing > MOST_CADENCES;
    if (tooMany && list === 'cadences')
      throw new AppError({
        code: 'invalid-argument',
        message: `${missing} cadences are missing (at most ${MOST_CADENCES} are interpolated for a light curve)`,
        hint: 'set the longest gap to interpolate, or raise the gap factor',
      });
    const cadences = tooMany ? [] : yield* part(cadencesSteps(usable, gaps, longest), 0.7, 0.9);
    const hasValue = input.role('value') !== undefined;
    const series = hasValue && cadences.length > 0 ? [seriesOf(input, cadences)] : [];
    const results =
      list === 'gaps'
        ? rowsSteps(gaps, ({ start, end, missing: m }, k) => ({ gap: k + 1, start, end, duration: end - start, missing: m }))
        : rowsSteps(cadences, ({ gap, time, value, number }) => ({
            gap,
            time,
            value: hasValue ? value : undefined,
            ...(cadenceColumn === undefined ? {} : { cadence: number }),
          }));
    return { results: yield* part(results, 0.9, 1), series };
  },
  examples: [
    {
      title: 'Two cadences missing, then one',
      columns: { time: [0, 1, 2, 5, 6, 7, 9], value: [10, 10, 10, 13, 13, 13, 15] },
      params: {},
      expect: {
        results: [
          { gap: 1, start: 2, end: 5, duration: 3, missing: 2 },
          { gap: 2, start: 7, end: 9, duration: 2, missing: 1 },
        ],
      },
    },
    {
      title: 'The cadences that would fill them',
      columns: { time: [0, 1, 2, 5, 6, 7, 9], value: [10, 10, 10, 13, 13, 13, 15] },
      params: { list: 'cadences' },
      expect: {
        results: [
          { gap: 1, time: 3, value: 11 },
          { gap: 1, time: 4, value: 12 },
          { gap: 2, time: 8, value: 14 },
        ],
      },
    },
  ],
  produces: () => ({}),
  needs: ({ cadenceColumn }) => (cadenceColumn === undefined ? [] : [cadenceColumn]),
  describe: ({ gapFactor, list, cadenceColumn }) =>
    `${list === 'cadences' ? 'missing cadences' : 'gaps'} ${cadenceColumn === undefined ? `over ${gapFactor} median steps` : `by ${cadenceColumn}`}`,
});
