import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkParams } from '../../core/operations/check-params';
import { operations } from '../../core/operations/registry';
import { drive, makeBatch, makeContext } from '../../core/operations/runner';
import type { Effect } from '../../core/operations/definition';
import { alternate, type Benchmark } from './bench';
import { pythonPeer, timed } from './catalogue';
import { periodicCurve } from './inputs';

const POINTS = 20_000;
const WIDTH = 0.5;

/** Runs before the clock starts, so that what is timed is compiled code, as the fourth move of a slider is. */
const WARM = 4;

/** Binning one light curve that is in memory, as a preview does. */
export const binning: Benchmark = {
  name: 'binning',
  title: 'binning one light curve',
  async run(world) {
    const { t, y, dy } = periodicCurve(POINTS);
    const path = join(world.folder, 'binning.csv');
    await writeFile(path, `t,y,dy\n${Array.from(t, (x, k) => `${x},${y[k]},${dy[k]}`).join('\n')}\n`);
    const operation = operations.get('noise.bin')!;
    const params = checkParams(operation, { width: WIDTH, statistic: 'mean' });
    const batch = makeBatch({ columns: { time: t, value: y, error: dy }, ordered: 'time' });
    const bin = (): Effect => drive(operation.kernel(batch, params, makeContext()));
    for (let k = 0; k < WARM; k++) bin();
    const setup = `import numpy as np\nt, y, e = np.loadtxt(${JSON.stringify(path)}, delimiter=",", skiprows=1, unpack=True)\no = np.argsort(t, kind="stable"); t, y, e = t[o], y[o], e[o]\nedges = t[0] + ${WIDTH} * np.arange(int((t[-1] - t[0]) / ${WIDTH}) + 2)`;
    const all = await alternate(
      [
        { who: 'skysift', run: () => timed(() => Promise.resolve(bin().results!.length)) },
        ...pythonPeer(world, 'scipy', {
          setup: `${setup}\nfrom scipy.stats import binned_statistic`,
          work: 'm = binned_statistic(t, y, "mean", edges).statistic; v = binned_statistic(t, e * e, "sum", edges).statistic; n = binned_statistic(t, y, "count", edges).statistic; s = binned_statistic(t, y, "std", edges).statistic',
          check: 'int(np.isfinite(m).sum())',
        }),
        ...pythonPeer(world, 'astropy', {
          setup: `${setup}\nimport astropy.units as u\nfrom astropy.time import Time\nfrom astropy.timeseries import TimeSeries, aggregate_downsample\nts = TimeSeries(time=Time(t, format="jd"), data={"y": y})`,
          work: `b = aggregate_downsample(ts, time_bin_size=${WIDTH} * u.day)`,
          check: 'int(np.sum(~np.ma.getmaskarray(np.ma.masked_invalid(b["y"]))))',
        }),
      ],
      world,
    );
    return [
      { name: 'binning.one', title: `${POINTS} points in bins of ${WIDTH} d, with both errors`, ours: all[0]!, peers: all.slice(1), goal: 0.005 },
    ];
  },
};
