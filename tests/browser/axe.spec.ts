// SPDX-License-Identifier: MIT
//
// axe-core over the page in its states: no finding that is serious or worse, light and dark.
import { expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { serve, type Served } from './commands';
import { MapPage } from './map_page';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let served: Served | undefined;

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(
    () => (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ').slice(0, 300)}`);
}

test.afterEach(async () => { await served?.end(); });

for (const theme of ['light', 'dark'] as const) {
  test(`nothing serious, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    served = await serve('pipeline.rtlog');
    const map = new MapPage(page);
    await map.open(served.address);
    expect(await findings(page), 'at the start').toEqual([]);
    await map.goTo(20_000);
    await map.select(12);
    await expect(page.getByRole('tab', { name: /^Findings/ })).toBeVisible();
    for (const tab of ['Details', 'Findings', 'Deferreds', 'Events', 'Waits']) {
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      await page.waitForTimeout(300);
      expect(await findings(page), tab).toEqual([]);
    }
    for (const key of ['?', 'g']) {
      await map.focus();
      await page.keyboard.press(key);
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.waitForTimeout(300);
      expect(await findings(page), `dialog ${key}`).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await page.getByRole('menuitem', { name: 'Debug', exact: true }).click();
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await findings(page), 'menu').toEqual([]);
    await map.picture(`axe-${theme}`);
  });

  test(`nothing serious where something is wrong, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [file, name] of [['lock.rtlog', 'Lock held'], ['blocked.rtlog', 'Reactor blocked']] as const) {
      await served?.end();
      served = await serve(file);
      const map = new MapPage(page);
      await map.open(served.address);
      await page.getByRole('tab', { name: 'Findings' }).click();
      await page.locator('[data-finding]', { hasText: name }).click();
      await expect(page.getByRole('list', { name: 'Places' })).toBeVisible();
      expect(await findings(page), `findings of ${file}`).toEqual([]);
      await map.picture(`axe-findings-${theme}`);
      await page.getByRole('tab', { name: 'Waits' }).click();
      await expect(page.getByRole('heading', { name: /^Who waits for what/ })).toBeVisible();
      expect(await findings(page), `waits of ${file}`).toEqual([]);
    }
  });
}
