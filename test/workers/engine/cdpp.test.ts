import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EffectNumber } from '../../../src/core/recipe/effect-numbers';
import { sharedData } from '../../shared-data';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

const data = sharedData();

async function numbersOf(path: string, apply: string): Promise<readonly EffectNumber[]> {
  return withFolder(async (folder) => {
    const engine = await testEngine(join(folder, 'workspace'));
    const [table] = ok(await engine.service.open({ grants: [path] }, context()));
    const preview = ok(await engine.service.preview({ table: table!.id, step: step('trends.biweight', { window: 1.5, apply }) }, context()));
    await engine.close();
    return preview.effect;
  });
}

const cdppOf = (numbers: readonly EffectNumber[]): EffectNumber | undefined => numbers.find((n) => n.name.startsWith('CDPP'));

describe('CDPP in a preview', () => {
  it.skipIf(!data)(
    'of a real Kepler light curve is a few tens of ppm and takes no notice of a slow trend, whichever way that is taken out',
    async () => {
      const path = join(data!, 'kepler_tess/kplr011442793-2009350155506_llc.fits');
      const subtracted = cdppOf(await numbersOf(path, 'subtract'))!;
      const divided = cdppOf(await numbersOf(path, 'divide'))!;
      expect(subtracted.unit).toBe('ppm');
      expect(subtracted.before).toBe(divided.before);
      expect(subtracted.before!).toBeGreaterThan(20);
      expect(subtracted.before!).toBeLessThan(200);
      // It is the scatter about a trend of its own.
      expect(Math.abs(subtracted.after! / subtracted.before! - 1)).toBeLessThan(0.1);
      expect(Math.abs(subtracted.after! / divided.after! - 1)).toBeLessThan(0.01);
      console.info(`CDPP of Kepler-90: ${subtracted.before} → ${subtracted.after} (subtracted), ${divided.after} (divided) ppm`);
    },
  );

  it('stands beside a scatter in the unit of the values, whichever way the trend is taken out', async () => {
    await withFolder(async (folder) => {
      const rows = Array.from({ length: 600 }, (_, i) => `${55000 + i / 48},${(1000 + Math.sin(i) + 20 * Math.sin(i / 150)).toFixed(6)}`);
      const path = join(folder, 'flux.csv');
      await writeFile(path, `mjd,flux\n${rows.join('\n')}\n`);
      const [subtracted, divided] = [await numbersOf(path, 'subtract'), await numbersOf(path, 'divide')];
      const scatters = subtracted.filter((n) => /scatter|point/.test(n.name));
      expect(scatters).toHaveLength(3);
      for (const { name, before, after } of scatters) {
        const other = divided.find((n) => n.name === name)!;
        expect(other.before).toBe(before);
        expect(Math.abs(other.after! / after! - 1), name).toBeLessThan(0.02);
      }
    });
  });

  it('is not said of other tables', async () => {
    await withFolder(async (folder) => {
      const rows = Array.from({ length: 300 }, (_, i) => `${55000 + i / 48},${(1000 + Math.sin(i)).toFixed(4)}`);
      const path = join(folder, 'flux.csv');
      await writeFile(path, `mjd,flux\n${rows.join('\n')}\n`);
      const numbers = await numbersOf(path, 'subtract');
      expect(numbers.length).toBeGreaterThan(1);
      expect(cdppOf(numbers)).toBeUndefined();
    });
  });
});
