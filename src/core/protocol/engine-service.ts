import type { LabReport, LabRequest } from '../lab/lab';
import type { Role } from '../model/column';
import type { Flag } from '../model/flag';
import type { Alert, TableMeta } from '../model/table';
import type { Series, ResultValue } from '../operations/definition';
import type { QualityReport } from '../quality/report';
import type { Answer, Query } from '../query/query';
import type { EffectNumber } from '../recipe/effect-numbers';
import type { ObjectEffects } from '../recipe/object-effects';
import type { Recipe, Step, StepReport } from '../recipe/recipe';
import type { SignalMeter, TestSignal } from '../recipe/signal-meter';
import type { ImagePreview, ImagePreviewAsked } from './image-preview';
import type { Outcome } from './outcome';
import type { RemoteEvent } from './rpc';

/** A table as the window knows it. A new version after every change. */
export interface TableInfo {
  readonly id: string;
  readonly version: number;
  readonly meta: TableMeta;
  /** `reading` while rows still stream in; `loaded` of `meta.rows` are in the store. */
  readonly state: 'reading' | 'ready' | 'failed';
  readonly loaded: number;
  readonly source: { readonly name: string; readonly format: string; readonly sha256?: string | undefined };
  /** Current flags, step-authored ones with their row counts. */
  readonly flags: readonly (Flag & { readonly count?: number | undefined })[];
  readonly flagged: number;
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly objects: number;
  readonly bands: readonly string[];
  readonly steps: readonly StepReport[];
  readonly undoable: number;
  readonly redoable: number;
  readonly alerts: readonly Alert[];
  /** Tables made by `writes: 'table'` steps: results per object. */
  readonly results?:
    readonly { readonly step: string; readonly op: string; readonly columns: readonly string[]; readonly rows: number }[] | undefined;
}

/** What a draft step would do to one object (or, at scope table, to the table). */
export interface Preview {
  readonly version: number;
  /** The rows of the previewed object, in row order. */
  readonly rows: Uint32Array;
  /** 1 = this row would be flagged (or unflagged, when `clears`). */
  readonly flags?: Uint8Array | undefined;
  readonly clears?: boolean | undefined;
  /** New columns' values for `rows`. */
  readonly columns: readonly { readonly name: string; readonly unit?: string | undefined; readonly values: Float64Array }[];
  /** Values made where there were none, at their times: what is drawn as imputed. Absent when the step fills nothing. */
  readonly filled?: { readonly name: string; readonly time: Float64Array; readonly value: Float64Array } | undefined;
  readonly series: readonly Series[];
  readonly results: readonly Readonly<Record<string, ResultValue>>[];
  readonly alerts: readonly Alert[];
  readonly effect: readonly EffectNumber[];
  /** In its thread, without the wait for it. */
  readonly milliseconds: number;
}

export type { EffectNumber, ObjectEffects, SignalMeter, TestSignal };

/** What a draft step would do to all rows: from a job with progress. */
export interface DryRun {
  readonly version: number;
  readonly rowsFlagged: number;
  readonly objectsTouched: number;
  readonly columns: readonly string[];
  readonly alerts: readonly Alert[];
  readonly seconds: number;
}

export interface ExportReport {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly flagged: number;
  readonly bytes: number;
  readonly seconds: number;
  /** The read-back check compared so many cells and found them equal. */
  readonly checkedCells: number;
  readonly alerts: readonly Alert[];
}

export type ExportFormat = 'arrow' | 'fits' | 'csv';
export type FlaggedRows = 'keep' | 'drop' | 'mask';

export interface ResultsPage {
  readonly total: number;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, ResultValue>>[];
}

/** How far a step has come that finds something about every object. */
export interface ResultsProgress {
  readonly table: string;
  readonly step: string;
  readonly op: string;
  /** Objects done, of so many; `resumed` of them by an earlier run that was cancelled. */
  readonly done: number;
  readonly total: number;
  readonly resumed: number;
  readonly state: 'running' | 'ended';
}

export interface Stats {
  readonly memoryBytes: number;
  readonly memoryBudget: number;
  readonly threads: number;
}

export type DensityMapAsked = Omit<Extract<Query, { kind: 'density' }>, 'kind' | 'selection'>;

/**
 * The engine, as the window and the command line see it. Every method takes one plain argument. Files are grants: opaque strings that main
 * turns into paths; on the command line the grant is the path.
 */
export interface EngineService {
  /** Opens (or reopens, replaying its journal) the workspace of this window. */
  openWorkspace(a: { readonly grant: string }): Promise<readonly TableInfo[]>;
  /** Reads files into the store. Tables show up through onTables as soon as their columns are known. `stack`: many files make one table. */
  open(a: {
    readonly grants: readonly string[];
    readonly stack?: boolean;
    readonly table?: string;
    /** A table whose file holds `table` (one of its `imagesBeside`), in the place of grants. */
    readonly beside?: string;
  }): Promise<Outcome<readonly TableInfo[]>>;
  openSample(a: Record<string, never>): Promise<Outcome<readonly TableInfo[]>>;
  close(a: { readonly table: string }): Promise<void>;
  tables(a: Record<string, never>): Promise<readonly TableInfo[]>;
  query(a: Query): Promise<Outcome<Answer>>;
  /** The density of rows over two axes as an image: a new table. */
  densityMap(a: DensityMapAsked): Promise<Outcome<TableInfo>>;
  /** `whole`: the kernel leaves nothing out to be quick; progress is told. */
  preview(a: {
    readonly table: string;
    readonly step: Step;
    readonly object?: string | undefined;
    readonly band?: string | undefined;
    readonly whole?: boolean | undefined;
  }): Promise<Outcome<Preview>>;
  /** What a step makes of the part of an image that is looked at; `whole`: progress is told. */
  imagePreview(a: ImagePreviewAsked): Promise<Outcome<ImagePreview>>;
  /** What the step leaves of a signal put into the object's own values at its own times; with a lower priority than previews. */
  signalMeter(a: {
    readonly table: string;
    readonly step: Step;
    readonly object?: string | undefined;
    readonly band?: string | undefined;
    readonly signal: TestSignal;
  }): Promise<Outcome<SignalMeter>>;
  /** What the step would do to each of `sample` objects (the same ones every time), or to all of them. */
  effects(a: { readonly table: string; readonly step: Step; readonly sample?: number | undefined }): Promise<Outcome<ObjectEffects>>;
  dryRun(a: { readonly table: string; readonly step: Step }): Promise<Outcome<DryRun>>;
  apply(a: { readonly table: string; readonly step: Step }): Promise<Outcome<StepReport>>;
  undo(a: { readonly table: string }): Promise<Outcome<TableInfo>>;
  redo(a: { readonly table: string }): Promise<Outcome<TableInfo>>;
  /** Replaces the steps (edit, disable, remove, reorder, load): replays from the first difference; all or nothing. */
  setSteps(a: { readonly table: string; readonly steps: readonly Step[] }): Promise<Outcome<readonly StepReport[]>>;
  recipe(a: { readonly table: string }): Promise<Recipe>;
  /** Checks a recipe against a table without running it: one alert for each thing missing. */
  checkRecipe(a: { readonly table: string; readonly recipe: Recipe }): Promise<readonly Alert[]>;
  setRole(a: { readonly table: string; readonly role: Role; readonly column?: string | undefined }): Promise<Outcome<TableInfo>>;
  /** Labels (1–9; 0 clears) are a column of the object list, exported as `label`. */
  setLabel(a: { readonly table: string; readonly object: string; readonly label: number }): Promise<Outcome<TableInfo>>;
  export(a: {
    readonly table: string;
    readonly grant: string;
    readonly format: ExportFormat;
    readonly flagged: FlaggedRows;
    readonly columns?: readonly string[];
    /** `objects`: the object table, one row an object, with what steps found; `columns` are then its. `results`: those of one step as it made them. */
    readonly what?: 'rows' | 'objects' | { readonly results: string };
    /** Only these rows; of the object table the objects of which a row is one. */
    readonly only?: Step['where'];
  }): Promise<Outcome<ExportReport>>;
  /** Rows of the result table a step made: `object` and `band` where its scope has them, then its columns. */
  results(a: { readonly table: string; readonly step: string; readonly offset: number; readonly limit: number }): Promise<Outcome<ResultsPage>>;
  /**
   * What is wrong with a table, and what is good to know of it, as a job. `rules`: expressions that must hold of every row; `radius`: arcsec
   * within which two identifiers are one place (default 1).
   */
  quality(a: { readonly table: string; readonly rules?: readonly string[]; readonly radius?: number }): Promise<Outcome<QualityReport>>;
  /** Measures this machine: one experiment of the compute lab, as a job. Needs no table. */
  lab(a: LabRequest): Promise<Outcome<LabReport>>;
  stats(a: Record<string, never>): Promise<Stats>;

  readonly onTables: RemoteEvent<readonly TableInfo[]>;
  readonly onTableChanged: RemoteEvent<{ readonly table: TableInfo; readonly columns: readonly string[] }>;
  /** While a step runs, a few times a second: more columns of the object table can be asked for. */
  readonly onResults: RemoteEvent<ResultsProgress>;
  readonly onAlert: RemoteEvent<Alert>;
}
