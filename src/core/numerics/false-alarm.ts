import type { Normalization } from './lomb-scargle';

export type FalseAlarmMethod = 'baluev' | 'davies' | 'naive';

/** What the probability of a chance peak depends on besides its height. */
export interface SearchSetting {
  readonly points: number;
  readonly baseline: number;
  /** Weighted variance of the times. */
  readonly timeVariance: number;
  readonly maximumFrequency: number;
  readonly normalization: Normalization;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0.5 (Lanczos 1964, g = 7), relative 1e-15. */
function logGamma(x: number): number {
  let sum = LANCZOS[0]!;
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k]! / (x - 1 + k);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** sqrt(2/n) Γ(n/2) / Γ((n-1)/2). For large n by its series: the difference of two large logarithms would lose digits. */
function gammaRatio(n: number): number {
  if (n <= 400) return Math.sqrt(2 / n) * Math.exp(logGamma(n / 2) - logGamma((n - 1) / 2));
  const u = 2 / (n - 1);
  return Math.sqrt((n - 1) / n) * (1 - u / 8 + u ** 2 / 128 + (5 * u ** 3) / 1024 - (21 * u ** 4) / 32768);
}

/** Probability that noise alone gives `power` or more at one given frequency (Baluev 2008, table 1). */
export function singleFalseAlarm(power: number, { points, normalization }: SearchSetting): number {
  const nK = points - 3;
  switch (normalization) {
    case 'standard':
      return Math.max(0, 1 - power) ** (0.5 * nK);
    case 'model':
      return (1 + power) ** (-0.5 * nK);
    case 'log':
      return Math.exp(-0.5 * nK * power);
    case 'psd':
      return Math.exp(-power);
  }
}

/** Expected number of upcrossings of `power` in the searched band (Davies 1987; Baluev 2008, eq. 5). */
function upcrossings(power: number, setting: SearchSetting): number {
  const nH = setting.points - 1;
  const nK = setting.points - 3;
  const w = setting.maximumFrequency * Math.sqrt(4 * Math.PI * setting.timeVariance);
  switch (setting.normalization) {
    case 'standard':
      return gammaRatio(nH) * w * Math.max(0, 1 - power) ** (0.5 * (nK - 1)) * Math.sqrt(0.5 * nH * power);
    case 'model':
      return gammaRatio(nK) * w * (1 + power) ** (-0.5 * nK) * Math.sqrt(0.5 * nK * power);
    case 'log':
      return gammaRatio(nK) * w * Math.exp(-0.5 * power * (nK - 0.5)) * Math.sqrt(nK * Math.sinh(0.5 * power));
    case 'psd':
      return w * Math.exp(-power) * Math.sqrt(power);
  }
}

/**
 * Probability that the highest of all peaks up to the maximum frequency is at least this high when the values are independent Gaussian noise,
 * for one term with a floating mean: `baluev` is an upper limit that is close for small values (Baluev 2008, MNRAS 385, 1279,
 * doi:10.1111/j.1365-2966.2008.12689.x), `davies` its linear form (may exceed 1), `naive` counts fmax·T independent frequencies. NaN with
 * fewer than 4 points.
 */
export function falseAlarm(power: number, setting: SearchSetting, method: FalseAlarmMethod = 'baluev'): number {
  if (!(setting.points > 3) || !(power >= 0)) return NaN;
  const single = singleFalseAlarm(power, setting);
  if (method === 'naive') return -Math.expm1(setting.maximumFrequency * setting.baseline * Math.log1p(-single));
  const tau = upcrossings(power, setting);
  return method === 'davies' ? single + tau : -Math.expm1(-tau) + single * Math.exp(-tau);
}

/** The power whose false-alarm probability is `probability`, by bisection to a relative 1e-12; NaN with fewer than 4 points. */
export function falseAlarmLevel(probability: number, setting: SearchSetting, method: FalseAlarmMethod = 'baluev'): number {
  if (!(setting.points > 3)) return NaN;
  let low = 0;
  let high = setting.normalization === 'standard' ? 1 : 1e4;
  for (let k = 0; k < 200 && high - low > 1e-12 * high; k++) {
    const middle = (low + high) / 2;
    if (falseAlarm(middle, setting, method) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
