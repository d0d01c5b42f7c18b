import { type BatchSpec, seededRandom } from '../operations/runner';

/** The made-up data that figures of the help are drawn from. */
export type DemoName = 'flux' | 'magnitude' | 'cloud' | 'ensemble' | 'image';

export interface Demo {
  readonly spec: BatchSpec;
  /** The column along x. */
  readonly x: string;
  /** Only the first rows are drawn; absent = all. */
  readonly shown?: number;
}

/** Rows planted as outliers in every demo, so that a figure shows them found. */
const OUTLIERS = [31, 77, 118, 164];

function noise(random: () => number): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

/** Two weeks of a star with transits, a drift, a gap, a flare, outliers and missing values; the drift follows the star's place on the chip. */
function flux(): Demo {
  const random = seededRandom(11);
  const time = Array.from({ length: 220 }, (_, i) => 0.06 * i + (i > 130 ? 0.9 : 0));
  const drift = time.map((t) => 7 * Math.sin(t / 1.9) + 0.5 * t);
  const value = time.map((t, i) => {
    const transit = (t + 2.3) % 4.3 < 0.32 ? -13 : 0;
    const flare = t > 9.6 ? 20 * Math.exp(-(t - 9.6) / 0.12) : 0;
    return 1000 + drift[i]! + transit + (flare > 0.5 ? flare : 0) + noise(random);
  });
  OUTLIERS.forEach((row, k) => (value[row] = value[row]! + (k % 2 ? -24 : 21)));
  for (const row of [50, 51, 52, 53, 54, 140, 141, 142]) value[row] = NaN;
  const sentinels = value.map((v, i) => (i % 45 === 20 ? -999 : v));
  const vectors = { TIME: time, VECTOR_1: drift.map((d) => d / 100), VECTOR_2: time.map((t) => Math.sin(t) / 10) };
  return {
    x: 'time',
    spec: {
      companion: [{ name: 'CBV', columns: vectors }],
      columns: {
        time,
        value,
        error: time.map(() => 1),
        quality: time.map((_, i) => (OUTLIERS.includes(i) ? 32 : i > 205 ? 4 : 0)),
        'value with sentinels': sentinels,
        centroid: drift.map((d) => 512 + d / 40 + 0.01 * noise(random)),
        object: time.map(() => 'a star'),
        band: time.map(() => 'V'),
      },
      units: { time: 'd', value: 'e-/s', error: 'e-/s', 'value with sentinels': 'e-/s' },
    },
  };
}

/** The flux star, and seven quiet ones that drift with it. */
function ensemble(): Demo {
  const { spec } = flux();
  const random = seededRandom(23);
  const time = spec.columns['time'] as readonly number[];
  const drift = (spec.columns['centroid'] as readonly number[]).map((c) => 40 * (c - 512));
  const others = Array.from({ length: 7 }, (_, k) => drift.map((d) => (1 + 0.3 * k) * 700 * (1 + d / 1000) + noise(random)));
  const repeated = (values: readonly (string | number)[]): (string | number)[] => Array.from({ length: 8 }, () => values).flat();
  const columns = {
    time: repeated(time) as number[],
    value: [...(spec.columns['value'] as readonly number[]), ...others.flat()],
    error: repeated(spec.columns['error'] as readonly number[]) as number[],
    object: Array.from({ length: 8 }, (_, k) => time.map(() => (k === 0 ? 'a star' : `star ${k}`))).flat(),
    band: repeated(spec.columns['band'] as readonly string[]) as string[],
  };
  return { x: 'time', shown: time.length, spec: { columns, units: { time: 'd', value: 'e-/s', error: 'e-/s' } } };
}

/** A month of an RR Lyrae star, unevenly, in magnitudes. */
function magnitude(): Demo {
  const random = seededRandom(5);
  const time = Array.from({ length: 180 }, (_, i) => Math.floor(i / 6) + 0.3 * random()).sort((a, b) => a - b);
  const value = time.map((t) => {
    const phase = (t / 0.5683) % 1;
    return 15.2 + (phase < 0.15 ? 0.45 - 6 * phase : -0.45 + (0.9 * (phase - 0.15)) / 0.85) + 0.04 * noise(random);
  });
  OUTLIERS.forEach((row, k) => (value[row] = value[row]! + (k % 2 ? -0.7 : 0.8)));
  const columns = { time, value, error: time.map(() => 0.04), object: time.map(() => 'a star'), band: time.map(() => 'V') };
  return { x: 'time', spec: { columns, units: { time: 'd', value: 'mag', error: 'mag' } } };
}

/** Stars in a colour–magnitude diagram: a sequence, a clump beside it, and strays; some colours are missing. */
function cloud(): Demo {
  const random = seededRandom(3);
  const color = Array.from({ length: 200 }, (_, i) => (i < 140 ? 0.2 + 1.4 * random() : 1.05 + 0.06 * noise(random)));
  const value = color.map((c, i) => (i < 140 ? 12 + 4.2 * c + 0.18 * noise(random) : 13.2 + 0.12 * noise(random)));
  OUTLIERS.forEach((row, k) => {
    color[row] = [0.3, 1.5, 0.5, 1.7][k]!;
    value[row] = [18.6, 12.4, 12.1, 15.5][k]!;
  });
  const gaps = color.map((c, i) => (i % 23 === 7 ? NaN : c));
  return {
    x: 'color',
    spec: { columns: { color, value, 'color with gaps': gaps }, roles: { value: 'value' }, units: { value: 'mag', color: 'mag' } },
  };
}

/** A few stars and a faint patch on a noisy background, with missing pixels and a missing column. */
function image(): Demo {
  const random = seededRandom(17);
  const [width, height] = [54, 26];
  const stars = Array.from({ length: 14 }, () => [width * random(), height * random(), 8 + 90 * random() ** 3] as const);
  const value = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const light = stars.reduce((sum, [sx, sy, peak]) => sum + peak * Math.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 2.4), 0);
    const patch = 9 * Math.exp(-((x - 37) ** 2 + (y - 11) ** 2) / 60);
    return x === 14 || random() < 0.01 ? NaN : 20 + light + patch + 3 * noise(random);
  });
  return { x: 'pixel', spec: { columns: { pixel: value.map((_, i) => i), value }, units: { value: 'e-' }, table: { image: { width, height } } } };
}

const DEMOS: Readonly<Record<DemoName, () => Demo>> = { flux, magnitude, cloud, ensemble, image };

export function demoData(name: DemoName): Demo {
  return DEMOS[name]();
}
