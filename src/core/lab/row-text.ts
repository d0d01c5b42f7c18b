import type { AmdahlFit } from '../numerics/amdahl';
import type { LabRow } from './lab';

/** Who did it, in words: `1 thread`, `4 processes`, `GPU`. */
export function whoText({ how, workers }: Pick<LabRow, 'how' | 'workers'>): string {
  if (how === 'gpu') return 'GPU';
  if (how === 'threads') return workers === 1 ? '1 thread' : `${workers} threads`;
  return workers === 1 ? '1 process' : `${workers} processes`;
}

/** Milliseconds with the digits they deserve. */
export function msText(ms: number | undefined): string {
  if (ms === undefined) return '';
  return `${ms >= 100 ? Math.round(ms) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

/** What the fit of Amdahl's law says, in a sentence without its end. */
export function fitText(fit: AmdahlFit | undefined): string {
  if (!fit) return 'no fit: more than one worker is needed';
  const error = fit.error === undefined ? '' : ` ± ${(100 * fit.error).toFixed(1)}`;
  const share = `serial part ${(100 * fit.serial).toFixed(1)}${error} % of the time with one`;
  if (fit.serial < 0) return `${share}: more than as many times faster`;
  return fit.serial > 1 ? `${share}: slower with more than one` : share;
}
