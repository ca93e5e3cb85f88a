// The table of the last requests.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask, enterToken, openSignedIn, removeClipboard, resetPage, sharing, waitUntilEqual } from '../browser.mjs';
import { openMocked } from './mocked.mjs';
import { chat, onUsedGateway } from './pages.mjs';
import { gatewayOf } from './snapshots.mjs';

const APIS = ['json', 'sse', 'websocket', 'openai', 'openai_stream', 'messages', 'messages_stream', 'responses', 'responses_stream'];
const HOSTILE = '<img src=x onerror=alert(1)>';

/** Registers a test of the table. `list(...)` sets its rows, and `change(...)` what the gateway has later. */
const onTable = sharing(async (scope) => {
  const mocked = await openMocked(scope);
  const { page, show, answer } = mocked;
  const rows = page.locator('.requests > tbody > tr:not(.details)');
  const change = async (...requests) => {
    await answer('api/requests', { requests });
    await page.evaluate(loadTable);
  };
  const list = async (...requests) => {
    await show(gatewayOf({}));
    await page.locator('#requests').scrollIntoViewIfNeeded();
    await page.mouse.move(0, 0);
    // Fewer rows replace others, even open ones.
    await change();
    await page.getByText('No requests yet.').waitFor();
    await change(...requests);
    await waitUntilEqual(() => rows.count(), requests.length);
  };
  return { ...mocked, rows, list, change };
});

/** Loads the table now, as after a pause. */
export function loadTable() {
  const pause = document.querySelector('#requests .acts button:not(.fresh)');
  pause.click();
  pause.click();
}

export function request(id, more = {}) {
  const { key = 'groq/1', model = 'small', outcome = 'ok' } = more;
  const trail = [{ key, model, outcome, wait_ms: 0, duration_ms: 800 }];
  return {
    ...{ time: '2026-11-28T12:00:00.120Z', id, client: 'alice', api: 'json', model, provider: 'groq', status: 200, outcome, attempts: 1 },
    ...{ first_content_ms: 240, duration_ms: 900, input_tokens: 1200, output_tokens: 30, trail, ...more },
  };
}

const texts = (rows) => rows.evaluateAll((all) => all.map((row) => Array.from(row.cells, (cell) => cell.textContent)));

onUsedGateway('a chat is listed, and the keyboard opens its attempts', async ({ page }) => {
  await page.locator('#requests').scrollIntoViewIfNeeded();
  await page.getByText('3 requests, only those of client-1').waitFor();
  const row = page.locator('.requests > tbody > tr').nth(2);

  const [[, client, api, model, provider, outcome, attempts, ...numbers]] = await texts(row);
  assert.deepEqual([client, api, model, provider, outcome, attempts], ['client-1', 'json', 'openai/gpt-oss-120b', 'groq', 'ok', '2']);
  assert.ok(numbers.every((number) => /^\d+(\.\d\d s)?$/.test(number)), numbers);
  const opens = row.getByRole('button');
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

onTable('rows do not move while one is open, and new requests are offered by a button', async ({ page, rows, list, change }) => {
  const [first, second, third] = ['one', 'two', 'three'].map((model) => request(model, { model }));
  const models = async () => (await texts(rows)).map((cells) => cells[3]);
  await list(first);
  await rows.first().click();
  await change(second, first);

  const fresh = page.getByRole('button', { name: 'Show 1 new request' });
  await fresh.waitFor();

  assert.deepEqual(await models(), ['one']);
  await fresh.click();
  assert.deepEqual(await models(), ['two', 'one']);
  assert.ok(await page.locator('.details').isVisible());
  await change(third, second, first);
  await fresh.waitFor();
  await rows.nth(1).getByRole('button').press('Enter');
  await page.mouse.move(0, 0);
  await waitUntilEqual(models, ['three', 'two', 'one']);
});

onTable('a slow request is inserted below requests that began later', async ({ page, rows, list, change }) => {
  const [quick, slow, old] = ['quick', 'slow', 'old'].map((model) => request(model, { model }));
  await list(quick, old);
  await rows.first().getByRole('button').focus();
  await change(quick, slow, old);

  await page.getByText('3 requests').waitFor();

  assert.deepEqual((await texts(rows)).map((cells) => cells[3]), ['quick', 'slow', 'old']);
  assert.equal(await page.evaluate(() => document.activeElement.className), 'opens');
});

onTable('new requests are not announced, but the number that a filter leaves is', async ({ page, list, change }) => {
  const announced = page.locator('#requests [role=status]:not([aria-live=off])');
  await list(request('r-1'));
  await change(request('r-2'), request('r-1'));
  await page.getByText('2 requests').waitFor();
  assert.equal(await announced.count(), 0);

  await page.getByLabel('Request id').fill('r-2');

  await announced.getByText('1 of 2 requests').waitFor();
});

onTable('identical requests have a row each', async ({ page, rows, list, change }) => {
  const all = ['same', 'same', 'old'].map((model) => request(model, { model }));
  await list(...all);
  await change(request('new', { model: 'new' }), ...all);

  await page.getByText('4 requests').waitFor();

  assert.deepEqual((await texts(rows)).map((cells) => cells[3]), ['new', 'same', 'same', 'old']);
});

onTable('requests of a restarted gateway replace the earlier rows, even an open one', async ({ page, rows, list, change }) => {
  await list(request('r-1'), request('r-2'));
  await rows.first().click();
  await change();

  await page.getByText('No requests yet.').waitFor();

  assert.equal(await rows.count(), 0);
});

onTable('the list of models does not ask for a token that the user has put off, but Resume does', async ({ page, world, list, sent, answer }) => {
  await list(request('r-1'));
  await answer('api/chat/stream', {}, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  await ask(page, 'hello');
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Enter token' }).waitFor();
  const before = await sent('v1/models');
  await page.locator('#model').focus();
  assert.deepEqual(await sent('v1/models'), before);

  await answer('api/requests', {}, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  await page.evaluate(loadTable);
  await page.getByLabel('Access token').waitFor();
  await answer('api/requests', { requests: [request('r-2'), request('r-1')] });
  await enterToken(page, world.token);

  await page.getByText('2 requests').waitFor();
});

onTable('the dialog for a token stays closed when it returns the focus to the list of models', async ({ page, world, list, answer, sent }) => {
  const refused = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
  await list();
  await page.locator('#model').focus();
  await Promise.all(['api/chat/stream', 'v1/models'].map((path) => answer(path, {}, refused)));
  await page.evaluate(() => {
    document.getElementById('question').value = 'hello';
    document.getElementById('ask').requestSubmit();
  });
  await page.getByLabel('Access token').waitFor();
  const before = await sent('v1/models');

  await page.keyboard.press('Escape');

  await page.waitForFunction(() => document.activeElement.id === 'model');
  assert.deepEqual(await sent('v1/models'), before);
  await page.getByRole('button', { name: 'Enter token' }).click();
  await enterToken(page, world.token);
});

/** Registers a test that controls the page's clock. It starts after a first load of the table. */
const withClock = sharing(async (scope) => {
  const { page, world } = await openSignedIn(scope, undefined, { before: (page) => page.clock.install() });
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 20_000);
  await page.evaluate(countFetches);
  await page.locator('#requests').scrollIntoViewIfNeeded();
  await waitUntilEqual(() => fetchesAfter(page, 250), 1);
  await page.getByText('No requests yet.').waitFor();
  let chats = 0;
  const another = async () => {
    await chat(world, `r-${++chats}`);
    await page.locator('.plot-requests').getByText(`${chats} answered`).waitFor();
  };
  return { page, world, another, reset: () => resetPage(page) };
});

withClock('the table is fetched at most every two seconds, and not while paused', async ({ page, another }) => {
  const fetches = await fetched(page);

  await another();
  assert.equal(await fetchesAfter(page, 1700), fetches);
  assert.equal(await fetchesAfter(page, 500), fetches + 1);

  await page.getByRole('button', { name: 'Pause' }).click();
  await another();
  assert.equal(await fetchesAfter(page, 5000), fetches + 1);

  await page.getByRole('button', { name: 'Resume' }).click();
  await waitUntilEqual(() => fetchesAfter(page, 250), fetches + 2);
});

withClock('the table is fetched again ten seconds after a slow request', async ({ page, another }) => {
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route('**/api/requests', (route) => held.then(() => route.continue()));
  await ended(page);
  const [request] = await Promise.all([page.waitForRequest('**/api/requests'), page.evaluate(loadTable)]);
  await page.clock.runFor(5000);
  answer();
  await request.response();
  const fetches = await ended(page);
  await page.unroute('**/api/requests');
  await another();

  assert.equal(await fetchesAfter(page, 9000), fetches);
  assert.equal(await fetchesAfter(page, 1500), fetches + 1);
});

withClock('the table is fetched again two seconds after the gateway failed', async ({ page }) => {
  const failing = { status: 503, json: { error: 'the gateway has reached its limit of connections' } };
  await page.route('**/api/requests', (route) => route.fulfill(failing));
  await fetched(page);
  await page.getByText(failing.json.error).waitFor();

  await page.unroute('**/api/requests');
  await fetchesAfter(page, 2500);

  await page.locator('#requests [role=status]').getByText(/^(No requests yet\.|\d requests?, only)/).waitFor();
});

withClock('a token that is put off is not asked for again by what the user wanted before', async ({ page, world }) => {
  let refuse;
  const held = new Promise((resolve) => (refuse = resolve));
  const refused = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, json: {} };
  await page.route('**/api/requests', (route) => held.then(() => route.fulfill(refused)));
  await ended(page);
  await Promise.all([page.waitForRequest('**/api/requests'), page.evaluate(loadTable)]);
  await page.evaluate(loadTable);
  refuse();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Enter token' }).waitFor();
  const fetches = await fetchesAfter(page, 0);

  assert.equal(await fetchesAfter(page, 1000), fetches);

  await page.unroute('**/api/requests');
  await page.getByRole('button', { name: 'Enter token' }).click();
  await enterToken(page, world.token);
  await waitUntilEqual(() => fetchesAfter(page, 250), fetches + 1);
});

withClock('the table does not ask again for a removed token, and is fetched with the next one', async ({ page, world }) => {
  await ended(page);
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

/** Fetches the table now, and returns how often it was fetched. */
async function fetched(page) {
  await ended(page);
  await page.evaluate(loadTable);
  return ended(page);
}

/** Waits until no fetch is pending, and returns how often the table was fetched. */
async function ended(page) {
  await waitUntilEqual(() => page.evaluate(() => window.fetches === window.answers), true);
  return page.evaluate(() => window.fetches);
}

/** Counts how often the page fetches the table, and how often it has read the answer. */
function countFetches() {
  const asked = window.fetch;
  window.fetches = window.answers = 0;
  window.fetch = async (path, options) => {
    const counted = path === 'api/requests';
    window.fetches += counted;
    const response = await asked(path, options);
    // The page asks for a token without reading this answer.
    window.answers += counted && response.status === 401;
    const json = () => Response.prototype.json.call(response).finally(() => (window.answers += counted));
    return Object.assign(response, { json });
  };
}

onTable('filters select from many requests', async ({ page, list }) => {
  const all = Array.from({ length: 98 }, (_, i) => request(`r-${i}`));
  all.push(request('late', { client: 'bob', outcome: 'rate_limited', status: 429, attempts: 0, trail: [], first_content_ms: null }));
  all.push(request('last', { client: 'bob' }));
  await list(...all);
  await page.getByText('100 requests').waitFor();
  const filters = page.getByRole('form', { name: 'Filters' });

  await filters.getByLabel('Client').selectOption('bob');
  await page.getByText('2 of 100 requests').waitFor();
  await filters.getByLabel('Outcome').selectOption('rate limited');
  await page.getByText('1 of 100 requests').waitFor();
  const [only] = await texts(page.locator('.requests > tbody > tr:not([hidden])'));
  assert.deepEqual(only.slice(1), ['bob', 'json', 'small', 'groq', 'rate limited', '0', '1,200', '30', '–', '0.90 s']);
  await page.locator('.requests > tbody > tr:not([hidden])').click();
  await page.getByText('No key was asked.').waitFor();
  await filters.getByLabel('Client').selectOption('All');
  await filters.getByLabel('Outcome').selectOption('All');
  await filters.getByLabel('Request id').fill('r-9');
  await page.getByText('9 of 100 requests').waitFor();
});

onTable('a filter offers the values of the rows and the selected value', async ({ page, list, change }) => {
  await list(...['first', 'chosen', 'third'].map((model) => request(model, { model })));
  const model = page.getByRole('form', { name: 'Filters' }).getByLabel('Model');
  await model.selectOption('chosen');
  await change(request('last', { model: 'last' }));

  await model.locator('option[value=last]').waitFor({ state: 'attached' });

  assert.deepEqual(await model.locator('option').allTextContents(), ['All', 'chosen', 'last']);
});

onTable('a long attempt list shows how many attempts are omitted', async ({ page, rows, list }) => {
  const trail = Array.from({ length: 20 }, (_, i) => ({ key: `groq/${i}`, model: 'small', outcome: 'key_refused', wait_ms: 0, duration_ms: 1 }));
  await list(request('r-1', { attempts: 31, trail }));

  await rows.click();

  const places = (await texts(page.locator('.attempts > tbody > tr'))).map(([place]) => place);
  assert.deepEqual(places.slice(-3), ['19', 'and 11 more', '31']);
});

onTable('a request is copied as a curl command for its API with a placeholder prompt', async ({ page, rows, world, list }) => {
  await list(...APIS.map((api) => request('r-1', { api, provider: 'cerebras', model: 'gpt-oss-120b', key: 'cerebras/1' })));
  await removeClipboard(page);
  for (const [i, api] of APIS.entries()) {
    await rows.nth(i).getByRole('button').press('Enter');
    const details = page.locator('.details:visible');
    await details.getByRole('button', { name: 'Copy as curl' }).press('Enter');
    const field = details.getByLabel('curl command');
    await field.waitFor();
    const text = await field.inputValue();
    assert.ok(text.startsWith(": 'Request r-1 of alice at 2026-11-28T12:00:00.120Z; its prompt is not stored'\n"), text);
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

onTable('a request without a provider is copied with its model alone', async ({ page, rows, list }) => {
  await list(...['smart', ''].map((model) => request('r-1', { api: 'openai', model, provider: '', trail: [] })));
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

onTable('a skip link passes the rows by keyboard', async ({ page, list }) => {
  await list(request('r-1'), request('r-2'));
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

onTable('names of clients and models are shown as text', async ({ page, rows, list }) => {
  await list(request('r-1', { client: HOSTILE, model: HOSTILE }));

  await rows.first().click();

  const [[, client, , model]] = await texts(rows);
  assert.deepEqual([client, model], [HOSTILE, HOSTILE]);
  assert.equal(await page.locator('#requests img').count(), 0);
});
