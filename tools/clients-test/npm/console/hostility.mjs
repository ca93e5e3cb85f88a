// Text that wants to be a program.
import assert from 'node:assert/strict';
import { answered, arrive, ask, enter, show, test } from '../browser.mjs';
import { showing } from './snapshots.mjs';

const HOSTILE = `<img src=x onerror="alert('img')"><script>alert('script')</script>\u202e"'><svg/onload=alert(1)>`;

test('a hostile answer stays text', async (t) => {
  const { page } = await enter(t);
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
  const { page, world } = await arrive(t, async (page) => {
    await showing(picture)(page);
    await page.route('**/v1/models', (route) => route.fulfill({ json: { data: [{ id: HOSTILE, owned_by: HOSTILE }] } }));
  });

  await show(page, world.token);

  await page.locator('#model option').nth(1).waitFor({ state: 'attached' });
  assert.equal(await page.locator('#model option').nth(1).textContent(), HOSTILE);
  assert.ok((await page.locator('.key').textContent()).includes(HOSTILE));
  assert.equal(await page.locator('main :is(img, script)').count(), 0);
});
