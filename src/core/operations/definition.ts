import type { Static, TObject } from '@sinclair/typebox';
import type { ColumnType, Role } from '../model/column';
import type { Alert, ImageShape, TableMeta } from '../model/table';
import type { Remember } from '../numerics/memory';
import type { Progress } from '../protocol/outcome';

/** Over which rows a kernel runs at once: the whole table, each object, or each object in each band. */
export type Scope = 'table' | 'object' | 'object-band';

/** A column an operation needs, by role; bound to a column name in `Step.bind`. */
export interface RoleNeed {
  readonly role: Role;
  /** Shown beside the picker. */
  readonly title: string;
  readonly optional?: boolean;
  /** `number` (default), `integer` or `text`. */
  readonly type?: 'number' | 'integer' | 'text';
}

/**
 * What a kernel sees of the rows of one scope unit (one object, or the table), sorted by time when the operation is `ordered: 'time'` and
 * a time column is bound (rows with a missing time come last). Arrays are read-only: a kernel that writes to one is a bug the conformance
 * suite finds.
 */
export interface Batch {
  readonly length: number;
  /** Identifier of the object, undefined at scope `table`. */
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  /** float64 values of the bound role, NaN where missing; undefined when an optional role is not bound. */
  role(role: Role): Float64Array | undefined;
  /** float64 values of any column by name, NaN where missing. Throws AppError not-found. */
  column(name: string): Float64Array;
  /** Text of any column by name (numbers are printed), undefined where null. */
  text(name: string): readonly (string | undefined)[];
  has(name: string): boolean;
  unit(name: string): string | undefined;
  /** Name of the column bound to the role. */
  nameOf(role: Role): string | undefined;
  /** 1 where the row takes part: not flagged and inside `where`. Statistics are computed over these only. */
  readonly live: Uint8Array;
  /** 1 where the row is inside the step's `where`: a kernel may flag or write only these. */
  readonly inside: Uint8Array;
  /** 1 where the named flag is set (step and file flags alike). Throws AppError not-found. */
  flag(name: string): Uint8Array;
  /** The table as a whole: header, units, file flags. */
  readonly table: TableMeta;
  /** Which object and band each row belongs to, for `grouped` operations; undefined when the table has no objects. */
  readonly groups?: Groups | undefined;
  /** Which part of an image the batch is, for operations with {@link OperationDef.strips}; undefined = the whole. */
  readonly strip?: Strip | undefined;
  /** The tables its {@link CompanionNeed} picked, in that order; undefined when the step has no companion. */
  readonly companion?: readonly CompanionTable[] | undefined;
}

/** Some whole rows of pixels of an image, counted from the image's first; `table.image` is the size of the whole. */
export interface Strip {
  /** The batch begins with this row. */
  readonly top: number;
  /** Results are wanted for the rows [from, to); what is given for the others is left unread. */
  readonly from: number;
  readonly to: number;
  /**
   * Where the values of a new column go, one a row of the batch, for kernels that give these arrays in the place of their own: threads share them, so that
   * only the rows asked for may be written. Absent, or undefined: nowhere yet.
   */
  readonly output?: ((column: string) => Float64Array | undefined) | undefined;
}

/** How an image may be cut into strips. */
export interface StripSizes {
  /** Rows of pixels that are read beyond those that are asked for, above and below. */
  readonly halo: number;
  /** Rows of pixels that are worth asking for at once: the same whatever the number of threads, so that results are, too. */
  readonly height: number;
}

/** The objects of a batch over a whole table. */
export interface Groups {
  /** Object of each row, 0 … count - 1. */
  readonly objectOf: Uint32Array;
  readonly count: number;
  id(object: number): string;
  /** Position of each row's band in `bands`; undefined when no column is bound to the band. */
  readonly bandOf?: Uint16Array | undefined;
  readonly bands: readonly string[];
}

/** A table beside the one that is worked on (basis vectors, a catalogue to match with), as it is when the step runs. Read-only. */
export interface CompanionTable {
  /** Name, header, units and roles; `meta.rows` rows. */
  readonly meta: TableMeta;
  /** float64 values of a picked column, NaN where missing; the same array each time. Throws AppError not-found. */
  column(name: string): Float64Array;
  /** Text of a picked column (numbers are printed), undefined where null. */
  text(name: string): readonly (string | undefined)[];
  /** 1 where no step has flagged the row. */
  readonly live: Uint8Array;
}

/** A table of the companion's file, and which of its columns are read. */
export interface CompanionPart {
  readonly table: string;
  readonly columns: readonly string[];
}

/** That an operation reads a second file (`Step.with`, `--with` on the command line). */
export interface CompanionNeed<P> {
  /** Shown beside the picker: `Basis vectors`. */
  readonly title: string;
  /** What file it is, and where one gets it. */
  readonly description: string;
  readonly optional?: boolean;
  /** What to read, given the tables of the file (or the one the step names) and the table worked on. Throws AppError saying why none fits. */
  readonly pick: (params: P, tables: readonly TableMeta[], of: TableMeta) => readonly CompanionPart[];
}

export interface Context {
  /** Seeded, the same for the same step and object: uniform in [0, 1). */
  random(): number;
  alert(alert: Alert): void;
  /** True for a live preview: a kernel may skip work whose result only the final run needs. */
  readonly preview: boolean;
  /** Live previews keep the last answers of costly parts of the work, so that they follow a slider which these do not depend on. */
  readonly remember: Remember;
}

export interface NewColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
  /** One value a row of the batch, in the batch's order. NaN = missing. For utf8 an array of strings. */
  readonly values: Float64Array | readonly (string | undefined)[];
  /** In units of the values' own level: 1 is where they usually are (a light curve divided by its trend). */
  readonly isRatio?: boolean;
  /** Overwrites a column of the same name (a new version of it; the file's is never changed). Otherwise a clash is an error. */
  readonly replaces?: boolean;
}

/** A curve drawn with a preview or kept with a result: a periodogram, a fitted trend on a fine grid. */
export interface Series {
  readonly name: string;
  readonly x: { readonly name: string; readonly unit?: string | undefined; readonly values: Float64Array };
  readonly y: { readonly name: string; readonly unit?: string | undefined; readonly values: Float64Array };
  /** Labelled points on the curve: peaks with their period and false-alarm probability. */
  readonly marks?: readonly { readonly x: number; readonly y: number; readonly label: string }[];
  /** Horizontal lines: false-alarm levels. */
  readonly levels?: readonly { readonly y: number; readonly label: string }[];
  /** Which y is the best, for a curve that is searched. Absent: highest. */
  readonly best?: 'highest' | 'lowest';
  /** How many points the curve has of which these are the ones a plot needs. Absent: these are all. */
  readonly thinnedFrom?: number;
}

export type ResultValue = number | string | boolean | undefined;

export interface Effect {
  /** 1 = flag this row. `name` is the flag's name (snake_case), `clear` takes the flag away instead. */
  readonly flags?: readonly { readonly name: string; readonly mask: Uint8Array; readonly reason: string; readonly clear?: boolean }[];
  /** Flags that inform and leave their rows in use (`imputed`): 1 = set. They come beside what the operation `writes`. */
  readonly marks?: readonly { readonly name: string; readonly mask: Uint8Array; readonly reason: string }[];
  readonly columns?: readonly NewColumn[];
  /** Rows of the result table for this batch, one key a column, same keys in the same order for every batch. Flags and columns may come with it. */
  readonly results?: readonly Readonly<Record<string, ResultValue>>[];
  readonly series?: readonly Series[];
}

export type Kernel<P> = (input: Batch, params: P, context: Context) => Generator<Progress, Effect>;

/** A table of an example's companion. */
export interface ExampleTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** A worked example: shown in the help, run by the conformance suite. Columns by role; the result is compared to 1e-9 relative. */
export interface Example<P> {
  readonly title: string;
  readonly columns: Readonly<Partial<Record<Role, readonly number[]>>>;
  /** The rows are the pixels of an image of this size: for operations of images. */
  readonly image?: ImageShape;
  readonly params: Partial<P>;
  /** The companion's tables, for operations that need one. */
  readonly companion?: readonly ExampleTable[];
  readonly expect: {
    readonly flagged?: readonly number[];
    readonly columns?: Readonly<Record<string, readonly number[]>>;
    readonly results?: readonly Readonly<Record<string, ResultValue>>[];
  };
}

/** What the figure of the help page shows: the operation at work on made-up data (`core/help/demo-data.ts`). */
export interface FigureSpec<P> {
  /**
   * flux (default): transits, a drift, a flare, a gap, outliers; magnitude: an RR Lyrae star; cloud: stars by `color` and magnitude; ensemble:
   * the flux star among others with the same drift; image: stars with missing pixels. Its column `centroid`, and its companion, follow the drift.
   */
  readonly data?: 'flux' | 'magnitude' | 'cloud' | 'ensemble' | 'image';
  /** Another column of the data in the role value. */
  readonly value?: string;
  readonly params?: Partial<P>;
  /** Only the rows between these two of the x axis are inside the step's `where`. */
  readonly within?: readonly [number, number];
  readonly caption?: string;
}

/**
 * An operation: everything about it, in one file, `src/core/operations/<folder>/<name>.ts`, default export of `defineOperation`.
 * The form, the preview, the command line, the help page and the conformance suite come from here.
 */
export interface OperationDef<S extends TObject = TObject> {
  /** `<folder>.<name>`. */
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** One sentence, in the imperative: `Flag values far from the centre of their light curve.` */
  readonly summary: string;
  /** Paragraphs of the help page: what it computes, which convention it follows, its traps. */
  readonly help: string;
  /** Paper or software the method and its defaults come from. */
  readonly cite?: string;
  /**
   * TypeBox object; every property has title, description and default. Extra keys: `unit`, `minimum`/`exclusiveMinimum`, `origin`, `slider: [low, high]`;
   * `when: { method: ['spline'] }` = it counts only then; `more: true` = seldom changed, folded away in the form.
   */
  readonly params: S;
  readonly inputs: readonly RoleNeed[];
  readonly writes: 'flags' | 'columns' | 'table' | 'report';
  /** `part`: a row of its results is a part of a light curve (a bin), no number of the whole object: not shown in lists of objects. */
  readonly resultsOf?: 'object' | 'part';
  /** The first is the default. */
  readonly scope: readonly Scope[];
  /** `time`: the kernel wants its rows sorted by time. `rowwise`: each row's result depends on that row alone, so the table may be split. */
  readonly ordered?: 'time';
  readonly rowwise?: boolean;
  /** The kernel works at scope `table` and tells objects and bands apart ({@link Batch.groups}). */
  readonly grouped?: boolean;
  /** It works on images only: tables with {@link TableMeta.image}, whose rows are the pixels. Its scope is `table`. */
  readonly ofImages?: boolean;
  /** Images may be cut into strips, done side by side; its columns then have a value (NaN = missing) for every row asked for. Undefined = all in one. */
  readonly strips?: (params: Static<S>, image: ImageShape) => StripSizes | undefined;
  readonly kernel: Kernel<Static<S>>;
  /** Params of an older version → params of this one. */
  readonly migrate?: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>>;
  readonly examples: readonly Example<Static<S>>[];
  /** Absent: its defaults on the star with transits. */
  readonly figure?: FigureSpec<Static<S>>;
  /** The names of columns, flags and marks it will make, for checks before a run. */
  readonly produces: (
    params: Static<S>,
    nameOf: (role: Role) => string | undefined,
  ) => { readonly flags?: readonly string[]; readonly marks?: readonly string[]; readonly columns?: readonly string[] };
  /** Columns besides the roles that the parameters name (expressions, column lists), or that are read when the table (its `columns`) has them. */
  readonly needs?: (params: Static<S>, columns?: readonly string[]) => readonly string[];
  /** The second file it reads, for operations that need one. */
  readonly companion?: CompanionNeed<Static<S>>;
  /** A few words for the history card: `3 σ about the median`. */
  readonly describe?: (params: Static<S>) => string;
}

export function defineOperation<S extends TObject>(definition: OperationDef<S>): OperationDef<S> {
  return definition;
}
