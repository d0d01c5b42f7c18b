import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { EXPERIMENT_INFO, sizeText } from '../../../core/lab/experiment-info';
import { LAB_EXPERIMENTS, type LabExperiment, type LabReport, type LabRow } from '../../../core/lab/lab';
import { labCsv } from '../../../core/lab/lab-csv';
import { fitText, msText, whoText } from '../../../core/lab/row-text';
import { rowMs, speedUps } from '../../../core/lab/speed-up';
import { workerCounts } from '../../../core/lab/worker-counts';
import { labPlace } from '../../lab/lab-place';
import { runLab } from '../../lab/run-lab';
import { one, print, type CommandContext } from '../command';
import { textTable } from '../text-table';
import { didYouMean, UsageError } from '../usage-error';

/** The page holds the GPU: the command line says so in a row of its own. */
const NO_GPU = 'the GPU belongs to the window: open the compute lab there';

function experiments(names: readonly string[]): readonly LabExperiment[] {
  const known: readonly string[] = LAB_EXPERIMENTS;
  for (const name of names)
    if (!known.includes(name))
      throw new UsageError(`unknown experiment: ${name}`, didYouMean(name, known, `the experiments are ${known.join(', ')}`));
  return names.length > 0 ? (names as readonly LabExperiment[]) : LAB_EXPERIMENTS;
}

function sizesOf(context: CommandContext, experiment: LabExperiment): readonly number[] {
  const given = one(context.flags, 'size');
  return given === undefined ? [EXPERIMENT_INFO[experiment].full] : given.split(',').map(Number);
}

/** `skysift bench lab [EXPERIMENT…]`: the compute lab's experiments on this machine. */
export async function benchLab(context: CommandContext, names: readonly string[], repetitions: number): Promise<void> {
  const chosen = experiments(names);
  const workers = workerCounts(context.jobs);
  let report: LabReport | undefined;
  for (const experiment of chosen) {
    const stage = context.progress.stage(EXPERIMENT_INFO[experiment].title.toLowerCase());
    const place = { ...labPlace({ signal: context.io.signal, progress: stage }), ...threadsOf(context) };
    const sizes = sizesOf(context, experiment);
    const part = await runLab({ experiment, sizes, workers, repetitions, processes: true }, place);
    const gpu = sizes.map((size): LabRow => ({ experiment, size, how: 'gpu', workers: 1, missing: NO_GPU }));
    report = { machine: part.machine, rows: [...(report?.rows ?? []), ...part.rows, ...gpu] };
  }
  const out = one(context.flags, 'csv');
  if (out !== undefined) await writeFile(resolve(context.io.cwd, out), labCsv(report!));
  const cores = availableParallelism();
  await print(context, { ...report, speedUps: speedUps(report!.rows, cores) }, () => asText(report!, cores));
}

/** Tests compute in the process's own thread. */
function threadsOf({ io }: CommandContext): Partial<ReturnType<typeof labPlace>> {
  const { executor } = io;
  return executor ? { createThreads: () => executor() } : {};
}

function asText({ machine, rows }: LabReport, cores: number): string {
  const head = ['what', 'size', 'who', 'start', 'transfer', 'compute', 'speed-up', 'same result'];
  const body = rows.map((row) => {
    const { experiment, size } = row;
    const base = rows.find((r) => r.experiment === experiment && r.size === size && r.how === 'threads' && r.workers === 1);
    const own = rowMs(row);
    const factor = base && own ? (rowMs(base)! / own).toFixed(2) : '';
    const cells = [msText(row.prepareMs), msText(row.transferMs), msText(row.computeMs), factor];
    const says = row.missing === undefined ? (row.agrees ? 'yes' : `NO: ${row.check}`) : `no: ${row.missing}`;
    return [EXPERIMENT_INFO[experiment].title, sizeText(experiment, size), whoText(row), ...cells, says];
  });
  const table = textTable([head, ...body], [false, true, false, true, true, true, true, false]);
  const fits = speedUps(rows, cores).map(
    (s) => `${EXPERIMENT_INFO[s.experiment].title}, ${sizeText(s.experiment, s.size)}, ${s.how}: ${fitText(s.fit)}`,
  );
  const where = `${machine.processor}, ${machine.cores} cores, ${machine.runtime}`;
  return [where, '', table, '', 'Amdahl’s law T(n) = T(1) (s + (1 − s) / n), fitted up to the number of cores:', ...fits].join('\n');
}
