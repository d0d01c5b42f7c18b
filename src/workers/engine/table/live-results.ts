import type { ResultsProgress } from '../../../core/protocol/engine-service';
import type { ObjectIndexData } from '../../../core/query/object-index';
import type { StepColumns } from '../../../core/query/step-columns';
import type { ResolvedStep } from '../../../core/recipe/resolve';
import type { ResultsListener } from '../steps/object-run';
import type { DoneBlock } from '../steps/partial-results';
import { stepColumnsFor } from './object-extras';
import type { OpenTable } from './open-table';

/** How often the window is told, in milliseconds. */
const EVERY = 250;

/** Columns of a step that runs: they can be asked for like those of one that ended. */
export interface LiveResults {
  readonly rows: Uint32Array;
  readonly columns: StepColumns;
}

/** Makes what a running step finds part of the table's object table, and tells of it a few times a second. */
export class LiveListener implements ResultsListener {
  private live: LiveResults | undefined;
  private progress: ResultsProgress | undefined;
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly table: OpenTable,
    private readonly emit: (progress: ResultsProgress) => void,
  ) {}

  begin({ step, op }: ResolvedStep, index: ObjectIndexData): void {
    if (op.resultsOf === 'part') return;
    this.live = { rows: index.rows, columns: stepColumnsFor(this.table, index, step.id, op.id) };
    this.table.live = this.live;
    this.progress = { table: this.table.id, step: step.id, op: op.id, done: 0, total: index.count, resumed: 0, state: 'running' };
  }

  add(block: DoneBlock, counts: Pick<ResultsProgress, 'done' | 'total' | 'resumed'>): void {
    if (!this.live || !this.progress) return;
    this.live.columns.add(block.results);
    this.table.resultSerial++;
    this.progress = { ...this.progress, ...counts };
    if (performance.now() - this.told >= EVERY) this.tell();
    else this.timer ??= setTimeout(() => this.tell(), EVERY);
  }

  /** The step ended, or was cancelled: its results are the table's now, or nobody's. */
  end(): void {
    clearTimeout(this.timer);
    if (this.table.live === this.live) this.table.live = undefined;
    this.table.resultSerial++;
    if (this.progress) this.emit({ ...this.progress, state: 'ended' });
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = performance.now();
    this.emit(this.progress!);
  }
}
