// The event stream from the gateway to the console.
import assert from 'node:assert/strict';
import { enterToken, openConsole, openSignedIn, sharing, test } from '../browser.mjs';
import { onLiveGateway } from './pages.mjs';

const MOST_WATCHERS = 16;
const isFeed = (request) => request.url().endsWith('/api/events');

/** Registers a test that controls the page's clock, and the comments of its event stream. */
const withClock = sharing((scope) => openSignedIn(scope, (page) => page.evaluate(addComments), { before: (page) => page.clock.install() }));

onLiveGateway('a hidden page closes its event stream', async ({ page }) => {
  const hide = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);

  const [left] = await Promise.all([page.waitForEvent('requestfailed', isFeed), hide(true)]);
  // The next event sets it again.
  await page.evaluate(() => delete document.getElementById('feed').dataset.state);
  const [back] = await Promise.all([page.waitForEvent('request', isFeed), hide(false)]);

  assert.notEqual(left, back);
  await page.waitForSelector('#feed[data-state=live]');
});

onLiveGateway('a jump of the clock replaces the event stream', async ({ page }) => {
  const anew = (jump) => Promise.all([page.waitForEvent('requestfailed', isFeed), page.waitForEvent('request', isFeed), page.evaluate(jump)]);
  await anew(() => {
    const now = Date.now;
    window.unset = () => (Date.now = now);
    Date.now = () => now() + 3_600_000;
  });
  await page.waitForSelector('#feed[data-state=live]');

  await anew(() => window.unset());

  await page.waitForSelector('#feed[data-state=live]');
});

test('a jump of the clock while the page asks for a token is no lost connection', async (scope) => {
  const { page, world } = await openConsole(scope, undefined, { before: (page) => page.clock.install() });
  await page.getByLabel('Access token').waitFor();
  await page.evaluate(() => {
    const feed = document.getElementById('feed');
    window.states = [];
    new MutationObserver(() => window.states.push(feed.dataset.state)).observe(feed, { attributes: true });
  });
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  await page.clock.runFor(1500);

  await enterToken(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.equal(await page.evaluate(() => window.states[0]), 'live');
});

withClock('a silent event stream is replaced by a new one', async ({ page }) => {
  const [left, back] = await Promise.all([
    page.waitForEvent('requestfailed', isFeed),
    page.waitForEvent('request', isFeed),
    page.clock.fastForward('00:41'),
  ]);

  assert.notEqual(left, back);
  await page.waitForSelector('#feed[data-state=live]');
});

withClock('an event stream with only comments stays open', async ({ page }) => {
  const anew = [];
  page.on('request', (request) => isFeed(request) && anew.push(request.url()));

  for (let times = 0; times < 4; times++) {
    await page.clock.fastForward('00:15');
    await page.evaluate(() => window.comment());
  }

  assert.equal(await page.locator('#feed').textContent(), 'Live');
  assert.deepEqual(anew, []);
});

test('a watcher over the limit is told so and connects when another one leaves', async (scope) => {
  const { page, world } = await openConsole(scope);
  const others = new AbortController();
  scope.after(() => others.abort());
  const headers = { Authorization: `Bearer ${world.token}` };
  const watch = () => fetch(`${world.gateway}/api/events`, { headers, signal: others.signal });
  // The last assertion uses them, because an unreferenced response is closed.
  const watching = await Promise.all(Array.from({ length: MOST_WATCHERS }, watch));
  assert.ok(watching.every((answer) => answer.ok));

  await enterToken(page, world.token);
  await page.getByText('Not live: the gateway sends events to at most 16 subscribers').waitFor();
  assert.ok(watching.every((answer) => !answer.bodyUsed));
  others.abort();

  await page.waitForSelector('#feed[data-state=live]');
});

/** Adds `comment()` to the page, which inserts a comment into the event stream. */
function addComments() {
  const asked = window.fetch;
  window.fetch = async (path, options) => {
    const response = await asked(path, options);
    if (path !== 'api/events' || !response.ok) {
      return response;
    }
    const comments = new TransformStream({
      start: (line) => (window.comment = () => line.enqueue(new TextEncoder().encode(':\n\n'))),
    });
    return new Response(response.body.pipeThrough(comments), response);
  };
}
