import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { main } from './lib/say.mjs';

/** `npm run build`: builds all rooms, whether or not their sources changed. */
main(async () => {
  await ensureDependencies();
  await ensureBuild({ force: true });
});
