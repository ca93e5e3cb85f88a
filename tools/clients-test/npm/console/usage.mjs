// The usage per client, model or provider.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { enterToken, sharing, waitUntilEqual } from '../browser.mjs';
import { openMocked } from './mocked.mjs';
import { onUsedGateway } from './pages.mjs';
import { gatewayOf } from './snapshots.mjs';

const DAY = 24 * 3600 * 1000;
const day = (ago) => new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
const [TODAY, YESTERDAY] = [0, 1].map(day);

const parts = (page) => ({ form: page.getByRole('form', { name: 'Usage' }), sums: page.getByRole('table', { name: 'Sums' }) });
const usageOf = (rows) => ({ from: '2026-08-31', to: TODAY, rows });

/** Registers a test that shows usage. `use(...)` sets the rows. */
const onUsage = sharing(async (scope) => {
  const mocked = await openMocked(scope);
  const { page, show, answer } = mocked;
  const { form, sums } = parts(page);
  const use = async (...rows) => {
    await show(gatewayOf({}));
    await page.locator('#usage').scrollIntoViewIfNeeded();
    await form.getByLabel('By').dispatchEvent('change');
    await page.getByText(/No usage/).waitFor();
    await answer('api/usage', usageOf(rows));
    await form.getByLabel('By').dispatchEvent('change');
    await sums.waitFor();
  };
  return { ...mocked, form, sums, use };
});

export function row(more) {
  return { day: TODAY, requests: 3, failures: 1, input_tokens: 40, output_tokens: 2, cached_tokens: 16, reasoning_tokens: 1, duration_ms: 4500, ...more };
}

const texts = (table) => table.locator('tr').evaluateAll((all) => all.map((row) => Array.from(row.cells, (cell) => cell.textContent)));

onUsedGateway('usage is summed by client or provider and downloaded as CSV', async ({ page }) => {
  const { form, sums } = parts(page);
  const today = day(0);
  await page.locator('#usage').scrollIntoViewIfNeeded();
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

onUsage('hovering over a day shows its values, and a table shows all days', async ({ page, form, sums, use }) => {
  await use(
    row({ client: 'alice' }),
    row({ client: 'bob', requests: 10, failures: 0, duration_ms: 900 }),
    row({ client: 'alice', day: YESTERDAY, requests: 2000, failures: 7 }),
  );
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

onUsage('the answer to an outdated query is discarded', async ({ page, form, sums, answer, use }) => {
  await use(row({ client: 'a client' }));
  await page.evaluate(() => window.answers.set('api/usage?by=model%2Cday', new Promise((resolve) => (window.release = resolve))));
  await answer('api/usage?by=provider%2Cday', usageOf([row({ provider: 'a provider' })]));
  await form.getByLabel('By').selectOption('Model');
  await waitUntilEqual(() => page.evaluate(() => window.sent.some(([path]) => path === 'api/usage?by=model%2Cday')), true);
  await form.getByLabel('By').selectOption('Provider');
  await page.evaluate(() => new MutationObserver(() => (window.shown ??= document.querySelector('.sums').textContent)).observe(document.querySelector('[aria-label=Sums]'), { childList: true }));

  await page.evaluate((body) => window.release({ body }), JSON.stringify(usageOf([row({ model: 'a model' })])));

  await sums.getByRole('rowheader', { name: 'a provider' }).waitFor();
  assert.match(await page.evaluate(() => window.shown), /a provider/);
});

onUsage('choosing a group asks for a token again, and until then the old rows keep their heading', async ({ page, world, form, sums, answer, use }) => {
  await use(row({ client: 'alice' }));
  await answer('api/usage', {}, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  for (const group of ['Model', 'Provider']) {
    await form.getByLabel('By').selectOption(group);
    await page.getByRole('button', { name: 'Later' }).click();
  }

  await form.getByLabel('Show').selectOption('Failures');

  await page.getByRole('img', { name: /^Failures by client and day/ }).waitFor();
  await sums.getByRole('columnheader', { name: 'Client' }).waitFor();
  await page.getByRole('button', { name: 'Enter token' }).click();
  await answer('api/usage', usageOf([row({ provider: 'groq' })]));
  await enterToken(page, world.token);
  await form.scrollIntoViewIfNeeded();
  await page.getByRole('img', { name: /^Failures by provider and day/ }).waitFor();
});

onUsage('the colour mark of a long name is on its first line', async ({ sums, use }) => {
  await use(row({ client: 'W'.repeat(100) }));
  const head = sums.getByRole('rowheader');

  const [color, line] = await head.evaluate(({ firstChild, lastChild }) => {
    const name = document.createRange();
    name.selectNode(lastChild);
    return [firstChild.getBoundingClientRect(), name.getClientRects()[0]].map(({ top, bottom }) => ({ top, bottom }));
  });

  assert.ok(line.top < color.top && color.bottom < line.bottom, JSON.stringify([color, line]));
});

onUsage('many names share the series "others"', async ({ page, sums, use }) => {
  await use(...Array.from({ length: 40 }, (_, i) => row({ client: `<b>client-${i}`, requests: 100 - i })));
  await page.getByText('Each day in numbers').click();

  assert.deepEqual((await texts(sums)).slice(-3).map(([name, requests]) => [name, requests]), [
    ['<b>client-29', '71'],
    ['10 more', '655'],
    ['All', '3,220'],
  ]);
  assert.deepEqual((await texts(page.getByRole('table', { name: 'Requests by day' })))[0].slice(-2), ['<b>client-5', 'others']);
});

onUsage('the selected days are requested, and missing usage is stated', async ({ page, form, sums, answer, show }) => {
  await answer('api/usage', usageOf([]), { headers: { 'X-Keywheel-Client': 'client-1' } });
  await show(gatewayOf({}));
  await page.locator('#usage').scrollIntoViewIfNeeded();
  await form.getByLabel('By').dispatchEvent('change');
  await page.getByText('Only what client-1 used. No usage yet.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Download CSV' }).isHidden());
  assert.equal(await form.getByLabel('To', { exact: true }).inputValue(), TODAY);

  await form.getByLabel('From').fill('2026-10-01');
  await page.getByText('No usage in these days.').waitFor();
  await answer('api/usage', { from: '2026-10-01', to: TODAY, rows: [row({ client: 'alice', model: '', day: '2026-10-01' })] });
  await form.getByLabel('By').selectOption('Model');
  await sums.getByRole('rowheader', { name: 'no key asked' }).waitFor();

  await page.getByRole('img', { name: /from 2026-10-01/ }).waitFor();
  const asked = await page.evaluate(() => window.sent.map(([path]) => path).filter((path) => path.startsWith('api/usage')));
  assert.ok(asked.includes('api/usage?by=client%2Cday'), asked);
  assert.equal(asked.at(-1), `api/usage?by=model%2Cday&from=2026-10-01&to=${TODAY}`);
});
