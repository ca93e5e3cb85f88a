// What the console shows of the gateway, as it changes.
import assert from 'node:assert/strict';
import { ask, enter, test } from '../browser.mjs';

test('a key that cools is shown within a second, with its reason, and counts down', async (t) => {
  const { page, world } = await enter(t);
  await world.next('groq', 'rate-limited:90s');
  const response = await fetch(`${world.gateway}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.token}` },
    body: JSON.stringify({ provider: 'groq', messages: [{ role: 'user', content: 'hello' }] }),
  });
  assert.equal(response.headers.get('X-Keywheel-Attempts'), 'groq/1:rate_limited, groq/2:ok');

  const cooling = page.locator('.key[data-state=cooling] .state');
  await cooling.waitFor({ timeout: 1000 });

  const first = await cooling.textContent();
  assert.match(first, /^Cooling 1:[0-9]{2} · rate limited$/);
  assert.equal(await page.locator('#ring .shape.cooling').count(), 1);
  assert.equal(await page.locator('#ring .shape.ready').count(), 5);
  await page.waitForFunction((text) => document.querySelector('.key[data-state=cooling] .state').textContent !== text, first);
  assert.equal(await page.locator('#said').textContent(), 'groq/1 is cooling: rate limited');
  assert.match(await page.getByRole('img', { name: 'Failures' }).getAttribute('aria-label'), /: 1 rate limited$/);
});

test('the provider whose turn is next moves on with each chat', async (t) => {
  const { page } = await enter(t);
  const next = () => page.locator('.provider:has(.next:not([hidden]))').getAttribute('aria-label');
  assert.equal(await next(), 'Keys of groq');

  await ask(page, 'hello');

  await page.locator('.provider[aria-label="Keys of cerebras"] .next').waitFor();
  assert.match(await page.locator('#ring desc').textContent(), /cerebras is next/);
});
