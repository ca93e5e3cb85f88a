// Keys, limits and the ring.
import assert from 'node:assert/strict';
import { waitUntilEqual } from '../browser.mjs';
import { onPool, onUsedGateway } from './pages.mjs';
import { COOLING, gatewayOf, limited, limits } from './snapshots.mjs';

onUsedGateway('a cooling key shows its reason and counts down', async ({ page }) => {
  const cooling = page.locator('.key[data-state=cooling] .state');
  await cooling.waitFor();

  const first = await cooling.textContent();
  assert.match(first, /^Cooling 1[0-9]:[0-9]{2} · rate limited$/);
  assert.equal(await page.locator('#ring .shape.cooling').count(), 1);
  assert.equal(await page.locator('#ring .shape.ready').count(), 5);
  await page.waitForFunction((text) => document.querySelector('.key[data-state=cooling] .state').textContent !== text, first);
  await page.locator('#said').getByText('groq/1 is cooling: rate limited', { exact: true }).waitFor();
  await page.getByRole('img', { name: /^Failures .*: 1 rate limited$/ }).waitFor();
});

onPool('keys of one quota group are listed together with their shared limits', async ({ page, show }) => {
  const limit = limits({ bucket: 'tokens-minute', limit: 8000, remaining: 5200, reset_seconds: 3000, continuous: false });
  await show(gatewayOf({ group: 'team-a', ...limit }, { group: '#2' }, { group: 'team-a', ...limit }));

  const group = page.locator('.group');
  await group.waitFor();

  assert.equal(await group.locator('.group-name').textContent(), 'Quota group team-a These keys share one limit.');
  assert.deepEqual(await group.locator('.key .name').allTextContents(), ['groq/1 0badcaf1', 'groq/3 0badcaf1']);
  assert.match(await group.locator('.limits ul').textContent(), /^tokens\/min5,200 of 8,000 leftfull in 4[0-9]:[0-9]{2}$/);
  const meter = page.getByRole('meter', { name: 'tokens/min left for quota group team-a, small' });
  assert.deepEqual(await meter.evaluate(({ ariaValueNow, ariaValueMax }) => [ariaValueNow, ariaValueMax]), ['5200', '8000']);
  assert.equal(await page.getByRole('meter').count(), 1);
});

onPool('the page height is stable for quota groups of any size', async ({ page, show }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  const heights = async () => {
    const seen = new Set();
    for (let frame = 0; frame < 30; frame++) {
      await new Promise(requestAnimationFrame);
      seen.add(document.documentElement.scrollHeight);
    }
    return seen.size;
  };
  for (const keys of [12, 40]) {
    await show(gatewayOf(...Array(keys).fill({ group: 'team-a' })));

    await waitUntilEqual(() => page.evaluate(heights), 1);
  }
});

onPool('the list of limits of other models stays open when it changes', async ({ page, show }) => {
  const [few, many] = [1, 9].map((remaining) => ({ bucket: 'requests', limit: 10, remaining, reset_seconds: null, continuous: false }));
  const models = [limited('small', few), limited('large', many)];
  await show(gatewayOf({ models }));
  const other = page.getByRole('meter', { name: 'requests left for groq/1, large' });
  await other.waitFor({ state: 'hidden' });

  await page.getByText('Limits of 1 other model').click();
  await other.waitFor();
  await show(gatewayOf({ models: [...models, limited('huge', few)] }));

  await page.getByText('Limits of 2 other models').waitFor();
  assert.ok(await other.isVisible());
});

onPool('a limit that is reported under two names is shown once', async ({ page, show }) => {
  const limit = { limit: 8000, remaining: 308, reset_seconds: 58, continuous: true };
  const buckets = [{ ...limit, bucket: 'tokens' }, { ...limit, bucket: 'tokens-minute' }, { ...limit, bucket: 'requests', limit: 1000 }];
  await show(gatewayOf(limits(...buckets)));
  await page.getByRole('meter').first().waitFor();

  assert.deepEqual(await page.locator('.limits li > :first-child').allTextContents(), ['tokens', 'requests']);
});

onPool('a key at its in-flight limit shows when that ends at the latest', async ({ page, show }) => {
  const models = [{ ...limited('small'), full_until: '2026-11-25T12:00:58Z' }];
  await show(gatewayOf({ models }));

  await page.getByText(/^Ready · at its limit of calls, 0:5[0-8] at most$/).waitFor();
});

onPool('a limit refills on the page continuously or at its reset, as reported', async ({ page, show }) => {
  const used = { limit: 100, remaining: 0, reset_seconds: 1200 };
  const buckets = [
    { ...used, bucket: 'little-by-little', continuous: true },
    { ...used, bucket: 'at-once', continuous: false },
    { ...used, bucket: 'over', reset_seconds: 400, continuous: false },
    { ...used, bucket: 'unlimited', limit: null, remaining: 7, reset_seconds: null, continuous: false },
  ];
  await show(gatewayOf({ models: [{ ...limited('small', ...buckets), as_of: '2026-11-25T11:50:00Z' }] }));
  await page.locator('.limits li').nth(3).waitFor();

  const [little, once, over, unlimited] = await page.locator('.limits .count').allTextContents();

  assert.match(little, /^5[0-9] of 100 left$/);
  assert.deepEqual([once, over, unlimited], ['0 of 100 left', '100 of 100 left', '7 left']);
});

onPool('a limit does not refill on the page while a key cools down after a refusal', async ({ page, show }) => {
  const bucket = { bucket: 'requests-minute', limit: 100, remaining: 0, reset_seconds: 1200, continuous: true };
  const refused = { ...COOLING, reason: 'rate_limited', foreseen: false };
  await show(gatewayOf({ models: [{ ...limited('small', bucket), ...refused, as_of: '2026-11-25T11:50:00Z' }] }));

  await page.getByText('0 of 100 left', { exact: true }).waitFor();
});

onPool('the pool shows the next key to recover, its reason and the number of waiting requests', async ({ page, show }) => {
  const soon = { ...COOLING, until: '2026-11-25T12:00:30Z', foreseen: true };
  const later = { ...COOLING, until: '2026-11-25T12:05:00Z' };
  const retired = { state: 'retired', reason: 'key_refused', until: '2026-11-25T13:00:00Z' };
  await show({ ...gatewayOf({}, later, soon, retired), waiting: 2 });

  await page.getByText(/^groq\/3 is back in (30|2[0-9]) s, rate limited \(foreseen: not refused yet\)\.$/).waitFor();

  await page.getByText('Foreseen: the limit is used up, but no request was refused yet.').waitFor();
  const summary = page.locator('#summary');
  await summary.getByText('2 requests wait for a key.').waitFor();
  assert.deepEqual(await summary.locator('li').allTextContents(), [
    '1readytakes requests',
    '2coolingout of turn for a while',
    '0probingone request probes it',
    '1retiredits provider refuses it',
  ]);
});

onPool('no row moves when the state of a key changes', async ({ page, show }) => {
  const cooling = { ...COOLING, until: '2026-11-25T12:59:56Z' };
  const states = [{}, cooling, { state: 'cooling', reason: 'model_unavailable', on_trial: true }, { ...cooling, state: 'retired' }];
  const busy = { attempts: 123_456, failures: { unavailable: 12_345, cancelled: 7 } };
  // Positions are relative to the list, because the parts above may still adapt to the width.
  const places = () =>
    page.locator('#providers').evaluate((list) => Array.from(list.querySelectorAll('.key'), (row) => row.getBoundingClientRect().y - list.getBoundingClientRect().y));
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForFunction((wide) => innerWidth === wide, width);
    const seen = [];
    for (const state of states) {
      await show(gatewayOf({}, { ...busy, ...state }, {}));
      seen.push(await places());
    }
    seen.forEach((each) => assert.deepEqual(each, seen[0], `${width} pixels`));
  }
});

onPool('names of small providers side by side do not overlap in the ring', async ({ page, show }) => {
  const key = { ...gatewayOf({}).providers[0].keys[0] };
  const provider = (id, keys) => ({ id, default_model: 'small', keys: Array.from({ length: keys }, (_, i) => ({ ...key, key: `${id}/${i + 1}` })) });
  const small = ['openrouter', 'cerebras', 'deepseek', 'together', 'mistral'].map((id) => provider(id, 1));
  await show({ ...gatewayOf({}), providers: [provider('groq', 40), ...small, provider('local', 2)] });
  const labels = page.locator('#ring .provider-name');
  await labels.nth(6).waitFor();

  const [face, ...boxes] = await labels.evaluateAll((texts) => [texts[0].ownerSVGElement, ...texts].map((node) => [node.textContent, node.getBoundingClientRect()]));

  for (const [name, box] of boxes) {
    assert.ok(box.left >= face[1].left && box.right <= face[1].right, `${name} is cut off`);
    const over = boxes.filter(([, other]) => other.left < box.right && box.left < other.right && other.top < box.bottom - 2 && box.top < other.bottom - 2);
    assert.deepEqual(over.map(([other]) => other), [name]);
  }
});
