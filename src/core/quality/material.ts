import type { Role } from '../model/column';
import type { TableMeta } from '../model/table';
import type { AlikePair } from './alike-columns';
import type { CellProfile } from './cell-profile';
import type { NumberProfile } from './number-profile';
import type { ObjectGap } from './object-gaps';
import type { ObjectProfiles } from './object-profile';
import type { ObjectGroup } from './redundancy';
import type { Repeats } from './repeats';
import type { ClassCount, QualityReport } from './report';
import type { ValidityRule } from './validity';

/** A rule the user stated: what must hold of every row, and how many rows break it. */
export interface StatedRule {
  readonly rule: string;
  /** The condition rows breaking it meet. */
  readonly violation: string;
  readonly violations: number;
}

/** What is known of the objects of a table. */
export interface ObjectMaterial {
  readonly count: number;
  id(object: number): string;
  readonly profiles: ObjectProfiles;
  readonly gaps: readonly ObjectGap[];
  /** Objects that share exposures with others, so that their gaps could be judged. */
  readonly judged: number;
  readonly groups: readonly ObjectGroup[];
  /** Rows on both sides of the gaps, in the order of the gaps: two each. */
  readonly gapRows: readonly number[];
  readonly firstEpoch: Float64Array;
  readonly lastEpoch: Float64Array;
}

/** Everything that was found out about a table, from which the report is put together. */
export interface QualityMaterial {
  readonly meta: TableMeta;
  readonly table: string;
  readonly version: number;
  readonly source: QualityReport['source'];
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly ledger: QualityReport['ledger'];
  /** Arcsec within which objects count as one place, and beyond which the rows of one object scatter. */
  readonly radius: number;
  readonly profiles: ReadonlyMap<string, NumberProfile | CellProfile>;
  readonly rules: ReadonlyMap<string, ValidityRule>;
  readonly stated: readonly StatedRule[];
  readonly exact: Repeats;
  readonly key?: (Repeats & { readonly columns: readonly string[] }) | undefined;
  readonly patternColumns: readonly string[];
  readonly patterns: readonly (readonly [number, number])[];
  readonly alike: readonly AlikePair[];
  readonly objects?: ObjectMaterial | undefined;
  readonly surveyGaps: QualityReport['surveyGaps'];
  readonly classes?: { readonly column: string; readonly counts: readonly ClassCount[] } | undefined;
  readonly bands?: { readonly column: string; readonly counts: readonly ClassCount[] } | undefined;
  readonly remarks: readonly string[];
  readonly seconds: number;
}
