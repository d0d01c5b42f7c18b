import { type ColumnMeta, isNumeric } from '../../../core/model/column';
import type { ImageShape } from '../../../core/model/table';
import { PIXELS } from '../../readers/fits/image-table';
import type { ExportSource } from '../writer';
import { toAscii } from './card-format';

/** A column of an image table on its way out: an image of its own. */
export interface ImagePlane {
  readonly column: ColumnMeta;
  /** EXTNAME; the first image of a file may have none and is then called PRIMARY. */
  readonly name: string;
}

/** How a table goes out as images: its columns in their order, the first as the image that begins the file. Undefined for what is no image any more. */
export function imageLayout(source: ExportSource): { readonly shape: ImageShape; readonly planes: readonly ImagePlane[] } | undefined {
  const shape = source.meta.image;
  if (!shape || source.rows !== shape.width * shape.height || !source.columns.every((c) => isNumeric(c.type))) return undefined;
  const taken = new Set<string>();
  const planes = source.columns.map((column, i): ImagePlane => {
    const own = column.name === PIXELS ? (i > 0 && source.meta.name === 'PRIMARY' ? PIXELS : source.meta.name) : column.name;
    let name = toAscii(own);
    for (let k = 2; taken.has(name); k++) name = `${toAscii(own)}_${k}`;
    taken.add(name);
    return { column, name };
  });
  return { shape, planes };
}
