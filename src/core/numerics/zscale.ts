const CONTRAST = 0.25;
const MAX_REJECT = 0.5;
const MIN_PIXELS = 5;
const REJECT_SIGMAS = 2.5;
const MAX_ITERATIONS = 5;

/** Pixels the limits are found from. */
export const ZSCALE_SAMPLES = 1000;

/** Every how many-th finite pixel is one of them. */
export function zscaleStride(finite: number): number {
  return Math.trunc(Math.max(1, finite / ZSCALE_SAMPLES));
}

/**
 * Limits that show the bulk of an image (IRAF's zscale): a line is fitted to the sorted pixels about the median, those that leave it by 2.5 standard
 * deviations are rejected and it is fitted again, and its slope over the contrast 0.25 gives the limits. As astropy.visualization.ZScaleInterval
 * with its defaults. `samples`: finite pixels, every `zscaleStride`-th, at most `ZSCALE_SAMPLES`; they are sorted in place. NaN without any.
 */
export function zscale(samples: Float64Array): readonly [number, number] {
  const n = samples.length;
  if (n === 0) return [NaN, NaN];
  samples.sort();
  const enough = Math.max(MIN_PIXELS, Math.trunc(n * MAX_REJECT));
  const grow = Math.max(1, Math.trunc(n * 0.01));
  let bad = new Uint8Array(n);
  let good = n;
  let goodBefore = n + 1;
  let slope = 0;
  for (let i = 0; i < MAX_ITERATIONS && good < goodBefore && good >= enough; i++) {
    const line = fitLine(samples, bad);
    slope = line.slope;
    bad = grown(rejected(samples, line, bad), grow);
    goodBefore = good;
    good = n - bad.reduce((a, b) => a + b, 0);
  }
  const [least, most] = [samples[0]!, samples[n - 1]!];
  if (good < enough) return [least, most];
  const tilt = slope / CONTRAST;
  const middle = Math.floor((n - 1) / 2);
  const median = (samples[middle]! + samples[Math.floor(n / 2)]!) / 2;
  return [Math.max(least, median - (middle - 1) * tilt), Math.min(most, median + (n - middle) * tilt)];
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function fitLine(y: Float64Array, bad: Uint8Array): Line {
  let [n, meanX, meanY] = [0, 0, 0];
  for (let i = 0; i < y.length; i++)
    if (bad[i] === 0) {
      n++;
      meanX += i;
      meanY += y[i]!;
    }
  meanX /= n;
  meanY /= n;
  let [xx, xy] = [0, 0];
  for (let i = 0; i < y.length; i++)
    if (bad[i] === 0) {
      xx += (i - meanX) ** 2;
      xy += (i - meanX) * (y[i]! - meanY);
    }
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, intercept: meanY - slope * meanX };
}

function rejected(y: Float64Array, { slope, intercept }: Line, bad: Uint8Array): Uint8Array<ArrayBuffer> {
  const flat = y.map((v, i) => v - (slope * i + intercept));
  const kept = flat.filter((_, i) => bad[i] === 0);
  const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
  const threshold = REJECT_SIGMAS * Math.sqrt(kept.reduce((a, b) => a + (b - mean) ** 2, 0) / kept.length);
  return Uint8Array.from(flat, (v, i) => (bad[i] === 1 || v < -threshold || v > threshold ? 1 : 0));
}

/** Rejected pixels take their neighbours with them: numpy's convolution with `size` ones, mode `same`. */
function grown(bad: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const before = Math.floor((size - 1) / 2);
  const out = new Uint8Array(bad.length);
  for (let i = 0; i < bad.length; i++) {
    if (bad[i] === 0) continue;
    for (let k = Math.max(0, i - before); k <= Math.min(bad.length - 1, i - before + size - 1); k++) out[k] = 1;
  }
  return out;
}
