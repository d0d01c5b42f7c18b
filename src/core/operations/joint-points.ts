import { averageBinsSteps } from '../numerics/average-bins';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import { bandCodes } from './band-codes';
import type { Batch, Context, OperationDef } from './definition';
import { choice, isMagnitude } from './params';
import { usableSteps } from './usable-points';

/** More points than this are averaged. */
const MANY = 20_000;
/** Averages are over this share of the shortest period. */
const AVERAGED = 1 / 20;

export type Brightness = 'auto' | 'magnitudes' | 'fluxes';

/** Which way is up, for searches that look for dips or saw-teeth. */
export const brightnessParam = choice(['auto', 'magnitudes', 'fluxes'], {
  title: 'Values are',
  description: 'Which way is up. auto: magnitudes by the unit of the value, or by its name when it has none.',
  default: 'auto',
  more: true,
});

/** What all definitions of searches in all bands at once say alike. */
export const jointSearchShape = {
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
    { role: 'band', title: 'Band', type: 'text', optional: true },
  ],
  writes: 'table',
  scope: ['object', 'object-band', 'table'],
  ordered: 'time',
  produces: () => ({}),
} as const satisfies Partial<OperationDef>;

/** The usable points of all bands of an object, brightness up. */
export interface JointPoints {
  /** In the order of the batch: of time. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  readonly bandOf: Uint16Array;
  readonly bands: number;
  readonly names: readonly string[];
  readonly baseline: number;
  readonly isFlux: boolean;
}

function isMagnitudes(input: Batch, brightness: Brightness): boolean {
  if (brightness !== 'auto') return brightness === 'magnitudes';
  const name = input.nameOf('value')!;
  const unit = input.unit(name);
  return isMagnitude(unit ?? name);
}

/** The points to search, for an operation that is ordered by time; undefined, and said why, when there is nothing to search. */
export function* jointPointsSteps(
  input: Batch,
  context: Context,
  brightness: Brightness,
  fewest: number,
): Generator<Progress, JointPoints | undefined> {
  const { times, rows, errors, values, hasSpread } = yield* usableSteps(input, context);
  const n = times.length;
  const baseline = n > 0 ? times[n - 1]! - times[0]! : 0;
  if (n < fewest || !hasSpread || !(baseline > 0)) {
    const why = n < fewest ? `fewer than ${fewest} usable points` : hasSpread ? 'all times are equal' : 'all values are equal';
    context.alert({ severity: 'warning', message: `${why}: no period`, rows: n });
    return undefined;
  }
  const isFlux = !isMagnitudes(input, brightness);
  const { codes, names } = bandCodes(input, rows);
  yield { fraction: 1 };
  if (!isFlux)
    yield* part(
      inBlocks(n, (from, to) => {
        for (let i = from; i < to; i++) values[i] = -values[i]!;
      }),
      1,
      1,
    );
  return { times, values, errors, bandOf: codes, bands: names.length, names, baseline, isFlux };
}

/** More than 20 000 points averaged, band by band, over a twentieth of the shortest period; and said so. */
export function* averageManySteps(points: JointPoints, maximumFrequency: number, context: Context): Generator<Progress, JointPoints> {
  const n = points.times.length;
  if (n <= MANY) return points;
  const fewer = yield* part(averageBinsSteps(points, AVERAGED / maximumFrequency), 0, 1);
  context.alert({ severity: 'info', message: `${n} points are averaged to ${fewer.times.length}, over a twentieth of the shortest period`, rows: n });
  return { ...points, ...fewer };
}
