import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkParams } from '../../core/operations/check-params';
import { operations } from '../../core/operations/registry';
import { drive, makeBatch, makeContext } from '../../core/operations/runner';
import type { Step } from '../../core/recipe/recipe';
import { applyOnce, firstResult, openWithRoles } from './apply-once';
import { type Benchmark, type BenchWorld, type Measurement, alternate, withEngine } from './bench';
import { pythonPeer, timed } from './catalogue';
import { periodicCurve } from './inputs';

const OP = 'periods.lomb-scargle';
const ONE = { points: 1000, minimumFrequency: 1e-4, maximumFrequency: 10 };
const MANY = { points: 200, objects: 1000, frequencies: 50_000, minimumFrequency: 1e-4, maximumFrequency: 5 };
/** Runs before the clock starts, for us and for Python alike: what is timed is compiled code with its tables made. */
const WARM = 3;

/** One curve in memory: the operation as it is called, with its peaks refined, against astropy's power alone. */
async function one(world: BenchWorld): Promise<Measurement> {
  const { frequencies } = world.sizes;
  const { t, y, dy } = periodicCurve(ONE.points);
  const path = join(world.folder, 'periodic-one.f64');
  await writeFile(path, new Uint8Array(Float64Array.of(...t, ...y, ...dy).buffer));
  const def = operations.get(OP)!;
  const { minimumFrequency, maximumFrequency } = ONE;
  const params = checkParams(def, { minimumFrequency, maximumFrequency, frequencies, method: 'fast' });
  const batch = makeBatch({ columns: { time: t, value: y, error: dy } });
  for (const role of ['time', 'value', 'error'] as const) batch.role(role);
  const run = (): unknown => drive(def.kernel(batch, params, makeContext())).results![0]!['period'];
  for (let k = 0; k < WARM; k++) run();
  const setup = [
    `import numpy as np\nfrom astropy.timeseries import LombScargle\nt, y, e = np.fromfile(${JSON.stringify(path)}, "<f8").reshape(3, -1)`,
    `f = np.linspace(${minimumFrequency}, ${maximumFrequency}, ${frequencies})`,
    `for k in range(${WARM}): LombScargle(t, y, e).power(f, method="fast", assume_regular_frequency=True)`,
  ].join('\n');
  const all = await alternate(
    [
      { who: 'skysift', run: () => timed(() => Promise.resolve(run())) },
      ...pythonPeer(world, 'astropy fast', {
        setup,
        work: 'p = LombScargle(t, y, e).power(f, method="fast", assume_regular_frequency=True)',
        check: 'float(1 / f[np.argmax(p)])',
      }),
    ],
    world,
  );
  return {
    name: 'periods.one',
    title: `Lomb–Scargle in memory, ${ONE.points} points × ${frequencies} frequencies`,
    ours: all[0]!,
    peers: all.slice(1),
  };
}

interface Curves {
  readonly csv: string;
  readonly raw: string;
  readonly objects: number;
}

/** Many periodic curves of 200 points, each with its own times. */
async function curves(world: BenchWorld): Promise<Curves> {
  const objects = Math.max(10, Math.round((MANY.objects * world.sizes.objects) / 10_000));
  const csv = join(world.folder, `periodic-${objects}.csv`);
  const raw = join(world.folder, `periodic-${objects}.f64`);
  if (!existsSync(raw)) {
    world.say(`writing ${objects} light curves of ${MANY.points} points`);
    const numbers = new Float64Array(3 * objects * MANY.points);
    const lines: string[] = ['objid,t,y,dy'];
    for (let o = 0; o < objects; o++) {
      const { t, y, dy } = periodicCurve(MANY.points, 100 + o);
      for (const [k, column] of [t, y, dy].entries()) numbers.set(column, (3 * o + k) * MANY.points);
      t.forEach((time, i) => lines.push(`${o},${time},${y[i]},${dy[i]}`));
    }
    await writeFile(csv, `${lines.join('\n')}\n`);
    await writeFile(raw, new Uint8Array(numbers.buffer));
  }
  return { csv, raw, objects };
}

/** Many curves through the engine, to the result table on disk, against astropy in as many processes. */
async function many(world: BenchWorld): Promise<Measurement> {
  const files = await curves(world);
  const { minimumFrequency, maximumFrequency, points, frequencies } = MANY;
  const params = { minimumFrequency, maximumFrequency, frequencies, peaks: 1 };
  const step: Step = { id: `bench-${OP}`, op: OP, version: operations.get(OP)!.version, params, bind: {}, scope: 'object', enabled: true };
  const setup = [
    'import os\nos.environ["OMP_NUM_THREADS"] = "1"',
    'import numpy as np\nfrom multiprocessing import Pool\nfrom astropy.timeseries import LombScargle',
    `D = np.fromfile(${JSON.stringify(files.raw)}, "<f8").reshape(-1, 3, ${points})`,
    `f = np.linspace(${minimumFrequency}, ${maximumFrequency}, ${frequencies})`,
    'def best(k):\n    t, y, e = D[k]\n    return 1 / f[np.argmax(LombScargle(t, y, e).power(f, method="fast", assume_regular_frequency=True))]',
    `pool = Pool(${world.jobs})\npool.map(best, range(${2 * WARM}))`,
  ].join('\n');
  return withEngine(world, async (engine) => {
    const table = await openWithRoles(engine, files.csv, { object: 'objid', time: 't', value: 'y', error: 'dy' });
    const all = await alternate(
      [
        { who: 'skysift', run: () => applyOnce(engine, table, step, (report) => firstResult(engine, table, report, 'period')) },
        ...pythonPeer(world, `astropy fast, ${world.jobs} processes`, {
          setup,
          work: `p = pool.map(best, range(${files.objects}), chunksize=20)`,
          check: 'float(p[0])',
        }),
      ],
      world,
    );
    const title = `Lomb–Scargle, ${files.objects} curves × ${points} points × ${frequencies} frequencies`;
    return { name: 'periods.many', title, ours: all[0]!, peers: all.slice(1), rows: files.objects * points };
  });
}

/** Periods of one light curve, and of many. */
export const periods: Benchmark = {
  name: 'periods',
  title: 'Lomb–Scargle of one light curve and of many',
  async run(world) {
    return [await one(world), await many(world)];
  },
};
