/** What a quality bit of a mission says, and the mildest of lightkurve's presets that excludes it; undefined = none does. */
export interface MissionBit {
  readonly bit: number;
  readonly name: string;
  readonly from: 'default' | 'hard' | 'hardest' | undefined;
}

const KEPLER: readonly MissionBit[] = [
  { bit: 1, name: 'Attitude tweak', from: 'default' },
  { bit: 2, name: 'Safe mode', from: 'default' },
  { bit: 4, name: 'Coarse point', from: 'default' },
  { bit: 8, name: 'Earth point', from: 'default' },
  { bit: 16, name: 'Zero crossing', from: 'hardest' },
  { bit: 32, name: 'Desaturation event', from: 'default' },
  { bit: 64, name: 'Argabrightening', from: 'hardest' },
  { bit: 128, name: 'Cosmic ray in optimal aperture', from: 'hard' },
  { bit: 256, name: 'Manual exclude', from: 'default' },
  { bit: 512, name: 'unused', from: undefined },
  { bit: 1024, name: 'Sudden sensitivity dropout', from: 'hard' },
  { bit: 2048, name: 'Impulsive outlier', from: 'hardest' },
  { bit: 4096, name: 'Argabrightening on CCD', from: 'hardest' },
  { bit: 8192, name: 'Cosmic ray in collateral data', from: 'hard' },
  { bit: 16384, name: 'Detector anomaly', from: 'default' },
  { bit: 32768, name: 'No fine point', from: 'hardest' },
  { bit: 65536, name: 'No data', from: 'default' },
  { bit: 131072, name: 'Rolling band in optimal aperture', from: 'hardest' },
  { bit: 262144, name: 'Rolling band in full mask', from: 'hardest' },
  { bit: 524288, name: 'Possible thruster firing', from: 'hard' },
  { bit: 1048576, name: 'Thruster firing', from: 'default' },
];

const TESS: readonly MissionBit[] = [
  { bit: 1, name: 'Attitude tweak', from: 'default' },
  { bit: 2, name: 'Safe mode', from: 'default' },
  { bit: 4, name: 'Coarse point', from: 'default' },
  { bit: 8, name: 'Earth point', from: 'default' },
  { bit: 16, name: 'Argabrightening', from: 'hardest' },
  { bit: 32, name: 'Desaturation event', from: 'default' },
  { bit: 64, name: 'Cosmic ray in optimal aperture', from: 'hard' },
  { bit: 128, name: 'Manual exclude', from: 'default' },
  { bit: 256, name: 'Discontinuity corrected', from: 'hardest' },
  { bit: 512, name: 'Impulsive outlier', from: 'hardest' },
  { bit: 1024, name: 'Cosmic ray in collateral data', from: 'hard' },
  { bit: 2048, name: 'Stray light', from: 'hard' },
  { bit: 4096, name: 'Stray light 2', from: 'hard' },
  { bit: 8192, name: 'Planet search exclude', from: 'hardest' },
  { bit: 16384, name: 'Bad calibration exclude', from: 'hardest' },
  { bit: 32768, name: 'Insufficient targets for error correction', from: 'hardest' },
];

/** The quality bits of each mission. K2 has Kepler's, as in lightkurve. */
export const MISSION_BITS = { kepler: KEPLER, k2: KEPLER, tess: TESS } as const;

export type Mission = keyof typeof MISSION_BITS;

const STRICTNESS = { none: 0, default: 1, hard: 2, hardest: 3 } as const;

export type QualityPreset = keyof typeof STRICTNESS;

/** The bits a preset of lightkurve excludes, added up. */
export function presetBits(mission: Mission, preset: QualityPreset): number {
  const excluded = MISSION_BITS[mission].filter(({ from }) => from !== undefined && STRICTNESS[from] <= STRICTNESS[preset]);
  return excluded.reduce((sum, { bit }) => sum + bit, 0);
}

/** Names of the mission's bits that are set in `bits`, in their order. */
export function bitNames(mission: Mission, bits: number): readonly string[] {
  return MISSION_BITS[mission].filter(({ bit }) => Math.floor(bits / bit) % 2 === 1).map(({ name }) => name);
}
