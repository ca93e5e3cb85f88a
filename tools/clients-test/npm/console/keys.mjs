// Keys, limits and the ring.
import assert from 'node:assert/strict';
import { openConsole, ask, waitUntilEqual, openSignedIn, enterToken, test } from '../browser.mjs';
import { COOLING, gatewayOf, limited, limits, sendSnapshots, withSnapshots } from './snapshots.mjs';

test('a cooling key shows its reason and counts down', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.next('groq', 'rate-limited:900s');
  const response = await fetch(`${world.gateway}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.token}` },
    body: JSON.stringify({ provider: 'groq', messages: [{ role: 'user', content: 'hello' }] }),
  });
  assert.equal(response.headers.get('X-Keywheel-Attempts'), 'groq/1:rate_limited, groq/2:ok');

  const cooling = page.locator('.key[data-state=cooling] .state');
  await cooling.waitFor();

  const first = await cooling.textContent();
  assert.match(first, /^Cooling 1[0-9]:[0-9]{2} · rate limited$/);
  assert.equal(await page.locator('#ring .shape.cooling').count(), 1);
  assert.equal(await page.locator('#ring .shape.ready').count(), 5);
  await page.waitForFunction((text) => document.querySelector('.key[data-state=cooling] .state').textContent !== text, first);
  assert.equal(await page.locator('#said').textContent(), 'groq/1 is cooling: rate limited');
  await page.getByRole('img', { name: /^Failures .*: 1 rate limited$/ }).waitFor();
});

test('the marker of the next provider moves with each chat', async (t) => {
  const { page } = await openSignedIn(t);
  const next = () => page.locator('.provider:has(.next:not([hidden]))').getAttribute('aria-label');
  assert.equal(await next(), 'Keys of groq');

  await ask(page, 'hello');

  await page.locator('.provider[aria-label="Keys of cerebras"] .next').waitFor();
  assert.match(await page.locator('#ring desc').textContent(), /cerebras is next/);
});

test('keys of one quota group are listed together with their shared limits', async (t) => {
  const limit = limits({ bucket: 'tokens-minute', limit: 8000, remaining: 5200, reset_seconds: 3000, continuous: false });
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf({ group: 'team-a', ...limit }, { group: '#2' }, { group: 'team-a', ...limit })));
  await enterToken(page, world.token);

  const group = page.locator('.group');
  await group.waitFor();

  assert.equal(await group.locator('.group-name').textContent(), 'Quota group team-a These keys share one limit.');
  assert.deepEqual(await group.locator('.key .name').allTextContents(), ['groq/1 0badcaf1', 'groq/3 0badcaf1']);
  assert.match(await group.locator('.limits ul').textContent(), /^tokens\/min5,200 of 8,000 leftfull in 4[0-9]:[0-9]{2}$/);
  const meter = page.getByRole('meter', { name: 'tokens/min left for quota group team-a, small' });
  assert.deepEqual(await meter.evaluate(({ ariaValueNow, ariaValueMax }) => [ariaValueNow, ariaValueMax]), ['5200', '8000']);
  assert.equal(await page.getByRole('meter').count(), 1);
});

test('the page height is stable for quota groups of any size', async (t) => {
  const given = { keys: 12 };
  const { page, world } = await openConsole(t, (page) => sendSnapshots(page, () => [gatewayOf(...Array(given.keys).fill({ group: 'team-a' }))]));
  await page.setViewportSize({ width: 390, height: 900 });
  await enterToken(page, world.token);
  const heights = async () => {
    const seen = new Set();
    for (let frame = 0; frame < 30; frame++) {
      await new Promise(requestAnimationFrame);
      seen.add(document.documentElement.scrollHeight);
    }
    return seen.size;
  };
  for (given.keys of [12, 40]) {
    await waitUntilEqual(() => page.locator('.group .key').count(), given.keys);

    await waitUntilEqual(() => page.evaluate(heights), 1);
  }
});

test('the list of limits of other models stays open when it changes', async (t) => {
  const [few, many] = [1, 9].map((remaining) => ({ bucket: 'requests', limit: 10, remaining, reset_seconds: null, continuous: false }));
  const given = { models: [limited('small', few), limited('large', many)] };
  const { page, world } = await openConsole(t, (page) => sendSnapshots(page, () => [gatewayOf(given)]));
  await enterToken(page, world.token);
  const other = page.getByRole('meter', { name: 'requests left for groq/1, large' });
  await other.waitFor({ state: 'hidden' });

  await page.getByText('Limits of 1 other model').click();
  await other.waitFor();
  given.models = [...given.models, limited('huge', few)];

  await page.getByText('Limits of 2 other models').waitFor();
  assert.ok(await other.isVisible());
});

test('a limit that is reported under two names is shown once', async (t) => {
  const limit = { limit: 8000, remaining: 308, reset_seconds: 58, continuous: true };
  const buckets = [{ ...limit, bucket: 'tokens' }, { ...limit, bucket: 'tokens-minute' }, { ...limit, bucket: 'requests', limit: 1000 }];
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf(limits(...buckets))));
  await enterToken(page, world.token);
  await page.getByRole('meter').first().waitFor();

  assert.deepEqual(await page.locator('.limits li > :first-child').allTextContents(), ['tokens', 'requests']);
});

test('a key at its in-flight limit shows when that ends at the latest', async (t) => {
  const models = [{ ...limited('small'), full_until: '2026-11-25T12:00:08Z' }];
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf({ models })));
  await enterToken(page, world.token);

  await page.getByText(/^Ready · at its limit of calls, 0:0[78] at most$/).waitFor();
});

test('a limit refills on the page continuously or at its reset, as reported', async (t) => {
  const used = { limit: 100, remaining: 0, reset_seconds: 1200 };
  const buckets = [
    { ...used, bucket: 'little-by-little', continuous: true },
    { ...used, bucket: 'at-once', continuous: false },
    { ...used, bucket: 'over', reset_seconds: 400, continuous: false },
    { ...used, bucket: 'unlimited', limit: null, remaining: 7, reset_seconds: null, continuous: false },
  ];
  const { page, world } = await openConsole(t, withSnapshots(gatewayOf({ models: [{ ...limited('small', ...buckets), as_of: '2026-11-25T11:50:00Z' }] })));
  await enterToken(page, world.token);
  await page.locator('.limits li').nth(3).waitFor();

  const [little, once, over, unlimited] = await page.locator('.limits .count').allTextContents();

  assert.match(little, /^5[0-9] of 100 left$/);
  assert.deepEqual([once, over, unlimited], ['0 of 100 left', '100 of 100 left', '7 left']);
});

test('the pool shows the next key to recover, its reason and the number of waiting requests', async (t) => {
  const soon = { ...COOLING, until: '2026-11-25T12:00:30Z', foreseen: true };
  const later = { ...COOLING, until: '2026-11-25T12:05:00Z' };
  const retired = { state: 'retired', reason: 'key_refused', until: '2026-11-25T13:00:00Z' };
  const { page, world } = await openConsole(t, withSnapshots({ ...gatewayOf({}, later, soon, retired), waiting: 2 }));
  await enterToken(page, world.token);

  await page.getByText(/^groq\/3 is back in (30|2[0-9]) s, rate limited \(foreseen: not refused yet\)\.$/).waitFor();

  await page.getByText('Foreseen: the limit is used up, but no request was refused yet.').waitFor();
  const summary = page.locator('#summary');
  await summary.getByText('2 requests wait for a key.').waitFor();
  assert.deepEqual(await summary.locator('li').allTextContents(), [
    '1readytakes requests',
    '2coolingout of turn for a while',
    '0probingone request tests it',
    '1retiredits provider refuses it',
  ]);
});

test('no row moves when the state of a key changes', async (t) => {
  const cooling = { ...COOLING, until: '2026-11-25T12:59:56Z' };
  const states = [{}, cooling, { state: 'cooling', reason: 'model_unavailable', on_trial: true }, { ...cooling, state: 'retired' }];
  const busy = { attempts: 123_456, failures: { unavailable: 12_345, cancelled: 7 } };
  const given = { state: states[0] };
  const { page, world } = await openConsole(t, (page) => sendSnapshots(page, () => [gatewayOf({}, { ...busy, ...given.state }, {})]));
  await enterToken(page, world.token);
  // Positions are relative to the list, because the parts above may still adapt to the width.
  const places = () =>
    page.locator('#providers').evaluate((list) => Array.from(list.querySelectorAll('.key'), (row) => row.getBoundingClientRect().y - list.getBoundingClientRect().y));
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForFunction((wide) => innerWidth === wide, width);
    const seen = [];
    for (given.state of states) {
      const name = given.state.on_trial ? 'probing' : (given.state.state ?? 'ready');
      await page.locator(`.key[data-state=${name}]`).nth(name === 'ready' ? 2 : 0).waitFor();
      seen.push(await places());
    }
    seen.forEach((each) => assert.deepEqual(each, seen[0], `${width} pixels`));
  }
});

test('names of small providers side by side do not overlap in the ring', async (t) => {
  const key = { ...gatewayOf({}).providers[0].keys[0] };
  const provider = (id, keys) => ({ id, default_model: 'small', keys: Array.from({ length: keys }, (_, i) => ({ ...key, key: `${id}/${i + 1}` })) });
  const small = ['openrouter', 'cerebras', 'deepseek', 'together', 'mistral'].map((id) => provider(id, 1));
  const { page, world } = await openConsole(t, withSnapshots({ ...gatewayOf({}), providers: [provider('groq', 40), ...small, provider('local', 2)] }));
  await enterToken(page, world.token);
  const labels = page.locator('#ring .provider-name');
  await labels.nth(6).waitFor();

  const [face, ...boxes] = await labels.evaluateAll((texts) => [texts[0].ownerSVGElement, ...texts].map((node) => [node.textContent, node.getBoundingClientRect()]));

  for (const [name, box] of boxes) {
    assert.ok(box.left >= face[1].left && box.right <= face[1].right, `${name} is cut off`);
    const over = boxes.filter(([, other]) => other.left < box.right && box.left < other.right && other.top < box.bottom - 2 && box.top < other.bottom - 2);
    assert.deepEqual(over.map(([other]) => other), [name]);
  }
});
