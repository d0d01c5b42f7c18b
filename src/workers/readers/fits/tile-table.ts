import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { ByteSource } from './byte-source';
import { type FitsCard, FitsHeader } from './cards';
import type { BinaryColumn } from './columns';
import { type Hdu, unreadable } from './hdu';
import { TILE_METHODS, type TileMethod, tileDescriptor, unpackTile } from './packed-tile';
import type { RowBlock } from './row-blocks';
import { partsOf } from './sinks';
import { parseBinaryForm } from './tform';

const MAX_TILE = 2 ** 30;

/** The header the table had before it was compressed in tiles (FITS 4.0, section 10.3). */
export function originalHeader(header: FitsHeader): FitsHeader {
  const cards: FitsCard[] = [];
  for (const card of header.cards) {
    if (/^(TFORM\d+|NAXIS[12]|PCOUNT|THEAP|ZTABLE|ZTILELEN|ZCTYP\d+|ZTHEAP|CHECKSUM|DATASUM|ZHECKSUM|ZDATASUM)$/.test(card.key)) continue;
    const renamed = /^ZFORM(\d+)$/.exec(card.key)
      ? card.key.replace('ZFORM', 'TFORM')
      : ({ ZNAXIS1: 'NAXIS1', ZNAXIS2: 'NAXIS2', ZPCOUNT: 'PCOUNT' }[card.key] ?? card.key);
    cards.push({ ...card, key: renamed });
  }
  return new FitsHeader(cards);
}

interface TileColumn {
  readonly column: BinaryColumn;
  readonly method: TileMethod;
  /** Bytes of the compressed row before its descriptor, and the descriptor's kind. */
  readonly descriptor: number;
  readonly wide: boolean;
}

export interface TileTable {
  readonly hdu: Hdu;
  readonly columns: readonly TileColumn[];
  readonly rowBytes: number;
  readonly rows: number;
  readonly tileRows: number;
  readonly heapStart: number;
  readonly heapBytes: number;
}

/** Throws AppError: `unsupported` for a compression Skysift does not read, `unreadable` for a header that makes no sense. */
export function tileTable(hdu: Hdu, columns: readonly BinaryColumn[]): TileTable {
  const { header, index } = hdu;
  const rows = header.integer('ZNAXIS2') ?? -1;
  const rowBytes = header.integer('ZNAXIS1') ?? -1;
  const tileRows = header.integer('ZTILELEN') ?? rows;
  const tiles = header.integer('NAXIS2') ?? 0;
  if (rows < 0 || rowBytes < 1 || (rows > 0 && (tileRows < 1 || Math.ceil(rows / tileRows) !== tiles)))
    throw unreadable(`HDU ${index} is a compressed table whose tiles do not add up to its ${rows} rows`, 'fetch the file again');
  if (Math.min(tileRows, rows) * rowBytes > MAX_TILE)
    throw new AppError({
      code: 'unsupported',
      message: `HDU ${index} is a compressed table with tiles of more than 1 GiB`,
      hint: 'uncompress it with funpack',
    });
  let at = 0;
  const tileColumns = columns.map((column, i): TileColumn => {
    const stored = parseBinaryForm(header.text(`TFORM${i + 1}`) ?? '');
    const packing = header.text(`ZCTYP${i + 1}`) ?? 'GZIP_2';
    const method = TILE_METHODS.find((m) => m === packing);
    if (!method || column.form.heap)
      throw new AppError({
        code: 'unsupported',
        message: `column ${column.meta.name} of HDU ${index} is ${column.form.heap ? 'a variable-length array in a compressed table' : `compressed with ${packing}`}, which Skysift does not read`,
        hint: 'uncompress the file with funpack',
        column: column.meta.name,
      });
    if (!stored?.heap)
      throw unreadable(`column ${i + 1} of the compressed table in HDU ${index} is not a variable-length array`, 'fetch the file again');
    const descriptor = at;
    at += stored.bytes;
    return { column, method, descriptor, wide: stored.heap === 'Q' };
  });
  const stored = header.integer('NAXIS1') ?? 0;
  const heapOffset = header.integer('THEAP') ?? stored * tiles;
  const heapBytes = hdu.dataBytes - heapOffset;
  if (at > stored || heapOffset < stored * tiles || heapBytes < 0)
    throw unreadable(`the layout of the compressed table in HDU ${index} makes no sense`, 'fetch the file again');
  return { hdu, columns: tileColumns, rowBytes, rows, tileRows, heapStart: hdu.dataStart + heapOffset, heapBytes };
}

/** Tiles unpacked into rows as they were before compression. */
export async function* tileBlocks(source: ByteSource, table: TileTable, signal: AbortSignal): AsyncGenerator<RowBlock> {
  const stored = table.hdu.header.integer('NAXIS1')!;
  const line = new Uint8Array(stored);
  for (let tile = 0, row = 0; row < table.rows; tile++, row += table.tileRows) {
    if (signal.aborted) throw new Cancelled();
    await source.read(line, 0, stored, table.hdu.dataStart + tile * stored);
    const rows = Math.min(table.tileRows, table.rows - row);
    const bytes = new Uint8Array(rows * table.rowBytes);
    for (const column of table.columns) {
      const packed = await readPacked(source, table, column, line, tile);
      scatter(await unpack(packed, table, column, rows, tile), column.column, rows, table.rowBytes, bytes);
    }
    yield { bytes, view: new DataView(bytes.buffer), rows };
  }
}

async function readPacked(
  source: ByteSource,
  table: TileTable,
  { descriptor, wide, column }: TileColumn,
  line: Uint8Array,
  tile: number,
): Promise<Uint8Array> {
  const view = new DataView(line.buffer);
  const { count, start } = tileDescriptor(view, descriptor, wide);
  if (count < 0 || start < 0 || start + count > table.heapBytes)
    throw unreadable(`tile ${tile} of column ${column.meta.name} (HDU ${table.hdu.index}) lies outside the heap`, 'fetch the file again', {
      column: column.meta.name,
    });
  const packed = new Uint8Array(count);
  await source.read(packed, 0, count, table.heapStart + start);
  return packed;
}

function unpack(packed: Uint8Array, table: TileTable, { column, method }: TileColumn, rows: number, tile: number): Promise<Uint8Array> {
  const { name } = column.meta;
  return unpackTile(packed, method, {
    bytes: rows * column.form.bytes,
    unit: 'LXA'.includes(column.form.code) ? 1 : partsOf(column).size,
    what: `tile ${tile} of column ${name} (HDU ${table.hdu.index})`,
    column: name,
  });
}

function scatter(column: Uint8Array, { form, position }: BinaryColumn, rows: number, rowBytes: number, out: Uint8Array): void {
  for (let row = 0; row < rows; row++)
    for (let k = 0, from = row * form.bytes, to = row * rowBytes + position; k < form.bytes; k++) out[to + k] = column[from + k]!;
}
