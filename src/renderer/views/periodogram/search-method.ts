import type { OperationDef } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';

/** The method a new view begins with. */
export const FIRST_METHOD = 'periods.lomb-scargle';
/** Searches by others' searches: shown beside the curve, not as one. */
const NO_CURVE = ['periods.vote', 'periods.prewhiten'];

const QUICK_LOOKS = new Set(['bls', 'pdm', 'string-length', 'conditional-entropy'].map((name) => `periods.${name}`));

/** How a search says which frequencies it tries. */
export interface RangeParams {
  readonly kind: 'frequency' | 'period';
  readonly minimum: string;
  readonly maximum: string;
  /** How many trials, evenly in frequency between the two; absent where only samples per peak say that. */
  readonly count?: string | undefined;
}

/** What the searches that share astropy's frequency parameters call them. */
export const FREQUENCIES: RangeParams = { kind: 'frequency', minimum: 'minimumFrequency', maximum: 'maximumFrequency', count: 'frequencies' };

/** A parameter of the method itself that the view's row of settings offers. */
export interface OwnParam {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'number' | 'integer' | 'choice' | 'boolean';
  readonly options: readonly string[];
  readonly byDefault: unknown;
}

export interface SearchMethod {
  readonly id: string;
  readonly title: string;
  readonly def: OperationDef;
  readonly range: RangeParams;
  readonly own: readonly OwnParam[];
  /** A preview of it looks at as many points and frequencies as there is time for, and says so. */
  readonly hasQuickLook: boolean;
}

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly more?: boolean;
  readonly when?: unknown;
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

const propertiesOf = (def: OperationDef): [string, Schema][] => Object.entries(def.params.properties as Record<string, Schema>);

function rangeOf(def: OperationDef): RangeParams | undefined {
  const names = new Set(propertiesOf(def).map(([name]) => name));
  if (names.has(FREQUENCIES.minimum) && names.has(FREQUENCIES.maximum)) return FREQUENCIES;
  if (names.has('minimumPeriod') && names.has('maximumPeriod'))
    return { kind: 'period', minimum: 'minimumPeriod', maximum: 'maximumPeriod', count: ['periods', 'frequencies'].find((name) => names.has(name)) };
  return undefined;
}

/** What the row has no room or no need for: the grid has its own fields, the table says how many peaks, the menu shows the window. */
const ELSEWHERE = /^(minimum|maximum)(Frequency|Period)$|^(frequencies|periods|peaks|nyquistFactor|method|window)$/;

function ownOf(def: OperationDef): OwnParam[] {
  return propertiesOf(def).flatMap(([name, s]) => {
    if (ELSEWHERE.test(name) || s.more || s.when || s.default === undefined) return [];
    const kind = s.anyOf ? 'choice' : s.type === 'number' || s.type === 'integer' || s.type === 'boolean' ? s.type : undefined;
    if (!kind) return [];
    const options = s.anyOf?.map((o) => String(o.const)) ?? [];
    return [{ name, title: s.title ?? name, description: s.description ?? '', kind, options, byDefault: s.default }];
  });
}

function searchOf(def: OperationDef): SearchMethod | undefined {
  const range = rangeOf(def);
  if (!def.id.startsWith('periods.') || def.writes !== 'table' || NO_CURVE.includes(def.id) || !range) return undefined;
  return { id: def.id, title: def.title, def, range, own: ownOf(def), hasQuickLook: QUICK_LOOKS.has(def.id) };
}

/** Every search for a period of this build: the operations of the folder `periods` that try a range of them, Lomb–Scargle first. */
export function searchMethods(): readonly SearchMethod[] {
  const found = [...operations.values()].flatMap((def) => searchOf(def) ?? []);
  return found.sort((a, b) => Number(b.id === FIRST_METHOD) - Number(a.id === FIRST_METHOD) || a.title.localeCompare(b.title));
}

/** The method of that id, or the first when the layout names one that this build lacks. */
export function searchMethod(id: string): SearchMethod | undefined {
  const all = searchMethods();
  return all.find((m) => m.id === id) ?? all[0];
}
