import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../../shared-data';
import { withFolder } from '../../with-folder';
import { context, ok, step, testEngine } from './engine-helpers';

const data = sharedData();
const kepler = data && join(data, 'kepler_tess/kplr011442793-2009350155506_llc.fits');

describe.skipIf(!kepler || !existsSync(kepler))('the engine on a Kepler light curve', () => {
  it('opens it, clips, detrends, undoes, redoes, and finds everything again after a restart', async () => {
    await withFolder(async (folder) => {
      const engine = await testEngine(folder);
      const { service } = engine;
      const [table] = ok(await service.open({ grants: [kepler!] }, context()));
      expect(table!.roles).toMatchObject({ time: 'TIME', value: 'PDCSAP_FLUX', error: 'PDCSAP_FLUX_ERR' });
      const id = table!.id;
      const points = ok(
        await service.query({ kind: 'points', table: id, rows: {}, x: { column: 'TIME' }, y: { column: 'PDCSAP_FLUX' }, limit: 100000 }, context()),
      );
      expect(points.kind === 'points' && points.x.length).toBeGreaterThan(3000);
      const clip = ok(await service.apply({ table: id, step: step('outliers.sigma-clip', { sigma: 3 }) }, context()));
      expect(clip.rowsFlagged).toBeGreaterThan(0);
      const savgol = ok(await service.apply({ table: id, step: step('trends.savgol', { window: 2, apply: 'divide' }) }, context()));
      expect(savgol.columnsAdded).toEqual(['PDCSAP_FLUX_trend', 'PDCSAP_FLUX_detrended', 'PDCSAP_FLUX_ERR_detrended']);
      const after = (await service.tables({}, context()))[0]!;
      expect(after.flagged).toBe(clip.rowsFlagged);
      const undone = ok(await service.undo({ table: id }, context()));
      expect(undone.meta.columns.map((c) => c.name)).not.toContain('PDCSAP_FLUX_trend');
      const redone = ok(await service.redo({ table: id }, context()));
      expect(redone.steps).toEqual(after.steps);
      await engine.close();

      const again = await testEngine(folder);
      const [restored] = await again.service.tables({}, context());
      expect({ ...restored, version: 0 }).toEqual({ ...redone, version: 0 });
      const target = join(folder, 'out.arrow');
      const report = ok(await again.service.export({ table: id, grant: target, format: 'arrow', flagged: 'keep' }, context()));
      expect(report.checkedCells).toBeGreaterThan(0);
      await again.close();
    });
  });
});
