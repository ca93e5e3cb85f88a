// Accessibility of the console.
import assert from 'node:assert/strict';
import { lastAnswer, answerWith, openConsole, ask, openSignedIn, enterToken, test, removeClipboard } from '../browser.mjs';
import { assertAccessible, assertAccessibleInEachLayout } from './axe.mjs';
import { gatewayOf, COOLING, limited, withSnapshots } from './snapshots.mjs';

test('axe reports no violation in either colour scheme and at any width', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.next('groq', 'rate-limited:60m');
  await world.next('cerebras', 'invalid-key');
  await ask(page, 'hello');
  await lastAnswer(page);
  await page.locator('#ring .shape:is(.retired, .cooling)').nth(1).waitFor({ state: 'attached' });
  await removeClipboard(page);
  await page.getByRole('button', { name: 'Copy as curl' }).press('Enter');
  await page.getByLabel('curl command').waitFor();

  await assertAccessibleInEachLayout(page);
});

test('axe reports no violation in the token dialog', async (t) => {
  const { page } = await openConsole(t);
  await page.getByRole('heading', { name: 'This gateway requires a token' }).waitFor();

  await assertAccessible(page);
});

test('axe reports no violation during a streamed answer, which is marked as busy', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.hold('groq');
  await ask(page, 'hello');
  await page.locator('.reasoning:not([hidden]), .content:not(:empty)').first().waitFor();

  assert.equal(await page.locator('#ask').getAttribute('aria-busy'), 'true');
  await assertAccessible(page);
  assert.ok(await page.getByRole('button', { name: 'Stop' }).isVisible());
});

test('axe reports no violation in Markdown, the model list and the help texts', async (t) => {
  const markdown = '# One\n\n[link](https://example.com) `code`\n\n1. a\n   - [ ] b\n\n> quote\n\n```\n' + 'long '.repeat(60) + '\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n---';
  const { page, world } = await openConsole(t, answerWith(markdown));
  await enterToken(page, world.token);
  await page.waitForSelector('#feed[data-state=live]');
  await ask(page, 'hello');
  await lastAnswer(page);
  await page.getByText('System prompt').click();
  await page.locator('.term summary').last().click();
  await page.locator('#model').press('ArrowDown');
  await page.getByRole('option', { name: 'small-model' }).waitFor();

  await assertAccessibleInEachLayout(page);
});

test('axe reports no violation in quota groups, limits and the banner', async (t) => {
  const bucket = { bucket: 'tokens-minute', limit: 8000, remaining: 200, reset_seconds: 40_000, continuous: false };
  const models = ['small', 'large-model-of-a-long-name'].map((model) => limited(model, bucket, { ...bucket, bucket: 'requests-day', remaining: 7000 }));
  const group = { ...COOLING, group: 'team-a', models, foreseen: true };
  const probing = { state: 'cooling', reason: 'unavailable', on_trial: true };
  const { page, world } = await openConsole(t, withSnapshots({ ...gatewayOf(group, group, probing, { ...COOLING, state: 'retired' }), waiting: 3 }));
  await enterToken(page, world.token);
  await page.locator('#banner').waitFor();
  await page.getByText('Limits of 1 other model').click();

  await assertAccessibleInEachLayout(page);
});

test('axe reports no violation while the gateway is unreachable', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.end();
  await page.locator('#banner').waitFor();

  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);
});

test('an overflowing key list scrolls by keyboard, even with few keys', async (t) => {
  const models = Array.from({ length: 15 }, (_, i) => ({ model: `model-${i}-${'of-a-long-name-'.repeat(5)}`, ...COOLING }));
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf({ models }, { models })));
  await enterToken(page, world.token);
  const list = page.locator('.provider > ul[tabindex="0"]');
  await list.waitFor();

  await list.press('End');

  await page.waitForFunction((shown) => shown.scrollTop > 0, await list.elementHandle());
  await assertAccessible(page);
});

test('simultaneous state changes are announced together', async (t) => {
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf({}, {}), gatewayOf(COOLING, COOLING)));
  await enterToken(page, world.token);

  await page.getByText('groq/1 is cooling: rate limited; groq/2 is cooling: rate limited').waitFor();
});

test('reduced motion disables animations', async (t) => {
  const { page, world } = await openConsole(t, async (page) => {
    await withSnapshots(gatewayOf({}), gatewayOf({ attempts: 1 }))(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.evaluate(() => (Element.prototype.animate = () => (window.moved = true)));
  });
  await enterToken(page, world.token);
  await page.getByText('1 attempt').waitFor();
  assert.equal(await page.evaluate(() => window.moved), undefined);

  await page.emulateMedia({ reducedMotion: 'no-preference' });

  await page.waitForFunction(() => window.moved);
});
