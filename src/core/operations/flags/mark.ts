import { Type } from '@sinclair/typebox';
import { inBlocks } from '../../numerics/steps';
import { defineOperation } from '../definition';
import { flagName } from '../params';

export default defineOperation({
  id: 'flags.mark',
  version: 1,
  title: 'Flag the selection',
  summary: 'Flag the selected rows under a name of your own.',
  help: `Sets a named flag on every row inside the step's selection (its \`where\`). Without a selection that is the whole table.

Flagged rows stay in the table: later steps leave them out of what they compute, views can hide them, and the export can keep, drop or mask them. The step keeps the selection as a condition on the data (a lasso's polygon, a range), so it means the same on another table; rows picked one by one are the exception and are marked as not portable.

Rows that carry the flag already keep it. Missing values play no part: what is flagged is only what the selection says.`,
  params: Type.Object(
    {
      flag: flagName({ title: 'Flag', description: 'Name of the flag, in snake_case; exported as the column flag_<name>.', default: 'by_hand' }),
      reason: Type.String({ title: 'Reason', description: 'Why these rows are not to be used; kept in the history and the export.', default: '' }),
    },
    { additionalProperties: false },
  ),
  inputs: [],
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { flag, reason }) {
    const mask = new Uint8Array(input.length);
    yield* inBlocks(input.length, (from, to) => mask.set(input.inside.subarray(from, to), from));
    return { flags: [{ name: flag, mask, reason: reason || 'marked by hand' }] };
  },
  examples: [{ title: 'Everything selected', columns: { value: [1, 2, 3] }, params: { flag: 'cloudy' }, expect: { flagged: [0, 1, 2] } }],
  figure: { within: [9.4, 9.9], caption: 'A flare is marked by hand: only the rows inside the selection.' },
  produces: ({ flag }) => ({ flags: [flag] }),
  describe: ({ flag, reason }) => (reason ? `${flag}: ${reason}` : flag),
});
