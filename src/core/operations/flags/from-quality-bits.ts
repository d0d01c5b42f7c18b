import { Type } from '@sinclair/typebox';
import type { TableMeta } from '../../model/table';
import { inBlocks } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { type Mission, bitNames, presetBits } from '../mission-bits';
import { choice } from '../params';

/** Words in the names of the file's own quality flags that only one of the missions has. */
const TELLTALE: Readonly<Record<'kepler' | 'tess', RegExp>> = {
  kepler: /rolling_band|thruster|zero_crossing|no_fine_point|sudden_sensitivity|on_ccd/,
  tess: /stray_light|scattered_light|planet_search|bad_calibration|insufficient_targets|discontinuity_corrected/,
};

function detectMission(table: TableMeta): Mission | undefined {
  const said = table.header.filter(({ key }) => key === 'TELESCOP' || key === 'MISSION').map(({ value }) => String(value));
  // A K2 file names Kepler, too: the telescope it is from.
  for (const [mission, word] of [
    ['tess', /tess/i],
    ['k2', /k2/i],
    ['kepler', /kepler/i],
  ] as const)
    if (said.some((value) => word.test(value))) return mission;
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
  help: `Kepler, K2 and TESS light curves carry a quality column whose bits say what went wrong in a cadence. A row is flagged when (quality & bitmask) is not 0. The presets are lightkurve's. Give a bitmask of your own to choose the bits yourself; it then counts instead of the preset.

Kepler and K2. default (1130799): attitude tweak 1, safe mode 2, coarse point 4, Earth point 8, desaturation 32, manual exclude 256, detector anomaly 16384, no data 65536, thruster firing 1048576. hard (1664431) adds: cosmic ray in the aperture 128, sudden sensitivity dropout 1024, cosmic ray in collateral data 8192, possible thruster firing 524288. hardest (2096639) adds: zero crossing 16, Argabrightening 64, impulsive outlier 2048, Argabrightening on the CCD 4096, no fine point 32768, rolling bands 131072 and 262144. 512 is unused.

TESS. default (175): attitude tweak 1, safe mode 2, coarse point 4, Earth point 8, desaturation 32, manual exclude 128. hard (7407) adds: cosmic ray in the aperture 64, cosmic ray in collateral data 1024, stray light 2048 and 4096. hardest (65535) adds: Argabrightening 16, discontinuity corrected 256, impulsive outlier 512, planet search exclude 8192, bad calibration exclude 16384, insufficient targets 32768.

Trap: the bit "impulsive outlier" is only in hardest, because it also marks real flares. Look before you exclude it. The same value is another bit for the other mission.

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
      mission: choice(['auto', 'kepler', 'k2', 'tess'], {
        title: 'Mission',
        description: 'Whose bits they are; K2 has Kepler’s; auto reads the header.',
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
    const bits = bitmask ?? (named === undefined ? 0 : presetBits(named, preset));
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
    const names = named === undefined ? [] : bitNames(named, bits);
    return { flags: [{ name: 'quality', mask, reason: `quality & ${bits}${names.length > 0 ? ` (${names.join(', ').toLowerCase()})` : ''}` }] };
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
  figure: { params: { mission: 'kepler' } },
  produces: () => ({ flags: ['quality'] }),
  describe: ({ preset, bitmask }) => (bitmask === undefined ? preset : `bits ${bitmask}`),
});
