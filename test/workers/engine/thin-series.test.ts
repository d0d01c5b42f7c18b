import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

describe('the curve of a preview', () => {
  it('is thinned to what a plot needs, its peaks are not', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'star.csv');
      const rows = Array.from({ length: 60 }, (_, i) => [
        i * 1.7 + Math.sin(i),
        Math.sin((2 * Math.PI * (i * 1.7 + Math.sin(i))) / 0.7) + 0.01 * (i % 7),
      ]);
      writeFileSync(file, `time,flux\n${rows.map((r) => r.join(',')).join('\n')}\n`);
      const engine = await testEngine(join(folder, 'workspace'));
      const [table] = ok(await engine.service.open({ grants: [file] }, context()));
      const search = step('periods.lomb-scargle', {
        maximumFrequency: 400,
        samplesPerPeak: 5,
        nyquistFactor: 5,
        terms: 1,
        normalization: 'standard',
        method: 'auto',
        peaks: 3,
      });
      const { series, results } = ok(
        await engine.service.preview({ table: table!.id, step: { ...search, bind: { time: 'time', value: 'flux' } } }, context()),
      );
      const curve = series[0]!;
      expect(curve.thinnedFrom).toBeGreaterThan(190_000);
      expect(curve.x.values.length).toBeLessThan(60_000);
      expect(curve.x.values.length).toBe(curve.y.values.length);
      // The grid has five frequencies across a peak; the peak lies between them.
      expect(Math.max(...curve.y.values) / (results[0]!['power'] as number)).toBeGreaterThan(0.95);
      expect(curve.marks![0]!.x).toBe(results[0]!['frequency']);
      await engine.close();
    }));
});
