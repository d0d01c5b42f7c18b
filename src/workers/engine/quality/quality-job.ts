import type { CallContext } from '../../../core/protocol/rpc';
import { Cancelled } from '../../../core/protocol/outcome';
import type { ColumnCache } from '../store/column-cache';
import { tableData } from '../table/table-data';
import type { OpenTable } from '../table/open-table';
import type { TableData } from '../../../core/query/table-view';
import type { Executor, RunOptions } from '../threads/executor';
import { InlineExecutor } from '../threads/inline-executor';
import { SMALL_ROWS } from '../queries/split';
import type { TaskDef } from '../threads/task';

const inline = new InlineExecutor();

/** What the stages of a quality report share: the table, where work is done, and how far it is. */
export class QualityJob {
  readonly executor: Executor;
  private done = 0;

  constructor(
    readonly table: OpenTable,
    pool: Executor,
    private readonly cache: ColumnCache,
    private readonly context: CallContext,
  ) {
    this.executor = table.rows < SMALL_ROWS ? inline : pool;
  }

  /** The named columns, loaded. */
  load(columns: readonly string[], objects?: TableData['objects']): Promise<TableData> {
    return tableData(this.table, { columns, objects }, this.cache);
  }

  /** A stage that is `share` of the whole; `say` is told how far the stage is. */
  async stage<T>(share: number, note: string, work: (say: (fraction: number) => void) => Promise<T>): Promise<T> {
    const from = this.done;
    const say = (fraction: number): void => this.context.progress({ fraction: Math.min(1, from + share * fraction), note });
    say(0);
    const result = await work(say);
    if (this.context.signal.aborted) throw new Cancelled();
    this.done = from + share;
    return result;
  }

  options(onProgress?: (fraction: number) => void): RunOptions {
    return { signal: this.context.signal, priority: 'batch', onProgress };
  }

  run<A, R>(task: TaskDef<A, R>, args: A, say?: (fraction: number) => void): Promise<R> {
    return this.executor.run(task, args, this.options(say));
  }

  map<A, R>(task: TaskDef<A, R>, args: readonly A[], say?: (fraction: number) => void): Promise<R[]> {
    return this.executor.map(task, args, this.options(say));
  }
}

/** Runs `work` for each item, at most `lanes` at a time; results in the order of the items. */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(lanes, items.length)) }, lane));
  return results;
}
