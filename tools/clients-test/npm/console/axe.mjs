// Accessibility checks by axe-core.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe reports no violation in the current state of the page. */
export async function assertAccessible(page, how = '') {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(AXE);
  }
  // A description of each element that passes would cost more than the checks.
  const [found, passed] = await page.evaluate(async () => {
    const { violations, passes } = await window.axe.run(document, { resultTypes: ['violations'] });
    return [violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), passes.map(({ id }) => id)];
  });
  assert.deepEqual(found, [], how);
  assert.ok(passed.includes('color-contrast'));
}

/** The same in the light scheme on a wide screen and in the dark one on a phone; nothing is wider than the page. */
export async function assertAccessibleInEachLayout(page) {
  for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await assertAccessible(page, `${colorScheme}, ${width} pixels`);
    // Charts take a moment to follow.
    await page.waitForFunction((wide) => document.documentElement.scrollWidth === wide, width);
  }
}
