// Accessibility of the console.
import assert from 'node:assert/strict';
import { ask, lastAnswer, removeClipboard, sharing, test, waitUntilEqual } from '../browser.mjs';
import { assertAccessible, assertAccessibleInEachLayout } from './axe.mjs';
import { chatAnswer, openMocked } from './mocked.mjs';
import { onPool } from './pages.mjs';
import { loadTable, request } from './requests.mjs';
import { COOLING, gatewayOf, limited } from './snapshots.mjs';
import { row } from './usage.mjs';

const RETIRED = { state: 'retired', reason: 'key_refused', until: COOLING.until };
const MARKDOWN = '# One\n\n[link](https://example.com) `code`\n\n1. a\n   - [ ] b\n\n> quote\n\n```\n' + 'long '.repeat(60) + '\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n---';

/** Registers a test that controls the page's clock. `announced()` returns all that screen readers heard. */
const withClock = sharing(async (scope) => {
  const mocked = await openMocked(scope, { before: (page) => page.clock.install() });
  await mocked.page.evaluate(recordAnnouncements);
  return { ...mocked, announced: () => mocked.page.evaluate(() => window.announced.splice(0)) };
});

/** Runs in the page. */
function recordAnnouncements() {
  const said = document.getElementById('said');
  window.announced = [];
  new MutationObserver(() => said.textContent && window.announced.push(said.textContent)).observe(said, { childList: true });
}

/** Keys in each state, a quota group, limits of several models, and the banner. */
function poolOfAllStates() {
  const bucket = { bucket: 'tokens-minute', limit: 8000, remaining: 200, reset_seconds: 40_000, continuous: false };
  const models = ['small', 'large-model-of-a-long-name'].map((model) => limited(model, bucket, { ...bucket, bucket: 'requests-day', remaining: 7000 }));
  const group = { ...COOLING, group: 'team-a', models, foreseen: true };
  const probing = { state: 'cooling', reason: 'unavailable', on_trial: true };
  return { ...gatewayOf(group, group, probing, { ...COOLING, state: 'retired' }), waiting: 3 };
}

test('axe reports no violation in any part of the page, in either colour scheme and at any width', async (scope) => {
  const { page, show, answer } = await openMocked(scope);
  await answer(...chatAnswer(MARKDOWN));
  await answer('v1/models', { data: [{ id: 'small-model', owned_by: 'groq' }] });
  await answer('api/requests', { requests: [request('r-1', { client: '<b>' }), request('r-2', { outcome: 'all_providers_failed', time: new Date().toISOString() })] });
  await answer('api/usage', { from: '2026-11-24', to: '2026-11-25', rows: [1, 2, 3].map((i) => row({ client: `client-${i}`, day: '2026-11-25' })) });
  await show(poolOfAllStates());
  await page.evaluate(loadTable);
  await page.locator('#banner').waitFor();
  await page.getByText('Limits of 1 other model').click();
  const opens = page.locator('.requests .opens');
  await opens.first().press('Enter');
  await opens.nth(1).press('Enter');
  await page.locator('.attempts').nth(1).waitFor();
  await page.locator('#usage').scrollIntoViewIfNeeded();
  await page.getByText('Each day in numbers').click();
  await ask(page, 'hello');
  await lastAnswer(page);
  await removeClipboard(page);
  await page.locator('#copy').press('Enter');
  await page.locator('#command').waitFor();
  await page.getByText('System prompt').click();
  await page.locator('.term summary').last().click();
  await page.locator('#model').press('ArrowDown');
  await page.getByRole('option', { name: 'small-model' }).waitFor();

  await assertAccessibleInEachLayout(page);

  assert.ok(await page.locator('.canvas canvas').evaluate((canvas) => canvas.clientWidth <= 390));
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForFunction((wide) => innerWidth === wide, width);
    await waitUntilEqual(() => page.locator(':is(td.c-outcome, .filters label)').evaluateAll((all) => all.filter((part) => part.scrollWidth > part.clientWidth).length), 0);
  }
});

onPool('an overflowing key list scrolls by keyboard, even with few keys', async ({ page, show }) => {
  const models = Array.from({ length: 15 }, (_, i) => ({ model: `model-${i}-${'of-a-long-name-'.repeat(5)}`, ...COOLING }));
  await show(gatewayOf({ models }, { models }));
  const list = page.locator('.provider > ul[tabindex="0"]');
  await list.waitFor();

  await list.press('End');

  await page.waitForFunction((shown) => shown.scrollTop > 0, await list.elementHandle());
  await assertAccessible(page);
});

onPool('simultaneous state changes are announced together', async ({ page, show }) => {
  await show(gatewayOf({}, {}));
  await show(gatewayOf(COOLING, COOLING));

  await page.getByText('groq/1 is cooling: rate limited; groq/2 is cooling: rate limited').waitFor();
});

withClock('frequent state changes do not flood a screen reader', async ({ page, show, announced }) => {
  await show(gatewayOf({}));
  await show(gatewayOf(COOLING));
  await waitUntilEqual(announced, ['groq/1 is cooling: rate limited']);
  await show(gatewayOf(RETIRED));
  await page.clock.runFor(1000);
  assert.deepEqual(await announced(), []);

  await page.clock.runFor(10_000);

  assert.deepEqual(await announced(), ['groq/1 is retired: key refused']);
});

withClock('a state change is announced even if a key is added or removed first', async ({ page, show, announced }) => {
  await show(gatewayOf({}, {}));
  await show(gatewayOf(COOLING, {}));
  await waitUntilEqual(announced, ['groq/1 is cooling: rate limited']);
  await show(gatewayOf(RETIRED, COOLING));

  await show(gatewayOf(RETIRED));
  await page.clock.runFor(11_000);
  await show(gatewayOf(COOLING, COOLING));
  await page.clock.runFor(11_000);

  assert.deepEqual(await announced(), ['groq/1 is retired: key refused', 'groq/1 is cooling: rate limited']);
});

withClock('changes of many keys are announced by their numbers, also equal ones', async ({ page, show, announced }) => {
  const half = Array(6).fill(COOLING);
  await show(gatewayOf(...Array(12).fill({})));
  await show(gatewayOf(...half, ...Array(6).fill({})));
  await waitUntilEqual(announced, ['6 keys are cooling']);
  await show(gatewayOf(...half, ...half));
  await page.clock.runFor(11_000);
  assert.deepEqual(await announced(), ['6 keys are cooling']);

  await show(gatewayOf({}, ...Array(11).fill(RETIRED)));
  await page.clock.runFor(11_000);

  assert.deepEqual(await announced(), ['1 key is ready; 11 keys are retired']);
});

onPool('forced colours keep what only a background shows', async ({ page, show, answer }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await answer('v1/models', { data: [{ id: 'small-model', owned_by: 'groq' }] });
  await answer('api/usage', { from: '2026-11-24', to: '2026-11-25', rows: [1, 2].map((i) => row({ client: `client-${i}`, day: '2026-11-25' })) });
  await show(gatewayOf({ models: [limited('small', { bucket: 'tokens-minute', limit: 100, remaining: 50, reset_seconds: null, continuous: false })] }));
  await page.locator('#usage').scrollIntoViewIfNeeded();
  await page.getByRole('form', { name: 'Usage' }).getByLabel('By').dispatchEvent('change');
  await page.locator('.sums .swatch').nth(1).waitFor();
  await page.locator('#model').press('ArrowDown');
  await page.getByRole('option', { name: 'small-model' }).waitFor();
  await page.locator('#model').press('ArrowDown');

  const differ = (property, ...parts) =>
    page.evaluate(([name, all]) => new Set(all.map((part) => getComputedStyle(document.querySelector(part))[name])).size === all.length, [property, parts]);
  assert.ok(await differ('color', '[role=option].active', '[role=option]:not(.active)'), 'the active model');
  assert.ok(await differ('backgroundColor', '.meter', '.meter span'), 'a limit');
  assert.ok(await differ('backgroundColor', '.sums tr:first-child .swatch', '.sums tr:nth-child(2) .swatch'), 'the colours of the usage');
});

onPool('reduced motion disables animations', async ({ page, show }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await show(gatewayOf({}));
  await page.locator('#ring .mark .shape').evaluate((shape) => (shape.animate = () => (window.moved = true)));
  await show(gatewayOf({ attempts: 1 }));
  assert.equal(await page.evaluate(() => window.moved), undefined);

  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await show(gatewayOf({ attempts: 2 }));

  assert.ok(await page.evaluate(() => window.moved));
});
