import type { TableInfo } from '../../../core/protocol/engine-service';
import { operations } from '../../../core/operations/registry';
import type { Step } from '../../../core/recipe/recipe';

export const OPERATION = 'periods.lomb-scargle';

/** What this view lets one set; absent = the operation's own default. */
export interface PeriodogramSettings {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly terms?: number | undefined;
  readonly samplesPerPeak?: number | undefined;
  readonly normalization?: string | undefined;
}

const NAMES: Readonly<Record<keyof PeriodogramSettings, RegExp>> = {
  minimum: /^min\w*freq|^freq\w*min/i,
  maximum: /^max\w*freq|^freq\w*max/i,
  terms: /^n?terms$/i,
  samplesPerPeak: /^samplesPerPeak$|^oversampl/i,
  normalization: /^normali[sz]ation$/i,
};

export interface KnownParams {
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The operation's own name of each setting it has. */
  readonly names: Readonly<Partial<Record<keyof PeriodogramSettings, string>>>;
  readonly normalizations: readonly string[];
}

/** The operation's parameters, from its schema: this view has no list of its own to fall out of step. */
export function knownParams(): KnownParams | undefined {
  const def = operations.get(OPERATION);
  if (!def) return undefined;
  const properties = Object.entries(def.params.properties) as [string, { default?: unknown; anyOf?: readonly { const?: unknown }[] }][];
  const names = Object.fromEntries(
    Object.entries(NAMES).flatMap(([setting, pattern]) => {
      const found = properties.find(([name]) => pattern.test(name));
      return found ? [[setting, found[0]]] : [];
    }),
  ) as KnownParams['names'];
  const normalization = properties.find(([name]) => name === names.normalization)?.[1];
  return {
    defaults: Object.fromEntries(properties.flatMap(([name, p]) => (p.default === undefined ? [] : [[name, p.default]]))),
    names,
    normalizations: normalization?.anyOf?.map((o) => String(o.const)) ?? [],
  };
}

/** The step whose preview is the periodogram; undefined when the table has no time or value. */
export function periodogramStep(table: TableInfo, settings: PeriodogramSettings, value: string | undefined, hasBand: boolean): Step | undefined {
  const [def, known] = [operations.get(OPERATION), knownParams()];
  const { time, error, object, band } = table.roles;
  const column = value ?? table.roles.value;
  if (!def || !known || !time || !column) return undefined;
  const params: Record<string, unknown> = { ...known.defaults, peaks: 5 };
  for (const [setting, name] of Object.entries(known.names)) {
    const chosen = settings[setting as keyof PeriodogramSettings];
    if (chosen !== undefined) params[name] = chosen;
  }
  const wanted = hasBand ? 'object-band' : object ? 'object' : 'table';
  const scope = def.scope.includes(wanted) ? wanted : def.scope[0]!;
  const takesError = def.inputs.some((i) => i.role === 'error') && column === table.roles.value;
  const bind = { time, value: column, ...(error && takesError ? { error } : {}), ...(object ? { object } : {}), ...(band ? { band } : {}) };
  return { id: 'periodogram', op: OPERATION, version: def.version, params, bind, scope, enabled: true };
}
