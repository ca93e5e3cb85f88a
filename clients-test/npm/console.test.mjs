import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { answered, arrive, ask, enter, launch, show } from './browser.mjs';

const HOSTILE = `<img src=x onerror="alert('img')"><script>alert('script')</script>\u202e"'><svg/onload=alert(1)>`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('a browser is asked for a token, and let in with the right one', async (t) => {
  const { page, world } = await arrive(t, browser);
  assert.equal(page.url(), `${world.gateway}/console`);

  await show(page, 'a-wrong-token');
  await page.getByText('That token is not one of them.').waitFor();
  await show(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.equal(await page.locator('.key').count(), 6);
});

test('the token is kept nowhere', async (t) => {
  const { page, world } = await enter(t, browser);
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href]));
  assert.ok(!kept.includes(world.token), kept);
  assert.equal(await page.locator('#token-field').inputValue(), '');

  await page.reload();

  await page.getByRole('heading', { name: 'This gateway asks for a token' }).waitFor();
});

test('whoever enters the token later is let in then', async (t) => {
  const { page, world } = await arrive(t, browser);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('Token needed').waitFor();

  await page.getByRole('button', { name: 'Enter token' }).click();
  await show(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
});

test('whoever enters a wrong token is asked again later', async (t) => {
  const { page, world } = await arrive(t, browser);
  await show(page, 'a-wrong-token');
  await page.getByText('That token is not one of them.').waitFor();
  await page.getByRole('button', { name: 'Later' }).click();

  await page.getByRole('button', { name: 'Enter token' }).click();
  await show(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
});

test('a token that is entered for a chat is good for all', async (t) => {
  const { page, world } = await arrive(t, browser);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('Token needed').waitFor();

  await ask(page, 'hello');
  await show(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.match(await answered(page), /You asked "hello"/);
});

test('a key that cools is shown within a second, with its reason, and counts down', async (t) => {
  const { page, world } = await enter(t, browser);
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
  assert.equal(await page.locator('#wheel .shape.cooling').count(), 1);
  assert.equal(await page.locator('#wheel .shape.ready').count(), 5);
  await page.waitForFunction((text) => document.querySelector('.key[data-state=cooling] .state').textContent !== text, first);
  assert.equal(await page.locator('#said').textContent(), 'groq/1 is cooling: rate limited');
  assert.match(await page.getByRole('img', { name: 'Failures' }).getAttribute('aria-label'), /: 1 rate limited$/);
});

test('the provider whose turn is next moves on with each chat', async (t) => {
  const { page } = await enter(t, browser);
  const next = () => page.locator('.provider:has(.next:not([hidden]))').getAttribute('aria-label');
  assert.equal(await next(), 'Keys of groq');

  await ask(page, 'hello');

  await page.locator('.provider[aria-label="Keys of cerebras"] .next').waitFor();
  assert.match(await page.locator('#wheel desc').textContent(), /cerebras is next/);
});

test('a chat streams, and tells its key and the trail to it', async (t) => {
  const { page, world } = await enter(t, browser);
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
  const { page } = await enter(t, browser);
  await ask(page, 'one');
  await answered(page);
  await ask(page, 'two');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 2);

  assert.match(await answered(page), /"two" \(message 3 of this conversation\)/);
});

test('a chat goes to the provider and model that were chosen', async (t) => {
  const { page, world } = await enter(t, browser);
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
  const { page, world } = await enter(t, browser);
  await world.next('groq', 'slow:200ms');
  await ask(page, 'hello');
  await page.locator('.reasoning:not([hidden]), .content:not(:empty)').first().waitFor();

  await page.keyboard.press('Escape');

  await page.locator('.cancelled').waitFor();
  await page.waitForFunction(() => document.getElementById('under-way').textContent === '0');
  assert.equal(await page.locator('.key:not([data-state=ready])').count(), 0);
});

test('a hostile answer stays text', async (t) => {
  const { page } = await enter(t, browser);
  await ask(page, HOSTILE);

  assert.ok((await answered(page)).includes(HOSTILE));
  assert.equal(await page.locator('#conversation :is(img, script)').count(), 0);
});

test('hostile names stay text', async (t) => {
  const key = { key: HOSTILE, fingerprint: HOSTILE, state: 'cooling', reason: HOSTILE, until: '2100-01-01T00:00:00Z' };
  const picture = {
    at: '2026-11-25T12:00:00Z',
    current_provider: HOSTILE,
    under_way: HOSTILE,
    waiting: HOSTILE,
    providers: [{ id: HOSTILE, default_model: HOSTILE, keys: [{ ...key, attempts: 1, failures: {}, models: [{ ...key, model: HOSTILE, state: 'ready' }] }] }],
    recent: [{ from: '2026-11-25T12:00:00Z', seconds: 10, requests: { ok: 0, failed: 0, left: 0 }, attempts: 1, failures: { [HOSTILE]: 1 } }],
  };
  const { page, world } = await arrive(t, browser, async (page) => {
    await page.route('**/api/events', (route) =>
      route.request().headers().authorization
        ? route.fulfill({ contentType: 'text/event-stream', body: `data: ${JSON.stringify(picture)}\n\n` })
        : route.continue(),
    );
    await page.route('**/v1/models', (route) => route.fulfill({ json: { data: [{ id: HOSTILE, owned_by: HOSTILE }] } }));
  });

  await show(page, world.token);

  await page.locator('#model option').nth(1).waitFor({ state: 'attached' });
  assert.equal(await page.locator('#model option').nth(1).textContent(), HOSTILE);
  assert.ok((await page.locator('.key').textContent()).includes(HOSTILE));
  assert.equal(await page.locator('main :is(img, script)').count(), 0);
});

test('a hidden page gives its place as a watcher to others', async (t) => {
  const { page } = await enter(t, browser);
  const hide = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  const isFeed = (request) => request.url().endsWith('/api/events');

  const [left] = await Promise.all([page.waitForEvent('requestfailed', isFeed), hide(true)]);
  const [back] = await Promise.all([page.waitForEvent('request', isFeed), hide(false)]);

  assert.notEqual(left, back);
});

test('nobody is shut out, whatever the colours and the width', async (t) => {
  const { page, world } = await enter(t, browser);
  await world.next('groq', 'rate-limited:90s');
  await world.next('cerebras', 'invalid-key');
  await ask(page, 'hello');
  await answered(page);
  await page.locator('#wheel .shape:is(.retired, .cooling)').nth(1).waitFor({ state: 'attached' });
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const { violations, passes } = await page.evaluate(() => window.axe.run(document));
      const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      assert.deepEqual(found, [], `${colorScheme}, ${width} pixels`);
      assert.ok(passes.some(({ id }) => id === 'color-contrast'));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }
  }
});
