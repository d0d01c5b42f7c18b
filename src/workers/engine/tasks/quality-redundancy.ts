import type { Epochs } from '../../../core/quality/epochs';
import { redundantObjects } from '../../../core/quality/redundancy';
import { defineTask } from '../threads/task';

/** Objects at one place on the sky. */
export default defineTask({
  name: 'quality-redundancy',
  run: (a: { ra: Float64Array; dec: Float64Array; radius: number; epochs?: Epochs | undefined }) => redundantObjects(a.ra, a.dec, a.radius, a.epochs),
});
