import { operations } from '../../core/operations/registry';
import type { Step } from '../../core/recipe/recipe';
import { applyOnce, firstResult, openWithRoles } from './apply-once';
import { type Benchmark, alternate, withEngine } from './bench';
import { pythonPeer } from './catalogue';
import { curveFiles } from './curve-files';

/** Light curves a second that the project wants on two cores, with the default groups. */
const GOAL = 3000;

const OP = 'features.light-curve';

const step = (): Step => ({ id: `bench-${OP}`, op: OP, version: operations.get(OP)!.version, params: {}, bind: {}, scope: 'object', enabled: true });

/** Features of many light curves, from columns in the store to the object table on disk and in the journal. */
export const features: Benchmark = {
  name: 'features',
  title: 'features of many light curves',
  async run(world) {
    const { objects, points } = world.sizes;
    const { fits, raw } = await curveFiles(world, true);
    return withEngine(world, async (engine) => {
      const table = await openWithRoles(engine, fits, { object: 'objid', time: 'time', value: 'flux', error: 'error' });
      const all = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table, step(), (report) => firstResult(engine, table, report, 'skew')) },
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
