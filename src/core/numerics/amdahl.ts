/** Amdahl's law fitted to measured times. */
export interface AmdahlFit {
  /** The share of the one-worker time that more workers do not shorten. Below 0: faster than n times; above 1: slower with more workers. */
  readonly serial: number;
  /** Its standard error; undefined with fewer than two counts above 1. */
  readonly error?: number | undefined;
}

/**
 * The serial fraction s of T(n) / T(1) = s + (1 − s) / n by unweighted least squares over the counts n > 1 (Amdahl 1967, AFIPS 30, 483,
 * doi:10.1145/1465482.1465560). T(1) is taken as measured; `times` in any unit, all > 0. s is not forced into [0, 1]: a value outside says that the
 * law does not hold. Undefined without a time for one worker, or for more than one.
 */
export function fitAmdahl(workers: ArrayLike<number>, times: ArrayLike<number>): AmdahlFit | undefined {
  let one: number | undefined;
  for (let i = 0; i < workers.length; i++) if (workers[i] === 1) one = times[i];
  if (one === undefined || !(one > 0)) return undefined;
  let numerator = 0;
  let denominator = 0;
  let count = 0;
  for (let i = 0; i < workers.length; i++) {
    const n = workers[i]!;
    if (n <= 1) continue;
    numerator += (times[i]! / one - 1 / n) * (1 - 1 / n);
    denominator += (1 - 1 / n) ** 2;
    count++;
  }
  if (count === 0) return undefined;
  const serial = numerator / denominator;
  if (count === 1) return { serial };
  let residual = 0;
  for (let i = 0; i < workers.length; i++) {
    const n = workers[i]!;
    if (n > 1) residual += (times[i]! / one - (serial + (1 - serial) / n)) ** 2;
  }
  return { serial, error: Math.sqrt(residual / (count - 1) / denominator) };
}

/** How many times faster n workers are by Amdahl's law. */
export function amdahlSpeedUp(serial: number, workers: number): number {
  return 1 / (serial + (1 - serial) / workers);
}
