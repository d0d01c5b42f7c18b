import { Value } from '@sinclair/typebox/value';
import type { Static, TObject } from '@sinclair/typebox';
import { AppError } from '../protocol/outcome';
import type { OperationDef } from './definition';

/**
 * Parameters with the defaults filled in, checked against the operation's schema; nothing is repaired. Throws AppError invalid-argument naming
 * the parameter, its value and the rule.
 */
export function checkParams<S extends TObject>(operation: OperationDef<S>, given: Readonly<Record<string, unknown>>): Static<S> {
  const known = Object.keys(operation.params.properties);
  for (const name of Object.keys(given)) {
    if (given[name] !== undefined && !known.includes(name))
      throw new AppError({
        code: 'invalid-argument',
        message: `unknown parameter of ${operation.id}: ${name}`,
        hint: `its parameters are ${known.join(', ')}`,
      });
  }
  const defined = Object.fromEntries(Object.entries(structuredClone(given)).filter(([, value]) => value !== undefined));
  const full = Value.Default(operation.params, defined);
  const error = Value.Errors(operation.params, full).First();
  if (!error) return full as Static<S>;
  const name = error.path.split('/')[1] ?? '';
  const property = operation.params.properties[name];
  const values = (property?.['anyOf'] as readonly { const?: unknown }[] | undefined)?.map((v) => v.const);
  const rule = values
    ? `must be one of ${values.join(', ')}`
    : error.message.replace(/^Expected/, 'must be').replace('must be number to be', 'must be');
  throw new AppError({
    code: 'invalid-argument',
    message: `invalid ${name}: ${JSON.stringify(error.value)} (${rule})`,
    hint: property?.description,
    during: operation.id,
  });
}
