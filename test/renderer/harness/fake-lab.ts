import type { LabHow, LabReport, LabRequest, LabRow } from '../../../src/core/lab/lab';

/** Figures as a machine with four cores would give: a tenth of the work is serial, and processes carry for 40 ms. */
export function fakeLab({ experiment, sizes, workers, processes }: LabRequest): LabReport {
  const row = (size: number, how: LabHow, n: number): LabRow => ({
    experiment,
    size,
    how,
    workers: n,
    prepareMs: how === 'threads' ? 30 * n : 60 * n,
    transferMs: how === 'threads' ? 0 : 40,
    computeMs: (size / 8) * (0.1 + 0.9 / n),
    check: size,
    agrees: true,
  });
  const kinds: readonly LabHow[] = processes ? ['threads', 'processes'] : ['threads'];
  const rows = sizes.flatMap((size) => kinds.flatMap((how) => workers.map((n) => row(size, how, n))));
  return { machine: { processor: 'Fake processor', cores: 4, runtime: 'a page' }, rows };
}
