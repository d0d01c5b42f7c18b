import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { ByteSource } from './byte-source';
import { type FitsCard, FitsHeader } from './cards';
import { type DitherMethod, unquantize } from './dither';
import { type Hdu, unreadable } from './hdu';
import { TILE_METHODS, type TileMethod, tileDescriptor, unpackTile } from './packed-tile';
import type { RowBlock } from './row-blocks';
import { parseBinaryForm } from './tform';

const MAX_BAND = 2 ** 30;

/** The header the image had before it was compressed in tiles (FITS 4.0, section 10.1). */
export function tileHeader(header: FitsHeader): FitsHeader {
  const cards: FitsCard[] = [];
  for (const card of header.cards) {
    const axis = /^ZNAXIS(\d*)$/.exec(card.key);
    if (axis) cards.push({ ...card, key: `NAXIS${axis[1]!}` });
    else if (card.key === 'ZBITPIX') cards.push({ ...card, key: 'BITPIX' });
    else if (!PACKING.test(card.key)) cards.push(card);
  }
  return new FitsHeader(cards);
}

const PACKING =
  /^(XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|THEAP|TFIELDS|T(TYPE|FORM|UNIT|DISP|SCAL|ZERO|NULL|DIM)\d+|Z(IMAGE|CMPTYPE|TILE\d+|NAME\d+|VAL\d+|MASKCMP|QUANTIZ|DITHER0|SCALE|ZERO|BLANK|SIMPLE|EXTEND|TENSION|BLOCKED|PCOUNT|GCOUNT|HECKSUM|DATASUM)|CHECKSUM|DATASUM)$/;

/** Where a tile's bytes, or one of its numbers, are found in a row of the table of tiles. */
interface TileField {
  readonly at: number;
  readonly code: string;
  readonly wide: boolean;
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly planes: number;
}

/** An image in tiles, ready to be unpacked. */
export interface TileImage extends Shape {
  readonly hdu: Hdu;
  readonly method: TileMethod;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly bitpix: number;
  /** The floats are kept as integers with a scale for each tile. */
  readonly isQuantized: boolean;
  readonly dither: DitherMethod;
  readonly fields: Readonly<Record<string, TileField>>;
  readonly heapStart: number;
  readonly heapBytes: number;
}

/** Throws AppError: `unsupported` for a compression Skysift does not read, `unreadable` for a header that makes no sense. */
export function tileImage(hdu: Hdu, shape: Shape): TileImage {
  const { header, index } = hdu;
  const packing = (header.text('ZCMPTYPE') ?? 'nothing').trim();
  const method = TILE_METHODS.find((m) => m === packing);
  if (!method) throw unknownPacking(index, `compressed with ${packing}`);
  const fields = tileFields(hdu);
  const bitpix = header.integer('ZBITPIX') ?? 0;
  const isQuantized = bitpix < 0 && ((fields.ZSCALE !== undefined && fields.ZZERO !== undefined) || header.number('ZSCALE') !== undefined);
  const dither = (header.text('ZQUANTIZ') ?? 'NO_DITHER').trim();
  if (isQuantized && !['NO_DITHER', 'SUBTRACTIVE_DITHER_1', 'SUBTRACTIVE_DITHER_2', 'NONE'].includes(dither))
    throw unknownPacking(index, `quantised with ${dither}`);
  if ((header.integer('ZTILE3') ?? 1) > 1) throw unknownPacking(index, 'compressed in tiles of several planes');
  const tileWidth = Math.min(shape.width, header.integer('ZTILE1') ?? shape.width);
  const tileHeight = Math.min(shape.height, header.integer('ZTILE2') ?? 1);
  const tiles = header.integer('NAXIS2') ?? 0;
  const wanted = tileWidth < 1 || tileHeight < 1 ? -1 : Math.ceil(shape.width / tileWidth) * Math.ceil(shape.height / tileHeight) * shape.planes;
  if (wanted !== tiles)
    throw unreadable(
      `HDU ${index} is a compressed image whose ${tiles} tiles do not make up its ${shape.width} × ${shape.height} pixels`,
      'fetch the file again',
    );
  if (tileHeight * shape.width * 8 > MAX_BAND) throw unknownPacking(index, 'compressed in tiles of more than 1 GiB');
  const rowBytes = header.integer('NAXIS1') ?? 0;
  const heapOffset = header.integer('THEAP') ?? rowBytes * tiles;
  const heapBytes = hdu.dataBytes - heapOffset;
  if (heapOffset < rowBytes * tiles || heapBytes < 0)
    throw unreadable(`the layout of the compressed image in HDU ${index} makes no sense`, 'fetch the file again');
  const place = { heapStart: hdu.dataStart + heapOffset, heapBytes };
  return {
    ...shape,
    hdu,
    method,
    tileWidth,
    tileHeight,
    bitpix,
    isQuantized,
    dither: dither === 'NONE' ? 'NO_DITHER' : (dither as DitherMethod),
    fields,
    ...place,
  };
}

function unknownPacking(index: number, how: string): AppError {
  return new AppError({
    code: 'unsupported',
    message: `the image in HDU ${index} is ${how}, which Skysift does not read`,
    hint: 'uncompress the file with funpack and open the result',
  });
}

function tileFields({ header, index }: Hdu): Record<string, TileField> {
  const fields: Record<string, TileField> = {};
  let at = 0;
  for (let n = 1; n <= (header.integer('TFIELDS') ?? 0); n++) {
    const form = parseBinaryForm(header.text(`TFORM${n}`) ?? '');
    if (!form) throw unreadable(`column ${n} of the compressed image in HDU ${index} has no format`, 'fetch the file again');
    fields[(header.text(`TTYPE${n}`) ?? '').trim().toUpperCase()] = { at, code: form.heap ? 'heap' : form.code, wide: form.heap === 'Q' };
    at += form.bytes;
  }
  if (fields.COMPRESSED_DATA?.code !== 'heap')
    throw unreadable(`the compressed image in HDU ${index} has no column COMPRESSED_DATA`, 'fetch the file again');
  if (at > (header.integer('NAXIS1') ?? 0))
    throw unreadable(`the layout of the compressed image in HDU ${index} makes no sense`, 'fetch the file again');
  return fields;
}

/** The pixels of one plane in the order and the bytes of an uncompressed file, a band of tiles at a time. */
export async function* tilePixels(source: ByteSource, image: TileImage, plane: number, signal: AbortSignal): AsyncGenerator<RowBlock> {
  const { width, height, tileWidth, tileHeight } = image;
  const size = Math.abs(image.bitpix) / 8;
  const across = Math.ceil(width / tileWidth);
  const down = Math.ceil(height / tileHeight);
  for (let band = 0; band < down; band++) {
    const rows = Math.min(tileHeight, height - band * tileHeight);
    const bytes = new Uint8Array(width * rows * size);
    for (let i = 0; i < across; i++) {
      if (signal.aborted) throw new Cancelled();
      const columns = Math.min(tileWidth, width - i * tileWidth);
      const tile = await readTile(source, image, (plane * down + band) * across + i, columns * rows);
      for (let y = 0; y < rows; y++) bytes.set(tile.subarray(y * columns * size, (y + 1) * columns * size), (y * width + i * tileWidth) * size);
    }
    yield { bytes, view: new DataView(bytes.buffer), rows: width * rows };
  }
}

/** The bytes of a tile's pixels, big-endian, as an uncompressed image would have them. */
async function readTile(source: ByteSource, image: TileImage, tile: number, pixels: number): Promise<Uint8Array> {
  const { hdu, fields } = image;
  const stored = hdu.header.integer('NAXIS1') ?? 0;
  const line = new Uint8Array(stored);
  await source.read(line, 0, stored, hdu.dataStart + tile * stored);
  const view = new DataView(line.buffer);
  const size = Math.abs(image.bitpix) / 8;
  const what = `tile ${tile} of the image in HDU ${hdu.index}`;
  const main = await heapBytes(source, image, view, fields.COMPRESSED_DATA!, tile);
  if (main.length > 0) {
    const unit = image.isQuantized ? 4 : size;
    const bytes = await unpackTile(main, image.method, { unit, bytes: pixels * unit, what });
    return image.isQuantized ? restored(image, bytes, view, tile) : bytes;
  }
  // A tile that could not be quantised without loss is kept as the numbers themselves.
  const expected = { unit: size, bytes: pixels * size, what };
  const whole = fields.GZIP_COMPRESSED_DATA && (await heapBytes(source, image, view, fields.GZIP_COMPRESSED_DATA, tile));
  if (whole && whole.length > 0) return unpackTile(whole, 'GZIP_1', expected);
  const plain = fields.UNCOMPRESSED_DATA && (await heapBytes(source, image, view, fields.UNCOMPRESSED_DATA, tile, size));
  if (plain && plain.length > 0) return unpackTile(plain, 'NOCOMPRESS', expected);
  throw unreadable(`${what} holds no data`, 'fetch the file again');
}

/** `unit`: bytes of an element that the descriptor counts. */
async function heapBytes(source: ByteSource, image: TileImage, view: DataView, { at, wide }: TileField, tile: number, unit = 1): Promise<Uint8Array> {
  const { count: elements, start } = tileDescriptor(view, at, wide);
  const count = elements * unit;
  if (count < 0 || (count > 0 && (start < 0 || start + count > image.heapBytes)))
    throw unreadable(`tile ${tile} of the image in HDU ${image.hdu.index} lies outside the heap`, 'fetch the file again');
  const packed = new Uint8Array(count);
  await source.read(packed, 0, count, image.heapStart + start);
  return packed;
}

function restored(image: TileImage, bytes: Uint8Array, row: DataView, tile: number): Uint8Array {
  const { fields, bitpix } = image;
  const { header } = image.hdu;
  const number = (name: string, fallback: number | undefined): number | undefined => {
    const field = fields[name];
    if (field?.code === 'D') return row.getFloat64(field.at);
    if (field?.code === 'E') return row.getFloat32(field.at);
    if (field?.code === 'J') return row.getInt32(field.at);
    return header.number(name) ?? fallback;
  };
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const raw = Int32Array.from({ length: bytes.length / 4 }, (_, i) => from.getInt32(4 * i));
  const values = unquantize(raw, {
    method: image.dither,
    scale: number('ZSCALE', 1)!,
    zero: number('ZZERO', 0)!,
    blank: number('ZBLANK', header.number('BLANK')),
    seed: tile + (header.integer('ZDITHER0') ?? 1) - 1,
  });
  const out = new Uint8Array((values.length * Math.abs(bitpix)) / 8);
  const view = new DataView(out.buffer);
  if (bitpix === -64) values.forEach((v, i) => view.setFloat64(8 * i, v));
  else values.forEach((v, i) => view.setFloat32(4 * i, v));
  return out;
}
