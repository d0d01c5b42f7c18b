import type { ColumnMeta } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import type { ReadOptions, RecordBatch, SourceTable } from '../reader';
import type { ByteSource } from './byte-source';
import type { FitsHeader } from './cards';
import type { BinaryColumn } from './columns';
import { tileHeader, tileImage, tilePixels } from './compressed-image';
import { type Hdu, unreadable } from './hdu';
import { keptCards } from './kept-cards';
import { readBinary } from './read-binary';
import { type RowBlock, rowBlocks } from './row-blocks';
import { type BinaryCode, ELEMENT_BYTES, ELEMENT_TYPE } from './tform';

/** The column that holds the pixels of an image. */
export const PIXELS = 'value';

/** Planes of a cube that can be asked for by name. */
const MAX_PLANES = 10_000;

const CODES: Readonly<Record<string, BinaryCode>> = { 8: 'B', 16: 'I', 32: 'J', 64: 'K', '-32': 'E', '-64': 'D' };
/** What is added to a stored integer to make it unsigned (or, of bytes, signed). */
const FLIP: Partial<Record<BinaryCode, { zero: number; type: ColumnMeta['type'] }>> = {
  B: { zero: -128, type: 'int8' },
  I: { zero: 2 ** 15, type: 'uint16' },
  J: { zero: 2 ** 31, type: 'uint32' },
  K: { zero: 2 ** 63, type: 'uint64' },
};

export interface ImageContext {
  readonly primary: FitsHeader;
  readonly provenance: string | undefined;
  readonly name: string;
}

/**
 * An image as tables of one column, `value`, whose rows are the pixels in the order of the file (x fastest): one table a plane, those of a cube named
 * `SCI[3]` (counted from 1, as FITS does). Integers stay integers unless BSCALE and BZERO scale them; BLANK is missing. An image without pixels
 * gives none. Throws AppError: `unsupported` for a compression that Skysift does not read, `unreadable` for a header that makes no sense.
 */
export function imageTables(source: ByteSource, hdu: Hdu, context: ImageContext): { readonly tables: SourceTable[]; readonly planes: number } {
  const packed = hdu.kind === 'compressed-image';
  const header = packed ? tileHeader(hdu.header) : hdu.header;
  const axes = Array.from({ length: header.integer('NAXIS') ?? 0 }, (_, i) => header.integer(`NAXIS${i + 1}`) ?? 0);
  const [width = 0, height = 1] = axes;
  const higher = axes.slice(2);
  const planes = higher.reduce((a, b) => a * b, 1);
  if (width * height * planes === 0) return { tables: [], planes: 0 };
  if (!Number.isSafeInteger(width * height) || width * height > 2 ** 31)
    throw new AppError({
      code: 'unsupported',
      message: `the image in HDU ${hdu.index} has ${width} × ${height} pixels (at most 2 147 483 648 can be opened)`,
      hint: 'cut out the part you need with another program',
    });
  const column = pixelColumn(header, hdu.index, packed);
  const tiles = packed ? tileImage(hdu, { width, height, planes }) : undefined;
  const layout = { columns: [column], rowBytes: column.form.bytes };
  const blocks = (plane: number, { signal }: ReadOptions): AsyncIterable<RowBlock> => {
    if (tiles) return tilePixels(source, tiles, plane, signal);
    const start = hdu.dataStart + plane * width * height * layout.rowBytes;
    return rowBlocks(source, { start, rowBytes: layout.rowBytes, rows: width * height }, signal);
  };
  const table = (plane: number): SourceTable => {
    const alerts: Alert[] = [];
    const rows = width * height;
    const remark = (name: string, message: string): unknown => alerts.push({ severity: 'warning', message, column: name });
    return {
      name: context.name + planeSuffix(plane, higher),
      rows,
      columns: [column.meta],
      header: keptCards(header, hdu.index > 0 && context.primary.integer('NAXIS') === 0 ? context.primary : undefined),
      fileFlags: [],
      provenance: context.provenance,
      alerts,
      projects: true,
      image: { width, height },
      read: (o): AsyncIterable<RecordBatch> =>
        readBinary({ ...layout, rows, heap: { source, start: 0, bytes: 0, hdu: hdu.index } }, blocks(plane, o), o, remark),
    };
  };
  return { tables: Array.from({ length: Math.min(planes, MAX_PLANES) }, (_, i) => table(i)), planes };
}

/** `[2]`, `[2,1]`; nothing where there is one plane only. */
function planeSuffix(plane: number, axes: readonly number[]): string {
  const real = axes.filter((n) => n > 1);
  if (real.length === 0) return '';
  let rest = plane;
  const at = real.map((n) => {
    const i = rest % n;
    rest = Math.floor(rest / n);
    return i + 1;
  });
  return `[${at.join(',')}]`;
}

/** The pixels as the one column of a binary table. */
function pixelColumn(header: FitsHeader, hdu: number, packed: boolean): BinaryColumn {
  const bitpix = header.integer('BITPIX');
  const code = CODES[String(bitpix)];
  if (!code)
    throw unreadable(
      `HDU ${hdu} has ${packed ? 'ZBITPIX' : 'BITPIX'} = ${String(bitpix ?? 'nothing')} (must be 8, 16, 32, 64, -32 or -64)`,
      'fetch the file again',
    );
  const scale = header.number('BSCALE') ?? 1;
  const zero = header.number('BZERO') ?? 0;
  const sign = FLIP[code];
  const flipped = scale === 1 && sign?.zero === zero;
  const scaled = !flipped && (scale !== 1 || zero !== 0);
  const blank = bitpix! > 0 ? header.bigint('BLANK') : undefined;
  const meta: ColumnMeta = {
    name: PIXELS,
    type: flipped ? sign!.type : scaled ? 'float64' : ELEMENT_TYPE[code],
    unit: header.text('BUNIT')?.trim(),
    description: header.text('BTYPE')?.trim(),
    role: 'value',
    origin: 'file',
    // Known again when the image is written, so that it keeps its marker.
    ...(blank === undefined || flipped ? {} : { extra: { TNULL: String(blank) } }),
  };
  return {
    meta,
    form: { repeat: 1, code, bytes: ELEMENT_BYTES[code] },
    position: 0,
    count: 1,
    stringWidth: 0,
    flipped,
    ...(scaled ? { scale, zero } : {}),
    nullValue: blank,
  };
}
