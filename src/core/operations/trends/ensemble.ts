import { Type } from '@sinclair/typebox';
import { type DetrendApply, detrendSteps } from '../../numerics/detrend';
import { type EnsembleInput, ensembleTrendSteps } from '../../numerics/ensemble-trend';
import { type GroupLevels, type RowGroups, groupLevelsSteps, groupRowsSteps } from '../../numerics/group-levels';
import { inBlocks, part } from '../../numerics/steps';
import type { Progress } from '../../protocol/outcome';
import { columnsOfExpression, evaluateExpressionSteps, parseExpression } from '../../select/expression';
import { type Batch, type Context, type Effect, type ResultValue, defineOperation } from '../definition';
import { type Members, chooseMembers } from '../ensemble-members';
import { choice, isMagnitude, trendParams } from '../params';
import { detrendedColumnsSteps, trendColumns } from '../detrended-columns';

/** Light curves of the table: one an object and band. */
interface LightCurves {
  readonly groupOf: Uint32Array;
  readonly rows: RowGroups;
  readonly bands: number;
  readonly count: number;
  readonly values: GroupLevels;
  readonly errors: GroupLevels | undefined;
}

function* lightCurvesOf(input: Batch): Generator<Progress, LightCurves> {
  const { groups } = input;
  const bands = Math.max(1, groups?.bands.length ?? 1);
  const groupOf = new Uint32Array(input.length);
  const coding = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) groupOf[i] = (groups ? groups.objectOf[i]! : 0) * bands + (groups?.bandOf ? groups.bandOf[i]! : 0);
  });
  yield* part(coding, 0, 0.1);
  const count = (groups?.count ?? 1) * bands;
  const rows = yield* part(groupRowsSteps(groupOf, count), 0.1, 0.3);
  const values = yield* part(groupLevelsSteps(rows, input.role('value')!, input.live), 0.3, 0.8);
  const errors = input.role('error');
  return { groupOf, rows, bands, count, values, errors: errors && (yield* part(groupLevelsSteps(rows, errors, input.live), 0.8, 1)) };
}

/** Band of each light curve. */
function channelsOf({ count, bands }: LightCurves): Uint32Array {
  const out = new Uint32Array(count);
  for (let g = 0; g < count; g++) out[g] = g % bands;
  return out;
}

/** value - level, or value / level; NaN for rows that do not count. */
function* departuresSteps(input: Batch, curves: LightCurves, isRatio: boolean): Generator<Progress, Float64Array> {
  const values = input.role('value')!;
  const out = new Float64Array(input.length);
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const level = curves.values.level[curves.groupOf[i]!]!;
      out[i] = input.live[i] !== 1 ? NaN : isRatio ? (level > 0 ? values[i]! / level : NaN) : values[i]! - level;
    }
  });
  return out;
}

/** Trends in the unit of the values: a ratio becomes level × ratio. Counts what has none. */
function* unitsSteps(input: Batch, curves: LightCurves, trend: Float64Array, isRatio: boolean): Generator<Progress, number> {
  const values = input.role('value')!;
  let empty = 0;
  yield* inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.inside[i] === 0) trend[i] = NaN;
      else if (isRatio) trend[i]! *= curves.values.level[curves.groupOf[i]!]!;
      if (input.inside[i] === 1 && trend[i] !== trend[i] && values[i] === values[i]) empty++;
    }
  });
  return empty;
}

/** value × level / trend for `divide-keep-level`: every light curve has its own level. */
function* keepLevelsSteps(detrended: Float64Array, curves: LightCurves): Generator<Progress, void> {
  yield* inBlocks(detrended.length, (from, to) => {
    for (let i = from; i < to; i++) detrended[i]! *= curves.values.level[curves.groupOf[i]!]!;
  });
}

function* resultsOf(
  input: Batch,
  curves: LightCurves,
  members: Members,
  detrended: Float64Array,
): Generator<Progress, Record<string, ResultValue>[]> {
  const { groups } = input;
  if (!groups) return [];
  const after = yield* groupLevelsSteps(curves.rows, detrended, input.live);
  const out: (Record<string, ResultValue> & { readonly object: string })[] = [];
  for (let g = 0; g < curves.count; g++) {
    if (curves.values.points[g] === 0) continue;
    const object = groups.id(Math.floor(g / curves.bands));
    const band = groups.bandOf ? { band: groups.bands[g % curves.bands]! } : {};
    out.push({ object, ...band, member: members.isMember[g] === 1, scatter_before: curves.values.scatter[g]!, scatter_after: after.scatter[g]! });
    if (g % 8192 === 8191) yield { fraction: g / curves.count };
  }
  return out.sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : String(a['band']) < String(b['band']) ? -1 : 1));
}

function* effectOf(
  input: Batch,
  curves: LightCurves,
  members: Members,
  trend: Float64Array,
  apply: DetrendApply,
  context: Context,
): Generator<Progress, Effect> {
  const values = input.role('value')!;
  const isRatio = apply !== 'subtract';
  const empty = yield* part(unitsSteps(input, curves, trend, isRatio), 0, 0.2);
  const { values: detrended, zeros } = yield* part(detrendSteps(values, trend, apply === 'divide-keep-level' ? 'divide' : apply, NaN), 0.2, 0.4);
  if (apply === 'divide-keep-level') yield* part(keepLevelsSteps(detrended, curves), 0.4, 0.5);
  const results = yield* part(resultsOf(input, curves, members, detrended), 0.5, 0.9);
  if (empty > 0)
    context.alert({
      severity: 'warning',
      message: 'rows have no trend: too few light curves of the ensemble were observed near their time',
      rows: empty,
      hint: 'widen the window, take more stars into the ensemble, or raise the break tolerance',
    });
  if (zeros > 0) context.alert({ severity: 'warning', message: 'rows have a trend of 0 to divide by: left missing', rows: zeros });
  const levelOf = (row: number): number => curves.values.level[curves.groupOf[row]!]!;
  const words = { trendIs: `ensemble trend${isRatio ? '' : ' about 0'}`, levelIs: 'median value' };
  return { columns: yield* part(detrendedColumnsSteps(input, { trend, detrended, apply, levelOf, ...words }), 0.9, 1), results };
}

export default defineOperation({
  id: 'trends.ensemble',
  version: 1,
  title: 'Ensemble trend',
  summary: 'Take out what a chosen set of stars do together at the same time.',
  help: `Weather, focus and calibration move all stars of a field together. The trend at a time is the median, over the stars of the ensemble observed then in the same band, of how far each is from its own median; it is taken out of every light curve, in the ensemble or not. A star never counts in its own trend. Each star counts once in a time bin, by the mean of its values there.

The ensemble are the quietest stars (the given fraction of those in each band with at least five values, by robust scatter over median error, or by robust scatter when no error is bound), the listed objects (known standards), those for which an expression is true in at least one of their rows, or all.

A window of 0 takes rows of exactly equal times together, as the stars of one exposure have them. Otherwise times are cut into bins of the window's width, and the trend is interpolated linearly between the bins' mean times. Bins with fewer stars than the least number are left out and interpolated over; gaps longer than the break tolerance are not (0 = all are). Outside the bins, and in longer gaps, the nearest bin within a window's width counts; farther away there is no trend.

Subtracting, departures are differences and the trend is about 0: for magnitudes. Dividing, they are ratios: <value>_trend is the star's median times the common ratio. Results are <value>_trend and <value>_detrended, and for each light curve whether it was in the ensemble and its robust scatter before and after.

Traps: stars that vary in phase (all the RR Lyrae of one night) are no ensemble. What depends on colour or position in the field is not common to all stars. With few stars in a bin their noise goes into every light curve: the least number guards against it.`,
  cite: 'Honeycutt 1992, PASP 104, 435, doi:10.1086/133015 (ensemble photometry); Kovács, Bakos & Noyes 2005, MNRAS 356, 557, doi:10.1111/j.1365-2966.2004.08479.x (trends from a subsample)',
  params: Type.Object(
    {
      members: choice(['quietest', 'listed', 'expression', 'all'], {
        title: 'Ensemble',
        description: 'Which stars make the trend.',
        default: 'quietest',
      }),
      fraction: Type.Number({
        when: { members: ['quietest'] },
        title: 'Quietest fraction',
        description: 'For quietest: the share of the stars in each band that is taken.',
        default: 0.3,
        exclusiveMinimum: 0,
        maximum: 1,
        slider: [0.01, 1],
      }),
      objects: Type.Array(Type.String(), {
        when: { members: ['listed'] },
        title: 'Objects',
        description: 'For listed: identifiers of the stars.',
        default: [],
      }),
      expression: Type.String({
        when: { members: ['expression'] },
        title: 'Condition',
        description: 'For expression: a star is taken when this is true in one of its rows, for example type == "standard".',
        default: '',
      }),
      window: Type.Number({
        title: 'Window',
        description: 'Width of a time bin, in the unit of the time; 0 = rows of exactly equal times.',
        default: 0,
        minimum: 0,
        unit: 'time',
        slider: [0, 1],
      }),
      breakTolerance: Type.Number({
        more: true,
        title: 'Break tolerance',
        description: 'Bins further apart than this, in the unit of the time, are not joined by interpolation. 0 = all are.',
        default: 0,
        minimum: 0,
        unit: 'time',
      }),
      fewest: Type.Integer({
        more: true,
        title: 'Least number',
        description: 'Bins with fewer other stars of the ensemble than this are left out.',
        default: 5,
        minimum: 1,
        unit: 'stars',
        slider: [1, 50],
      }),
      apply: trendParams.apply,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'object', title: 'Object', type: 'text' },
    { role: 'band', title: 'Band', type: 'text', optional: true },
    { role: 'error', title: 'Error', optional: true },
  ],
  writes: 'columns',
  scope: ['table'],
  grouped: true,
  *kernel(input, params, context) {
    const unit = input.unit(input.nameOf('value')!);
    const isRatio = params.apply !== 'subtract';
    if (isRatio && isMagnitude(unit))
      context.alert({ severity: 'warning', message: `values in ${unit} are divided by their trend`, hint: 'subtract the trend from magnitudes' });
    const truth =
      params.members === 'expression' ? yield* part(evaluateExpressionSteps(parseExpression(params.expression), input), 0, 0.1) : undefined;
    const curves = yield* part(lightCurvesOf(input), 0.1, 0.3);
    const members = yield* part(chooseMembers(input, curves, params, truth, context), 0.3, 0.35);
    const departures = yield* part(departuresSteps(input, curves, isRatio), 0.35, 0.4);
    const ensemble: EnsembleInput = {
      times: input.role('time')!,
      departures,
      groups: curves.rows,
      channelOf: channelsOf(curves),
      channels: curves.bands,
      isMember: members.isMember,
    };
    const options = { window: params.window, breakTolerance: params.breakTolerance || Infinity, fewest: params.fewest };
    const trend = yield* part(ensembleTrendSteps(ensemble, curves.groupOf, options), 0.4, 0.85);
    return yield* part(effectOf(input, curves, members, trend, params.apply, context), 0.85, 1);
  },
  examples: [
    {
      title: 'Three stars and a cloud',
      columns: {
        time: [1, 2, 3, 1, 2, 3, 1, 2, 3],
        value: [10, 10.5, 9.9, 12, 12.5, 11.9, 15, 15.5, 14.9],
        object: [1, 1, 1, 2, 2, 2, 3, 3, 3],
      },
      params: { members: 'all', fewest: 2 },
      expect: {
        columns: { value_trend: [0, 0.5, -0.1, 0, 0.5, -0.1, 0, 0.5, -0.1], value_detrended: [10, 10, 10, 12, 12, 12, 15, 15, 15] },
      },
    },
  ],
  figure: { data: 'ensemble', params: { members: 'all', fewest: 3, apply: 'divide-keep-level' } },
  produces: ({ apply }, nameOf) => ({ columns: trendColumns(apply, nameOf) }),
  needs: ({ members, expression }) => (members === 'expression' ? columnsOfExpression(parseExpression(expression)) : []),
  describe: ({ members, fraction, objects, expression, window, apply }) => {
    const who =
      members === 'quietest' ? `quietest ${Math.round(100 * fraction)} %` : members === 'listed' ? `${objects.length} listed stars` : members;
    return `${who}${members === 'expression' ? ` ${expression}` : ''}, ${window > 0 ? `window ${window}` : 'equal times'}, ${apply}`;
  },
});
