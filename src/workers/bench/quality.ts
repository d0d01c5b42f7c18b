import { AppError } from '../../core/protocol/outcome';
import { alternate, withEngine, type Benchmark } from './bench';
import { catalogue, pythonPeer, timed } from './catalogue';

/** What pandas offers of the report: the description, missing values, duplicates of all columns and of the key, and the rows of each object. */
const SETUP = (path: string): string =>
  `import numpy as np\nimport pandas as pd\nfrom astropy.io import fits\nd = fits.open(${JSON.stringify(path)}, memmap=True)[1].data\nf = pd.DataFrame({n: np.array(d[n]).astype(d[n].dtype.newbyteorder("=")) if d[n].dtype.kind != "U" else np.array(d[n]) for n in d.names})`;
const WORK = `f.describe()
f.isna().sum()
exact = int(f.duplicated().sum())
key = int(f.duplicated(["objid", "mjd", "band"]).sum())
f.groupby(["objid", "band"])["mag"].agg(["count", "median", "std"])`;

/** The quality report of a catalogue that is in the store. */
export const quality: Benchmark = {
  name: 'quality',
  title: 'the quality report of 8 columns',
  async run(world) {
    const path = await catalogue(world);
    return withEngine(world, async (engine) => {
      const table = await engine.open(path);
      const report = async (): Promise<number> => {
        const { rows, duplicates } = engine.take(await engine.service.quality({ table: table.id }, engine.context));
        if (rows !== world.sizes.rows) throw new AppError({ code: 'internal', message: `the report is about ${rows} rows` });
        return duplicates.exact;
      };
      const all = await alternate(
        [
          { who: 'skysift', run: () => timed(report) },
          ...pythonPeer(world, 'pandas, a part of it', { setup: SETUP(path), work: WORK, check: 'exact' }),
        ],
        world,
      );
      return [
        {
          name: 'quality.report',
          title: 'the whole quality report',
          ours: all[0]!,
          peers: all.slice(1),
          rows: world.sizes.rows,
          goal: world.sizes.rows / 5e5,
        },
      ];
    });
  },
};
