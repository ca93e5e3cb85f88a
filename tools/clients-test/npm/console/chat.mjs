// Chats from the console.
import assert from 'node:assert/strict';
import { answered, ask, enter, test } from '../browser.mjs';

test('a chat streams, and tells its key and the trail to it', async (t) => {
  const { page, world } = await enter(t);
  await world.next('groq', 'status:500');
  await world.next('cerebras', 'slow:40ms');
  await page.evaluate(() => {
    window.lengths = new Set();
    const watch = () => window.lengths.add(document.querySelector('.content')?.textContent.length ?? 0);
    new MutationObserver(watch).observe(document.getElementById('chat'), { childList: true, subtree: true });
  });

  await ask(page, 'hello');

  assert.match(await answered(page), /You asked "hello"/);
  assert.ok((await page.evaluate(() => window.lengths.size)) > 3);
  assert.match(await page.locator('.served').textContent(), /^cerebras\/1 · gpt-oss-120b · first content .* tokens$/);
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['groq/1 unavailable', 'cerebras/1 ok']);
});

test('a chat goes on with what was said before', async (t) => {
  const { page } = await enter(t);
  await ask(page, 'one');
  await answered(page);
  await ask(page, 'two');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 2);

  assert.match(await answered(page), /"two" \(message 3 of this conversation\)/);
});

test('a chat goes to the provider and model that were chosen', async (t) => {
  const { page, world } = await enter(t);
  await page.getByLabel('Provider').selectOption('local');
  await page.getByLabel('Model').selectOption('small-model');
  await page.getByLabel('Fallback').uncheck();
  await world.next('compatible', 'status:500');
  await ask(page, 'hello');

  await page.locator('.problem').waitFor();
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['local/1 unavailable']);
  assert.equal(await page.getByLabel('Message').inputValue(), 'hello');
});

test('an answer can be cancelled by the keyboard', async (t) => {
  const { page, world } = await enter(t);
  await world.next('groq', 'slow:200ms');
  await ask(page, 'hello');
  await page.locator('.reasoning:not([hidden]), .content:not(:empty)').first().waitFor();

  await page.keyboard.press('Escape');

  await page.locator('.cancelled').waitFor();
  await page.waitForFunction(() => document.getElementById('under-way').textContent === '0');
  assert.equal(await page.locator('.key:not([data-state=ready])').count(), 0);
});

test('a refusal says whether a key or the gateway is to be waited for', async (t) => {
  const { page } = await enter(t);
  for (const [code, later] of [
    ['all_providers_failed', 'a key is ready in 2 seconds'],
    ['rate_limited', 'a key is ready in 2 seconds'],
    ['unavailable', 'try again in 2 seconds'],
  ]) {
    const refused = { status: 503, headers: { 'Retry-After': '2' }, json: { error: 'no', code } };
    await page.route('**/api/chat/stream', (route) => route.fulfill(refused));

    await ask(page, 'hello');

    await page.getByText(`no (${code.replaceAll('_', ' ')}); ${later}`).waitFor();
  }
});
