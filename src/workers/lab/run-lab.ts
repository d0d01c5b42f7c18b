import { cpus } from 'node:os';
import { sizeText } from '../../core/lab/experiment-info';
import type { LabExperiment, LabReport, LabRequest, LabRow } from '../../core/lab/lab';
import { whoText } from '../../core/lab/row-text';
import { AppError, Cancelled, type Progress } from '../../core/protocol/outcome';
import type { Executor } from '../engine/threads/executor';
import type { Crew } from './crew';
import type { Material } from './experiment';
import { checkedRequest } from './lab-request';
import { MATERIALS } from './materials';
import { measure, type Variant } from './measure';
import { processCrew } from './process-crew';
import { threadCrew } from './thread-crew';

/** What the lab needs from where it runs. */
export interface LabPlace {
  createThreads(threads: number): Executor;
  /** The built script of the lab's processes; throws where there is none. */
  processScript(): URL;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** One experiment at one size. */
class Bench {
  readonly rows: LabRow[] = [];
  private reference: number | undefined;
  private lost: string | undefined;

  constructor(
    private readonly request: LabRequest,
    private readonly size: number,
    private readonly material: Material,
    /** Fills inputs, inspects results, and combines what processes made. */
    private readonly helper: Crew,
    private readonly place: LabPlace,
    private readonly onRun: (what: string) => void,
  ) {}

  async threads(workers: number): Promise<void> {
    const crew = await threadCrew(workers, (n) => this.place.createThreads(n), this.place.signal);
    await this.row('threads', { workers, crew, combining: { crew, hands: workers } });
  }

  /** A process that cannot be started, or is lost, is a row that says why, and no more are tried. */
  async processes(workers: number): Promise<void> {
    const { experiment } = this.request;
    try {
      if (this.lost !== undefined) throw new Error(this.lost);
      const crew = await processCrew(workers, this.place.processScript(), this.place.signal);
      await this.row('processes', { workers, crew, combining: { crew: this.helper, hands: 1 } });
    } catch (error) {
      if (error instanceof Cancelled || this.place.signal.aborted) throw new Cancelled();
      this.lost ??= AppError.from(error).fields.message;
      this.rows.push({ experiment, size: this.size, how: 'processes', workers, missing: this.lost });
    }
  }

  private async row(how: LabRow['how'], variant: Variant): Promise<void> {
    const { material, size } = this;
    const { experiment, repetitions } = this.request;
    const { workers, crew } = variant;
    try {
      const times = await measure(variant, material, repetitions, (run) =>
        this.onRun(`${sizeText(experiment, size)}, ${whoText({ how, workers })}, run ${run + 1} of ${repetitions}`),
      );
      const check = material.check((await this.helper.run(material.inspection)).figures);
      this.reference ??= check;
      this.rows.push({ experiment, size, how, workers, prepareMs: crew.prepareMs, ...times, check, agrees: check === this.reference });
    } finally {
      await crew.dispose();
    }
  }
}

/** Runs an experiment of the lab: each size, by each number of threads and of processes, one after the other so that none disturbs another. */
export async function runLab(order: LabRequest, place: LabPlace): Promise<LabReport> {
  const request = checkedRequest(order);
  const { experiment, sizes, workers, processes, repetitions } = request;
  const rows: LabRow[] = [];
  const total = sizes.length * workers.length * (processes ? 2 : 1) * repetitions;
  let done = 0;
  const onRun = (note: string): void => place.progress({ fraction: done++ / total, note });
  const helper = await threadCrew(1, (n) => place.createThreads(n), place.signal);
  try {
    for (const size of sizes) {
      place.progress({ fraction: done / total, note: `${sizeText(experiment, size)}, making the inputs` });
      const material = materialOf(experiment, size);
      await helper.run(material.preparation);
      const bench = new Bench(request, size, material, helper, place, onRun);
      for (const n of workers) await bench.threads(n);
      if (processes) for (const n of workers) await bench.processes(n);
      rows.push(...bench.rows);
    }
  } finally {
    await helper.dispose();
  }
  return { machine: machine(), rows };
}

function materialOf(experiment: LabExperiment, size: number): Material {
  try {
    return MATERIALS[experiment](size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `there is not enough memory for the arrays of ${sizeText(experiment, size)}`;
    throw new AppError({ code: 'memory', message, hint: 'choose a smaller size' }, { cause: error });
  }
}

function machine(): LabReport['machine'] {
  const { electron, node } = process.versions as NodeJS.ProcessVersions & { readonly electron?: string };
  return { processor: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, runtime: electron ? `Electron ${electron}` : `Node ${node}` };
}
