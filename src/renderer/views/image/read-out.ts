import type { ColumnMeta } from '../../../core/model/column';
import type { Wcs } from '../../../core/numerics/wcs';
import type { AnswerTo, ImageStatsAnswer } from '../../../core/query/query';
import { count, honest } from '../../components/format';
import { measured } from '../../components/plot/numbers';
import type { Shape } from '../../components/plot/shape';

/** One thing read off, and what it means in full. */
export interface Reading {
  readonly text: string;
  readonly title: string;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `05ʰ40ᵐ58.91ˢ`, `−02°27′30.2″`: a coordinate in sixtieths, to `decimals` of a second. */
export function sexagesimal(degrees: number, isHours: boolean, decimals: number): string {
  const unit = 10 ** decimals;
  const all = Math.round((Math.abs(degrees) / (isHours ? 15 : 1)) * 3600 * unit);
  const wrapped = isHours ? all % (24 * 3600 * unit) : all;
  const [whole, rest] = [Math.floor(wrapped / unit), wrapped % unit];
  const fraction = decimals > 0 ? `.${String(rest).padStart(decimals, '0')}` : '';
  const [a, b, c] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (isHours) return `${two(a)}ʰ${two(b)}ᵐ${two(c)}${fraction}ˢ`;
  return `${degrees < 0 && all > 0 ? '−' : '+'}${two(a)}°${two(b)}′${two(c)}${fraction}″`;
}

/** Where on the sky a pixel is; undefined outside the projection. */
export function skyReading(wcs: Wcs, x: number, y: number): Reading | undefined {
  const [lon, lat] = wcs.toSky(x, y);
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return undefined;
  const [first, second] = wcs.names;
  const degrees = `${lon.toFixed(6)}°, ${lat.toFixed(6).replace('-', '−')}°`;
  const text =
    first === 'RA'
      ? `${first} ${sexagesimal(lon, true, 2)} ${second} ${sexagesimal(lat, false, 1)}`
      : `${first} ${lon.toFixed(5)}° ${second} ${lat.toFixed(5).replace('-', '−')}°`;
  return { text, title: `centre of the pixel: ${degrees}${wcs.frame ? ` (${wcs.frame})` : ''}` };
}

/** The pixel by both ways of counting. */
export function pixelReading([x, y]: readonly [number, number]): Reading {
  return { text: `x ${count(x)} y ${count(y)}`, title: `counted from 0; in FITS, which counts from 1: ${x + 1}, ${y + 1}` };
}

/** `value 7 201 adu`, one a column; the digits the file has. */
export function valueReadings(answer: AnswerTo<'row'>, columns: readonly ColumnMeta[]): Reading[] {
  return columns.map((c) => {
    const v = answer.values[c.name];
    const text =
      typeof v === 'number' && Number.isFinite(v)
        ? c.type === 'float32' || Number.isInteger(v)
          ? String(Number(v.toPrecision(8)))
          : measured(v)
        : 'missing';
    return { text: `${c.name} ${text.replace('-', '−')}${c.unit && text !== 'missing' ? ` ${c.unit}` : ''}`, title: c.description ?? c.name };
  });
}

/** The numbers of a region. */
export function regionReadings(region: Shape, s: ImageStatsAnswer, unit: string | undefined): Reading[] {
  const size = (range: readonly [number, number]): string => honest(range[1] - range[0], 3);
  const what = region.kind === 'lasso' ? 'region' : `box ${size(region.x)} × ${size(region.y ?? [0, 0])}`;
  const n = (name: string, value: number, title: string): Reading => ({ text: `${name} ${measured(value)}`, title });
  return [
    { text: `${what} · n ${count(s.count)}`, title: `pixels with a value whose centres are inside${unit ? `; values in ${unit}` : ''}` },
    ...(s.missing ? [{ text: `missing ${count(s.missing)}`, title: 'pixels without a value' }] : []),
    ...(s.flagged ? [{ text: `flagged ${count(s.flagged)}`, title: 'flagged pixels' }] : []),
    n('mean', s.mean, 'mean'),
    n('median', s.median, 'median'),
    n('std', s.std, 'standard deviation (n in the denominator)'),
    n('MAD', s.mad, 'median absolute deviation from the median, not scaled'),
    n('min', s.min, 'least'),
    n('max', s.max, 'greatest'),
    n('sum', s.sum, 'sum'),
  ];
}
