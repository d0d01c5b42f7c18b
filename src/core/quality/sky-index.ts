/** Pairs of numbers of points, and how far they are apart. */
export interface SkyPair {
  readonly a: number;
  readonly b: number;
  /** Arcsec. */
  readonly separation: number;
}

const RADIANS = Math.PI / 180;
const ARCSEC = 3600 / RADIANS;

/** Great-circle distance in radians; exact for close points (Sinnott 1984, Sky & Telescope 68, 158). Degrees in. */
export function skyDistance(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const d = Math.sin(((dec2 - dec1) * RADIANS) / 2);
  const r = Math.sin(((ra2 - ra1) * RADIANS) / 2);
  return 2 * Math.asin(Math.min(1, Math.sqrt(d * d + Math.cos(dec1 * RADIANS) * Math.cos(dec2 * RADIANS) * r * r)));
}

/** Points on the sky in zones of declination, each cut into cells of about the same width. Degrees. Points without a position are left out. */
export class SkyIndex {
  private readonly cells = new Map<number, number[]>();
  private readonly zones: number;

  constructor(
    ra: Float64Array,
    dec: Float64Array,
    private readonly size: number,
  ) {
    this.zones = Math.ceil(180 / size) + 1;
    for (let i = 0; i < ra.length; i++) {
      if (ra[i]! - ra[i]! !== 0 || !(Math.abs(dec[i]!) <= 90)) continue;
      const zone = this.zoneOf(dec[i]!);
      const key = this.key(zone, this.cellOf(ra[i]!, zone));
      const cell = this.cells.get(key);
      if (cell) cell.push(i);
      else this.cells.set(key, [i]);
    }
  }

  private zoneOf(dec: number): number {
    return Math.floor((dec + 90) / this.size);
  }
  /** Cells of a zone: never narrower than `size` anywhere in it. */
  private widthOf(zone: number): number {
    const far = Math.min(90, Math.max(Math.abs(zone * this.size - 90), Math.abs((zone + 1) * this.size - 90)));
    return Math.max(1, Math.floor((360 * Math.cos(far * RADIANS)) / this.size));
  }
  private cellOf(ra: number, zone: number): number {
    const n = this.widthOf(zone);
    return Math.min(n - 1, Math.floor((((ra % 360) + 360) % 360) / (360 / n)));
  }
  private key(zone: number, cell: number): number {
    return zone * 2 ** 26 + cell;
  }

  /** Points in the cells around a position: all within `size` are among them. */
  *around(ra: number, dec: number): Generator<number> {
    const zone = this.zoneOf(dec);
    for (let z = Math.max(0, zone - 1); z <= Math.min(this.zones, zone + 1); z++) {
      const n = this.widthOf(z);
      const middle = this.cellOf(ra, z);
      const wanted = n <= 3 ? Array.from({ length: n }, (_, c) => c) : [(middle + n - 1) % n, middle, (middle + 1) % n];
      for (const c of wanted) yield* this.cells.get(this.key(z, c)) ?? [];
    }
  }
}

/**
 * Pairs of points at most `radius` arcsec apart, each once, the lower number first. Degrees; NaN is nowhere. Stops at `limit` pairs. O(n) for
 * points that do not crowd within the radius.
 */
export function* closePairs(ra: Float64Array, dec: Float64Array, radius: number, limit: number): Generator<number, readonly SkyPair[]> {
  const index = new SkyIndex(ra, dec, Math.max(radius / 3600, 1e-4));
  const pairs: SkyPair[] = [];
  for (let a = 0; a < ra.length; a++) {
    if (a % 4096 === 0) yield a / ra.length;
    if (ra[a]! - ra[a]! !== 0 || !(Math.abs(dec[a]!) <= 90)) continue;
    for (const b of index.around(ra[a]!, dec[a]!)) {
      if (b <= a) continue;
      const separation = skyDistance(ra[a]!, dec[a]!, ra[b]!, dec[b]!) * ARCSEC;
      if (separation <= radius) pairs.push({ a, b, separation });
    }
    if (pairs.length >= limit) break;
  }
  return pairs;
}

/** A way to ask for up to `count` points near each point, the nearest first, found in cells that hold a few points on average. */
export function nearestPoints(ra: Float64Array, dec: Float64Array, count: number): (of: number) => readonly number[] {
  let [n, low, high] = [0, Infinity, -Infinity];
  const fields = new Set<number>();
  for (let i = 0; i < ra.length; i++) {
    if (ra[i]! - ra[i]! !== 0 || !(Math.abs(dec[i]!) <= 90)) continue;
    n++;
    low = Math.min(low, dec[i]!);
    high = Math.max(high, dec[i]!);
    fields.add(Math.floor(ra[i]!) * 256 + Math.floor(dec[i]! + 90));
  }
  // The area is that of the square degrees that hold a point.
  const area = Math.max(1e-6, Math.min(fields.size, Math.max(1e-3, high - low) * 360));
  const index = new SkyIndex(ra, dec, Math.min(30, Math.max(1e-3, Math.sqrt((area * count) / Math.max(1, n)) / 1.5)));
  return (of) => {
    const near: { i: number; d: number }[] = [];
    for (const i of index.around(ra[of]!, dec[of]!)) if (i !== of) near.push({ i, d: skyDistance(ra[of]!, dec[of]!, ra[i]!, dec[i]!) });
    return near
      .sort((p, q) => p.d - q.d)
      .slice(0, count)
      .map(({ i }) => i);
  };
}
