import { Type } from '@sinclair/typebox';
import type { Role } from '../../model/column';
import { ROLES } from '../../model/column';
import { inBlocks, part } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { choice } from '../params';

const TITLES: Readonly<Record<Role, string>> = {
  object: 'Object',
  time: 'Time',
  value: 'Value',
  error: 'Error',
  band: 'Band',
  quality: 'Quality',
  ra: 'Right ascension',
  dec: 'Declination',
};

export default defineOperation({
  id: 'missing.require',
  version: 1,
  title: 'Require values',
  summary: 'Flag rows in which a needed value is missing.',
  help: `Flags every row inside the selection in which at least one of the named columns has no value: a null, a NaN, an infinity or, in a text column, no text. Columns are named directly, by their role, or both.

A role that no column has is reported and not required; when nothing is left to require the step is refused. Nothing is filled in: see missing.fill. Rows with a missing time are kept by the other operations too, only without a part in them; this step makes that visible.

Each row is judged alone, whatever flags it has already.`,
  params: Type.Object(
    {
      roles: Type.Array(
        choice(['object', 'time', 'value', 'error', 'band', 'quality', 'ra', 'dec'], { title: 'Role', description: 'A role.', default: 'value' }),
        {
          title: 'Roles',
          description: 'The columns with these roles must have a value.',
          default: ['time', 'value'],
        },
      ),
      columns: Type.Array(Type.String(), { title: 'Columns', description: 'These columns must have a value, too.', default: [] }),
    },
    { additionalProperties: false },
  ),
  inputs: ROLES.map((role) => ({ role, title: TITLES[role], optional: true })),
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { roles, columns }, context) {
    const named = new Set(columns);
    for (const role of roles) {
      const name = input.nameOf(role);
      if (name !== undefined) named.add(name);
      else context.alert({ severity: 'warning', message: `no column has the role ${role}: it is not required`, hint: 'give a column this role' });
    }
    if (named.size === 0)
      throw new AppError({ code: 'invalid-argument', message: 'no column to require a value in', hint: 'name columns, or roles that columns have' });
    const mask = new Uint8Array(input.length);
    let done = 0;
    for (const name of named) {
      const isText = input.table.columns.find((c) => c.name === name)?.type === 'utf8';
      const texts = isText ? input.text(name) : undefined;
      const numbers = isText ? undefined : input.column(name);
      let missing = 0;
      const marking = inBlocks(input.length, (from, to) => {
        for (let i = from; i < to; i++) {
          const isMissing = texts ? texts[i] === undefined || texts[i] === '' : numbers![i]! - numbers![i]! !== 0;
          if (!isMissing || input.inside[i] === 0) continue;
          mask[i] = 1;
          missing++;
        }
      });
      yield* part(marking, done / named.size, (done + 1) / named.size);
      done++;
      if (missing > 0) context.alert({ severity: 'info', message: `rows without ${name}`, column: name, rows: missing });
    }
    return { flags: [{ name: 'missing', mask, reason: `no value in ${[...named].join(' or ')}` }] };
  },
  examples: [
    {
      title: 'Time and value',
      columns: { time: [1, NaN, 3, 4], value: [10, 11, NaN, Infinity], error: [NaN, 1, 1, 1] },
      params: {},
      expect: { flagged: [1, 2, 3] },
    },
  ],
  produces: () => ({ flags: ['missing'] }),
  needs: ({ columns }) => columns,
  describe: ({ roles, columns }) => [...roles, ...columns].join(', '),
});
