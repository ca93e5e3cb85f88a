// The usage per client, model or provider.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { waitUntilEqual, openSignedIn, test } from '../browser.mjs';
import { assertAccessibleInEachLayout } from './axe.mjs';

const DAY = 24 * 3600 * 1000;
const day = (ago) => new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
const [TODAY, YESTERDAY] = [0, 1].map(day);

/** Opens the console with usage visible: the result of `rows(query)`, or else the gateway's own. */
async function openUsage(t, rows, first = async () => {}) {
  const opened = await openSignedIn(t, async (page) => {
    if (rows) {
      await page.route('**/api/usage?*', (route) => {
        const query = new URL(route.request().url()).searchParams;
        const json = () => ({ from: query.get('from') ?? '2026-08-31', to: query.get('to') ?? TODAY, rows: rows(query) });
        return route.request().headers().authorization ? route.fulfill({ json: json() }) : route.continue();
      });
    }
  });
  await first(opened.world);
  await opened.page.locator('#usage').scrollIntoViewIfNeeded();
  return { ...opened, form: opened.page.getByRole('form', { name: 'Usage' }), sums: opened.page.getByRole('table', { name: 'Sums' }) };
}

function row(more) {
  return { day: TODAY, requests: 3, failures: 1, input_tokens: 40, output_tokens: 2, cached_tokens: 16, reasoning_tokens: 1, duration_ms: 4500, ...more };
}

function chat(world, provider) {
  return fetch(`${world.gateway}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.token}` },
    body: JSON.stringify({ provider, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

const texts = (table) => table.locator('tr').evaluateAll((all) => all.map((row) => Array.from(row.cells, (cell) => cell.textContent)));

test('usage is summed by client or provider and downloaded as CSV', async (t) => {
  // The chats must not fall on two days.
  const left = DAY - (Date.now() % DAY);
  await (left < 120_000 && setTimeout(left));
  const today = day(0);
  const { page, form, sums } = await openUsage(t, null, async (world) => {
    await chat(world, 'groq');
    await chat(world, 'groq');
    await chat(world, 'cerebras');
  });
  await page.getByText('Only what client-1 used. Days are in UTC.').waitFor();
  await sums.getByRole('cell', { name: '3', exact: true }).waitFor();
  const firsts = async () => (await texts(sums)).slice(1).map((cells) => cells.slice(0, 3));
  assert.deepEqual(await firsts(), [['client-1', '3', '0']]);

  await form.getByLabel('By').selectOption('Provider');
  await sums.getByRole('rowheader', { name: 'cerebras' }).waitFor();
  assert.deepEqual(await firsts(), [
    ['groq', '2', '0'],
    ['cerebras', '1', '0'],
    ['All', '3', '0'],
  ]);

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  assert.match(file.suggestedFilename(), new RegExp(`^keywheel-usage-\\d{4}-\\d\\d-\\d\\d-${today}\\.csv$`));
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
  assert.equal(lines[0], 'day,client,model,provider,requests,failures,input_tokens,output_tokens,cached_tokens,reasoning_tokens,duration_ms');
  assert.match(lines[2], new RegExp(`^${today},client-1,openai/gpt-oss-120b,groq,2,0,`));
});

test('missing usage is stated in a message', async (t) => {
  const { page, form } = await openUsage(t);
  await page.getByText('Only what client-1 used. No usage yet.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Download CSV' }).isHidden());

  await form.getByLabel('From').fill(YESTERDAY);

  await page.getByText('No usage in these days.').waitFor();
});

test('hovering over a day shows its values, and a table shows all days', async (t) => {
  const { page, form, sums } = await openUsage(t, () => [
    row({ client: 'alice' }),
    row({ client: 'bob', requests: 10, failures: 0, duration_ms: 900 }),
    row({ client: 'alice', day: YESTERDAY, requests: 2000, failures: 7 }),
  ]);
  await sums.waitFor();
  assert.deepEqual((await texts(sums)).slice(1), [
    ['alice', '2,003', '8', '80', '32', '4', '2', '0.00 s'],
    ['bob', '10', '0', '40', '16', '2', '1', '0.09 s'],
    ['All', '2,013', '8', '120', '48', '6', '3', '0.00 s'],
  ]);
  const over = page.locator('.u-over');
  const { width } = await over.boundingBox();

  await waitUntilEqual(async () => {
    await over.hover({ position: { x: width - 20, y: 20 } });
    return (await page.locator('.tip').innerText()).replaceAll(/\s+/g, ' ');
  }, `${TODAY} bob 10 alice 3 All 13`);
  await form.getByLabel('Show').selectOption('Failures');
  await page.getByRole('img', { name: /^Failures by client and day, from / }).waitFor();
  await page.getByText('Each day in numbers').click();
  assert.deepEqual(await texts(page.getByRole('table', { name: 'Failures by day' })), [
    ['Day', 'alice', 'bob'],
    [TODAY, '1', '0'],
    [YESTERDAY, '7', '0'],
  ]);
});

test('the selected days are requested', async (t) => {
  const asked = [];
  const { page, form, sums } = await openUsage(t, (query) => {
    asked.push(String(query));
    return [row({ client: 'alice', model: '', day: query.get('from') ?? TODAY })];
  });
  await sums.waitFor();
  assert.equal(await form.getByLabel('To', { exact: true }).inputValue(), TODAY);

  await form.getByLabel('From').fill('2026-10-01');
  await page.getByRole('img', { name: /from 2026-10-01/ }).waitFor();
  await form.getByLabel('By').selectOption('Model');
  await sums.getByRole('rowheader', { name: 'no key asked' }).waitFor();

  assert.equal(asked[0], 'by=client%2Cday');
  assert.equal(asked.at(-1), `by=model%2Cday&from=2026-10-01&to=${TODAY}`);
});

test('the answer to an outdated query is discarded', async (t) => {
  let [arrived, answer] = [];
  const [asked, released] = [new Promise((resolve) => (arrived = resolve)), new Promise((resolve) => (answer = resolve))];
  const { page, form, sums } = await openUsage(t, (query) => [row({ [query.get('by').split(',')[0]]: `a ${query.get('by')}` })]);
  await sums.waitFor();
  await page.route('**/api/usage?by=model*', async (route) => {
    arrived();
    await released;
    await route.fallback();
  });
  await form.getByLabel('By').selectOption('Model');
  await asked;
  await form.getByLabel('By').selectOption('Provider');
  await page.evaluate(() => new MutationObserver(() => (window.shown ??= document.querySelector('.sums').textContent)).observe(document.querySelector('[aria-label=Sums]'), { childList: true }));

  answer();

  await sums.getByRole('rowheader', { name: 'a provider,day' }).waitFor();
  assert.match(await page.evaluate(() => window.shown), /a provider,day/);
});

test('the colour mark of a long name is on its first line', async (t) => {
  const { sums } = await openUsage(t, () => [row({ client: 'W'.repeat(100) })]);
  const head = sums.getByRole('rowheader');
  await head.waitFor();

  const [color, line] = await head.evaluate(({ firstChild, lastChild }) => {
    const name = document.createRange();
    name.selectNode(lastChild);
    return [firstChild.getBoundingClientRect(), name.getClientRects()[0]].map(({ top, bottom }) => ({ top, bottom }));
  });

  assert.ok(line.top < color.top && color.bottom < line.bottom, JSON.stringify([color, line]));
});

test('many names share the series "others", and axe reports no violation', async (t) => {
  const rows = Array.from({ length: 40 }, (_, i) => row({ client: `<b>client-${i}`, requests: 100 - i }));
  const { page, sums } = await openUsage(t, () => rows);
  await sums.waitFor();
  await page.getByText('Each day in numbers').click();

  assert.deepEqual((await texts(sums)).slice(-3).map(([name, requests]) => [name, requests]), [
    ['<b>client-29', '71'],
    ['10 more', '655'],
    ['All', '3,220'],
  ]);
  assert.deepEqual((await texts(page.getByRole('table', { name: 'Requests by day' })))[0].slice(-2), ['<b>client-5', 'others']);
  await assertAccessibleInEachLayout(page);
  assert.ok(await page.locator('.canvas canvas').evaluate((canvas) => canvas.clientWidth <= 390));
});
