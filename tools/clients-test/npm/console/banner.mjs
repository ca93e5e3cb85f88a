// The banner: no key is ready, or the gateway does not answer.
import assert from 'node:assert/strict';
import { openConsole, ask, openSignedIn, enterToken, test } from '../browser.mjs';
import { COOLING, gatewayOf, sendSnapshots } from './snapshots.mjs';

test('a banner counts down while no key is ready, also for the default model, and disappears when a key is ready', async (t) => {
  const cooling = gatewayOf({ ...COOLING, until: '2026-11-25T12:00:12Z' }, COOLING);
  const given = { snapshot: cooling };
  const { page, world } = await openConsole(t, (page) => sendSnapshots(page, () => [given.snapshot]));
  await enterToken(page, world.token);
  const banner = page.locator('#banner');
  await banner.getByText(/^: groq\/1 is back in (12|11) s, rate limited\.$/).waitFor();
  assert.match(await banner.textContent(), /^No key is ready: groq/);

  given.snapshot = { ...cooling, at: '2026-11-25T12:00:08Z' };
  await banner.getByText(/groq\/1 is back in [43] s/).waitFor();
  given.snapshot = gatewayOf({}, COOLING);

  await banner.waitFor({ state: 'hidden' });
  const known = [{ scope: 'group_and_model', model: 'small', state: 'cooling', reason: 'rate_limited' }];
  given.snapshot = gatewayOf({ ...COOLING, known });
  await banner.getByText('No key is ready for its default model').waitFor();
});

test('a cooldown below a second shows no banner', async (t) => {
  const snapshots = [gatewayOf({ ...COOLING, until: '2026-11-25T12:00:00.900Z' })];
  const { page, world } = await openConsole(t, (page) => sendSnapshots(page, () => snapshots));
  await enterToken(page, world.token);

  await page.locator('.key[data-state=cooling]').waitFor();

  assert.ok(await page.locator('#banner').isHidden());
});

test('an unreachable gateway is reported by the banner and by chats, and its keys turn grey', async (t) => {
  const { page, world } = await openSignedIn(t);
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
});
