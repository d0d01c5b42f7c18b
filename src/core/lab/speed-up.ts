import { type AmdahlFit, fitAmdahl } from '../numerics/amdahl';
import type { LabExperiment, LabHow, LabRow } from './lab';

/** How much faster more threads, or processes, are than one thread. */
export interface SpeedUp {
  readonly experiment: LabExperiment;
  readonly size: number;
  readonly how: LabHow;
  readonly workers: readonly number[];
  /** Time of one thread over the time with so many: work and transfers, without the start. */
  readonly factors: readonly number[];
  /** Amdahl's law through the counts up to the number of cores: more workers than cores are slower for another reason. */
  readonly fit?: AmdahlFit | undefined;
}

/** What a row took without its start; undefined without figures. */
export function rowMs(row: LabRow): number | undefined {
  return row.computeMs === undefined ? undefined : row.computeMs + (row.transferMs ?? 0);
}

/** The speed-up of each experiment, size and kind of worker, in the rows' order. Factors are about one thread; each fit is about one worker of its kind. */
export function speedUps(rows: readonly LabRow[], cores: number): readonly SpeedUp[] {
  const keys = [...new Set(rows.filter((r) => r.how !== 'gpu').map((r) => JSON.stringify([r.experiment, r.size, r.how])))];
  return keys.flatMap((key) => {
    const [experiment, size, how] = JSON.parse(key) as [LabExperiment, number, LabHow];
    const same = rows.filter((r) => r.experiment === experiment && r.size === size && rowMs(r) !== undefined);
    const base = same.find((r) => r.how === 'threads' && r.workers === 1);
    const mine = same.filter((r) => r.how === how);
    if (!base || mine.length === 0) return [];
    const within = mine.filter((r) => r.workers <= cores);
    const fit = fitAmdahl(
      within.map((r) => r.workers),
      within.map((r) => rowMs(r)!),
    );
    return [{ experiment, size, how, workers: mine.map((r) => r.workers), factors: mine.map((r) => rowMs(base)! / rowMs(r)!), fit }];
  });
}
