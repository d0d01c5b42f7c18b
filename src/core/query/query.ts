import type { Cell, ColumnMeta } from '../model/column';
import type { ImageShape } from '../model/table';
import type { Axis, Predicate } from '../select/predicate';

/** Which rows a view shows. */
export interface RowSet {
  /** `objects`: rows of the object table, one an object, instead; axes and `where` are then about its columns, a selection is still about rows. */
  readonly of?: 'objects' | undefined;
  /** One object's rows (an identifier as text); absent = all rows. */
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  /** The view's filter. */
  readonly where?: Predicate | undefined;
  readonly flagged?: 'show' | 'hide' | 'only' | undefined;
}

/** Part of an image in pixels (see the query `image`). */
export type ImageRegion =
  | { readonly kind: 'box'; readonly xRange: readonly [number, number]; readonly yRange: readonly [number, number] }
  | { readonly kind: 'circle'; readonly center: readonly [number, number]; readonly radius: number }
  | { readonly kind: 'polygon'; readonly points: readonly (readonly [number, number])[] };

export type Query =
  /** Up to `limit` points with their row numbers; answers `tooMany` with the count instead when there are more. */
  | {
      kind: 'points';
      table: string;
      rows: RowSet;
      x: Axis;
      y: Axis;
      xError?: string;
      yError?: string;
      third?: Axis;
      limit: number;
      selection?: Predicate;
    }
  | {
      kind: 'density';
      table: string;
      rows: RowSet;
      x: Axis;
      y: Axis;
      /** Absent = the finite extent. */
      xRange?: readonly [number, number];
      yRange?: readonly [number, number];
      xLog?: boolean;
      yLog?: boolean;
      width: number;
      height: number;
      selection?: Predicate;
    }
  | { kind: 'histogram'; table: string; rows: RowSet; x: Axis; bins: number; range?: readonly [number, number]; log?: boolean; selection?: Predicate }
  /** One page of a table view. `order` sorts (nulls last); rows are row numbers of the store. */
  | {
      kind: 'rows';
      table: string;
      rows: RowSet;
      columns: readonly string[];
      offset: number;
      limit: number;
      order?: { column: string; descending?: boolean };
      /** Rows it selects are marked in the answer. */
      selection?: Predicate;
    }
  | { kind: 'summary'; table: string; columns: readonly string[]; bins?: number }
  /**
   * A page of the list of objects. `sort`: a column of the object table. `filter`: part of an identifier, or a condition over these columns.
   * `ids`: only these, those the table does not have left out. `where`: only those, a predicate over the object table.
   */
  | {
      kind: 'objects';
      table: string;
      sort?: string;
      descending?: boolean;
      filter?: string;
      ids?: readonly string[];
      where?: Predicate;
      offset: number;
      limit: number;
    }
  /** The columns of the object table. */
  | { kind: 'object-columns'; table: string }
  /** How many rows, and how many of them are flagged, a predicate selects; `rows` narrows it. */
  | { kind: 'count'; table: string; rows: RowSet; selection: Predicate }
  /** The row whose point is nearest to (x, y) in units of (xScale, yScale); for hovering over a density image. */
  | { kind: 'nearest'; table: string; rows: RowSet; x: Axis; y: Axis; at: readonly [number, number]; scale: readonly [number, number] }
  /**
   * Pixels of an image table, as many as the screen shows. Pixel (x, y), counted from 0, has its centre at whole coordinates (as astropy has it; FITS
   * counts from 1): the whole image is [-0.5, width - 0.5], which is what absent ranges mean. `width` and `height`: cells of the screen.
   */
  | {
      kind: 'image';
      table: string;
      column: string;
      xRange?: readonly [number, number];
      yRange?: readonly [number, number];
      width: number;
      height: number;
      /** `hide`: flagged pixels are missing. */
      flagged?: 'show' | 'hide';
    }
  /** What the whole image's values are like: limits to draw it with. */
  | { kind: 'image-stretch'; table: string; column: string }
  /** Numbers about the pixels whose centres lie in a region; absent = all. `hide`: without the flagged ones. */
  | { kind: 'image-stats'; table: string; column: string; region?: ImageRegion; flagged?: 'show' | 'hide' }
  /** All values of one row, or of one object of the object table. */
  | { kind: 'row'; table: string; row: number; of?: 'objects' };

export interface PointsAnswer {
  readonly kind: 'points';
  readonly version: number;
  readonly total: number;
  readonly tooMany: boolean;
  readonly rows: Uint32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xError?: Float32Array | undefined;
  readonly yError?: Float32Array | undefined;
  /** The third axis, for a colour: NaN where missing. */
  readonly third?: Float64Array | undefined;
  /** bit 0: flagged; bit 1: selected. */
  readonly marks: Uint8Array;
}

export interface DensityAnswer {
  readonly kind: 'density';
  readonly version: number;
  readonly width: number;
  readonly height: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** Row-major, row 0 at the bottom (lowest y). */
  readonly counts: Uint32Array;
  /** Counts of the selected rows, when a selection was given. */
  readonly selected?: Uint32Array | undefined;
  readonly total: number;
  readonly inside: number;
  readonly selectedTotal: number;
  readonly max: number;
  /** Rows of the table in the store so far; less than `rows` while it is still streaming in. */
  readonly loaded: number;
}

export interface HistogramAnswer {
  readonly kind: 'histogram';
  readonly version: number;
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
  readonly selected?: Uint32Array | undefined;
  readonly flagged: Uint32Array;
  readonly missing: number;
  readonly total: number;
}

export interface RowsAnswer {
  readonly kind: 'rows';
  readonly version: number;
  readonly total: number;
  readonly rows: readonly number[];
  /** values[c][r]. */
  readonly values: readonly (readonly Cell[])[];
  /** bit 0: flagged; bit 1: selected (when the query gave a selection). */
  readonly marks: readonly number[];
}

/** Cells of `step` × `step` pixels (1: the pixels themselves), aligned to multiples of `step`, so that they stay the same when the view moves. */
export interface PixelGrid {
  readonly step: number;
  /** First pixel of the first cell. */
  readonly x: number;
  readonly y: number;
  /** Cells. */
  readonly width: number;
  readonly height: number;
  /** Mean of the cell's finite pixels, NaN where none is; row-major, row 0 at the bottom (lowest y). */
  readonly values: Float64Array;
}

export interface ImageAnswer extends PixelGrid {
  readonly kind: 'image';
  readonly version: number;
  /** 1 where a pixel of the cell is flagged; absent when none is. */
  readonly flagged?: Uint8Array | undefined;
  /** Size of the whole image. */
  readonly image: ImageShape;
}

/** Limits to draw an image with. Percentiles and histogram are those of at most 2^20 pixels, evenly spread over the finite ones; NaN where none is. */
export interface ImageStretch {
  readonly count: number;
  readonly missing: number;
  /** Over all finite pixels. */
  readonly min: number;
  readonly max: number;
  /** As IRAF's and astropy's (ZScaleInterval with its defaults). */
  readonly zscale: readonly [number, number];
  readonly percentiles: readonly { readonly percent: number; readonly value: number }[];
  /** Counts in even bins over `range`, which leaves out the wildest 0.1 % on either side. */
  readonly histogram: { readonly range: readonly [number, number]; readonly counts: Uint32Array };
}

export interface ImageStatsAnswer {
  readonly kind: 'image-stats';
  readonly version: number;
  /** Pixels in the region with a value, without one, and flagged. */
  readonly count: number;
  readonly missing: number;
  readonly flagged: number;
  readonly sum: number;
  readonly mean: number;
  readonly median: number;
  /** Of the population (n in the denominator), as numpy. */
  readonly std: number;
  /** Median absolute deviation from the median, not scaled. */
  readonly mad: number;
  readonly min: number;
  readonly max: number;
}

export interface ColumnSummary {
  readonly name: string;
  /** NaN and null alike. */
  readonly missing: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly mean?: number | undefined;
  readonly std?: number | undefined;
  readonly counts?: readonly number[] | undefined;
  /** utf8: number of distinct values, up to 1000. */
  readonly distinct?: number | undefined;
}

export interface ObjectRow {
  readonly id: string;
  readonly rows: number;
  readonly flagged: number;
  /** Median and robust scatter (1.4826 MAD) of the value column over unflagged rows. */
  readonly median?: number | undefined;
  readonly scatter?: number | undefined;
  readonly label?: number | undefined;
  readonly bands?: readonly string[] | undefined;
  /** Result columns attached to the object (period, power …). */
  readonly results?: Readonly<Record<string, number | string | boolean | undefined>> | undefined;
}

export type Answer =
  | PointsAnswer
  | DensityAnswer
  | HistogramAnswer
  | RowsAnswer
  | { readonly kind: 'summary'; readonly version: number; readonly columns: readonly ColumnSummary[] }
  | {
      readonly kind: 'objects';
      readonly version: number;
      readonly total: number;
      readonly objects: readonly ObjectRow[];
      readonly resultColumns: readonly string[];
    }
  /** `serial` grows with every result that comes while a step runs. */
  | {
      readonly kind: 'object-columns';
      readonly version: number;
      readonly serial: number;
      readonly objects: number;
      readonly columns: readonly ColumnMeta[];
    }
  | { readonly kind: 'count'; readonly version: number; readonly rows: number; readonly flagged: number }
  | ImageAnswer
  | ({ readonly kind: 'image-stretch'; readonly version: number } & ImageStretch)
  | ImageStatsAnswer
  | { readonly kind: 'nearest'; readonly version: number; readonly row?: number | undefined }
  | {
      readonly kind: 'row';
      readonly version: number;
      readonly values: Readonly<Record<string, Cell>>;
      readonly flags: readonly string[];
      readonly columns: readonly ColumnMeta[];
    };

export type AnswerTo<K extends Query['kind']> = Extract<Answer, { kind: K }>;
