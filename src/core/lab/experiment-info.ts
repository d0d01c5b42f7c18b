import type { LabExperiment } from './lab';

/** What the panel and the command line say of an experiment. */
export interface ExperimentInfo {
  readonly title: string;
  /** What is done, exactly. */
  readonly description: string;
  readonly sizes: readonly number[];
  /** What `skysift bench lab` measures; of sort and convolve the lecture's size. */
  readonly full: number;
  /** Where the panel begins: a few seconds on two cores. */
  readonly first: number;
  /** What a size counts. */
  readonly unit: 'side' | 'curves';
}

export const EXPERIMENT_INFO: Readonly<Record<LabExperiment, ExperimentInfo>> = {
  sort: {
    title: 'Sort',
    description: 'Sorts random float32 numbers: every worker sorts its part by radix, then the sorted parts are merged two by two.',
    sizes: [512, 1024, 2048, 4096, 8192],
    full: 8192,
    first: 2048,
    unit: 'side',
  },
  convolve: {
    title: 'Convolve',
    description:
      'Convolves a grid that is 1 at every 16th pixel from pixel 8 and 0 elsewhere with the 15 × 15 distance kernel √(x² + y²), tap by tap.',
    sizes: [256, 512, 1024, 2048, 4096],
    full: 4096,
    first: 1024,
    unit: 'side',
  },
  add: {
    title: 'Add vectors',
    description: 'Adds two vectors of random float32 numbers. Little work a number: memory and transfers decide.',
    sizes: [512, 1024, 2048, 4096, 8192],
    full: 8192,
    first: 4096,
    unit: 'side',
  },
  sum: {
    title: 'Sum',
    description: 'Sums random float32 numbers in float64, pairwise over blocks of 4096, so that the result does not depend on who does which part.',
    sizes: [512, 1024, 2048, 4096, 8192],
    full: 8192,
    first: 4096,
    unit: 'side',
  },
  curves: {
    title: 'Light curves',
    description: 'The highest peak of the Lomb–Scargle periodogram of each of N simulated light curves with 500 points, at 20 000 frequencies.',
    sizes: [50, 100, 200, 500, 1000, 2000],
    full: 1000,
    first: 200,
    unit: 'curves',
  },
};

/** A size in words: `2048²`, `200 curves`. */
export function sizeText(experiment: LabExperiment, size: number): string {
  return EXPERIMENT_INFO[experiment].unit === 'side' ? `${size}²` : `${size} curves`;
}
