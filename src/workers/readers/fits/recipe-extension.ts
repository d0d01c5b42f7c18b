import type { ByteSource } from './byte-source';
import { type Hdu, unreadable } from './hdu';
import { parseBinaryForm } from './tform';

/** EXTNAME of the table in which Skysift keeps the recipe of what it wrote: one row, one column of text, JSON. */
export const RECIPE_EXTENSION = 'SKYSIFT_RECIPE';

const MAX_RECIPE = 64 * 2 ** 20;

export async function readRecipe(source: ByteSource, hdu: Hdu): Promise<string | undefined> {
  const rowBytes = hdu.header.integer('NAXIS1') ?? 0;
  if (hdu.header.integer('NAXIS2') !== 1 || parseBinaryForm(hdu.header.text('TFORM1') ?? '')?.code !== 'A') return undefined;
  if (rowBytes > MAX_RECIPE) throw unreadable(`the recipe in HDU ${hdu.index} states ${rowBytes} bytes`, 'the file is damaged: fetch it again');
  const bytes = new Uint8Array(rowBytes);
  await source.read(bytes, 0, rowBytes, hdu.dataStart);
  const text = new TextDecoder().decode(bytes).replace(/[\0 ]+$/, '');
  return text === '' ? undefined : text;
}
