import { median } from '../robust';
import { type LightCurve, SPREAD_SIGMA } from './light-curve';

/** Two bands by their usual names, and by how much redder than in g - r a star at the hot end of the M dwarfs is in them. */
const COLOURS = [
  { blue: 'g', red: 'r', redder: 0 },
  { blue: 'bp', red: 'rp', redder: 0.6 },
  { blue: 'v', red: 'i', redder: 0.5 },
] as const;
/** Expected standard deviations beyond which a band's spread shows a variable star. */
const QUIET = 2;

/** ZTF's zg is g. */
const plainName = (name: string | undefined): string => (name ?? '').toLowerCase().replace(/^(z|sdss_?|ps1_?|lsst_?|gaia_?)(?=[griv]$|[br]p$)/, '');

/** Whether a light curve varies no more, flares and outliers aside, than its errors allow. */
export function isQuiet(curve: LightCurve): boolean {
  return curve.bands.every((band, b) => {
    const own: number[] = [];
    for (let i = 0; i < curve.count; i++) if (curve.band[i] === b) own.push(curve.errors[i]!);
    return own.length === 0 || band.spread <= QUIET * 2 * SPREAD_SIGMA * median(Float64Array.from(own));
  });
}

/**
 * Whether magnitudes in g and r (or BP and RP, or V and I) are those of a star redder than `limit` in g - r: among stars that do not vary
 * otherwise, a red dwarf. False when it cannot be told. `names`: of the bands, in their order.
 */
export function isRed(curve: LightCurve, names: readonly (string | undefined)[], limit: number): boolean {
  const plain = names.map(plainName);
  const levelOf = (name: string): number => curve.bands[plain.indexOf(name)]?.level ?? NaN;
  return COLOURS.some(({ blue, red, redder }) => levelOf(blue) - levelOf(red) > limit + redder);
}
