// The banner: no key is ready, or the gateway does not answer.
import assert from 'node:assert/strict';
import { ask, openSignedIn, test } from '../browser.mjs';
import { assertAccessible } from './axe.mjs';
import { onPool } from './pages.mjs';
import { COOLING, gatewayOf } from './snapshots.mjs';

onPool('a banner counts down while no key is ready, also for the default model, and disappears when a key is ready', async ({ page, show }) => {
  const cooling = gatewayOf({ ...COOLING, until: '2026-11-25T12:00:12Z' }, COOLING);
  await show(cooling);
  const banner = page.locator('#banner');
  await banner.getByText(/^: groq\/1 is back in ([1-9]|1[0-2]) s, rate limited\.$/).waitFor();
  const first = await banner.textContent();
  assert.match(first, /^No key is ready: groq/);

  await page.waitForFunction((text) => document.getElementById('banner').textContent !== text, first);
  await show(gatewayOf({}, COOLING));

  await banner.waitFor({ state: 'hidden' });
  const known = [{ scope: 'group_and_model', model: 'small', state: 'cooling', reason: 'rate_limited' }];
  await show(gatewayOf({ ...COOLING, known }));
  await banner.getByText('No key is ready for its default model').waitFor();
});

onPool('a cooldown below a second shows no banner', async ({ page, show }) => {
  await show(gatewayOf({ ...COOLING, until: '2026-11-25T12:00:00.900Z' }));

  await page.locator('.key[data-state=cooling]').waitFor();

  assert.ok(await page.locator('#banner').isHidden());
});

test('an unreachable gateway is reported by the banner and by chats, and its keys turn grey', async (scope) => {
  const { page, world } = await openSignedIn(scope);
  const colour = () => page.locator('.key .shape').first().evaluate((shape) => getComputedStyle(shape).fill);
  const green = await colour();

  await world.end();

  await page.locator('#banner').getByText(/^The gateway does not answer\. The page shows it as it was at [0-9:]{8}\.$/).waitFor();
  await page.locator('#feed').getByText(/^; retrying in [0-9]+ s$/).waitFor();
  assert.match(await page.locator('#feed').textContent(), /^The gateway does not answer/);
  assert.match(await page.locator('#seen').textContent(), /^Last seen [0-9]{2}:[0-9]{2}:[0-9]{2}$/);
  assert.notEqual(await colour(), green);
  await ask(page, 'hello');
  await page.locator('article .problem').getByText('The gateway does not answer.').waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, colorScheme);
  }
});
