import type { ColumnMeta, Role } from '../../../src/core/model/column';
import type { Flag } from '../../../src/core/model/flag';
import type { HeaderCard, ImageShape } from '../../../src/core/model/table';

/** Columns of one made-up table, plain arrays: numbers or texts. */
export interface FakeColumns {
  readonly name: string;
  readonly source: string;
  readonly columns: readonly { readonly meta: ColumnMeta; readonly values: Float64Array | string[] }[];
  readonly fileFlags: readonly Flag[];
  readonly timeSystem?: string;
  readonly image?: ImageShape;
  readonly header?: readonly HeaderCard[];
}

/** Seeded uniform numbers (mulberry32): the harness draws the same survey every time. */
export function uniform(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function column(name: string, values: Float64Array | string[], unit?: string, role?: Role): FakeColumns['columns'][number] {
  return { meta: { name, type: typeof values[0] === 'string' ? 'utf8' : 'float64', unit, role, origin: 'file' }, values };
}

const rrLyrae = (p: number): number => (p < 0.15 ? -0.55 + 5.13 * p : 0.22 + (0.32 * (p - 0.15)) / 0.85 - (p > 0.88 ? (p - 0.88) * 9 : 0));

/** Light curves of variable stars in three bands with outliers, sentinels-made-missing and quality bits. */
export function lightCurves(objects = 160): FakeColumns {
  const random = uniform(7);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const id: string[] = [];
  const band: string[] = [];
  const time: number[] = [];
  const mag: number[] = [];
  const err: number[] = [];
  const ra: number[] = [];
  const dec: number[] = [];
  const quality: number[] = [];
  for (let k = 0; k < objects; k++) {
    const name = String(1013184 + k * 4759);
    const kind = k % 4;
    const period = 0.35 + random() * (kind === 1 ? 2 : 0.45);
    const base = 15.5 + random() * 4;
    const position = [320 + random() * 70, -1.25 + random() * 2.5] as const;
    for (const [b, offset] of [
      ['g', 0.35],
      ['r', 0],
      ['i', -0.15],
    ] as const) {
      const points = 55 + Math.floor(random() * 40);
      for (let i = 0; i < points; i++) {
        const t = 51000 + Math.floor(random() * 9) * 360 + random() * 110;
        const phase = (t / period) % 1;
        const shape = kind === 0 ? rrLyrae(phase) : kind === 1 ? (Math.abs(phase - 0.5) < 0.05 ? 0.6 : 0) : kind === 2 ? 0.2 * Math.sin(t / 90) : 0;
        const error = 0.02 + 0.02 * random() + 0.01 * Math.max(0, base - 18);
        const bad = random() < 0.04;
        id.push(name);
        band.push(b);
        time.push(t);
        mag.push(random() < 0.012 ? NaN : base + offset + shape + normal() * error + (bad ? (random() < 0.5 ? 0.8 : -0.7) : 0));
        err.push(error);
        ra.push(position[0] + normal() * 3e-5);
        dec.push(position[1] + normal() * 3e-5);
        quality.push(bad && random() < 0.5 ? 16 : random() < 0.02 ? 4 : 0);
      }
    }
  }
  return {
    name: 'detections',
    source: 'stripe82.fits',
    timeSystem: 'MJD',
    columns: [
      column('objid', id, undefined, 'object'),
      column('band', band, undefined, 'band'),
      column('mjd', Float64Array.from(time), 'd', 'time'),
      column('mag', Float64Array.from(mag), 'mag', 'value'),
      column('mag_err', Float64Array.from(err), 'mag', 'error'),
      column('ra', Float64Array.from(ra), 'deg', 'ra'),
      column('dec', Float64Array.from(dec), 'deg', 'dec'),
      column('flags', Float64Array.from(quality), undefined, 'quality'),
    ],
    fileFlags: [
      { name: 'bad_photometry', author: { kind: 'file' }, description: 'photometry failed', bits: { column: 'flags', bit: 16 } },
      { name: 'cosmic_ray', author: { kind: 'file' }, description: 'cosmic ray near the star', bits: { column: 'flags', bit: 4 } },
    ],
  };
}

/** A colour–magnitude catalogue, too many rows for points. */
export function catalogue(rows = 300_000): FakeColumns {
  const random = uniform(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const g = new Float64Array(rows);
  const r = new Float64Array(rows);
  const ra = new Float64Array(rows);
  const dec = new Float64Array(rows);
  for (let k = 0; k < rows; k++) {
    const red = random() > 0.62;
    g[k] = 21 - 6.2 * random() ** 1.9;
    r[k] = g[k]! - (red ? 1.33 + 0.13 * normal() : 0.42 + 0.1 * normal() + 0.02 * (g[k]! - 18));
    if (random() < 0.03) r[k] = NaN;
    ra[k] = 320 + random() * 70;
    dec[k] = -1.25 + random() * 2.5;
  }
  return {
    name: 'catalogue',
    source: 'stars.fits',
    fileFlags: [],
    columns: [column('ra', ra, 'deg', 'ra'), column('dec', dec, 'deg', 'dec'), column('g', g, 'mag', 'value'), column('r', r, 'mag')],
  };
}
