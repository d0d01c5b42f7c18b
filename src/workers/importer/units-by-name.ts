import type { ColumnMeta } from '../../core/model/column';
import type { Alert } from '../../core/model/table';

/** `mag`, `psfMag`, `mag_err`, `Vmag`; not `magnetic_field`. */
const MAGNITUDE = /mag(nitude)?s?(?![a-z])|mag(_?(auto|psf|aper|iso|corr|err(or)?|sigma|unc))/i;
const JULIAN = /^h?[hbm]?jd([^a-z]|$)/i;

function unitOf({ name, role, unit }: ColumnMeta): string | undefined {
  if (unit) return undefined;
  if (role === 'value' || role === 'error') return MAGNITUDE.test(name) ? 'mag' : undefined;
  return role === 'time' && JULIAN.test(name) ? 'd' : undefined;
}

/**
 * Units that the file does not give and the names of the columns do: magnitudes among value and error, days of a Julian date. An error of a
 * value in magnitudes is one as well. Guessed for columns with a role only, and said.
 */
export function unitsByName(columns: readonly ColumnMeta[]): { readonly columns: readonly ColumnMeta[]; readonly alerts: readonly Alert[] } {
  const value = columns.find((c) => c.role === 'value');
  const isMagnitude = value !== undefined && unitOf(value) === 'mag';
  const guessed = columns.map((c) => {
    const unit = c.role === 'error' && !c.unit && isMagnitude ? 'mag' : unitOf(c);
    return unit === undefined ? c : { ...c, unit };
  });
  const names = (unit: string): string[] => guessed.filter((c, i) => c !== columns[i] && c.unit === unit).map((c) => c.name);
  const alerts = [
    { unit: 'mag', as: 'magnitudes' },
    { unit: 'd', as: 'days' },
  ].flatMap(({ unit, as }): Alert[] => {
    const all = names(unit);
    if (all.length === 0) return [];
    const [have, their] = all.length === 1 ? ['has', 'its name'] : ['have', 'their names'];
    return [{ severity: 'info', message: `${all.join(' and ')} ${have} no unit in the file: taken as ${as} by ${their}` }];
  });
  return { columns: guessed, alerts };
}
