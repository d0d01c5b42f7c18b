import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '../../core/operations/registry';
import { AppError } from '../../core/protocol/outcome';
import type { Scope } from '../../core/operations/definition';
import type { AnswerTo } from '../../core/query/query';
import type { Step, StepReport } from '../../core/recipe/recipe';
import { alternate, withEngine, type BenchEngine, type Benchmark, type BenchWorld, type Measurement } from './bench';
import { pythonPeer, timed } from './catalogue';
import { lightCurves, periodicCurve, writeLightCurves } from './inputs';

interface CurveFiles {
  readonly fits: string;
  /** The fluxes as raw little-endian float64, for numpy. */
  readonly raw: string;
}

async function curves(world: BenchWorld): Promise<CurveFiles> {
  const { objects, points } = world.sizes;
  const fits = join(world.folder, `curves-${objects}x${points}.fits`);
  const raw = join(world.folder, `curves-${objects}x${points}.f64`);
  if (!existsSync(raw)) {
    world.say(`writing ${objects} light curves of ${points} points`);
    await writeLightCurves(fits, objects, points);
    const { flux } = lightCurves(objects, points);
    await writeFile(raw, new Uint8Array(flux.buffer));
  }
  return { fits, raw };
}

function step(op: string, params: Record<string, unknown>, scope: Scope): Step {
  const definition = operations.get(op);
  if (!definition) throw new AppError({ code: 'unsupported', message: `there is no operation ${op}` });
  return { id: `bench-${op}`, op, version: definition.version, params, bind: {}, scope, enabled: true };
}

/** Opens the curves with their roles set. */
async function openCurves(engine: BenchEngine, path: string): Promise<string> {
  const table = await engine.open(path);
  for (const [role, column] of [
    ['object', 'objid'],
    ['time', 'time'],
    ['value', 'flux'],
  ] as const) {
    engine.take(await engine.service.setRole({ table: table.id, role, column }, engine.context));
  }
  return table.id;
}

/** Applies a step, has a look at what it did, and takes it back, so that every repetition finds the table as it was. Only the step is timed. */
async function applyOnce(
  engine: BenchEngine,
  table: string,
  what: Step,
  check: (report: StepReport) => unknown,
): Promise<{ seconds: number; check: unknown }> {
  const { seconds, check: report } = await timed(async () => engine.take(await engine.service.apply({ table, step: what }, engine.context)));
  const seen = await check(report);
  engine.take(await engine.service.undo({ table }, engine.context));
  return { seconds, check: seen };
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
    const files = await curves(world);
    const { objects, points } = world.sizes;
    return withEngine(world, async (engine) => {
      const table = await openCurves(engine, files.fits);
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
      const table = await engine.open(path);
      for (const [role, column] of [
        ['time', 't'],
        ['value', 'y'],
        ['error', 'dy'],
      ] as const) {
        engine.take(await engine.service.setRole({ table: table.id, role, column }, engine.context));
      }
      const what = step('periods.lomb-scargle', { minimumFrequency: 1e-4, maximumFrequency: 10, frequencies, method: 'auto' }, 'table');
      const setup = `import numpy as np\nfrom astropy.timeseries import LombScargle\nt, y, e = np.loadtxt(${JSON.stringify(path)}, delimiter=",", skiprows=1, unpack=True)\nf = np.linspace(1e-4, 10, ${frequencies})`;
      const work = (method: string): string => `p = LombScargle(t, y, e).power(f, method="${method}", assume_regular_frequency=True)`;
      const check = 'float(1 / f[np.argmax(p)])';
      const all = await alternate(
        [
          { who: 'skysift', run: () => applyOnce(engine, table.id, what, (report) => bestPeriod(engine, table.id, report)) },
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

async function bestPeriod(engine: BenchEngine, table: string, report: StepReport): Promise<unknown> {
  const page = engine.take(await engine.service.results({ table, step: report.step.id, offset: 0, limit: 1 }, engine.context));
  return page.rows[0]?.['period'];
}
