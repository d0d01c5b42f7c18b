import { type ColumnMeta, type Role, isNumeric } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import type { FitsHeader } from '../fits/cards';
import type { TimeReference } from '../fits/time-reference';
import { qualityFlags } from './quality-bits';

export interface Product extends TimeReference {
  readonly columns: readonly ColumnMeta[];
  readonly fileFlags: readonly Flag[];
  readonly objectId?: string | undefined;
}

const KEPLER_ZERO = 2454833;
const TESS_ZERO = 2457000;

type Roles = readonly (readonly [Role, readonly string[]])[];

/** In the order of preference. */
const ROLES: Roles = [
  ['time', ['TIME']],
  ['value', ['PDCSAP_FLUX', 'CORR_FLUX', 'SAP_FLUX', 'FLUX', 'RAW_FLUX']],
  ['quality', ['SAP_QUALITY', 'QUALITY']],
];
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  PDCSAP_FLUX: ['PDCSAP_FLUX_ERR'],
  SAP_FLUX: ['SAP_FLUX_ERR'],
  CORR_FLUX: ['FLUX_ERR'],
  RAW_FLUX: ['FLUX_ERR'],
  FLUX: ['FLUX_ERR'],
};

/**
 * What is known beyond the standard about a Kepler, K2 or TESS table: light curves of the pipelines, eleanor-lite, lightkurve exports, target
 * pixel files and cotrending basis vectors (the last two get their quality bits and time system, and no flux roles). Undefined for other files.
 */
export function lightCurveProduct(columns: readonly ColumnMeta[], header: FitsHeader, primary: FitsHeader): Product | undefined {
  const text = (key: string): string | undefined => header.text(key) ?? primary.text(key);
  const telescope = text('TELESCOP')?.trim().toUpperCase();
  const mission = telescope === 'TESS' ? 'TESS' : telescope === 'KEPLER' || telescope === 'K2' ? 'Kepler' : undefined;
  const names = new Set(columns.map((c) => c.name));
  if (!mission || !names.has('TIME')) return undefined;
  const roles = new Map<string, Role>();
  for (const [role, candidates] of ROLES) {
    const found = candidates.find((n) => columns.some((c) => c.name === n && isNumeric(c.type)));
    if (found) roles.set(found, role);
    const error = role === 'value' && found ? ERRORS[found]?.find((n) => names.has(n)) : undefined;
    if (error) roles.set(error, 'error');
  }
  const quality = [...roles].find(([, role]) => role === 'quality')?.[0];
  return {
    columns: columns.map((c) => (roles.has(c.name) ? { ...c, role: roles.get(c.name) } : c)),
    fileFlags: quality ? qualityFlags(mission, quality) : [],
    objectId: objectId(mission, header, primary),
    ...spacecraftTime(mission, columns),
  };
}

/** Lightkurve's exports, eleanor's extensions and the basis vectors do not repeat BJDREFI: the unit of TIME (`BJD - 2457000, days`) or the mission tells. */
function spacecraftTime(mission: 'Kepler' | 'TESS', columns: readonly ColumnMeta[]): TimeReference {
  const unit =
    columns
      .find((c) => c.name === 'TIME')
      ?.unit?.trim()
      .toLowerCase() ?? '';
  const stated = /^(b?)jd - (\d+(?:\.\d+)?)/.exec(unit);
  const origin = stated ? Number(stated[2]) : unit === 'bkjd' ? KEPLER_ZERO : unit === 'btjd' ? TESS_ZERO : undefined;
  if (origin === undefined && !['', 'd', 'day', 'days'].includes(unit)) return {};
  const timeOrigin = origin ?? (mission === 'Kepler' ? KEPLER_ZERO : TESS_ZERO);
  if (stated && stated[1] === '') return { timeOrigin, timeSystem: `JD - ${timeOrigin}` };
  return { timeOrigin, timeSystem: timeOrigin === KEPLER_ZERO ? 'BKJD' : timeOrigin === TESS_ZERO ? 'BTJD' : `BJD - ${timeOrigin}` };
}

/** `KIC 11442793`, `EPIC 201367065`, `TIC 413248763`. */
function objectId(mission: 'Kepler' | 'TESS', header: FitsHeader, primary: FitsHeader): string | undefined {
  const object = (header.text('OBJECT') ?? primary.text('OBJECT'))?.trim();
  if (object && !/^\d+$/.test(object)) return object;
  const number = (key: string): number | undefined => header.integer(key) ?? primary.integer(key);
  const id = mission === 'Kepler' ? number('KEPLERID') : (number('TICID') ?? number('TIC_ID'));
  if (id === undefined) return object;
  const k2 = (header.text('MISSION') ?? primary.text('MISSION'))?.trim().toUpperCase() === 'K2';
  return mission === 'TESS' ? `TIC ${id}` : k2 ? `EPIC ${id}` : `KIC ${id}`;
}
