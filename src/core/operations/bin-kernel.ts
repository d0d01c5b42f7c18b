import type { Role } from '../model/column';
import { bayesianBlocksSteps } from '../numerics/bayesian-blocks';
import { type BinPoints, type BinStatistic, type BinnedCurve, binStatisticsSteps } from '../numerics/bin-statistics';
import { inBlocks, part } from '../numerics/steps';
import { type TimeBins, binsBetween, countBinsSteps, widthBinsSteps } from '../numerics/time-bins';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context, Effect, ResultValue } from './definition';

/** How a light curve is cut into bins: the first of blocks, count and width that is asked for. */
export interface BinRule {
  readonly blocks: boolean;
  readonly falseAlarm: number;
  readonly penalty?: number | undefined;
  readonly count?: number | undefined;
  readonly width: number;
  readonly start?: number | undefined;
  readonly breakTolerance?: number | undefined;
}

export interface BinParams extends BinRule {
  readonly statistic: BinStatistic;
  /** Also a row of results for each bin. */
  readonly table: boolean;
}

/** `<value>_binned`, `<value>_binned_error`, `<value>_bin`. */
export function binColumns(nameOf: (role: Role) => string | undefined): readonly [string, string, string] {
  const value = nameOf('value') ?? 'value';
  return [`${value}_binned`, `${value}_binned_error`, `${value}_bin`];
}

/** The points that are binned, and the row each came from. */
interface Gathered extends BinPoints {
  readonly rows: Uint32Array;
  /** Usable rows whose error is not above 0. */
  readonly errorless: number;
}

function* gatherSteps(input: Batch, needsErrors: boolean): Generator<Progress, Gathered> {
  const n = input.length;
  const [time, value, error] = [input.role('time')!, input.role('value')!, input.role('error')];
  const times = new Float64Array(n);
  const values = new Float64Array(n);
  const errors = error ? new Float64Array(n) : undefined;
  const rows = new Uint32Array(n);
  let count = 0;
  let errorless = 0;
  yield* inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const t = time[i]!;
      const v = value[i]!;
      if (input.live[i] !== 1 || t - t !== 0 || v - v !== 0) continue;
      if (errors) {
        const e = error![i]!;
        const isGood = e > 0 && e < Infinity;
        if (!isGood) errorless++;
        if (!isGood && needsErrors) continue;
        errors[count] = isGood ? e : NaN;
      }
      times[count] = t;
      values[count] = v;
      rows[count++] = i;
    }
  });
  return { count, times, values, errors, rows, errorless };
}

function* binsSteps(points: Gathered, rule: BinRule): Generator<Progress, TimeBins> {
  const { times, values, errors, count } = points;
  const gap = rule.breakTolerance ?? Infinity;
  if (rule.blocks) return binsBetween(times, yield* bayesianBlocksSteps(times, values, errors!, count, rule), gap);
  if (rule.count !== undefined) return yield* countBinsSteps(times, count, rule.count, gap);
  return yield* widthBinsSteps(times, count, { width: rule.width, origin: rule.start ?? times[0]! }, gap);
}

interface Written {
  readonly binned: Float64Array;
  readonly error: Float64Array;
  readonly bin: Float64Array;
}

/** The bin of every row inside: that of its point, else the one its time lies in. */
function* rowsSteps(input: Batch, points: Gathered, bins: TimeBins, curve: BinnedCurve, params: BinParams): Generator<Progress, Written> {
  const n = input.length;
  const time = input.role('time')!;
  const value = input.role('value')!;
  const shownError = points.errors ? curve.error : curve.errorScatter;
  const binned = new Float64Array(n).fill(NaN);
  yield { fraction: 0 };
  const error = new Float64Array(n).fill(NaN);
  yield { fraction: 0 };
  const out = { binned, error, bin: new Float64Array(n).fill(NaN) };
  yield { fraction: 0 };
  let point = 0;
  let own = 0;
  let around = 0;
  const write = (i: number, b: number): void => {
    out.bin[i] = b;
    const v = value[i]!;
    // A missing value stays missing.
    if (v - v !== 0) return;
    out.error[i] = shownError[b]!;
    if (params.statistic !== 'boundary') out.binned[i] = curve.value[b]!;
    else out.binned[i] = v - curve.least[b]! <= curve.most[b]! - v ? curve.least[b]! : curve.most[b]!;
  };
  const block = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      if (point < points.count && points.rows[point] === i) {
        while (bins.starts[own + 1]! <= point) own++;
        point++;
        write(i, own);
        continue;
      }
      const t = time[i]!;
      if (input.inside[i] === 0 || t - t !== 0) continue;
      while (around + 1 < bins.count && t >= bins.low[around + 1]!) around++;
      if (bins.count > 0 && t >= bins.low[around]! && t <= bins.high[around]!) write(i, around);
    }
  };
  yield* inBlocks(n, block);
  return out;
}

const known = (v: number): number | undefined => (v === v ? v : undefined);

function* resultsSteps(bins: TimeBins, curve: BinnedCurve): Generator<Progress, Readonly<Record<string, ResultValue>>[]> {
  const rows: Readonly<Record<string, ResultValue>>[] = [];
  const block = (from: number, to: number): void => {
    for (let b = from; b < to; b++)
      rows.push({
        bin: b,
        time: curve.time[b]!,
        start: bins.low[b]!,
        end: bins.high[b]!,
        value: curve.value[b]!,
        error: known(curve.error[b]!),
        error_scatter: known(curve.errorScatter[b]!),
        minimum: curve.least[b]!,
        maximum: curve.most[b]!,
        n: bins.starts[b + 1]! - bins.starts[b]!,
      });
  };
  yield* inBlocks(bins.count, block, 1 << 14);
  return rows;
}

function tell(points: Gathered, bins: TimeBins, params: BinParams, needsErrors: boolean, input: Batch, context: Context): void {
  if (points.count === 0 && input.length > 0)
    context.alert({ severity: 'warning', message: 'no usable points to bin', rows: input.length, hint: 'check the time and value columns' });
  if (points.errorless > 0)
    context.alert({
      severity: 'info',
      message: needsErrors ? 'rows without an error above 0 are left out' : 'rows without an error above 0 count like the average of their bin',
      rows: points.errorless,
      column: input.nameOf('error'),
    });
  if (params.count === undefined && !params.blocks && points.count > 9 && bins.count > 0.9 * points.count)
    context.alert({ severity: 'info', message: 'most bins hold a single point', rows: points.count, hint: 'choose a wider bin' });
}

/** Bins the live points of a light curve in order of time: columns at its rows, a row of results and a point of the series for each bin. */
export function* binKernel(input: Batch, params: BinParams, context: Context): Generator<Progress, Effect> {
  const needsErrors = params.statistic === 'weighted' || params.blocks;
  if (needsErrors && !input.role('error'))
    throw new AppError({
      code: 'invalid-argument',
      message: params.blocks
        ? 'invalid blocks: true (must be false without an error column)'
        : 'invalid statistic: weighted (must not be without an error column)',
      hint: 'bind the column with the errors of the values',
    });
  const points = yield* part(gatherSteps(input, needsErrors), 0, 0.1);
  const bins = yield* part(binsSteps(points, params), 0.1, params.blocks ? 0.6 : 0.2);
  const curve = yield* part(binStatisticsSteps(points, bins, params.statistic), params.blocks ? 0.6 : 0.2, 0.8);
  const written = yield* part(rowsSteps(input, points, bins, curve, params), 0.8, 0.9);
  const results = params.table ? yield* part(resultsSteps(bins, curve), 0.9, 1) : undefined;
  tell(points, bins, params, needsErrors, input, context);
  const [binned, error, bin] = binColumns(input.nameOf);
  const unit = input.unit(input.nameOf('value')!);
  const timeUnit = input.unit(input.nameOf('time')!);
  const source = points.errors ? 'from the errors of its points' : 'from the scatter of its points';
  return {
    columns: [
      { name: binned, type: 'float64', unit, description: `${params.statistic} of the bin`, values: written.binned },
      { name: error, type: 'float64', unit, description: `error of the bin, ${source}`, values: written.error },
      { name: bin, type: 'int32', description: 'number of the bin, from 0, in order of time', values: written.bin },
    ],
    ...(results ? { results } : {}),
    series: [{ name: 'binned', x: { name: 'time', unit: timeUnit, values: curve.time }, y: { name: binned, unit, values: curve.value } }],
  };
}
