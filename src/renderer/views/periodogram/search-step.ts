import type { Role } from '../../../core/model/column';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { Step } from '../../../core/recipe/recipe';
import { defaultParams } from '../../client/drafts';
import { hasObjects } from '../../components/plot/axis-info';
import type { SearchMethod } from './search-method';

/** Peaks that the table lists. */
export const PEAKS = 8;

/** What the view lets one set; absent = the operation's own default. Saved with the layout. */
export interface PeriodogramSettings {
  /** In 1/time, whatever the method counts in: they stay when another method is chosen. */
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Parameters by method and name. */
  readonly own?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** Trial frequencies; `count` of them evenly, or as many as the method chooses. */
export interface SearchRange {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly count?: number | undefined;
  /** The same as `count`, for a method that counts by samples per peak. */
  readonly samplesPerPeak?: number | undefined;
}

/** The parameters that say so. */
export function rangeParams(
  { range }: Pick<SearchMethod, 'range'>,
  { minimum, maximum, count, samplesPerPeak }: SearchRange,
): Record<string, number> {
  const inverse = range.kind === 'period';
  const turned = (frequency: number | undefined): number | undefined => (frequency !== undefined && frequency > 0 ? 1 / frequency : undefined);
  const [low, high] = inverse ? [turned(maximum), turned(minimum)] : [minimum, maximum];
  return {
    ...(low === undefined ? {} : { [range.minimum]: low }),
    ...(high === undefined ? {} : { [range.maximum]: high }),
    ...(count === undefined ? {} : range.count !== undefined ? { [range.count]: count } : samplesPerPeak === undefined ? {} : { samplesPerPeak }),
  };
}

/** Whether the method can give the periodogram of the sampling as a second curve. */
export const hasWindow = ({ def }: SearchMethod): boolean => 'window' in (def.params.properties as Record<string, unknown>);

export interface StepWishes {
  readonly settings: PeriodogramSettings;
  readonly range?: SearchRange | undefined;
  /** The value column; absent = the one with the role. */
  readonly value?: string | undefined;
  readonly hasBand: boolean;
  /** With the spectral window, where the method has one. */
  readonly window?: boolean | undefined;
}

/** The step whose preview is the periodogram; undefined when the table has no column for one of the method's needs. */
export function searchStep(
  method: SearchMethod,
  table: TableInfo,
  { settings, range, value, hasBand, window = false }: StepWishes,
): Step | undefined {
  const { def } = method;
  const { roles } = table;
  const column = value ?? roles.value;
  const bind: Partial<Record<Role, string>> = {};
  for (const { role, optional } of def.inputs) {
    const bound = role === 'value' ? column : role === 'error' && column !== roles.value ? undefined : roles[role];
    if (bound) bind[role] = bound;
    else if (!optional) return undefined;
  }
  for (const role of ['object', 'band'] as const) if (roles[role]) bind[role] = roles[role];
  const properties = def.params.properties as Record<string, unknown>;
  const params = {
    ...defaultParams(def),
    ...('peaks' in properties ? { peaks: PEAKS } : {}),
    ...(hasWindow(method) ? { window } : {}),
    ...settings.own?.[method.id],
    ...rangeParams(method, { minimum: settings.minimum, maximum: settings.maximum, ...range }),
  };
  const wanted = hasBand ? 'object-band' : hasObjects(table) ? 'object' : 'table';
  const scope = def.scope.includes(wanted) ? wanted : def.scope[0]!;
  return { id: 'periodogram', op: def.id, version: def.version, params, bind, scope, enabled: true };
}
