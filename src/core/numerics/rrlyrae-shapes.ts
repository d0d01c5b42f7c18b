/** A light-curve shape as a Fourier series of the phase: 0 at maximum light (phase 0), 1 at minimum light. */
export interface RrLyraeShape {
  readonly name: string;
  /** Σ cos[m - 1] cos 2πmφ + sin[m - 1] sin 2πmφ + mean. */
  readonly mean: number;
  readonly cos: readonly number[];
  readonly sin: readonly number[];
}

/**
 * Shapes of RR Lyrae stars, measured by test/golden/make_rrlyrae_templates.py from the g, r and i photometry of every second star of a set of 65 in
 * Stripe 82 (Sesar et al. 2010, ApJ 708, 717, doi:10.1088/0004-637X/708/1/717), folded at the catalogue's periods. RRab by how fast they rise.
 */
export const RR_LYRAE_SHAPES: readonly RrLyraeShape[] = [
  // 15 stars; rise 0.15 of the period; points scatter by 0.036 of the amplitude.
  {
    name: 'RRab1',
    mean: 0.629269,
    cos: [-0.270655, -0.134373, -0.113357, -0.0755185, -0.0339317, -0.0122957, 0.00105266, 0.00351343, 0.00424433, 0.00205261],
    sin: [-0.23034, -0.0990813, -0.0327108, 0.0126989, 0.0299361, 0.0251618, 0.0149655, 0.00501421, 0.00299198, 0.000338809],
  },
  // 3 stars; rise 0.21 of the period; points scatter by 0.057 of the amplitude.
  {
    name: 'RRab2',
    mean: 0.6032,
    cos: [-0.369646, -0.163112, -0.0809134, 0.00599807, 0.0111609, 0.00372175, -0.00651578, -0.015668, 0.00145612, 0.0103183],
    sin: [-0.143802, 0.00469525, 0.079454, 0.0472929, -0.000852857, -0.0191059, -0.0318267, -0.00365539, 0.00162095, 0.00632187],
  },
  // 10 stars; rise 0.22 of the period; points scatter by 0.060 of the amplitude.
  {
    name: 'RRab3',
    mean: 0.573264,
    cos: [-0.335797, -0.162709, -0.0653082, -0.000364003, 0.00943894, 0.00173131, -0.0035756, -0.00633185, -0.00793623, -0.00241194],
    sin: [-0.235995, -0.0365301, 0.0386796, 0.029424, 0.00923669, -0.00848658, -0.00274385, 0.0045839, 0.00371804, 0.0029129],
  },
  // 5 stars; rise 0.39 of the period; points scatter by 0.047 of the amplitude.
  {
    name: 'RRc',
    mean: 0.505643,
    cos: [-0.4628, -0.0617472, 0.0143364, 0.0163068, 0.00246979, -0.00496748, -0.00257219, -0.00416544, -0.000602678, -0.0019014],
    sin: [-0.181644, 0.0599797, 0.0281308, 0.000341721, -0.0089853, -0.00893892, -0.000361229, 0.000828697, 0.00413836, 0.00331393],
  },
];
