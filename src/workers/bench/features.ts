import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../../core/operations/registry';
import type { Step } from '../../core/recipe/recipe';
import { type BenchEngine, type Benchmark, alternate, withEngine } from './bench';
import { pythonPeer, timed } from './catalogue';
import { lightCurves, writeLightCurves } from './inputs';

/** Light curves a second that the project wants on two cores, with the default groups. */
const GOAL = 3000;

const OP = 'features.light-curve';

const step = (): Step => ({ id: `bench-${OP}`, op: OP, version: operations.get(OP)!.version, params: {}, bind: {}, scope: 'object', enabled: true });

/** Opens the curves with their roles set. */
async function openCurves(engine: BenchEngine, path: string): Promise<string> {
  const table = await engine.open(path);
  for (const [role, column] of [
    ['object', 'objid'],
    ['time', 'time'],
    ['value', 'flux'],
    ['error', 'error'],
  ] as const) {
    engine.take(await engine.service.setRole({ table: table.id, role, column }, engine.context));
  }
  return table.id;
}

/** Applies the step, looks at one feature of the first star, and takes it back. Only the step is timed. */
async function applyOnce(engine: BenchEngine, table: string): Promise<{ seconds: number; check: unknown }> {
  const { seconds, check: report } = await timed(async () => engine.take(await engine.service.apply({ table, step: step() }, engine.context)));
  const page = engine.take(await engine.service.results({ table, step: report.step.id, offset: 0, limit: 1 }, engine.context));
  engine.take(await engine.service.undo({ table }, engine.context));
  return { seconds, check: page.rows[0]?.['skew'] };
}

/** Features of many light curves, from columns in the store to the object table on disk and in the journal. */
export const features: Benchmark = {
  name: 'features',
  title: 'features of many light curves',
  async run(world) {
    const { objects, points } = world.sizes;
    const fits = join(world.folder, `curves-errors-${objects}x${points}.fits`);
    const raw = join(world.folder, `curves-errors-${objects}x${points}.f64`);
    if (!existsSync(raw)) {
      world.say(`writing ${objects} light curves of ${points} points`);
      await writeLightCurves(fits, objects, points, true);
      await writeFile(raw, new Uint8Array(lightCurves(objects, points).flux.buffer));
    }
    return withEngine(world, async (engine) => {
      const table = await openCurves(engine, fits);
      const all = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table) },
          // What numpy and scipy have of them, over all curves at once: a bound that a loop over curves does not reach.
          ...pythonPeer(world, 'scipy, 12 of them', {
            setup: `import numpy as np\nfrom scipy import stats\ny = np.fromfile(${JSON.stringify(raw)}, "<f8").reshape(-1, ${points})`,
            work: [
              'm = y.mean(axis=1); s = y.std(axis=1, ddof=1); q = np.percentile(y, [5, 25, 50, 75, 95], axis=1)',
              'lo = y.min(axis=1); hi = y.max(axis=1); k = stats.skew(y, axis=1); c = stats.kurtosis(y, axis=1)',
              'd = stats.median_abs_deviation(y, axis=1); e = (np.diff(y, axis=1) ** 2).sum(axis=1) / ((y.shape[1] - 1) * s ** 2)',
            ].join('\n'),
            check: 'float(k[0])',
          }),
        ],
        world,
      );
      const title = `features, ${objects} × ${points}`;
      return [{ name: 'features.many', title, ours: all[0]!, peers: all.slice(1), rows: objects * points, goal: objects / GOAL }];
    });
  },
};
