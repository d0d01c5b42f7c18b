import { type ColumnMeta, type Role, isNumeric } from '../../core/model/column';

interface Rule {
  readonly role: Role;
  /** Names in the order of preference, in lower case without punctuation. */
  readonly names: readonly string[];
  /** Matches the UCD's words (`pos.eq.ra;meta.main`, or UCD1 such as `POS_EQ_RA_MAIN`). */
  readonly ucd: RegExp;
  readonly unit?: RegExp;
  fits(column: ColumnMeta): boolean;
}

const isInteger = (c: ColumnMeta): boolean => /^u?int\d+$/.test(c.type);
const isAngle = (c: ColumnMeta): boolean => isNumeric(c.type) && !/^(h|hr|hours?|hourangle|h:m:s|"h:m:s"|rad|radians?)$/i.test(c.unit ?? '');
const isReal = (c: ColumnMeta): boolean => isNumeric(c.type) && c.type !== 'bool';
const isId = (c: ColumnMeta): boolean => c.type === 'utf8' || isInteger(c);

const RULES: readonly Rule[] = [
  {
    role: 'ra',
    names: words('ra raj2000 rajdeg radeg radegrees raicrs ramean rightascension alphaj2000 alpha rade raobj radd rameandeg'),
    ucd: /^(pos\.eq\.ra(;|$)|pos_eq_ra_main$)/i,
    fits: isAngle,
  },
  {
    role: 'dec',
    names: words(
      'dec dej2000 decj2000 dejdeg decdeg dedeg decdegrees deicrs decicrs decmean declination deltaj2000 delta de decobj decdd decmeandeg',
    ),
    ucd: /^(pos\.eq\.dec(;|$)|pos_eq_dec_main$)/i,
    fits: isAngle,
  },
  {
    role: 'time',
    names: words(
      'time mjd hjd bjd jd hmjd bjdtdb bmjd btjd bkjd mjdobs obsmjd hjdobs jdobs timemjd timejd timebjd obstime mjdtai midpointtai taimjd expmjd juliandate tobs obsjd observationtime',
    ),
    ucd: /^(time\.epoch(;(meta\.main|obs.*))?$|time_date$)/i,
    unit: /^\W*[bhm]?jd\b/i,
    fits: isReal,
  },
  {
    role: 'value',
    names: words('pdcsapflux mag flux magnitude psfmag psfflux sapflux corrflux magauto fluxauto difffluxtotal brightness rate'),
    ucd: /^(phot\.(mag|flux|flux\.density)(;em\..*|;meta\.main)?$|phot_mag$)/i,
    fits: isReal,
  },
  {
    role: 'band',
    names: words('band filter filtercode passband filt filtername filterid bandname fid phottransition'),
    ucd: /^(meta\.id;)?instr\.(bandpass|filter)/i,
    fits: isId,
  },
  {
    role: 'quality',
    names: words('quality sapquality qualityflags qualityflag catflags infobits flags flag qual qflag'),
    ucd: /^meta\.code\.qual(;|$)/i,
    fits: isInteger,
  },
  {
    role: 'object',
    names: words(
      'object objid objectid sourceid oid starid objectname kepid ticid ticidnumber kicid epicid mainid source target targetid targetname star id name',
    ),
    ucd: /^(meta\.id;meta\.main|id_main)$/i,
    fits: isId,
  },
];

/**
 * Roles for the columns that say clearly enough what they are: by UCD, then by name (case, underscores and hyphens do not count), then by unit.
 * Roles already given stay, no role is given twice, and of several equally good candidates for `value` none is chosen, for a table of many
 * magnitudes has no preferred one. `error` goes to the column named after the value column.
 */
export function guessRoles(columns: readonly ColumnMeta[]): ColumnMeta[] {
  const chosen = new Map<ColumnMeta, Role>();
  const given = new Set(columns.map((c) => c.role).filter((r) => r !== undefined));
  for (const rule of RULES) {
    if (given.has(rule.role)) continue;
    const best = bestFor(
      rule,
      columns.filter((c) => c.role === undefined && !chosen.has(c)),
    );
    if (best) chosen.set(best, rule.role);
  }
  const value = columns.find((c) => c.role === 'value' || chosen.get(c) === 'value');
  if (value && !given.has('error')) {
    const error = errorFor(
      value,
      columns.filter((c) => c.role === undefined && !chosen.has(c)),
    );
    if (error) chosen.set(error, 'error');
  }
  return columns.map((c) => (chosen.has(c) ? { ...c, role: chosen.get(c) } : c));
}

function bestFor(rule: Rule, columns: readonly ColumnMeta[]): ColumnMeta | undefined {
  const scored = columns.filter((c) => rule.fits(c)).map((c) => ({ column: c, score: score(rule, c) }));
  const top = Math.max(0, ...scored.map((s) => s.score));
  const best = scored.filter((s) => s.score === top && top > 0);
  if (rule.role === 'value' && best.length > 1) return undefined;
  return best[0]?.column;
}

function score(rule: Rule, column: ColumnMeta): number {
  const ucd = column.ucd?.trim() ?? '';
  const at = rule.names.indexOf(plain(column.name));
  if (rule.ucd.test(ucd)) return (/;meta\.main|_main$/i.test(ucd) ? 400 : 200) - (at < 0 ? 100 : at);
  // A UCD that says something else outweighs the name: `flux` with `stat.error` is no flux.
  if (/^(stat\.|src\.var|arith\.)|;stat\.|^error/i.test(ucd)) return 0;
  if (at >= 0) return 90 - at;
  return rule.unit?.test(column.unit ?? '') ? 10 : 0;
}

const ERROR_NAMES = words(
  'magerr magerror emag fluxerr fluxerror eflux err error sigma sigmag dmag errmag errflux magsigma sig psfmagerr psffluxerr uncertainty',
);

function errorFor(value: ColumnMeta, columns: readonly ColumnMeta[]): ColumnMeta | undefined {
  const real = columns.filter(isReal);
  const byName = (names: readonly string[]): ColumnMeta | undefined => {
    for (const n of names) {
      const found = real.find((c) => plain(c.name) === n);
      if (found) return found;
    }
    return undefined;
  };
  const v = plain(value.name);
  const own = byName([`${v}err`, `${v}error`, `e${v}`, `err${v}`, `sigma${v}`, `sig${v}`, `d${v}`, `${v}sigma`, `${v}unc`, `unc${v}`, `u${v}`]);
  if (own) return own;
  const ucds = real.filter((c) => /^stat\.(error|stdev);phot/i.test(c.ucd ?? ''));
  if (ucds.length === 1) return ucds[0];
  return byName(ERROR_NAMES);
}

/** `_RAJ2000` → `raj2000`; `Mag_Err` → `magerr`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
