import { describe, expect, it } from 'vitest';
import type { ColumnMeta, ColumnType, Role } from '../../../src/core/model/column';
import { guessRoles } from '../../../src/workers/readers/roles';

/** `name:type:unit:ucd`, type float64 unless said. */
function columns(...specs: string[]): ColumnMeta[] {
  return specs.map((s) => {
    const [name, type, unit, ucd] = s.split('|');
    return { name: name!, type: (type || 'float64') as ColumnType, unit: unit || undefined, ucd: ucd || undefined };
  });
}

function roles(...specs: string[]): Partial<Record<Role, string>> {
  return Object.fromEntries(
    guessRoles(columns(...specs))
      .filter((c) => c.role)
      .map((c) => [c.role!, c.name]),
  ) as Partial<Record<Role, string>>;
}

describe('guessed roles', () => {
  it.each<[string, string[], Partial<Record<Role, string>>]>([
    [
      'a survey of detections',
      ['objid|int64', 'ra||deg', 'dec||deg', 'mjd||d', 'mag|float32|mag', 'magerr|float32|mag', 'band|utf8', 'flags|int16'],
      { object: 'objid', ra: 'ra', dec: 'dec', time: 'mjd', value: 'mag', error: 'magerr', band: 'band', quality: 'flags' },
    ],
    ['VizieR', ['_RAJ2000', '_DEJ2000', 'HJD', 'Vmag', 'e_Vmag'], { ra: '_RAJ2000', dec: '_DEJ2000', time: 'HJD' }],
    [
      'ZTF',
      ['oid|int64', 'hjd', 'mjd', 'mag', 'magerr', 'catflags|int32', 'filtercode|utf8', 'ra', 'dec'],
      { object: 'oid', time: 'mjd', value: 'mag', error: 'magerr', quality: 'catflags', band: 'filtercode', ra: 'ra', dec: 'dec' },
    ],
    [
      'AAVSO',
      ['JD', 'Magnitude', 'Uncertainty', 'Band|utf8', 'Star Name|utf8'],
      { time: 'JD', value: 'Magnitude', error: 'Uncertainty', band: 'Band' },
    ],
    ['ASAS-SN', ['HJD', 'Filter|utf8', 'flux', 'flux_err', 'mag', 'mag_err'], { time: 'HJD', band: 'Filter', value: 'mag', error: 'mag_err' }],
    [
      'Gaia epoch photometry',
      ['source_id|int64', 'transit_id|int64', 'band|utf8', 'time||d', 'mag', 'flux', 'flux_error'],
      { object: 'source_id', band: 'band', time: 'time', value: 'mag' },
    ],
    ['SuperWASP', ['TMID||HJD-2450000', 'FLUX2'], { time: 'TMID' }],
    ['two magnitudes named after bands', ['ra', 'dec', 'gmag', 'rmag'], { ra: 'ra', dec: 'dec' }],
    ['a table of neither', ['a', 'b|utf8', 'c|list<float64>'], {}],
  ])('%s', (_name, specs, expected) => {
    const found = roles(...specs);
    for (const [role, name] of Object.entries(expected)) expect(found[role as Role], role).toBe(name);
    if (Object.keys(expected).length < 3) expect(found).toEqual(expected);
  });

  it('trusts UCDs over names, and the main one over others', () => {
    expect(
      roles(
        'ra||deg|stat.error;pos.eq.ra',
        'alpha1||deg|pos.eq.ra;meta.main',
        'alpha2||deg|pos.eq.ra',
        'delta1||deg|pos.eq.dec;meta.main',
        'HIP|int32||meta.id',
        'Source|int64||meta.id;meta.main',
      ),
    ).toEqual({ ra: 'alpha1', dec: 'delta1', object: 'Source' });
    expect(roles('x||d|time.epoch', 'g||mag|phot.mag;em.opt.G', 'eg||mag|stat.error;phot.mag')).toEqual({ time: 'x', value: 'g', error: 'eg' });
  });

  it('chooses no value among equals, and takes the error that belongs to the value', () => {
    expect(roles('t1||mag|phot.mag;em.opt.B', 't2||mag|phot.mag;em.opt.V')).toEqual({});
    expect(roles('mag', 'err', 'e_mag', 'sigma')).toEqual({ value: 'mag', error: 'e_mag' });
    expect(roles('sigma', 'err')).toEqual({});
  });

  it('does not take sexagesimal or text columns for coordinates, nor floats for identifiers', () => {
    expect(roles('ra|utf8|"h:m:s"', 'dec|utf8|"d:m:s"', 'id')).toEqual({});
    expect(roles('RA||h', 'RA_deg||deg', 'DEC||deg')).toEqual({ ra: 'RA_deg', dec: 'DEC' });
  });

  it('keeps roles already given, and gives none twice', () => {
    const given = columns('TIME', 'mjd', 'flux').map((c) => (c.name === 'TIME' ? { ...c, role: 'time' as const } : c));
    expect(guessRoles(given).map((c) => c.role)).toEqual(['time', undefined, 'value']);
    const all = guessRoles(columns('ra', 'raj2000', 'RA', 'dec', 'mag', 'flux', 'time', 'mjd', 'id|int64', 'source_id|int64'));
    const named = all.map((c) => c.role).filter((r) => r !== undefined);
    expect(new Set(named).size).toBe(named.length);
  });
});
