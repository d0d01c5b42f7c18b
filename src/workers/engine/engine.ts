import type { EngineService, ResultsProgress, TableInfo } from '../../core/protocol/engine-service';
import type { Alert } from '../../core/model/table';
import { AppError } from '../../core/protocol/outcome';
import type { Implementation } from '../../core/protocol/rpc';
import type { ObjectIndexData } from '../../core/query/object-index';
import { Emitter } from './emitter';
import type { EngineHost } from './host';
import { engineService } from './service';
import { ColumnCache } from './store/column-cache';
import type { OpenTable } from './table/open-table';
import { ObjectIndexes } from './table/object-indexes';
import type { Executor } from './threads/executor';
import { ThreadPool } from './threads/pool';
import { Workspace } from './workspace';

export interface EngineOptions {
  readonly host: EngineHost;
  /** Threads for batch work; default one a processor. */
  readonly threads?: number | undefined;
  /** Threads to start at once; the others follow when there is work for them. Default all. */
  readonly warm?: number | undefined;
  /** Instead of a thread pool: tests, and tables too small to hand over. */
  readonly executor?: Executor | undefined;
  /** Bytes of columns kept in memory. */
  readonly memoryBudget?: number | undefined;
  /** Where results of steps that do not come to their end are kept; default in the workspace. */
  readonly partials?: string | undefined;
  /** The workspace folder, when it need not be asked of the host. */
  readonly folder?: string | undefined;
}

export interface Engine {
  readonly service: Implementation<EngineService>;
  close(): Promise<void>;
}

/** How often a table that streams in is announced again. Milliseconds. */
const ANNOUNCE_EVERY = 150;

function warmPool({ threads, warm }: EngineOptions): ThreadPool {
  const pool = new ThreadPool({ threads });
  pool.warm(warm);
  return pool;
}

/** What the parts of the engine share. */
export class EngineCore {
  readonly executor: Executor;
  readonly cache: ColumnCache;
  readonly indexes: ObjectIndexes;
  readonly onTables = new Emitter<readonly TableInfo[]>();
  readonly onTableChanged = new Emitter<{ readonly table: TableInfo; readonly columns: readonly string[] }>();
  readonly onResults = new Emitter<ResultsProgress>();
  readonly onAlert = new Emitter<Alert>();
  private opened: Workspace | undefined;
  private readonly announced = new Map<string, { columns: Set<string>; timer: NodeJS.Timeout }>();

  constructor(readonly options: EngineOptions) {
    this.executor = options.executor ?? warmPool(options);
    this.cache = new ColumnCache(options.memoryBudget);
    this.indexes = new ObjectIndexes(this.executor, this.cache);
  }

  get workspace(): Workspace {
    if (!this.opened) throw new AppError({ code: 'invalid-argument', message: 'no workspace is open yet' });
    return this.opened;
  }

  /** Opens the folder; opening the one that is open already (a page that reconnects) only tells its tables. */
  async openWorkspace(folder: string): Promise<readonly TableInfo[]> {
    if (this.opened?.folder !== folder) {
      await this.opened?.close();
      const workspace = await Workspace.open(folder, this.options.host, this.cache, {
        changed: (table, columns = []) => (table ? this.announceSoon(table, columns) : this.onTables.emit(this.infos())),
      });
      this.opened = workspace;
      for (const table of workspace.tables.values()) await this.indexObjects(table);
    }
    return this.infos();
  }

  infos(): readonly TableInfo[] {
    return this.opened ? [...this.opened.tables.values()].map((t) => t.info()) : [];
  }

  /** Counts objects and bands; call when a table is complete or its object or band column changed. */
  async indexObjects(table: OpenTable): Promise<void> {
    const index = await this.indexes.of(table);
    table.objects = index?.count ?? 0;
    table.bands = index?.bands ?? [];
  }

  objectIndex = (table: OpenTable): Promise<ObjectIndexData | undefined> => this.indexes.of(table);

  /** A change somebody made: told at once, with a new version. */
  changed(table: OpenTable, columns: readonly string[]): TableInfo {
    table.version++;
    const info = table.info();
    this.onTableChanged.emit({ table: info, columns });
    return info;
  }

  /** At once when nothing was told for a while, else with what comes until the pause is over. */
  private announceSoon(table: OpenTable, columns: readonly string[]): void {
    const waiting = this.announced.get(table.id);
    if (waiting) {
      for (const c of columns) waiting.columns.add(c);
      return;
    }
    this.changed(table, columns);
    const timer = setTimeout(() => {
      const now = this.announced.get(table.id);
      this.announced.delete(table.id);
      if (now && now.columns.size > 0 && this.opened?.tables.has(table.id)) this.announceSoon(table, [...now.columns]);
    }, ANNOUNCE_EVERY);
    this.announced.set(table.id, { columns: new Set(), timer });
  }

  async close(): Promise<void> {
    for (const { timer } of this.announced.values()) clearTimeout(timer);
    await this.executor.dispose();
    await this.opened?.close();
  }
}

export function createEngine(options: EngineOptions): Engine {
  const core = new EngineCore(options);
  return { service: engineService(core), close: () => core.close() };
}
