import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launchApp, temporaryFolder } from './harness';

describe('the quality report', () => {
  test('says what is wrong with the sample survey, selects its rows, opens what mends it, prints', async () => {
    const saved = join(temporaryFolder(), 'sample.html');
    const { page, screenshot } = await launchApp({ dialogs: [[saved]] });
    await page.getByRole('button', { name: /sample survey/i }).click();
    await page
      .getByText(/object \d{7}/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page
      .getByRole('button', { name: 'Light theme' })
      .or(page.getByRole('button', { name: 'Dark theme' }))
      .first()
      .waitFor();

    await page.keyboard.press('q');
    const panel = page.getByRole('region', { name: 'Quality' });
    const findings = panel.getByRole('list', { name: 'Findings' });
    await findings.getByText(/15 stars have several identifiers/).waitFor({ timeout: 60_000 });
    expect(await findings.getByText(/mag holds 99.99/).count()).toBe(1);
    await panel.getByRole('img', { name: 'Missing values by rows' }).waitFor();
    await screenshot('quality-light');

    const number = /(\d[\d\s\u202f]*) selected/;
    await findings.getByRole('button', { name: /mag holds 99.99/ }).click();
    await page.getByRole('contentinfo').getByText(number).waitFor();
    const shown = (await page.getByRole('contentinfo').innerText()).match(number)![1]!.replace(/\D/g, '');
    const stated = (await findings.getByRole('button', { name: /mag holds 99.99/ }).innerText()).trim().split('\n').at(-1)!.replace(/\D/g, '');
    expect(shown).toBe(stated);

    // A pair of identifiers: the first becomes the current object.
    const pair = panel.getByRole('list', { name: 'Redundant identifiers' }).getByRole('button').first();
    const first = (await pair.innerText()).match(/\d{7}/)![0];
    await pair.click();
    await page.getByText(`object ${first}`).first().waitFor();
    await screenshot('quality-selected');

    await panel.getByLabel('A rule').fill('mag > 14');
    await panel.getByRole('button', { name: 'Check' }).click();
    await findings.getByText(/the rule mag > 14 is broken/).waitFor({ timeout: 60_000 });

    await panel.getByRole('button', { name: 'Save page…' }).click();
    await page.getByText('saved sample.html').waitFor();
    const html = readFileSync(saved, 'utf8');
    expect(html).toContain('15 stars have several identifiers');
    expect(html).not.toContain('<script');

    await page.getByRole('button', { name: /^(Light|Dark) theme$/ }).click();
    await screenshot('quality-dark');

    await findings
      .getByRole('listitem')
      .filter({ hasText: /\bmag holds 99.99/ })
      .getByRole('button', { name: 'Make them missing' })
      .click();
    const form = page.getByRole('region', { name: 'Operation' });
    await form
      .getByText(/numbers that stand for/i)
      .first()
      .waitFor();
    await page.keyboard.press('Control+Enter');
    await page
      .getByRole('list', { name: 'Steps' })
      .getByText(/Sentinels/)
      .first()
      .waitFor({ timeout: 60_000 });

    await page.getByRole('button', { name: 'Quality', exact: true }).click();
    await panel.getByText('The table has changed since.').waitFor();
    await panel.getByRole('button', { name: 'Make it again' }).click();
    await findings.getByRole('button', { name: /: mag holds/ }).waitFor({ state: 'detached', timeout: 60_000 });
    expect(await findings.getByRole('button', { name: /: magerr holds/ }).count()).toBe(1);
    expect(await panel.getByText('The table has changed since.').count()).toBe(0);
  });
});
