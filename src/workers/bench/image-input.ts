import { open } from 'node:fs/promises';
import { block, card } from './inputs';

/** Rows of pixels written at once. */
const ROWS = 256;

/** Writes an image of doubles as a FITS primary HDU, big-endian; NaN where a value is missing. */
export async function writeImage(path: string, width: number, height: number, values: Float64Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(block([card('SIMPLE', true), card('BITPIX', -64), card('NAXIS', 2), card('NAXIS1', width), card('NAXIS2', height)]));
    for (let y = 0; y < height; y += ROWS) {
      const some = values.subarray(y * width, Math.min(height, y + ROWS) * width);
      const bytes = Buffer.from(new Uint8Array(some.buffer.slice(some.byteOffset, some.byteOffset + some.byteLength)));
      await file.write(bytes.swap64());
    }
    await file.write(Buffer.alloc((2880 - ((8 * width * height) % 2880)) % 2880));
  } finally {
    await file.close();
  }
}
