import type { Flag } from '../../../core/model/flag';

type Bits = readonly (readonly [bit: number, name: string, description: string])[];

/** Kepler and K2 data characteristics, bit by bit (Kepler Archive Manual, KDMC-10008-006, table 2-3). */
const KEPLER: Bits = [
  [1, 'attitude_tweak', 'Attitude tweak'],
  [2, 'safe_mode', 'Safe mode'],
  [4, 'coarse_point', 'Spacecraft in coarse point'],
  [8, 'earth_point', 'Spacecraft in Earth point'],
  [16, 'zero_crossing', 'Reaction wheel zero crossing'],
  [32, 'desaturation', 'Reaction wheel desaturation event'],
  [64, 'argabrightening', 'Argabrightening across multiple channels'],
  [128, 'cosmic_ray', 'Cosmic ray in optimal aperture'],
  [256, 'manual_exclude', 'Manual exclude'],
  [1024, 'sensitivity_dropout', 'Sudden pixel sensitivity dropout'],
  [2048, 'impulsive_outlier', 'Impulsive outlier'],
  [4096, 'argabrightening_ccd', 'Argabrightening on this CCD'],
  [8192, 'cosmic_ray_collateral', 'Cosmic ray in collateral data'],
  [16384, 'detector_anomaly', 'Detector anomaly'],
  [32768, 'no_fine_point', 'Spacecraft not in fine point'],
  [65536, 'no_data', 'No data collected'],
  [131072, 'rolling_band', 'Rolling band detected in optimal aperture'],
  [262144, 'rolling_band_mask', 'Rolling band detected in full mask'],
  [524288, 'possible_thruster_firing', 'Possible thruster firing'],
  [1048576, 'thruster_firing', 'Thruster firing'],
];

/** TESS (Science Data Products Description, EXP-TESS-ARC-ICD-0014, table 32). */
const TESS: Bits = [
  [1, 'attitude_tweak', 'Attitude tweak'],
  [2, 'safe_mode', 'Safe mode'],
  [4, 'coarse_point', 'Spacecraft in coarse point'],
  [8, 'earth_point', 'Spacecraft in Earth point'],
  [16, 'argabrightening', 'Argabrightening'],
  [32, 'desaturation', 'Reaction wheel desaturation event'],
  [64, 'cosmic_ray', 'Cosmic ray in optimal aperture'],
  [128, 'manual_exclude', 'Manual exclude'],
  [256, 'discontinuity_corrected', 'Discontinuity corrected'],
  [512, 'impulsive_outlier', 'Impulsive outlier'],
  [1024, 'cosmic_ray_collateral', 'Cosmic ray in collateral data'],
  [2048, 'stray_light', 'Stray light from Earth or Moon in camera field of view'],
  [4096, 'stray_light_2', 'Stray light found automatically'],
  [8192, 'planet_search_exclude', 'Excluded from the planet search'],
  [16384, 'bad_calibration_exclude', 'Bad calibration'],
  [32768, 'insufficient_targets', 'Insufficient targets for error correction'],
];

export function qualityFlags(mission: 'Kepler' | 'TESS', column: string): Flag[] {
  const bits = mission === 'Kepler' ? KEPLER : TESS;
  return bits.map(([bit, name, description]) => ({ name, author: { kind: 'file' }, description, bits: { column, bit } }));
}
