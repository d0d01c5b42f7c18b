import type { ShallowRef } from 'vue';
import type { EngineService, Preview, Stats, TableInfo } from '../../core/protocol/engine-service';
import type { EngineState, MainService } from '../../core/protocol/main-service';
import type { Progress } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { Axis, Predicate } from '../../core/select/predicate';
import type { ObjectTableInfo } from './object-table';

export type SelectMode = 'replace' | 'add' | 'subtract' | 'intersect';

/** The selection of the moment: the resolved predicate, which view made it, and how many rows it holds. */
export interface Selection {
  readonly predicate: Predicate;
  /** Id of the view that made the last clause. */
  readonly source: string;
  readonly rows?: number | undefined;
  readonly flagged?: number | undefined;
}

/** The fold the phase view shows and the periodogram sets. */
export interface Fold {
  readonly period: number;
  readonly epoch: number;
}

/** One job as the tray shows it. */
export interface JobView {
  readonly id: number;
  readonly title: string;
  readonly progress: Progress;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly message?: string | undefined;
  cancel(): void;
}

/** What a view shows: small JSON, saved with the layout. */
export interface ViewSpec {
  readonly id: string;
  readonly kind: string;
  readonly table?: string | undefined;
  /** Follows the current object (light curve, phase, periodogram) or shows the whole table (density, histogram, table). */
  readonly follow: 'object' | 'table';
  readonly x?: Axis | undefined;
  readonly y?: Axis | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Everything the views and panels of one window share. Data never lives here: only what is current, as immutable snapshots in shallow
 * references. Built once in the page's main file and provided to components under `SESSION`.
 */
export interface Session {
  readonly engine: Client<EngineService>;
  readonly main: Client<MainService>;
  readonly tables: ShallowRef<readonly TableInfo[]>;
  /** The current table; undefined on the welcome screen. */
  readonly table: ShallowRef<TableInfo | undefined>;
  readonly object: ShallowRef<string | undefined>;
  readonly band: ShallowRef<string | undefined>;
  readonly selection: ShallowRef<Selection | undefined>;
  /** The draft step of the operation form and its preview on the current object. */
  readonly draft: ShallowRef<Step | undefined>;
  readonly preview: ShallowRef<Preview | undefined>;
  readonly fold: ShallowRef<Fold | undefined>;
  /** The columns of the object table, and a stamp that is another one whenever its numbers may be. */
  readonly objectTable: ShallowRef<ObjectTableInfo>;
  readonly jobs: ShallowRef<readonly JobView[]>;
  readonly engineState: ShallowRef<EngineState>;
  readonly stats: ShallowRef<Stats | undefined>;
  readonly theme: ShallowRef<'light' | 'dark'>;
  /** The view the keyboard speaks to. */
  readonly activeView: ShallowRef<string | undefined>;

  setTable(id: string): void;
  setObject(id: string | undefined, band?: string): void;
  /** Combines a clause with the selection; asks the engine for its count. */
  select(clause: Predicate, source: string, mode: SelectMode): void;
  clearSelection(): void;
  setFold(fold: Fold | undefined): void;
  /** Runs work as a job of the tray. `signal` is aborted by its Cancel button. */
  runJob<T>(title: string, work: (signal: AbortSignal, onProgress: (p: Progress) => void) => Promise<T>): Promise<T | undefined>;
  /** One sentence at the bottom of the window. */
  say(message: string, kind?: 'info' | 'warning' | 'error'): void;
}

/** A view, found by its file `src/renderer/views/<kind>/index.ts` (default export). Nothing else is edited to add one. */
export interface ViewDef {
  readonly kind: string;
  readonly title: string;
  /**
   * Component with props `{ spec: ViewSpec }` that emits `update:spec` with a changed ViewSpec, and injects SESSION. Its header bar is drawn
   * around it: it fills the subtitle and the small buttons through `components/ViewHeader.vue`, and hears the keyboard (box, lasso, reset …)
   * through `onViewCommand` of `components/view-header.ts`.
   */
  readonly component: unknown;
  /** The spec this view proposes for a table, or undefined when it has nothing to show of it. */
  propose(table: TableInfo): Omit<ViewSpec, 'id'> | undefined;
}

export const SESSION = Symbol('session');
