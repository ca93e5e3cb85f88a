// Screenshots of the console for the docs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { lastAnswer, openConsole, ask, enterToken, test } from '../browser.mjs';

/** The directory for the screenshots, relative to the root of the repository. */
const IMAGES = process.env.KEYWHEEL_CONSOLE_IMAGES;

const ANSWER = `Keys of one organisation **share one limit**, so the pool treats them as one *quota group*:

| key | organisation | cools with |
|---|---|---|
| \`groq/1\` | team-a | \`groq/3\` |
| \`groq/2\` | its own | itself |

- A second key of team-a brings no second limit.
- \`key@group\` tells the gateway.`;

/** Rows of `/api/usage` for two weeks; only today's would be real. */
function usage(url) {
  const by = (url.searchParams.get('by') ?? 'client,model,provider,day').split(',');
  const rows = new Map();
  const dayBefore = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  for (let ago = 13; ago >= 0; ago--) {
    for (const [client, model, provider, share] of [
      ['alice', 'openai/gpt-oss-120b', 'groq', 9],
      ['alice', 'gpt-oss-120b', 'cerebras', 5],
      ['bob', 'small-model', 'local', 4],
      ['bob', 'gpt-oss-120b', 'cerebras', 3],
    ]) {
      const requests = share * (6 + ((ago * 7 + share) % 9));
      const names = { client, model, provider, day: dayBefore(ago) };
      const key = Object.fromEntries(by.map((name) => [name, names[name]]));
      const row = rows.get(JSON.stringify(key)) ?? { ...key, requests: 0, failures: 0, input_tokens: 0, output_tokens: 0, cached_tokens: 0, reasoning_tokens: 0, duration_ms: 0 };
      rows.set(JSON.stringify(key), row);
      row.requests += requests;
      row.failures += Math.floor(requests / 40);
      row.input_tokens += requests * 410;
      row.cached_tokens += requests * 12 * share;
      row.output_tokens += requests * 150;
      row.reasoning_tokens += provider === 'local' ? 0 : requests * 60;
      row.duration_ms += requests * 700;
    }
  }
  return { from: dayBefore(13), to: dayBefore(0), rows: [...rows.values()] };
}

async function sendChats(world) {
  const chat = (token, body, api = 'api/chat') =>
    fetch(`${world.gateway}/${api}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'How do quota groups work? '.repeat(40) }], max_tokens: 200, ...body }),
    }).then((response) => response.arrayBuffer());
  for (let i = 0; i < 3; i++) {
    await chat(world.token, { model: 'smart' }, 'v1/chat/completions');
    await chat(`${world.token}-of-bob`, { provider: 'local' });
    await chat(`${world.token}-of-bob`, {});
    await chat(world.token, { model: 'claude-sonnet' }, 'v1/messages');
  }
  await chat(world.token, { provider: 'groq', max_tokens: 3500 });
  await chat(world.token, { provider: 'cerebras', max_tokens: 20_000 });
  await world.next('groq', 'rate-limited:300s');
  await chat(world.token, { provider: 'groq' });
  await world.next('cerebras', 'invalid-key');
  await chat(`${world.token}-of-bob`, { provider: 'cerebras' });
  await world.next('compatible', 'status:400');
  await chat(`${world.token}-of-bob`, { provider: 'local', fallback: false });
}

/** A real answer with another text: the simulator only repeats the question. */
async function answerInMarkdown(page) {
  await page.route('**/api/chat/stream', async (route) => {
    const response = await route.fetch();
    const last = (await response.text()).split('\n\n').findLast((event) => event.includes('"done":true'));
    await route.fulfill({ response, body: `data: ${JSON.stringify({ content: ANSWER, done: false })}\n\n${last}\n\n` });
  });
}

/** Reduces an image to a third by a palette, if ImageMagick is installed. */
function shrink(path) {
  return promisify(execFile)('mogrify', ['-dither', 'None', '-colors', '128', '-define', 'png:compression-level=9', '-strip', path]).catch(() => {});
}

const takeScreenshots = async (t) => {
  const { page, world } = await openConsole(t, (page) => page.emulateMedia({ reducedMotion: 'reduce' }), { clients: 2 });
  await page.route('**/api/usage?*', (route) =>
    route.request().headers().authorization ? route.fulfill({ json: usage(new URL(route.request().url())) }) : route.continue(),
  );
  await answerInMarkdown(page);
  await enterToken(page, world.token);
  await page.waitForSelector('#feed[data-state=live]');
  await sendChats(world);
  await ask(page, 'Why do my two keys of team-a never answer more than one?');
  await lastAnswer(page);
  await page.locator('.key[data-state=cooling]').first().waitFor();
  // The page loads both tables when they are visible, and does not move rows under the pointer.
  await page.mouse.move(0, 0);
  await page.locator('#requests').scrollIntoViewIfNeeded();
  await page.getByText('18 requests').waitFor();
  await page.locator('.requests > tbody > tr .c-tries', { hasText: '2' }).first().click();
  await page.locator('#usage').scrollIntoViewIfNeeded();
  await page.locator('.sums').waitFor();
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  const folder = resolve('../../..', IMAGES);
  await mkdir(folder, { recursive: true });

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(() => document.activeElement.blur());
      const path = `${folder}/console-${colorScheme}-${width}.png`;
      // The whole page would be twelve phone screens high.
      await page.screenshot({ path, fullPage: true, ...(width < 1000 && { clip: { x: 0, y: 0, width, height: 1640 } }) });
      await shrink(path);
      assert.ok((await stat(path)).size > 20_000, path);
    }
  }
};

if (IMAGES) {
  test('screenshots for the docs', takeScreenshots);
}
