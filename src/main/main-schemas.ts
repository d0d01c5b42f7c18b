import { Type, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { AppError } from '../core/protocol/outcome';
import type { MethodName } from './channel';

const nothing = Type.Object({}, { additionalProperties: false });
const id = Type.String({ minLength: 1, maxLength: 64 });
const exactly = (properties: Record<string, TSchema>): TSchema => Type.Object(properties, { additionalProperties: false });

/** What the page may pass with each method. Text files are small: recipes, layouts, reports. */
export const ARGUMENTS: Readonly<Record<MethodName, TSchema>> = {
  startup: nothing,
  chooseFiles: exactly({ folder: Type.Optional(Type.Boolean()) }),
  grantDropped: exactly({ tokens: Type.Array(id, { maxItems: 100_000 }) }),
  chooseSaveTarget: exactly({
    suggestedName: Type.String({ minLength: 1, maxLength: 255 }),
    extensions: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.]{1,20}$' }), { maxItems: 20 }),
  }),
  saveText: exactly({ grant: id, text: Type.String({ maxLength: 64 * 2 ** 20 }) }),
  readText: exactly({ grant: id }),
  recentWorkspaces: nothing,
  openWorkspaceWindow: exactly({ grant: Type.Optional(id) }),
  settings: nothing,
  setSettings: exactly({ theme: Type.Optional(Type.Union([Type.Literal('system'), Type.Literal('light'), Type.Literal('dark')])) }),
  restartEngine: nothing,
  connectEngine: exactly({ request: id }),
};

/** Throws AppError `invalid-argument`, naming the method, the place and the rule, unless `arg` is what the method takes. */
export function checkArgument(method: MethodName, arg: unknown): void {
  const schema = ARGUMENTS[method];
  if (Value.Check(schema, arg)) return;
  const first = Value.Errors(schema, arg).First();
  const where = first?.path ? ` at ${first.path}` : '';
  throw new AppError({ code: 'invalid-argument', message: `invalid argument of ${method}${where}: ${first?.message ?? 'not what it takes'}` });
}
