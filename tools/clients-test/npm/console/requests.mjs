// The table of the last requests.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitUntilEqual, openSignedIn, enterToken, test, removeClipboard } from '../browser.mjs';
import { assertAccessibleInEachLayout } from './axe.mjs';

const APIS = ['json', 'sse', 'websocket', 'openai', 'openai_stream', 'messages', 'messages_stream', 'responses', 'responses_stream'];
const HOSTILE = '<img src=x onerror=alert(1)>';

/** Opens the console with the table visible, which shows `requests()` if given. `pause` controls the page's clock. */
async function openRequests(t, requests, pause) {
  const prepare = async (page) => {
    if (requests) {
      await page.route('**/api/requests', (route) =>
        route.request().headers().authorization ? route.fulfill({ json: { requests: requests() } }) : route.continue(),
      );
    }
  };
  const world = await openSignedIn(t, prepare, pause && { before: (page) => page.clock.install() });
  await pause?.(world.page);
  await world.page.locator('#requests').scrollIntoViewIfNeeded();
  return { ...world, rows: world.page.locator('.requests > tbody > tr:not(.details)') };
}

function request(id, more = {}) {
  const { key = 'groq/1', model = 'small', outcome = 'ok' } = more;
  const trail = [{ key, model, outcome, wait_ms: 0, duration_ms: 800 }];
  return {
    ...{ time: '2026-11-28T12:00:00.120Z', id, client: 'alice', api: 'json', model, provider: 'groq', status: 200, outcome, attempts: 1 },
    ...{ first_content_ms: 240, duration_ms: 900, input_tokens: 1200, output_tokens: 30, trail, ...more },
  };
}

function chat(world, id, provider = 'groq') {
  return fetch(`${world.gateway}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.token}`, 'X-Request-Id': id },
    body: JSON.stringify({ provider, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

const texts = (rows) => rows.evaluateAll((all) => all.map((row) => Array.from(row.cells, (cell) => cell.textContent)));

test('a chat is listed at once, and the keyboard opens its attempts', async (t) => {
  const { page, world, rows } = await openRequests(t);
  await page.getByText('No requests yet.').waitFor();
  await world.next('groq', 'rate-limited:90s');
  assert.equal((await chat(world, 'r-1')).status, 200);

  await page.getByText('1 request, only those of client-1').waitFor();

  const [[, client, api, model, provider, outcome, attempts, ...numbers]] = await texts(rows);
  assert.deepEqual([client, api, model, provider, outcome, attempts], ['client-1', 'json', 'openai/gpt-oss-120b', 'groq', 'ok', '2']);
  assert.ok(numbers.every((number) => /^\d+(\.\d\d s)?$/.test(number)), numbers);
  const opens = rows.getByRole('button');
  await opens.press('Enter');
  assert.equal(await opens.getAttribute('aria-expanded'), 'true');
  assert.match(await page.locator('.details .facts').textContent(), /^Requestr-1Status200APIjson, \/api\/chatModelopenai\/gpt-oss-120b/);
  const made = (await texts(page.locator('.attempts > tbody > tr'))).map((cells) => cells.slice(0, 4));
  assert.deepEqual(made, [
    ['1', 'groq/1', 'openai/gpt-oss-120b', 'rate limited'],
    ['2', 'groq/2', 'openai/gpt-oss-120b', 'ok'],
  ]);
  await opens.press('Enter');
  assert.ok(await page.locator('.details').isHidden());
});

test('rows do not move while one is open, and new requests are offered by a button', async (t) => {
  const { page, world, rows } = await openRequests(t);
  await chat(world, 'r-1');
  await rows.first().click();
  await chat(world, 'r-2', 'cerebras');

  const fresh = page.getByRole('button', { name: 'Show 1 new request' });
  await fresh.waitFor();

  assert.deepEqual((await texts(rows)).map((cells) => cells[4]), ['groq']);
  await fresh.click();
  assert.deepEqual((await texts(rows)).map((cells) => cells[4]), ['cerebras', 'groq']);
  assert.ok(await page.locator('.details').isVisible());
  await chat(world, 'r-3');
  await fresh.waitFor();
  await rows.nth(1).getByRole('button').press('Enter');
  await page.mouse.move(0, 0);
  await page.waitForFunction(() => document.querySelectorAll('.requests > tbody > tr:not(.details)').length === 3);
});

test('a slow request is inserted below requests that began later', async (t) => {
  const all = [request('quick', { model: 'quick' }), request('old', { model: 'old' })];
  const { page, world, rows } = await openRequests(t, () => all);
  await page.mouse.move(0, 0);
  await rows.first().getByRole('button').focus();
  all.splice(1, 0, request('slow', { model: 'slow' }));
  await chat(world, 'r-1');

  await page.getByText('3 requests').waitFor();

  assert.deepEqual((await texts(rows)).map((cells) => cells[3]), ['quick', 'slow', 'old']);
  assert.equal(await page.evaluate(() => document.activeElement.className), 'opens');
});

test('identical requests have a row each', async (t) => {
  const same = request('same', { model: 'same' });
  const all = [same, same, request('old', { model: 'old' })];
  const { page, world, rows } = await openRequests(t, () => all);
  await page.mouse.move(0, 0);
  all.unshift(request('new', { model: 'new' }));
  await chat(world, 'r-1');

  await page.getByText('4 requests').waitFor();

  assert.deepEqual((await texts(rows)).map((cells) => cells[3]), ['new', 'same', 'same', 'old']);
});

test('requests of a restarted gateway replace the earlier rows, even an open one', async (t) => {
  const all = ['r-1', 'r-2'].map((id) => request(id));
  const { world, page, rows } = await openRequests(t, () => all);
  await rows.first().click();
  all.splice(0, 2);
  await chat(world, 'r-3');

  await page.getByText('No requests yet.').waitFor();

  assert.equal(await rows.count(), 0);
});

test('the table is fetched at most every two seconds, and not while paused', async (t) => {
  const { page, world, rows } = await openRequests(t, null, countFetches);
  let chats = 0;
  const another = async () => {
    await chat(world, `r-${++chats}`);
    await page.locator('.plot-requests').getByText(`${chats} answered`).waitFor();
  };
  await waitUntilEqual(() => fetchesAfter(page, 250), 1);
  await page.getByText('No requests yet.').waitFor();

  await another();
  assert.equal(await fetchesAfter(page, 1700), 1);
  assert.equal(await fetchesAfter(page, 500), 2);
  await rows.first().waitFor();

  await page.getByRole('button', { name: 'Pause' }).click();
  await another();
  assert.equal(await fetchesAfter(page, 5000), 2);

  await page.getByRole('button', { name: 'Resume' }).click();
  await rows.nth(1).waitFor();
});

test('the table is fetched again ten seconds after a slow request', async (t) => {
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  const { page, world } = await openRequests(t, null, async (page) => {
    await page.route('**/api/requests', (route) => held.then(() => route.continue()));
    const inSight = page.locator('#requests').scrollIntoViewIfNeeded();
    const [request] = await Promise.all([page.waitForRequest('**/api/requests'), inSight.then(() => countFetches(page))]);
    await page.clock.runFor(5000);
    answer();
    await request.response();
  });
  await page.getByText('No requests yet.').waitFor();
  const fetches = await fetchesAfter(page, 0);
  await chat(world, 'r-1');
  await page.locator('.plot-requests').getByText('1 answered').waitFor();

  assert.equal(await fetchesAfter(page, 9000), fetches);
  assert.equal(await fetchesAfter(page, 1500), fetches + 1);
});

test('the table is fetched again two seconds after the gateway failed', async (t) => {
  const failing = { status: 503, json: { error: 'the gateway has reached its limit of connections' } };
  const { page } = await openRequests(t, null, async (page) => {
    await page.route('**/api/requests', (route) => route.fulfill(failing));
    await countFetches(page);
  });
  await waitUntilEqual(() => fetchesAfter(page, 250), 1);
  await page.getByText(failing.json.error).waitFor();

  await page.unroute('**/api/requests');
  await fetchesAfter(page, 2500);

  await page.getByText('No requests yet.').waitFor();
});

test('the table does not ask again for a removed token, and is fetched with the next one', async (t) => {
  const { page, world } = await openRequests(t, null, countFetches);
  await waitUntilEqual(() => fetchesAfter(page, 250).then(() => page.getByText('No requests yet.').isVisible()), true);
  await page.route('**/api/requests', (route) => route.fulfill({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, json: {} }));
  const fetches = await fetchesAfter(page, 10_500);

  await page.getByRole('button', { name: 'Later' }).click();

  assert.equal(await fetchesAfter(page, 10_500), fetches);
  await page.unroute('**/api/requests');
  // After 40 s without an event, the stream counts as silent, and the page asks for the token. An event that arrives
  // meanwhile, on a slow machine, restarts these 40 s.
  await waitUntilEqual(() => fetchesAfter(page, 10_000).then(() => page.getByLabel('Access token').isVisible()), true);
  await enterToken(page, world.token);
  await waitUntilEqual(() => fetchesAfter(page, 250), fetches + 1);
});

/** Advances the clock, and returns how often the table was fetched. */
async function fetchesAfter(page, millis) {
  await page.clock.runFor(millis);
  return page.evaluate(() => window.fetches);
}

/** Stops the clock of the page, and counts how often the table is fetched. */
async function countFetches(page) {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 20_000);
  await page.evaluate(() => {
    const asked = window.fetch;
    window.fetches = 0;
    window.fetch = (path, options) => {
      window.fetches += path === 'api/requests';
      return asked(path, options);
    };
  });
}

test('filters select from a thousand requests', async (t) => {
  const all = Array.from({ length: 998 }, (_, i) => request(`r-${i}`));
  all.push(request('late', { client: 'bob', outcome: 'rate_limited', status: 429, attempts: 0, trail: [], first_content_ms: null }));
  all.push(request('last', { client: 'bob' }));
  const { page, rows } = await openRequests(t, () => all);
  await page.getByText('1,000 requests').waitFor();
  assert.equal(await rows.count(), 1000);
  const filters = page.getByRole('form', { name: 'Filters' });

  await filters.getByLabel('Client').selectOption('bob');
  await page.getByText('2 of 1,000 requests').waitFor();
  await filters.getByLabel('Outcome').selectOption('rate limited');
  await page.getByText('1 of 1,000 requests').waitFor();
  const [only] = await texts(page.locator('.requests > tbody > tr:not([hidden])'));
  assert.deepEqual(only.slice(1), ['bob', 'json', 'small', 'groq', 'rate limited', '0', '1,200', '30', '–', '0.90 s']);
  await page.locator('.requests > tbody > tr:not([hidden])').click();
  await page.getByText('No key was asked.').waitFor();
  await filters.getByLabel('Client').selectOption('All');
  await filters.getByLabel('Outcome').selectOption('All');
  await filters.getByLabel('Request id').fill('r-99');
  await page.getByText('9 of 1,000 requests').waitFor();
});

test('a filter offers the values of the rows and the selected value', async (t) => {
  const all = ['first', 'chosen', 'third'].map((model) => request(model, { model }));
  const { page, world, rows } = await openRequests(t, () => all);
  const model = page.getByRole('form', { name: 'Filters' }).getByLabel('Model');
  await rows.nth(2).waitFor();
  await model.selectOption('chosen');
  all.splice(0, 3, request('last', { model: 'last' }));
  await chat(world, 'r-1');

  await model.locator('option[value=last]').waitFor({ state: 'attached' });

  assert.deepEqual(await model.locator('option').allTextContents(), ['All', 'chosen', 'last']);
});

test('a long attempt list shows how many attempts are omitted', async (t) => {
  const trail = Array.from({ length: 20 }, (_, i) => ({ key: `groq/${i}`, model: 'small', outcome: 'key_refused', wait_ms: 0, duration_ms: 1 }));
  const { page, rows } = await openRequests(t, () => [request('r-1', { attempts: 31, trail })]);

  await rows.click();

  const places = (await texts(page.locator('.attempts > tbody > tr'))).map(([place]) => place);
  assert.deepEqual(places.slice(-3), ['19', 'and 11 more', '31']);
});

test('a request is copied as a curl command for its API with a placeholder prompt', async (t) => {
  const { page, rows, world } = await openRequests(t, () =>
    APIS.map((api) => request('r-1', { api, provider: 'cerebras', model: 'gpt-oss-120b', key: 'cerebras/1' })),
  );
  await removeClipboard(page);
  await rows.nth(APIS.length - 1).waitFor();
  for (const [i, api] of APIS.entries()) {
    await rows.nth(i).getByRole('button').press('Enter');
    const details = page.locator('.details:visible');
    await details.getByRole('button', { name: 'Copy as curl' }).press('Enter');
    const field = details.getByLabel('curl command');
    await field.waitFor();
    const text = await field.inputValue();
    assert.ok(text.startsWith(": 'Request r-1 of alice at 2026-11-28T12:00:00.120Z; its prompt was not kept'\n"), text);
    assert.ok(!text.includes(world.token));
    assert.equal(text.includes('"stream":true'), api.includes('_stream'), text);

    const env = { ...process.env, KEYWHEEL_TOKEN: world.token };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s -o /dev/null -w '%{http_code}'`], { env });

    assert.equal(stdout, '200', api);
    await rows.nth(i).getByRole('button').press('Enter');
  }
  const asked = (await world.chats()).map(({ body }) => JSON.parse(body).messages.at(-1).content);
  assert.deepEqual(asked, Array(APIS.length).fill('Your prompt'));
});

test('a request without a provider is copied with its model alone', async (t) => {
  const { page, rows } = await openRequests(t, () => ['smart', ''].map((model) => request('r-1', { api: 'openai', model, provider: '', trail: [] })));
  await removeClipboard(page);
  const models = [];
  for (const i of [0, 1]) {
    await rows.nth(i).getByRole('button').press('Enter');
    const details = page.locator('.details').nth(i);
    await details.getByRole('button', { name: 'Copy as curl' }).press('Enter');
    const field = details.getByLabel('curl command');
    await field.waitFor();
    models.push((await field.inputValue()).match(/"model":"(.*?)"/)[1]);
  }

  assert.deepEqual(models, ['smart', 'auto']);
});

test('a skip link passes the rows by keyboard', async (t) => {
  const { page, rows } = await openRequests(t, () => [request('r-1'), request('r-2')]);
  await rows.nth(1).waitFor();
  const skip = page.getByRole('link', { name: 'Skip to usage' });

  await page.getByRole('group', { name: 'Requests' }).press('Tab');

  const isSeen = (link) => {
    const { x, y, width, height } = link.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === link;
  };
  assert.ok(await skip.evaluate(isSeen));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].textContent), 'From ');
});

test('axe reports no violation in the table, and names are shown as text', async (t) => {
  const { page, rows } = await openRequests(t, () => [request('r-1', { client: HOSTILE, model: HOSTILE }), request('r-2', { outcome: 'all_providers_failed', time: new Date().toISOString() })]);
  await rows.first().click();
  await rows.nth(1).getByRole('button').press('Enter');
  await page.locator('.attempts').nth(1).waitFor();

  await assertAccessibleInEachLayout(page);

  assert.equal((await texts(rows))[0][1], HOSTILE);
  assert.equal(await page.locator('#requests img').count(), 0);
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForFunction((wide) => innerWidth === wide, width);
    await waitUntilEqual(() => rows.locator('.c-outcome').evaluateAll((all) => all.filter((cell) => cell.scrollWidth > cell.clientWidth).length), 0);
  }
});
