import { describe, expect, it } from 'vitest';
import type { HeaderCard } from '../../../src/core/model/table';
import { type Wcs, wcsOf } from '../../../src/core/numerics/wcs';
import { golden } from '../../golden/load';

interface Golden {
  readonly pixels: readonly (readonly [number, number])[];
  readonly coordinates: readonly {
    readonly name: string;
    readonly cards: Readonly<Record<string, string | number>>;
    readonly sky: readonly (readonly [number | null, number | null])[];
  }[];
}

const { pixels, coordinates } = golden<Golden>('images.json');
const cardsOf = (cards: Readonly<Record<string, string | number>>): HeaderCard[] => Object.entries(cards).map(([key, value]) => ({ key, value }));
const wcs = (cards: Readonly<Record<string, string | number>>): Wcs => {
  const found = wcsOf(cardsOf(cards));
  if ('reason' in found) throw new Error(found.reason);
  return found;
};
const TAN = { CTYPE1: 'RA---TAN', CTYPE2: 'DEC--TAN', CRPIX1: 1, CRPIX2: 1, CRVAL1: 10, CRVAL2: 20, CDELT1: -0.01, CDELT2: 0.01 };

/** Separation on the sky in degrees, and longitudes as close as the latitude allows. */
const apart = ([a1, d1]: readonly [number, number], [a2, d2]: readonly [number, number]): number => {
  const turn = ((((a1 - a2 + 180) % 360) + 360) % 360) - 180;
  return Math.hypot(turn * Math.cos((d1 * Math.PI) / 180), d1 - d2);
};

describe('world coordinates against astropy', () => {
  it.each(coordinates.map((c) => [c.name, c] as const))('%s', (_, { cards, sky }) => {
    const { toSky } = wcs(cards);
    for (const [i, [x, y]] of pixels.entries()) {
      const found = toSky(x, y);
      const [lon, lat] = sky[i]!;
      if (lon === null || lat === null) expect(found[0]).toBeNaN();
      else expect(apart(found, [lon, lat]), `pixel ${x}, ${y}: ${found.join(' ')} (must be ${lon} ${lat})`).toBeLessThan(1e-9);
    }
  });

  it('names axes and frame', () => {
    expect(wcs({ ...TAN, RADESYS: 'FK5', EQUINOX: 2000 })).toMatchObject({ names: ['RA', 'Dec'], frame: 'FK5 2000' });
    expect(wcs({ ...TAN, EQUINOX: 1950 }).frame).toBe('FK4 1950');
    expect(wcs({ ...TAN, CTYPE1: 'GLON-TAN', CTYPE2: 'GLAT-TAN' })).toMatchObject({ names: ['l', 'b'], frame: 'galactic' });
  });

  it.each([
    [{ ...TAN, CTYPE1: 'RA---ZPN', CTYPE2: 'DEC--ZPN' }, /projection ZPN/],
    [{ ...TAN, CTYPE1: 'LAMBDA', CTYPE2: 'DEC--TAN' }, /no position on the sky/],
    [{ ...TAN, CTYPE1: 'RA---TAN', CTYPE2: 'RA---TAN' }, /do not belong together/],
    [{ ...TAN, PV2_1: 0.1 }, /parameters \(PV2_1\)/],
    [{ ...TAN, CPDIS1: 'Lookup' }, /lookup tables/],
    [{ ...TAN, CUNIT1: 'm', CUNIT2: 'm' }, /no angle/],
    [{ CTYPE1: 'RA---TAN', CTYPE2: 'DEC--TAN' }, /no scale/],
    [{}, /no world coordinates/],
  ])('refuses what it would get wrong: %j', (cards, reason) => {
    const found = wcsOf(cardsOf(cards as Record<string, string | number>));
    expect('reason' in found && found.reason).toMatch(reason);
  });
});
