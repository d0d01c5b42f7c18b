import type { ColumnMeta } from './column';
import type { Flag } from './flag';

/** One header card as the file gives it (FITS), or a comment line of a text file under the key COMMENT. */
export interface HeaderCard {
  readonly key: string;
  readonly value?: string | number | boolean | undefined;
  readonly comment?: string | undefined;
}

/** Size of an image in pixels. Row `y * width + x` of its table is the pixel (x, y), both counted from 0 (FITS counts from 1). */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
}

/** An image of a file that can be opened by its name. */
export interface ImageBeside extends ImageShape {
  readonly name: string;
}

/** What a table is, without its numbers. Immutable; a change makes the next version. */
export interface TableMeta {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ColumnMeta[];
  readonly header: readonly HeaderCard[];
  readonly fileFlags: readonly Flag[];
  /** How to read the time column: added to its numbers gives a Julian date (BJDREFI + BJDREFF for Kepler and TESS). */
  readonly timeOrigin?: number | undefined;
  /** `MJD`, `BJD`, `HJD`, `BTJD`, … as shown on axes. */
  readonly timeSystem?: string | undefined;
  /** The recipe found in the file's provenance, as JSON text, when Skysift wrote it. */
  readonly provenance?: string | undefined;
  /** The table is an image: its rows are the pixels, x fastest. The world coordinates are in `header`. */
  readonly image?: ImageShape | undefined;
  /** Images of the same file that were not opened with it: those beside a table, the other planes of a cube (the first thousand). */
  readonly imagesBeside?: readonly ImageBeside[] | undefined;
}

/** A recoverable remark: shown once where it happened, kept with the step or the file. */
export interface Alert {
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly column?: string | undefined;
  readonly rows?: number | undefined;
}
