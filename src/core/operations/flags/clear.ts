import { Type } from '@sinclair/typebox';
import { inBlocks } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { flagName } from '../params';

export default defineOperation({
  id: 'flags.clear',
  version: 1,
  title: 'Clear a flag',
  summary: 'Take a flag away from the selected rows.',
  help: `Takes the named flag away from every row inside the step's selection; without a selection, from all rows. Rows that carry other flags as well stay flagged by those.

Only flags made by steps can be cleared. A flag of the file (a survey's quality bit) says what the survey found and excludes nothing by itself; see flags.from-quality-bits.

To take back a whole step, disable it in the history instead: later steps are then computed again without it. Clearing a flag does not repeat the steps between.`,
  params: Type.Object(
    { flag: flagName({ title: 'Flag', description: 'Name of the flag to take away.', default: 'by_hand' }) },
    { additionalProperties: false },
  ),
  inputs: [],
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { flag }) {
    if (input.table.fileFlags.some((f) => f.name === flag))
      throw new AppError({
        code: 'unsupported',
        message: `flag ${flag} belongs to the file and cannot be cleared`,
        hint: 'clear a flag made by a step',
      });
    const set = input.flag(flag);
    const mask = new Uint8Array(input.length);
    yield* inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) mask[i] = set[i]! & input.inside[i]!;
    });
    return { flags: [{ name: flag, mask, reason: 'cleared', clear: true }] };
  },
  examples: [],
  figure: { within: [3, 9], caption: 'Of the rows with the flag (every fortieth) those inside the selection lose it.' },
  produces: ({ flag }) => ({ flags: [flag] }),
  describe: ({ flag }) => flag,
});
