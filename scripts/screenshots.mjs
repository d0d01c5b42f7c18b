// Makes the README's pictures from the running application and the sample survey: `node scripts/screenshots.mjs`. They are committed.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { prepareLaunch } from './lib/launch.mjs';
import { root } from './lib/paths.mjs';
import { main, say } from './lib/say.mjs';

const SIZE = { width: 1440, height: 900 };
const FOLDER = join(root, 'docs/images');

main(async () => {
  await ensureDependencies();
  await ensureBuild();
  const { executable, switches, virtual, env } = await prepareLaunch();
  const home = await mkdtemp(join(tmpdir(), 'skysift-pictures-'));
  await mkdir(FOLDER, { recursive: true });
  const launch = { executablePath: executable, args: [...switches, root], env: { ...env, SKYSIFT_HOME: home, SKYSIFT_TEST: '1' }, timeout: 60_000 };
  const app = await _electron.launch(launch);
  try {
    const page = await app.firstWindow();
    await app.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0].setContentSize(width, height), SIZE);
    const picture = async (name) => {
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
      say(`docs/images/${name}.png`);
    };
    await page
      .getByRole('button', { name: /sample survey/i })
      .first()
      .waitFor();
    await picture('welcome');
    await page
      .getByRole('button', { name: /sample survey/i })
      .first()
      .click();
    await page.getByText(/420/).first().waitFor({ timeout: 120_000 });
    // The views ask, the engine answers, the pictures are drawn: nothing on the page says that all of it is over.
    await settled(page);
    await apply(page, 'Sentinels to missing', () => page.getByLabel('Sentinels', { exact: true }).fill('99.99, -99.99'));
    await page.getByRole('region', { name: 'Periodogram', exact: true }).getByRole('button', { name: /^1\b/ }).first().click();
    await settled(page);
    await choose(page, 'Sigma clipping');
    await settled(page);
    await picture('sample-survey');
  } finally {
    await app.close();
    await virtual?.stop();
    await rm(home, { recursive: true, force: true });
  }
});

async function choose(page, operation) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.keyboard.type(operation);
  await page.getByRole('option', { name: operation, exact: true }).click();
}

async function apply(page, operation, fill) {
  await choose(page, operation);
  await fill?.();
  await page.keyboard.press('Tab');
  await settled(page);
  await page.getByRole('button', { name: /^Apply/ }).click();
  await page.getByRole('list', { name: 'Steps' }).getByRole('listitem', { name: /^Step/ }).first().waitFor();
  await settled(page);
}

/** Waits until two pictures half a second apart are the same. */
async function settled(page) {
  let before = Buffer.alloc(0);
  for (let k = 0; k < 60; k++) {
    await page.waitForTimeout(500);
    const now = await page.screenshot();
    if (now.equals(before)) return;
    before = now;
  }
}
