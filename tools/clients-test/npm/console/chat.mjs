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
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  await page.locator('#ask').getByLabel('Model').selectOption('small-model');
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

test('a refusal counts down to the first key, and says why each one cools', async (t) => {
  const { page, world } = await enter(t);
  await world.always('groq', 'rate-limited:90s');
  await world.always('cerebras', 'payment-required');
  await world.always('compatible', 'payment-required');
  await ask(page, 'hello');
  await page.getByText(/^all providers failed; a key is ready in [0-9]+ seconds$/i).waitFor();
  assert.equal(await page.locator('.trail li').count(), 6);

  // Now none is asked.
  await ask(page, 'hello again');

  const last = page.locator('article:last-child');
  const problem = last.locator('.problem');
  await problem.waitFor();
  const first = await problem.textContent();
  assert.match(first, /a key is ready in (90|[78][0-9]) seconds$/);
  assert.equal(await last.locator('.trail li').count(), 0);
  const reasons = await last.getByRole('list', { name: 'Keys' }).locator('li').allTextContents();
  assert.deepEqual(
    reasons.map((reason) => reason.replace(/[0-9:]+$/, '…')),
    [
      ...['groq/1', 'groq/2'].map((key) => `${key} rate limited · again in …`),
      ...['cerebras/1', 'cerebras/2', 'local/1', 'local/2'].map((key) => `${key} account blocked · again in …`),
    ],
  );
  await page.waitForFunction((text) => document.querySelector('article:last-child .problem').textContent !== text, first);
});

test('a refusal says whether a key or the gateway is to be waited for', async (t) => {
  const { page } = await enter(t);
  for (const [code, later] of [
    ['all_providers_failed', 'a key is ready'],
    ['rate_limited', 'a key is ready'],
    ['unavailable', 'try again'],
  ]) {
    const refused = { status: 503, headers: { 'Retry-After': '1' }, json: { error: 'no', code } };
    await page.route('**/api/chat/stream', (route) => route.fulfill(refused));

    await ask(page, 'hello');

    await page.getByText(`no (${code.replaceAll('_', ' ')}); ${later} now`).waitFor();
  }
});
