import { describe, expect, it } from 'vitest';
import type { ColumnMeta, Role } from '../../../src/core/model/column';
import { unitsByName } from '../../../src/workers/importer/units-by-name';

const column = (name: string, role?: Role, unit?: string): ColumnMeta => ({ name, type: 'float64', role, unit, origin: 'file' });
const units = (...columns: ColumnMeta[]): (string | undefined)[] => unitsByName(columns).columns.map((c) => c.unit);

describe('units by name', () => {
  it.each(['mag', 'Mag', 'psfMag', 'Vmag', 'mag_auto', 'MAG_AUTO', 'mag1', 'magnitude'])('%s without a unit is a magnitude', (name) => {
    expect(units(column(name, 'value'))).toEqual(['mag']);
  });

  it.each(['magnetic_field', 'flux', 'image', 'damage'])('%s is none', (name) => {
    expect(units(column(name, 'value'))).toEqual([undefined]);
  });

  it('guesses for columns with a role only, never over the unit of the file', () => {
    expect(units(column('mag'), column('flux_mag', 'value', 'nmgy'), column('hjd', 'time', 's'))).toEqual([undefined, 'nmgy', 's']);
  });

  it('takes the error as its value, and days of Julian dates', () => {
    const { columns, alerts } = unitsByName([column('hjd', 'time'), column('mag', 'value'), column('e', 'error')]);
    expect(columns.map((c) => c.unit)).toEqual(['d', 'mag', 'mag']);
    expect(alerts.map((a) => a.message)).toEqual([
      'mag and e have no unit in the file: taken as magnitudes by their names',
      'hjd has no unit in the file: taken as days by its name',
    ]);
  });
});
