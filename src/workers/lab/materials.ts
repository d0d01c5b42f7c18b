import type { LabExperiment } from '../../core/lab/lab';
import type { Material } from './experiment';
import { addMaterial } from './experiments/add';
import { convolveMaterial } from './experiments/convolve';
import { curvesMaterial } from './experiments/curves';
import { sortMaterial } from './experiments/sort';
import { sumMaterial } from './experiments/sum';

/** What each experiment works on, for one size. */
export const MATERIALS: Readonly<Record<LabExperiment, (size: number) => Material>> = {
  sort: sortMaterial,
  convolve: convolveMaterial,
  add: addMaterial,
  sum: sumMaterial,
  curves: curvesMaterial,
};
