import { Type } from '@sinclair/typebox';
import type { TableMeta } from '../../model/table';
import { inBlocks } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { choice } from '../params';

type Mission = 'kepler' | 'tess';

/** The bits each preset excludes, as lightkurve defines them. */
const PRESETS = {
  kepler: { none: 0, default: 1130799, hard: 1664431, hardest: 2096639 },
  tess: { none: 0, default: 175, hard: 7407, hardest: 65535 },
} as const;

/** Words in the names of the file's own quality flags that only one of the missions has. */
const TELLTALE: Readonly<Record<Mission, RegExp>> = {
  kepler: /rolling_band|thruster|zero_crossing|no_fine_point|sudden_sensitivity|on_ccd/,
  tess: /stray_light|scattered_light|planet_search|bad_calibration|insufficient_targets|discontinuity_corrected/,
};

function detectMission(table: TableMeta): Mission | undefined {
  for (const { key, value } of table.header) {
    if (key !== 'TELESCOP' && key !== 'MISSION') continue;
    if (/tess/i.test(String(value))) return 'tess';
    if (/kepler|k2/i.test(String(value))) return 'kepler';
  }
  return (['kepler', 'tess'] as const).find((mission) => table.fileFlags.some((f) => TELLTALE[mission].test(f.name)));
}

/** (value & mask) != 0 for whole numbers up to 2^53; the bitwise operators of the language stop at 32 bits. */
function sharesBits(value: number, low: number, high: number): boolean {
  return ((value % 2 ** 32) & low) !== 0 || (high !== 0 && (Math.floor(value / 2 ** 32) & high) !== 0);
}

export default defineOperation({
  id: 'flags.from-quality-bits',
  version: 1,
  title: 'Flag by quality bits',
  summary: 'Flag the rows whose quality column has any of the chosen bits set.',
  help: `Kepler, K2 and TESS light curves carry a quality column whose bits say what went wrong in a cadence. A row is flagged when (quality & bitmask) is not 0. The presets are lightkurve's: default excludes what makes a cadence useless, hard also excludes what often does, hardest everything. Give a bitmask of your own to choose the bits yourself; it then counts instead of the preset.

Trap: the bit "Impulsive outlier" is in hard and hardest, not in default, because it also marks real flares. Look before you exclude it.

The mission is recognised by the header (TELESCOP, MISSION) or the names of the file's own flags; say which it is when it cannot be. A row whose quality is missing is not flagged, and counted. When more than a fifth of the rows is flagged an alert says so.`,
  cite: 'lightkurve KeplerQualityFlags, TessQualityFlags (Lightkurve Collaboration 2018, ascl:1812.013)',
  params: Type.Object(
    {
      preset: choice(['none', 'default', 'hard', 'hardest'], {
        title: 'Preset',
        description: 'Which bits to exclude, by the strictness of lightkurve.',
        default: 'default',
        origin: 'lightkurve',
      }),
      bitmask: Type.Optional(
        Type.Integer({
          title: 'Bitmask',
          description: 'Bits of your own, added up; counts instead of the preset.',
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
        }),
      ),
      mission: choice(['auto', 'kepler', 'tess'], {
        title: 'Mission',
        description: 'Whose bits they are (kepler also for K2); auto reads the header.',
        default: 'auto',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: [{ role: 'quality', title: 'Quality bits', type: 'integer' }],
  writes: 'flags',
  scope: ['table', 'object', 'object-band'],
  rowwise: true,
  *kernel(input, { preset, bitmask, mission }, context) {
    const named = mission === 'auto' ? detectMission(input.table) : mission;
    if (bitmask === undefined && preset !== 'none' && named === undefined)
      throw new AppError({
        code: 'invalid-argument',
        message: 'cannot tell whether the quality bits are those of Kepler or of TESS',
        hint: 'set the mission, or give a bitmask',
        column: input.nameOf('quality'),
      });
    const bits = bitmask ?? (named === undefined ? 0 : PRESETS[named][preset]);
    const low = bits % 2 ** 32;
    const high = Math.floor(bits / 2 ** 32);
    const quality = input.role('quality')!;
    const mask = new Uint8Array(input.length);
    let flagged = 0;
    let missing = 0;
    yield* inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const q = quality[i]!;
        if (input.inside[i] === 0) continue;
        if (q - q !== 0) missing++;
        else if (sharesBits(q, low, high)) {
          mask[i] = 1;
          flagged++;
        }
      }
    });
    if (missing > 0) context.alert({ severity: 'info', message: 'rows without a quality value are not flagged', rows: missing });
    if (flagged > 0.2 * input.length)
      context.alert({ severity: 'warning', message: 'more than a fifth of the rows is flagged', rows: flagged, hint: 'a gentler preset keeps more' });
    return { flags: [{ name: 'quality', mask, reason: `quality & ${bits}` }] };
  },
  examples: [
    {
      title: 'TESS, default preset: desaturation (32) is excluded, an impulsive outlier (512) is not',
      columns: { quality: [0, 32, 512, 544] },
      params: { mission: 'tess' },
      expect: { flagged: [1, 3] },
    },
    { title: 'Bits of your own', columns: { quality: [0, 1, 2, 3] }, params: { bitmask: 2 }, expect: { flagged: [2, 3] } },
  ],
  produces: () => ({ flags: ['quality'] }),
  describe: ({ preset, bitmask }) => (bitmask === undefined ? preset : `bits ${bitmask}`),
});
