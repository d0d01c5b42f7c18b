import type { Role } from '../model/column';
import type { Predicate } from '../select/predicate';

/** `error`: cannot be true. `warning`: probably a fault. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** An operation that mends a finding, with what its form starts from. */
export interface FindingAction {
  readonly op: string;
  /** On the button: `Turn into missing`. */
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly bind?: Readonly<Partial<Record<Role, string>>> | undefined;
  readonly where?: Predicate | undefined;
}

/** One remark of the report. */
export interface Finding {
  readonly severity: Severity;
  /** kebab-case, stable: `sentinels`, `exact-duplicates`, … */
  readonly code: string;
  readonly message: string;
  /** Rows it is about; 0 when it is about a column or the table as such. */
  readonly rows: number;
  readonly column?: string | undefined;
  /** Selects its rows; for long lists of rows the first {@link MAX_LISTED} of them (`isPartial`). */
  readonly predicate?: Predicate | undefined;
  readonly isPartial?: boolean | undefined;
  /** Alternatives, the best first; the engine keeps the first one whose operation there is. */
  readonly actions?: readonly FindingAction[] | undefined;
}

/** Rows a finding lists at most where no condition on the data selects them. */
export const MAX_LISTED = 20_000;
/** Parts of the table, in row order, in which the missing values are counted. */
export const ROW_BLOCKS = 64;
/** Bins of a column's histogram. */
export const HISTOGRAM_BINS = 32;

/** Counts in equal bins of [low, high]; `below` and `above` are the finite values outside, which would make the rest invisible. */
export interface ColumnHistogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** A column of the report. Numbers are over kept rows; those from `min` on over finite values that are no sentinels. */
export interface ColumnQuality {
  readonly name: string;
  readonly type: string;
  readonly unit?: string | undefined;
  readonly role?: Role | undefined;
  /** Null, NaN and, in text, nothing. */
  readonly missing: number;
  readonly nulls: number;
  readonly infinite: number;
  readonly sentinels: readonly { readonly value: number; readonly count: number }[];
  /** Values more than 5 robust standard deviations from the median: of their object and band for the value column of objects, else of the column. */
  readonly outliers: number;
  readonly outliersOf?: 'column' | 'object' | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly mean?: number | undefined;
  readonly std?: number | undefined;
  readonly quartiles?: readonly [number, number, number] | undefined;
  readonly histogram?: ColumnHistogram | undefined;
  /** Text: different values, up to 1000. */
  readonly distinct?: number | undefined;
  readonly isConstant: boolean;
  /** Another column that holds the same, or a linear function of it. */
  readonly sameAs?: { readonly column: string; readonly how: 'equal' | 'linear' } | undefined;
  /** Rules it was held against: the user's and those implied by unit and role. */
  readonly rules: readonly { readonly rule: string; readonly violations: number }[];
  /** Missing values in each of the ROW_BLOCKS parts of the table. */
  readonly missingBlocks: readonly number[];
}

/** A light curve of the report. Times in the unit of the time column. */
export interface ObjectQuality {
  readonly id: string;
  readonly rows: number;
  /** Median time between successive epochs. */
  readonly cadence?: number | undefined;
  readonly span?: number | undefined;
  readonly longestGap?: number | undefined;
  /** Epochs that come before the epoch of an earlier row. */
  readonly unordered: number;
  /** Rows that repeat a time in their band. */
  readonly repeated: number;
  /** χ² per degree of freedom about the weighted mean of each band. */
  readonly chi2?: number | undefined;
  /** The same from the median of the squared residuals, which outliers do not move. */
  readonly robustChi2?: number | undefined;
  /** Largest distance of a row from the median position, arcsec. */
  readonly scatter?: number | undefined;
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly missed: number }[];
}

/** Several identifiers at one place on the sky. Separation in arcsec: the largest of the group. */
export interface Redundancy {
  readonly ids: readonly string[];
  readonly separation: number;
  readonly rows: number;
  /** Their epochs overlap in time, yet no exposure holds both: one star under several names. Undefined without times. */
  readonly interleaved?: boolean | undefined;
  /** Epochs they have in common. */
  readonly shared: number;
}

export interface ClassCount {
  readonly value: string;
  readonly count: number;
}

/** What the report says of a table. Everything but the ledger is about the kept rows: those that no step flagged. */
export interface QualityReport {
  readonly table: string;
  readonly version: number;
  readonly rows: number;
  readonly source: { readonly name: string; readonly format: string; readonly sha256?: string | undefined };
  readonly ledger: {
    readonly loaded: number;
    readonly kept: number;
    readonly flagged: number;
    /** A row may carry several flags, so these need not add up to `flagged`. */
    readonly reasons: readonly { readonly flag: string; readonly rows: number }[];
  };
  readonly completeness: { readonly cells: number; readonly missing: number; readonly completeRows: number };
  /** Rows that repeat an earlier row: in every column, or in the key columns. */
  readonly duplicates: { readonly exact: number; readonly key: number; readonly keyColumns: readonly string[] };
  readonly columns: readonly ColumnQuality[];
  readonly missingness: {
    /** Columns with missing values, in table order. */
    readonly columns: readonly string[];
    /** Which of them are missing together, the most frequent first, at most 20; rows without any missing value are the empty pattern. */
    readonly patterns: readonly { readonly missing: readonly string[]; readonly rows: number }[];
  };
  readonly objects?:
    | {
        readonly count: number;
        readonly cadence?: number | undefined;
        readonly rowsPerObject: readonly [number, number, number];
        /** Quartiles over the objects. */
        readonly chi2?: readonly [number, number, number] | undefined;
        readonly robustChi2?: readonly [number, number, number] | undefined;
        readonly timeUnit?: string | undefined;
        /** The most remarkable ones, at most 200. */
        readonly worst: readonly ObjectQuality[];
      }
    | undefined;
  /** Intervals without a row of any object, the longest first, at most 8. */
  readonly surveyGaps: readonly { readonly from: number; readonly to: number }[];
  readonly classes?: { readonly column: string; readonly counts: readonly ClassCount[] } | undefined;
  readonly bands?: { readonly column: string; readonly counts: readonly ClassCount[] } | undefined;
  readonly redundancy: readonly Redundancy[];
  readonly findings: readonly Finding[];
  /** Everything that was not done, and why: nothing is left out in silence. */
  readonly remarks: readonly string[];
  readonly seconds: number;
}
