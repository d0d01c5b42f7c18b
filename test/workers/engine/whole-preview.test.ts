import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

describe('a preview', () => {
  it('searches what there is time for, and everything when it is asked to', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'star.csv');
      const rows = Array.from({ length: 2000 }, (_, i) => [i * 0.02, 1 + ((i * 37) % 11) * 1e-4 - (i % 115 < 6 ? 0.01 : 0)]);
      writeFileSync(file, `time,flux\n${rows.map((r) => r.join(',')).join('\n')}\n`);
      const engine = await testEngine(join(folder, 'workspace'));
      const [table] = ok(await engine.service.open({ grants: [file] }, context()));
      const params = {
        minimumTransits: 3,
        frequencyFactor: 1,
        objective: 'likelihood',
        oversample: 10,
        refine: true,
        durations: [0.1],
        minimumPeriod: 0.5,
      };
      const request = { table: table!.id, step: step('periods.bls', params, { bind: { time: 'time', value: 'flux' } }) };
      const quick = ok(await engine.service.preview(request, context()));
      const whole = ok(await engine.service.preview({ ...request, whole: true }, context()));
      expect(quick.alerts.some((a) => a.message.startsWith('preview'))).toBe(true);
      expect(whole.alerts.some((a) => a.message.startsWith('preview'))).toBe(false);
      const count = (preview: typeof whole): number => preview.series[0]!.thinnedFrom ?? preview.series[0]!.x.values.length;
      expect(count(whole)).toBeGreaterThan(2 * count(quick));
      expect(whole.results[0]!['period']).toBeCloseTo(2.3, 2);
      await engine.close();
    }));
});
