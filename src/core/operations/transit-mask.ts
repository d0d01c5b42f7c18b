import { inBlocks } from '../numerics/steps';
import { AppError, type Progress } from '../protocol/outcome';

/** Transits at maskEpoch + k · maskPeriod (once when the period is 0), maskDuration long, in the unit of the time. */
export interface TransitMask {
  readonly maskPeriod: number;
  readonly maskEpoch: number;
  /** 0 = nothing is masked. */
  readonly maskDuration: number;
}

/** 1 where a time lies within half a duration of a masked transit; undefined when nothing is masked. Missing times are not in transit. O(n). */
export function* transitMaskSteps(times: Float64Array, mask: Partial<TransitMask>): Generator<Progress, Uint8Array | undefined> {
  const { maskPeriod: period = 0, maskEpoch: epoch = 0, maskDuration: duration = 0 } = mask;
  if (duration === 0 && period === 0) return undefined;
  if (duration === 0)
    throw new AppError({
      code: 'invalid-argument',
      message: 'invalid maskDuration: 0 (must be > 0 when a masked period is given)',
      hint: 'give the duration of the transit, or a masked period of 0',
    });
  if (period > 0 && duration >= period)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid maskDuration: ${duration} (must be < the masked period, ${period})`,
      hint: 'a transit that lasts as long as its period leaves nothing to fit',
    });
  const masked = new Uint8Array(times.length);
  yield* inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const away = times[i]! - epoch;
      const nearest = period > 0 ? away - period * Math.round(away / period) : away;
      if (Math.abs(nearest) <= duration / 2) masked[i] = 1;
    }
  });
  return masked;
}
