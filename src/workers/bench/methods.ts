import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '../../core/operations/registry';
import { AppError } from '../../core/protocol/outcome';
import type { Scope } from '../../core/operations/definition';
import type { AnswerTo } from '../../core/query/query';
import type { Step } from '../../core/recipe/recipe';
import { applyOnce, firstResult, openWithRoles } from './apply-once';
import { alternate, withEngine, type BenchEngine, type Benchmark, type Measurement } from './bench';
import { pythonPeer } from './catalogue';
import { type CurveFiles, curveFiles } from './curve-files';
import { periodicCurve } from './inputs';

function step(op: string, params: Record<string, unknown>, scope: Scope): Step {
  const definition = operations.get(op);
  if (!definition) throw new AppError({ code: 'unsupported', message: `there is no operation ${op}` });
  return { id: `bench-${op}`, op, version: definition.version, params, bind: {}, scope, enabled: true };
}

/** Standard deviation of a column, as the engine's summary has it. */
async function scatterOf(engine: BenchEngine, table: string, column: string): Promise<number | undefined> {
  const answer = (await engine.ask({ kind: 'summary', table, columns: [column] })) as AnswerTo<'summary'>;
  return answer.columns[0]?.std;
}

const READ_RAW = (files: CurveFiles, points: number): string =>
  `import numpy as np\ny = np.fromfile(${JSON.stringify(files.raw)}, "<f8").reshape(-1, ${points})`;

/** Steps over many light curves: from columns in the store to the result on disk and in the journal. */
export const manyCurves: Benchmark = {
  name: 'curves',
  title: 'sigma clip and moving median of many light curves',
  async run(world) {
    const files = await curveFiles(world);
    const { objects, points } = world.sizes;
    return withEngine(world, async (engine) => {
      const table = await openWithRoles(engine, files.fits, { object: 'objid', time: 'time', value: 'flux' });
      const clip = step('outliers.sigma-clip', { sigma: 3, maxIterations: 5, center: 'median', spread: 'std' }, 'object');
      // A hair more than 100 steps of time: 101 points in the window.
      const median = step('trends.moving-median', { window: (90 / (points - 1)) * 101, apply: 'subtract' }, 'object');
      const clipped = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table, clip, (report) => report.rowsFlagged) },
          ...pythonPeer(world, 'astropy', {
            setup: `${READ_RAW(files, points)}\nfrom astropy.stats import sigma_clip`,
            work: 'm = sigma_clip(y, sigma=3, maxiters=5, cenfunc="median", stdfunc="std", axis=1)',
            check: 'int(m.mask.sum())',
          }),
          ...pythonPeer(world, 'astropy, curve by curve', {
            setup: `${READ_RAW(files, points)}\nfrom astropy.stats import sigma_clip`,
            work: 'm = sum(int(sigma_clip(c, sigma=3, maxiters=5, cenfunc="median", stdfunc="std").mask.sum()) for c in y)',
            check: 'm',
          }),
        ],
        world,
      );
      const detrended = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table, median, () => scatterOf(engine, table, 'flux_detrended')) },
          ...pythonPeer(world, 'pandas', {
            setup: `${READ_RAW(files, points)}\nimport pandas as pd\nf = pd.DataFrame(y.T.copy())`,
            work: 'm = f.rolling(101, center=True, min_periods=1).median()',
            check: 'float((f - m).to_numpy().std())',
          }),
          ...pythonPeer(world, 'scipy', {
            setup: `${READ_RAW(files, points)}\nfrom scipy.ndimage import median_filter`,
            work: 'm = median_filter(y, size=(1, 101), mode="nearest")',
            check: 'float((y - m).std())',
          }),
        ],
        world,
      );
      const rows = objects * points;
      const line = (name: string, title: string, all: typeof clipped): Measurement => ({ name, title, ours: all[0]!, peers: all.slice(1), rows });
      return [
        line('curves.sigma-clip', `sigma clip of ${objects} × ${points}, 3 σ, 5 iterations`, clipped),
        line('curves.moving-median', `moving median of 101, ${objects} × ${points}`, detrended),
      ];
    });
  },
};

const LS_POINTS = 1000;

/** One Lomb–Scargle periodogram on a fine grid. */
export const lombScargle: Benchmark = {
  name: 'lomb-scargle',
  title: 'one Lomb–Scargle periodogram',
  async run(world) {
    const { frequencies } = world.sizes;
    const { t, y, dy } = periodicCurve(LS_POINTS);
    const path = join(world.folder, 'periodic.csv');
    await writeFile(path, `t,y,dy\n${Array.from(t, (x, k) => `${x},${y[k]},${dy[k]}`).join('\n')}\n`);
    return withEngine(world, async (engine) => {
      const table = await openWithRoles(engine, path, { time: 't', value: 'y', error: 'dy' });
      const what = step('periods.lomb-scargle', { minimumFrequency: 1e-4, maximumFrequency: 10, frequencies, method: 'auto' }, 'table');
      const setup = `import numpy as np\nfrom astropy.timeseries import LombScargle\nt, y, e = np.loadtxt(${JSON.stringify(path)}, delimiter=",", skiprows=1, unpack=True)\nf = np.linspace(1e-4, 10, ${frequencies})`;
      const work = (method: string): string => `p = LombScargle(t, y, e).power(f, method="${method}", assume_regular_frequency=True)`;
      const check = 'float(1 / f[np.argmax(p)])';
      const all = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table, what, (report) => firstResult(engine, table, report, 'period')) },
          ...pythonPeer(world, 'astropy exact', { setup, work: work('cython'), check }),
          ...pythonPeer(world, 'astropy fast', { setup, work: work('fast'), check }),
        ],
        world,
      );
      return [
        { name: 'lomb-scargle.one', title: `Lomb–Scargle, ${LS_POINTS} points × ${frequencies} frequencies`, ours: all[0]!, peers: all.slice(1) },
      ];
    });
  },
};
