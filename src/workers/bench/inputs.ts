import { open } from 'node:fs/promises';
import { Random } from '../../core/sample/random';

/** Polygon of 24 corners around the middle of the (mjd, mag) plane of the benchmark catalogue. */
export function lasso24(): readonly (readonly [number, number])[] {
  return Array.from({ length: 24 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 24;
    const radius = 1 + 0.25 * Math.cos(5 * angle);
    return [56825 + 1200 * radius * Math.cos(angle), 18.5 + 1.6 * radius * Math.sin(angle)] as const;
  });
}

const ROW_BYTES = 8 * 4 + 4 * 2 + 1 + 2;
const FIRST_ID = 1237650000000000000n;

const COLUMNS = [
  ['objid', 'K', ''],
  ['ra', 'D', 'deg'],
  ['dec', 'D', 'deg'],
  ['mjd', 'D', 'd'],
  ['mag', 'E', 'mag'],
  ['magerr', 'E', 'mag'],
  ['band', '1A', ''],
  ['flags', 'I', ''],
] as const;

export function card(key: string, value: string | number | boolean): string {
  const text = typeof value === 'string' ? `'${value.padEnd(8)}'`.padEnd(20) : (value === true ? 'T' : String(value)).padStart(20);
  return `${key.padEnd(8)}= ${text}`.padEnd(80);
}

export function block(cards: readonly string[]): Buffer {
  const text = `${cards.join('')}${'END'.padEnd(80)}`;
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
}

/**
 * Writes a survey catalogue as a FITS binary table: 8 columns, 43 bytes a row, big-endian, one row in a hundred without a magnitude, 10 000
 * objects, times rising. Made byte by byte so that what is measured did not pass through our own writer.
 */
export async function writeCatalogue(path: string, rows: number, seed = 1): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(block([card('SIMPLE', true), card('BITPIX', 8), card('NAXIS', 0), card('EXTEND', true)]));
    const cards = [card('XTENSION', 'BINTABLE'), card('BITPIX', 8), card('NAXIS', 2), card('NAXIS1', ROW_BYTES), card('NAXIS2', rows)];
    cards.push(card('PCOUNT', 0), card('GCOUNT', 1), card('TFIELDS', COLUMNS.length));
    COLUMNS.forEach(([name, form, unit], i) => {
      cards.push(card(`TTYPE${i + 1}`, name), card(`TFORM${i + 1}`, form));
      if (unit) cards.push(card(`TUNIT${i + 1}`, unit));
    });
    await file.write(block(cards));
    const perBlock = 100_000;
    for (let from = 0; from < rows; from += perBlock) {
      await file.write(catalogueRows(new Random(seed, from / perBlock), from, Math.min(perBlock, rows - from), rows));
    }
    const spare = (2880 - ((rows * ROW_BYTES) % 2880)) % 2880;
    await file.write(Buffer.alloc(spare));
  } finally {
    await file.close();
  }
}

/** The columns of one row, drawn in a fixed order so that FITS and CSV hold the same numbers. */
function drawRow(
  random: Random,
  index: number,
  rows: number,
): { id: bigint; ra: number; dec: number; mjd: number; mag: number; err: number; band: number; flags: number } {
  const id = FIRST_ID + BigInt(random.below(10_000));
  const ra = random.between(0, 360);
  const dec = (Math.asin(random.between(-1, 1)) * 180) / Math.PI;
  const mjd = 55000 + (3650 * (index + random.uniform())) / rows;
  const drawn = Math.min(25, Math.max(10, 18.5 + 1.5 * random.normal()));
  const err = 0.01 + 0.05 * Math.exp(0.6 * (drawn - 20)) * random.between(0.5, 1.5);
  return { id, ra, dec, mjd, mag: random.chance(0.01) ? NaN : drawn, err, band: random.below(5), flags: random.below(256) };
}

const BANDS = 'ugriz';

function catalogueRows(random: Random, from: number, count: number, rows: number): Buffer {
  const bytes = Buffer.allocUnsafe(count * ROW_BYTES);
  for (let i = 0, at = 0; i < count; i++, at += ROW_BYTES) {
    const row = drawRow(random, from + i, rows);
    bytes.writeBigInt64BE(row.id, at);
    bytes.writeDoubleBE(row.ra, at + 8);
    bytes.writeDoubleBE(row.dec, at + 16);
    bytes.writeDoubleBE(row.mjd, at + 24);
    bytes.writeFloatBE(row.mag, at + 32);
    bytes.writeFloatBE(row.err, at + 36);
    bytes[at + 40] = BANDS.charCodeAt(row.band);
    bytes.writeInt16BE(row.flags, at + 41);
  }
  return bytes;
}

/** The same catalogue as CSV with a header line; a missing magnitude is an empty cell. */
export async function writeCatalogueCsv(path: string, rows: number, seed = 2): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(`${COLUMNS.map(([name]) => name).join(',')}\n`);
    const perBlock = 50_000;
    for (let from = 0; from < rows; from += perBlock) {
      const random = new Random(seed, from / perBlock);
      let text = '';
      for (let i = from; i < Math.min(rows, from + perBlock); i++) {
        const r = drawRow(random, i, rows);
        const mag = Number.isNaN(r.mag) ? '' : r.mag.toFixed(5);
        text += `${r.id},${r.ra},${r.dec},${r.mjd},${mag},${r.err.toFixed(6)},${BANDS[r.band]},${r.flags}\n`;
      }
      await file.write(text);
    }
  } finally {
    await file.close();
  }
}

/**
 * Light curves: `objects` of `points` each over 90 days, a slow wave, noise of 0.001 and one point in a hundred 0.05 too high. Returned as
 * one array, object after object; all share `time`.
 */
export function lightCurves(objects: number, points: number, seed = 3): { readonly time: Float64Array; readonly flux: Float64Array } {
  const random = new Random(seed);
  const time = Float64Array.from({ length: points }, (_, k) => (90 * k) / (points - 1));
  const flux = new Float64Array(objects * points);
  for (let o = 0; o < objects; o++) {
    const period = random.between(5, 40);
    for (let k = 0; k < points; k++) {
      const wave = 0.01 * Math.sin((2 * Math.PI * time[k]!) / period);
      flux[o * points + k] = 1 + wave + 0.001 * random.normal() + (random.chance(0.01) ? 0.05 : 0);
    }
  }
  return { time, flux };
}

/** The light curves as a FITS binary table: object (K), time (D), flux (D) and, if asked for, error (D), 0.0008 … 0.0012. */
export async function writeLightCurves(path: string, objects: number, points: number, hasErrors = false): Promise<void> {
  const { time, flux } = lightCurves(objects, points);
  const rows = objects * points;
  const width = hasErrors ? 32 : 24;
  const file = await open(path, 'w');
  try {
    await file.write(block([card('SIMPLE', true), card('BITPIX', 8), card('NAXIS', 0), card('EXTEND', true)]));
    const cards = [card('XTENSION', 'BINTABLE'), card('BITPIX', 8), card('NAXIS', 2), card('NAXIS1', width), card('NAXIS2', rows)];
    cards.push(card('PCOUNT', 0), card('GCOUNT', 1), card('TFIELDS', hasErrors ? 4 : 3));
    cards.push(card('TTYPE1', 'objid'), card('TFORM1', 'K'), card('TTYPE2', 'time'), card('TFORM2', 'D'), card('TUNIT2', 'd'));
    cards.push(card('TTYPE3', 'flux'), card('TFORM3', 'D'));
    if (hasErrors) cards.push(card('TTYPE4', 'error'), card('TFORM4', 'D'));
    await file.write(block(cards));
    for (let o = 0; o < objects; o++) {
      const bytes = Buffer.allocUnsafe(points * width);
      for (let k = 0; k < points; k++) {
        bytes.writeBigInt64BE(BigInt(o), k * width);
        bytes.writeDoubleBE(time[k]!, k * width + 8);
        bytes.writeDoubleBE(flux[o * points + k]!, k * width + 16);
        if (hasErrors) bytes.writeDoubleBE(0.0008 + 0.0001 * (k % 5), k * width + 24);
      }
      await file.write(bytes);
    }
    await file.write(Buffer.alloc((2880 - ((rows * width) % 2880)) % 2880));
  } finally {
    await file.close();
  }
}

/** One unevenly sampled light curve of `points` over 1000 days with a period of 0.5713 d. */
export function periodicCurve(points: number, seed = 4): { readonly t: Float64Array; readonly y: Float64Array; readonly dy: Float64Array } {
  const random = new Random(seed);
  const t = Float64Array.from({ length: points }, () => random.between(0, 1000)).sort();
  const dy = Float64Array.from({ length: points }, () => random.between(0.02, 0.08));
  const wave = (x: number): number => 15 + 0.4 * Math.sin((2 * Math.PI * x) / 0.5713) + 0.1 * Math.sin((4 * Math.PI * x) / 0.5713 + 0.7);
  return { t, y: t.map((x, k) => wave(x) + dy[k]! * random.normal()), dy };
}
