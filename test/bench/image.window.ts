import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { launchApp, temporaryFolder } from '../e2e/harness';
import { moveSlider, told, watchDrawings } from './watch-drawings';

// From a move of the width slider over an image of 2048² to the redrawn result in the view's resolution, and to the one from all pixels:
// npx vitest run --config test/bench/vitest.config.ts image.window   [MOVES=12]
const SIDE = 2048;
const moves = Number(process.env['MOVES'] ?? 12);

/** A field of stars over a noisy sky, as a FITS image of float32. */
function writeImage(path: string): void {
  const cards = ['SIMPLE  =                    T', 'BITPIX  =                  -32', 'NAXIS   =                    2'];
  for (const axis of [1, 2]) cards.push(`NAXIS${axis}  = ${String(SIDE).padStart(20)}`);
  const header = Buffer.from([...cards, 'END'].map((card) => card.padEnd(80)).join(''));
  const bytes = 2880 * Math.ceil((4 * SIDE * SIDE) / 2880);
  const file = Buffer.concat([header, Buffer.alloc(2880 - header.length, ' '), Buffer.alloc(bytes)]);
  let state = 12345;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let k = 0; k < SIDE * SIDE; k++)
    file.writeFloatBE(100 + 5 * (random() + random() - 1) + (random() < 1e-4 ? 2000 * random() : 0), 2880 + 4 * k);
  writeFileSync(path, file);
}

it('redraws the result of a convolution while its width slider moves', async () => {
  const file = join(temporaryFolder(), 'field.fits');
  writeImage(file);
  const { page, close } = await launchApp({ args: [file] });
  await page.getByText(/2.?048 × 2.?048 pixels/).waitFor();
  await page.getByPlaceholder(/Search operations/).click();
  await page.getByRole('option', { name: 'Convolve an image' }).click();
  await page.getByRole('application', { name: /^result: from all pixels/ }).waitFor();
  await watchDrawings(page, '[role="application"][aria-label^="result"]');
  const [quick, whole]: [number[], number[]] = [[], []];
  for (let k = 0; k < moves + 2; k++) {
    const move = await moveSlider(page, '[aria-label="Width slider"]', k % 2 ? -60 : 70, 3000);
    if (!move) throw new Error('nothing was drawn after a move');
    if (k < 2) continue;
    quick.push(move.first);
    whole.push(move.last);
  }
  console.info(`${SIDE}² ⊗ Gaussian, in the view's resolution: ${told(quick)}; from all pixels: ${told(whole)} (${moves} moves)`);
  await close();
});
