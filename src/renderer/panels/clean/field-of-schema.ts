import type { TObject, TSchema } from '@sinclair/typebox';
import { KERNEL_NAMES } from '../../../core/numerics/convolve/kernel-spec';

interface Common {
  readonly key: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly unit: string | undefined;
  /** Where the default comes from: `lightkurve`, `wotan`, a paper. */
  readonly origin: string | undefined;
  readonly isOptional: boolean;
  readonly byDefault: unknown;
  /** Seldom changed: shown when asked for. */
  readonly isMore: boolean;
  /** It counts only where these other parameters have one of these values. */
  readonly when: Readonly<Record<string, readonly unknown[]>> | undefined;
}

export interface NumberField extends Common {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly above: number | undefined;
  readonly below: number | undefined;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly slider: readonly [number, number] | undefined;
}

export interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: unknown; readonly title: string }[];
}

export interface TextField extends Common {
  readonly kind: 'text';
  readonly isExpression: boolean;
  readonly isColumn: boolean;
}

export interface ListField extends Common {
  readonly kind: 'list';
  readonly of: 'number' | 'text' | 'column';
  /** A lone entry stands for itself, not for a list of one. */
  readonly isSingle: boolean;
}

/** Part of a form: what one property of an operation's schema asks for. */
export type Field = NumberField | ChoiceField | TextField | ListField | (Common & { readonly kind: 'boolean' });

type Extra = Record<string, unknown>;

function unitOf(unit: string | undefined, duration: string | undefined): string | undefined {
  return duration && (unit === 'time' || unit === '1/time') ? unit.replace('time', duration) : unit;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * The fields of an operation's form, in the order of its schema.
 *
 * @param duration what `time` and `1/time` stand for as units; without it they stay as they are
 */
export function fieldsOf(schema: TObject, duration?: string): readonly Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties as Record<string, TSchema>).map(([key, s]) => fieldOf(key, s, !required.has(key), duration));
}

function fieldOf(key: string, schema: TSchema, isOptional: boolean, duration: string | undefined): Field {
  const extra = schema as Extra;
  const alternatives = (extra['anyOf'] as Extra[] | undefined)?.filter((a) => a['type'] !== 'null');
  const common: Common = {
    key,
    title: (extra['title'] as string | undefined) ?? key,
    description: extra['description'] as string | undefined,
    unit: unitOf(extra['unit'] as string | undefined, duration),
    origin: extra['origin'] as string | undefined,
    byDefault: extra['default'],
    isMore: extra['more'] === true,
    when: extra['when'] as Common['when'],
    isOptional: isOptional || alternatives?.length !== (extra['anyOf'] as unknown[] | undefined)?.length,
  };
  if (alternatives?.length === 1)
    return { ...fieldOf(key, { ...extra, anyOf: undefined, ...alternatives[0] } as unknown as TSchema, true, duration), ...common };
  const list = alternatives?.find((a) => a['type'] === 'array');
  if (list) return { ...common, kind: 'list', of: 'number', isSingle: true };
  const values = (extra['enum'] as unknown[] | undefined) ?? alternatives?.map((a) => a['const']);
  if (values?.length) {
    const titles = (extra['titles'] ?? {}) as Record<string, string>;
    const options = values.map((value, i) => ({
      value,
      title: titles[String(value)] ?? (alternatives?.[i]?.['title'] as string | undefined) ?? String(value),
    }));
    return { ...common, kind: 'choice', options };
  }
  switch (extra['type']) {
    case 'number':
    case 'integer':
      return {
        ...common,
        kind: 'number',
        isInteger: extra['type'] === 'integer',
        above: number(extra['exclusiveMinimum']),
        below: number(extra['exclusiveMaximum']),
        least: number(extra['minimum']),
        most: number(extra['maximum']),
        slider: extra['slider'] as readonly [number, number] | undefined,
      };
    case 'boolean':
      return { ...common, kind: 'boolean' };
    case 'array': {
      const items = (extra['items'] ?? {}) as Extra;
      const isColumn = [extra['format'], items['format']].some((f) => f === 'column' || f === 'columns') || key === 'columns';
      return { ...common, kind: 'list', of: isColumn ? 'column' : items['type'] === 'string' ? 'text' : 'number', isSingle: false };
    }
    default:
      return {
        ...common,
        kind: 'text',
        isExpression: extra['format'] === 'expression' || /expression/i.test(key),
        isColumn: extra['format'] === 'column' || /^column$|Column$/.test(key),
      };
  }
}

/** Why a number is not allowed, as `must be > 0`; undefined when it is. */
export function ruleBroken(field: NumberField, value: number): string | undefined {
  if (Number.isNaN(value)) return 'must be a number';
  if (field.isInteger && !Number.isInteger(value)) return 'must be a whole number';
  if (field.above !== undefined && value <= field.above) return `must be > ${field.above}`;
  if (field.below !== undefined && value >= field.below) return `must be < ${field.below}`;
  if (field.least !== undefined && value < field.least) return `must be ≥ ${field.least}`;
  if (field.most !== undefined && value > field.most) return `must be ≤ ${field.most}`;
  return undefined;
}

/** Sliders that span more than this factor move in the logarithm. */
const LOG_SPAN = 50;

/** Position 0…1000 of a slider for a value, and back; the value comes with three significant digits. */
export function sliderScale(field: NumberField): { position(value: number): number; value(position: number): number } | undefined {
  if (!field.slider) return undefined;
  const [low, high] = field.slider;
  const isLog = low > 0 && high / low >= LOG_SPAN;
  const clamp = (x: number): number => Math.min(1, Math.max(0, x));
  return {
    position: (value) => Math.round(1000 * clamp(isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low))),
    value: (position) => {
      const raw = isLog ? low * (high / low) ** (position / 1000) : low + ((high - low) * position) / 1000;
      return field.isInteger ? Math.round(raw) : Number(raw.toPrecision(3));
    },
  };
}

/** Whether a parameter does anything with the other parameters as they are. */
export function counts(field: Field, params: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(field.when ?? {}).every(([key, values]) => values.includes(params[key]));
}

/** Whether a choice is one among the kernels of convolutions, which have pictures. */
export function isKernel(field: ChoiceField): boolean {
  return field.options.length === KERNEL_NAMES.length && field.options.every((o, i) => o.value === KERNEL_NAMES[i]);
}
