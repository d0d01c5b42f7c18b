import type { ColumnMeta } from '../../../core/model/column';
import { guessRoles } from '../roles';
import type { FitsHeader } from './cards';

export interface TimeReference {
  /** Julian date of the file's time zero. */
  readonly timeOrigin?: number | undefined;
  readonly timeSystem?: string | undefined;
}

const MJD_ZERO = 2400000.5;

/**
 * What the header says about its times, in days: BJDREFI + BJDREFF (Kepler, K2: BKJD; TESS: BTJD), or the standard's MJDREF and JDREF (FITS 4.0,
 * section 9). Times counted in seconds or years get no origin here: their numbers are not days. Undefined where nothing is said.
 */
export function timeReference(header: FitsHeader): TimeReference {
  const bjd = split(header, 'BJDREF');
  if (bjd !== undefined) {
    const timeSystem = bjd === 2454833 ? 'BKJD' : bjd === 2457000 ? 'BTJD' : 'BJD';
    return { timeOrigin: bjd, timeSystem };
  }
  const unit = (header.text('TIMEUNIT') ?? 's').trim().toLowerCase();
  const scale = header.text('TIMESYS')?.trim();
  const origin = split(header, 'JDREF') ?? offset(split(header, 'MJDREF'), MJD_ZERO);
  if (origin === undefined || !['d', 'day', 'days'].includes(unit)) return {};
  return { timeOrigin: origin, timeSystem: origin === MJD_ZERO ? 'MJD' : origin === 0 ? 'JD' : `JD - ${origin}${scale ? ` (${scale})` : ''}` };
}

/** `MJDREFI` + `MJDREFF` when both parts are there, else `MJDREF`. */
function split(header: FitsHeader, key: string): number | undefined {
  const whole = header.number(`${key}I`);
  return whole !== undefined ? whole + (header.number(`${key}F`) ?? 0) : header.number(key);
}

function offset(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value + by;
}

/** What the time column's own unit or name says (`MJD, days`, `HJD`, `mjd_obs`) where the header says nothing; numbers that cannot be such dates are left alone. */
export function columnTimeReference(columns: readonly ColumnMeta[]): TimeReference {
  const time = guessRoles(columns).find((c) => c.role === 'time');
  if (!time) return {};
  const said = /^([bh]?m?jd)\b(?!\s*-)/i.exec(time.unit?.trim() ?? '') ?? /(?:^|_)([bh]?m?jd)(?:$|_)/i.exec(time.name);
  const system = said?.[1]!.toUpperCase();
  if (system === undefined) return {};
  return { timeOrigin: system.includes('MJD') ? MJD_ZERO : 0, timeSystem: system };
}
