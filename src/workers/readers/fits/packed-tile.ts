import { gunzip as gunzipCallback } from 'node:zlib';
import { promisify } from 'node:util';
import { unreadable } from './hdu';
import { unshuffle } from './unshuffle';

const gunzip = promisify(gunzipCallback);

/** Ways to pack a tile that Skysift reads. */
export const TILE_METHODS = ['GZIP_1', 'GZIP_2', 'NOCOMPRESS'] as const;

export type TileMethod = (typeof TILE_METHODS)[number];

/** The descriptor of a tile in a row of the table of tiles: how many elements it has in the heap, and from which byte on. */
export function tileDescriptor(row: DataView, at: number, wide: boolean): { readonly count: number; readonly start: number } {
  if (wide) return { count: Number(row.getBigInt64(at)), start: Number(row.getBigInt64(at + 8)) };
  return { count: row.getInt32(at), start: row.getInt32(at + 4) };
}

/** What a tile must be when it is unpacked. */
export interface UnpackedTile {
  readonly bytes: number;
  /** Bytes of an element, which GZIP_2 takes apart. */
  readonly unit: number;
  /** The tile in words, and its column where it has one, for errors. */
  readonly what: string;
  readonly column?: string | undefined;
}

/** The bytes of a tile as they were before compression (FITS 4.0, section 10). Throws AppError `unreadable` where they are not so many. */
export async function unpackTile(packed: Uint8Array, method: TileMethod, { bytes: expected, unit, what, column }: UnpackedTile): Promise<Uint8Array> {
  const refuse = (why: string): never => {
    throw unreadable(`${what} ${why}`, 'fetch the file again', { column });
  };
  let bytes = packed;
  if (method !== 'NOCOMPRESS' && expected > 0)
    try {
      bytes = await gunzip(packed, { maxOutputLength: expected });
    } catch (error) {
      refuse(`cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
    }
  if (bytes.length !== expected) refuse(`unpacks to ${bytes.length} bytes (must be ${expected})`);
  return method === 'GZIP_2' ? unshuffle(bytes, unit) : bytes;
}
