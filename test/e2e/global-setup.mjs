import { ensureBuild } from '../../scripts/lib/build.mjs';
import { prepareLaunch } from '../../scripts/lib/launch.mjs';

/** Builds, finds Electron and, where there is none, starts a display: once for all e2e files. */
export default async function setup(project) {
  await ensureBuild();
  const { executable, switches, virtual, env } = await prepareLaunch();
  project.provide('electron', { executable, switches, display: env.DISPLAY });
  return () => virtual?.stop();
}
