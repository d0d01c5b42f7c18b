import { shallowRef, watch, type ShallowRef } from 'vue';
import type { ColumnMeta } from '../../core/model/column';
import type { EngineService, ResultsProgress, TableInfo } from '../../core/protocol/engine-service';
import type { Client } from '../../core/protocol/rpc';
import type { AnswerTo } from '../../core/query/query';
import { Latest } from './latest';

/** What the window knows of the object table of the current table. */
export interface ObjectTableInfo {
  /** Of the table this is about; undefined when there is none. */
  readonly table: string | undefined;
  readonly objects: number;
  readonly columns: readonly ColumnMeta[];
  /** Another one whenever a number of the object table may be another one. */
  readonly stamp: number;
  /** A step that runs now, and how many objects it has done. */
  readonly running?: ResultsProgress | undefined;
}

const NOTHING: ObjectTableInfo = { table: undefined, objects: 0, columns: [], stamp: 0 };

interface Needs {
  readonly engine: Client<EngineService>;
  readonly table: () => TableInfo | undefined;
  /** Called when more results have come while a step runs. */
  readonly onMore: () => void;
}

/** Keeps the columns of the object table up to date: with the table, and while a step runs with what it finds. */
export class ObjectTableWatch {
  readonly info: ShallowRef<ObjectTableInfo> = shallowRef(NOTHING);
  private stamp = 0;
  private readonly latest = new Latest<string, AnswerTo<'object-columns'> | undefined>(
    (table) => this.ask(table),
    (answer, table) => this.take(table, answer),
    // Without an engine there is nothing to show: the link says so.
    () => undefined,
  );
  private readonly stops: readonly (() => void)[];

  constructor(private readonly s: Needs) {
    this.stops = [
      watch(s.table, (now, before) => this.follow(now, before), { immediate: true, flush: 'sync' }),
      s.engine.onResults((progress) => this.hear(progress)),
    ];
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.latest.drop();
  }

  private follow(now: TableInfo | undefined, before: TableInfo | undefined): void {
    if (!now?.objects) {
      this.latest.drop();
      this.info.value = NOTHING;
      return;
    }
    if (now.id !== before?.id) this.info.value = NOTHING;
    this.latest.ask(now.id);
  }

  private hear(progress: ResultsProgress): void {
    if (progress.table !== this.s.table()?.id) return;
    this.info.value = { ...this.info.value, running: progress.state === 'running' ? progress : undefined };
    this.latest.ask(progress.table);
    this.s.onMore();
  }

  private async ask(table: string): Promise<AnswerTo<'object-columns'> | undefined> {
    const outcome = await this.s.engine.query({ kind: 'object-columns', table });
    return 'ok' in outcome ? (outcome.ok as AnswerTo<'object-columns'>) : undefined;
  }

  private take(table: string, answer: AnswerTo<'object-columns'> | undefined): void {
    if (!answer || table !== this.s.table()?.id) return;
    const { objects, columns } = answer;
    this.info.value = { table, objects, columns, stamp: ++this.stamp, running: this.info.value.running };
  }
}
