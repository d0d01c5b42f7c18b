import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TableInfo } from '../../core/protocol/engine-service';
import type { DensityAnswer } from '../../core/query/query';
import { alternate, withEngine, type BenchEngine, type Benchmark, type BenchWorld, type Contender, type Measurement, type Timing } from './bench';
import { lasso24, writeCatalogue, writeCatalogueCsv } from './inputs';
import { timePython, timeStilts, type PythonScript } from './peers';

export async function catalogue(world: BenchWorld): Promise<string> {
  const path = join(world.folder, `catalogue-${world.sizes.rows}.fits`);
  if (!existsSync(path)) {
    world.say(`writing ${world.sizes.rows} rows`);
    await writeCatalogue(path, world.sizes.rows);
  }
  return path;
}

/** The peers that are here, as contenders; each makes its script only when its program exists. */
export function pythonPeer(world: BenchWorld, who: string, script: PythonScript): readonly Contender[] {
  const { python } = world.peers;
  return python ? [{ who, run: () => timePython(python.command, script, world.signal) }] : [];
}
function stiltsPeer(world: BenchWorld, who: string, args: readonly string[]): readonly Contender[] {
  const { stilts } = world.peers;
  return stilts ? [{ who, run: async () => ({ seconds: await timeStilts(stilts.command, args, world.signal) }) }] : [];
}

const FITS_OPEN = (path: string): string => `import numpy as np\nfrom astropy.io import fits\nP = ${JSON.stringify(path)}`;

interface LoadTimes {
  readonly firstRows: number;
  readonly firstDensity: number;
  readonly loaded: number;
  readonly all: number;
  readonly rows: number;
}

/** Opens the file in a fresh store and notes when what a window shows first is there. */
async function timeLoad(world: BenchWorld, path: string): Promise<LoadTimes> {
  return withEngine(world, async (engine) => {
    const started = performance.now();
    const since = (): number => (performance.now() - started) / 1000;
    const looked = firstLooks(engine, since);
    const [table] = engine.take(await engine.service.open({ grants: [path] }, engine.context));
    const all = since();
    return { ...(await looked), all, rows: table!.meta.rows };
  });
}

/** As soon as rows of a table are in the store: its first 50 rows, then its density over what is there. */
async function firstLooks(engine: BenchEngine, since: () => number): Promise<{ firstRows: number; firstDensity: number; loaded: number }> {
  const table = await new Promise<TableInfo>((resolve) => {
    const look = (tables: readonly TableInfo[]): void => {
      const found = tables.find((t) => t.loaded > 0);
      if (!found) return;
      stop.forEach((s) => s());
      resolve(found);
    };
    const stop = [engine.service.onTables(look), engine.service.onTableChanged(({ table: changed }) => look([changed]))];
  });
  const columns = table.meta.columns.map((c) => c.name);
  await engine.ask({ kind: 'rows', table: table.id, rows: {}, columns, offset: 0, limit: 50 });
  const firstRows = since();
  const density = (await engine.ask(densityOf(table.id, 'ra', 'dec'))) as DensityAnswer;
  return { firstRows, firstDensity: since(), loaded: density.loaded };
}

const densityOf = (table: string, x: string, y: string): Parameters<BenchEngine['ask']>[0] => ({
  kind: 'density',
  table,
  rows: {},
  x: { column: x },
  y: { column: y },
  width: 800,
  height: 500,
});

const timing = (all: readonly Timing[], i: number): Timing => all[i]!;

/** Open a big FITS table: first rows, first picture, everything in the store. */
export const load: Benchmark = {
  name: 'fits',
  title: 'open a FITS table of 8 columns',
  async run(world) {
    const path = await catalogue(world);
    const runs: LoadTimes[] = [];
    const ours: Contender = {
      who: 'skysift',
      run: async () => {
        const times = await timeLoad(world, path);
        runs.push(times);
        return { seconds: times.all, check: times.rows };
      },
    };
    const copy =
      'h = fits.open(P, memmap=True)\nd = h[1].data\nkeep = [np.array(d[n]).astype(d[n].dtype.newbyteorder("=")) if d[n].dtype.kind != "U" else np.array(d[n]) for n in d.names]';
    const all = await alternate(
      [
        ours,
        ...pythonPeer(world, 'astropy', { setup: FITS_OPEN(path), work: copy, check: 'len(keep[0])' }),
        ...stiltsPeer(world, 'stilts', ['tpipe', `in=${path}`, 'cmd=cache', 'omode=count']),
      ],
      world,
    );
    const head = await alternate(
      [
        { who: 'skysift', run: () => Promise.resolve({ seconds: Math.min(...runs.map((r) => r.firstRows)), check: 50 }) },
        ...pythonPeer(world, 'astropy', {
          setup: FITS_OPEN(path),
          work: 'h = fits.open(P, memmap=True)\ntext = str(h[1].data[:50])',
          check: 'len(text.splitlines())',
        }),
        ...stiltsPeer(world, 'stilts', ['tpipe', `in=${path}`, 'cmd=head 50', 'omode=out', 'ofmt=csv', 'out=-']),
      ],
      world,
    );
    const picture =
      'h = fits.open(P, memmap=True)\nd = h[1].data\nn, _, _ = np.histogram2d(np.asarray(d["ra"], "f8"), np.asarray(d["dec"], "f8"), bins=(800, 500))';
    const density = await alternate(
      [
        { who: 'skysift', run: () => Promise.resolve({ seconds: Math.min(...runs.map((r) => r.firstDensity)), check: runs.at(-1)!.loaded }) },
        ...pythonPeer(world, 'astropy + numpy', { setup: FITS_OPEN(path), work: picture, check: 'int(n.sum())' }),
      ],
      world,
    );
    const line = (name: string, title: string, all: readonly Timing[], rest: Partial<Measurement> = {}): Measurement => ({
      name,
      title,
      ours: timing(all, 0),
      peers: all.slice(1),
      ...rest,
    });
    return [
      line('fits.first-rows', 'columns and first 50 rows', head, { goal: 0.5 }),
      line('fits.first-density', 'first density picture, of the rows read so far', density, { goal: 2 }),
      line('fits.all', 'all columns in the store', all, { rows: world.sizes.rows, goal: world.sizes.rows / 2e6 }),
    ];
  },
};

/** Questions a view asks of a table that is in the store. */
export const questions: Benchmark = {
  name: 'queries',
  title: 'density and lasso over all rows',
  async run(world) {
    const path = await catalogue(world);
    return withEngine(world, async (engine) => {
      const table = await engine.open(path);
      const density = densityOf(table.id, 'mjd', 'mag');
      const points = lasso24();
      const count = {
        kind: 'count',
        table: table.id,
        rows: {},
        selection: { kind: 'polygon', x: { column: 'mjd' }, y: { column: 'mag' }, points },
      } as const;
      // Columns come into memory with the first question; what is timed is a view that is in use.
      await engine.ask(density);
      await engine.ask(count);
      const setup = `${FITS_OPEN(path)}\nd = fits.open(P, memmap=True)[1].data\nx = np.array(d["mjd"], "f8")\ny = np.array(d["mag"], "f8")`;
      const binned = await alternate(
        [
          { who: 'skysift', run: async () => ({ check: ((await engine.ask(density)) as DensityAnswer).inside }) },
          ...pythonPeer(world, 'numpy', {
            setup: `${setup}\ng = np.isfinite(y); x = x[g]; y = y[g]`,
            work: 'n, _, _ = np.histogram2d(x, y, bins=(800, 500))',
            check: 'int(n.sum())',
          }),
        ],
        world,
      );
      const polygon = JSON.stringify([...points, points[0]]);
      const inside = await alternate(
        [
          { who: 'skysift', run: async () => ({ check: ((await engine.ask(count)) as { rows: number }).rows }) },
          ...pythonPeer(world, 'matplotlib', {
            setup: `${setup}\nfrom matplotlib.path import Path\nxy = np.column_stack([x, y])\np = Path(${polygon}, closed=True)`,
            work: 'inside = p.contains_points(xy)',
            check: 'int(inside.sum())',
          }),
          ...stiltsPeer(world, 'stilts, with the file', [
            'tpipe',
            `in=${path}`,
            `cmd=select "isInside(mjd,mag,${points.flat().join(',')})"`,
            'omode=count',
          ]),
        ],
        world,
      );
      const { rows } = world.sizes;
      return [
        { name: 'queries.density', title: 're-bin all rows into 800 × 500', ours: timing(binned, 0), peers: binned.slice(1), rows, goal: 0.2 },
        { name: 'queries.lasso', title: 'rows inside a lasso of 24 corners', ours: timing(inside, 0), peers: inside.slice(1), rows, goal: 0.3 },
      ];
    });
  },
};

/** Read a big CSV into the store. */
export const csv: Benchmark = {
  name: 'csv',
  title: 'read CSV',
  async run(world) {
    const path = join(world.folder, `catalogue-${world.sizes.csvRows}.csv`);
    if (!existsSync(path)) {
      world.say(`writing ${world.sizes.csvRows} rows of CSV`);
      await writeCatalogueCsv(path, world.sizes.csvRows);
    }
    const quoted = JSON.stringify(path);
    const all = await alternate(
      [
        { who: 'skysift', run: () => withEngine(world, async (engine) => timed(async () => (await engine.open(path)).meta.rows)) },
        ...pythonPeer(world, 'pandas', { setup: 'import pandas as pd', work: `d = pd.read_csv(${quoted})`, check: 'len(d)' }),
        ...pythonPeer(world, 'astropy', {
          setup: 'from astropy.table import Table',
          work: `d = Table.read(${quoted}, format="ascii.fast_csv")`,
          check: 'len(d)',
        }),
        ...stiltsPeer(world, 'stilts', ['tpipe', `in=${path}`, 'ifmt=csv', 'cmd=cache', 'omode=count']),
      ],
      world,
    );
    return [{ name: 'csv.read', title: 'CSV into the store, types found', ours: timing(all, 0), peers: all.slice(1), rows: world.sizes.csvRows }];
  },
};

/** Times what matters inside a run that has set-up and clean-up around it. */
export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; check: T }> {
  const started = performance.now();
  const check = await work();
  return { seconds: (performance.now() - started) / 1000, check };
}
