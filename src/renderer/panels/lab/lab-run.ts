import { shallowRef, type ShallowRef } from 'vue';
import { sizeText } from '../../../core/lab/experiment-info';
import type { LabExperiment, LabReport, LabRequest, LabRow } from '../../../core/lab/lab';
import { labCsv } from '../../../core/lab/lab-csv';
import { AppError, Cancelled, toOutcome, type Progress, inWords } from '../../../core/protocol/outcome';
import type { AppSession } from '../../client/app-session';
import { gpuRow } from './gpu-row';

export const JOB_TITLE = 'Compute lab';

export interface LabOrder extends LabRequest {
  /** Whether the GPU is tried as well. */
  readonly gpu: boolean;
}

/** How much of the bar belongs to threads and processes, when the GPU follows. */
const ENGINE_SHARE = 0.75;

/** What was measured on this machine: the newest report of each experiment, kept as long as the window. */
export class LabRun {
  readonly reports: ShallowRef<ReadonlyMap<LabExperiment, LabReport>> = shallowRef(new Map());
  readonly isRunning = shallowRef(false);
  /** Why the last run failed. */
  readonly problem = shallowRef<string>();

  constructor(
    private readonly session: AppSession,
    private readonly onGpu = gpuRow,
  ) {}

  /** Measures. What is done of a run that is cancelled at the GPU stays. */
  async run(order: LabOrder): Promise<void> {
    if (this.isRunning.value) return;
    this.isRunning.value = true;
    this.problem.value = undefined;
    try {
      await this.session.runJob(JOB_TITLE, (signal, onProgress) =>
        toOutcome(() => this.measure(order, signal, onProgress), 'measuring').then((outcome) => {
          if ('failed' in outcome) this.problem.value = inWords(outcome.failed);
          return outcome;
        }),
      );
    } finally {
      this.isRunning.value = false;
    }
  }

  /** All that was measured, as CSV, to where the user says. */
  async exportCsv(): Promise<void> {
    const reports = [...this.reports.value.values()];
    if (reports.length === 0) return;
    const target = await this.session.main.chooseSaveTarget({ suggestedName: 'compute-lab.csv', extensions: ['csv'] });
    if (!target) return;
    await this.session.runJob(`Saving ${target.name}`, async () => {
      const text = labCsv({ machine: reports[0]!.machine, rows: reports.flatMap((r) => r.rows) });
      await this.session.main.saveText({ grant: target.id, text });
      this.session.say(`saved ${target.name}`);
    });
  }

  private async measure(order: LabOrder, signal: AbortSignal, onProgress: (p: Progress) => void): Promise<void> {
    const { gpu, ...request } = order;
    const share = gpu ? ENGINE_SHARE : 1;
    const part = (p: Progress): void => onProgress({ fraction: share * p.fraction, note: p.note });
    const outcome = await this.session.engine.lab(request, { signal, onProgress: part });
    if ('cancelled' in outcome) throw new Cancelled();
    if ('failed' in outcome) throw new AppError(outcome.failed);
    this.keep(order.experiment, outcome.ok);
    if (gpu) await this.measureGpu(order, outcome.ok, signal, onProgress);
  }

  private async measureGpu({ experiment, sizes, repetitions }: LabOrder, report: LabReport, signal: AbortSignal, onProgress: (p: Progress) => void) {
    const rows: LabRow[] = [];
    for (const [k, size] of sizes.entries()) {
      const reference = report.rows.find((r) => r.size === size && r.how === 'threads' && r.workers === 1)?.check;
      const onRun = (run: number): void => {
        const fraction = ENGINE_SHARE + ((1 - ENGINE_SHARE) * (k + run / repetitions)) / sizes.length;
        onProgress({ fraction, note: `${sizeText(experiment, size)}, GPU, run ${run + 1} of ${repetitions}` });
      };
      rows.push(await this.onGpu({ experiment, size, repetitions, reference, signal, onRun }));
      this.keep(experiment, { ...report, rows: bySize([...report.rows, ...rows], sizes) });
    }
  }

  private keep(experiment: LabExperiment, report: LabReport): void {
    this.reports.value = new Map([...this.reports.value, [experiment, report]]);
  }
}

const bySize = (rows: readonly LabRow[], sizes: readonly number[]): readonly LabRow[] =>
  sizes.flatMap((size) => rows.filter((row) => row.size === size));

const runs = new WeakMap<AppSession, LabRun>();

/** The lab belongs to the window: closing it neither stops a run nor throws away what was measured. */
export function useLabRun(session: AppSession): LabRun {
  let run = runs.get(session);
  if (!run) runs.set(session, (run = new LabRun(session)));
  return run;
}
