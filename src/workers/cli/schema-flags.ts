import type { TObject, TSchema } from '@sinclair/typebox';
import type { FlagSpec } from './flags';
import { UsageError } from './usage-error';

/** What a parameter's schema says, as far as flags need it. */
interface ParamSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly ParamSchema[];
  readonly items?: ParamSchema;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
  readonly origin?: string;
}

/** `sigmaLower` → `sigma-lower`. */
export const kebab = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

function choicesOf(schema: ParamSchema): readonly string[] | undefined {
  const consts = schema.anyOf?.map((s) => s.const);
  return consts && consts.every((c) => typeof c === 'string' || typeof c === 'number') ? consts.map(String) : undefined;
}

function metavarOf(schema: ParamSchema): string {
  const choices = choicesOf(schema);
  if (choices) return choices.join('|');
  if (schema.type === 'array') return `${metavarOf(schema.items ?? {})},…`;
  if (schema.type === 'number') return 'NUMBER';
  if (schema.type === 'integer') return 'INTEGER';
  if (schema.anyOf) return [...new Set(schema.anyOf.map((s) => metavarOf(s)))].join('|');
  return schema.type === 'string' ? 'TEXT' : schema.const !== undefined ? String(schema.const) : 'VALUE';
}

const printed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * A flag for each parameter, in kebab case. A name in `reserved` (a flag of the command itself) gets the prefix `param-`.
 */
export function flagsOf(params: TObject, reserved: ReadonlySet<string>): readonly { readonly flag: FlagSpec; readonly param: string }[] {
  return Object.entries(params.properties).map(([param, property]) => {
    const schema = property as ParamSchema;
    const plain = kebab(param);
    const unit = schema.unit ? ` [${schema.unit}]` : '';
    const byDefault = schema.default === undefined || schema.default === '' ? '' : `; default ${printed(schema.default)}`;
    const origin = schema.origin ? ` (${schema.origin})` : '';
    return {
      param,
      flag: {
        name: reserved.has(plain) ? `param-${plain}` : plain,
        kind: schema.type === 'boolean' ? 'boolean' : 'string',
        many: schema.type === 'array' || schema.anyOf?.some((s) => s.type === 'array'),
        metavar: metavarOf(schema),
        help: `${schema.description ?? schema.title ?? param}${unit}${byDefault}${origin}`,
      },
    };
  });
}

/** Words of the command line → the value the schema wants. Throws UsageError when they cannot be. */
export function coerce(name: string, words: readonly string[], property: TSchema): unknown {
  const schema = property as ParamSchema;
  if (schema.type === 'array') return arrayOf(name, words, schema.items ?? {});
  const list = schema.anyOf?.find((s) => s.type === 'array');
  if (list && (words.length > 1 || /[,[]/.test(words[0]!))) return arrayOf(name, words, list.items ?? {});
  return single(name, words[words.length - 1]!, schema);
}

function arrayOf(name: string, words: readonly string[], items: ParamSchema): unknown[] {
  return words.flatMap((word) => {
    if (word.trim().startsWith('[')) return parseJson(name, word) as unknown[];
    return word === '' ? [] : word.split(',').map((part) => single(name, part.trim(), items));
  });
}

function parseJson(name: string, word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    throw new UsageError(`invalid --${name}: ${word} (must be JSON)`);
  }
}

function single(name: string, word: string, schema: ParamSchema): unknown {
  if (schema.const !== undefined) {
    if (String(schema.const) !== word) throw new UsageError(`invalid --${name}: ${word} (must be ${String(schema.const)})`);
    return schema.const;
  }
  if (schema.anyOf) {
    for (const option of [...schema.anyOf].sort((a, b) => Number(a.type === 'string') - Number(b.type === 'string'))) {
      try {
        return single(name, word, option);
      } catch {
        // the next alternative may fit
      }
    }
    throw new UsageError(`invalid --${name}: ${word} (must be ${choicesOf(schema)?.join(', ') ?? metavarOf(schema)})`);
  }
  switch (schema.type) {
    case 'number':
    case 'integer': {
      const value = Number(word);
      const isWhole = schema.type === 'number' || Number.isInteger(value);
      if (word.trim() === '' || !Number.isFinite(value) || !isWhole) {
        throw new UsageError(`invalid --${name}: ${word} (must be ${schema.type === 'number' ? 'a number' : 'a whole number'})`);
      }
      return value;
    }
    case 'boolean':
      if (word !== 'true' && word !== 'false') throw new UsageError(`invalid --${name}: ${word} (must be true or false)`);
      return word === 'true';
    case 'null':
      if (word !== 'null' && word !== 'none') throw new UsageError(`invalid --${name}: ${word} (must be none)`);
      return null;
    case 'string':
      return word;
    default:
      return parseJson(name, word);
  }
}
