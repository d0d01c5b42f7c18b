import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchWorld } from './bench';
import { lightCurves, writeLightCurves } from './inputs';

export interface CurveFiles {
  readonly fits: string;
  /** The fluxes as raw little-endian float64, for numpy. */
  readonly raw: string;
}

/** The benches' light curves in the sizes of the world, written once. */
export async function curveFiles(world: BenchWorld, hasErrors = false): Promise<CurveFiles> {
  const { objects, points } = world.sizes;
  const stem = join(world.folder, `curves-${hasErrors ? 'errors-' : ''}${objects}x${points}`);
  const files = { fits: `${stem}.fits`, raw: `${stem}.f64` };
  if (!existsSync(files.raw)) {
    world.say(`writing ${objects} light curves of ${points} points`);
    await writeLightCurves(files.fits, objects, points, hasErrors);
    await writeFile(files.raw, new Uint8Array(lightCurves(objects, points).flux.buffer));
  }
  return files;
}
