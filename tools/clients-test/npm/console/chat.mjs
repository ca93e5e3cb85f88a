// Chats from the console.
import assert from 'node:assert/strict';
import { lastAnswer, answerWith, openConsole, ask, copiedBy, openSignedIn, enterToken, test, removeClipboard } from '../browser.mjs';

test('a chat streams its answer and shows its key and attempts', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.next('groq', 'status:500');
  await world.next('cerebras', 'status:500');
  const release = await world.hold('compatible');
  const answer = page.locator('.content[aria-busy=true]');

  await ask(page, 'hello');
  await answer.filter({ hasText: /./ }).waitFor();
  // The provider has sent no more than this.
  const begun = (await answer.textContent()).trim();
  await release();

  const whole = await lastAnswer(page);
  assert.match(whole, /You asked "hello"/);
  assert.ok(whole.startsWith(begun) && !begun.includes('You asked'), begun);
  assert.match(await page.locator('.served').textContent(), /^local\/1 · small-model · first content .* tokens$/);
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['groq/1 unavailable', 'cerebras/1 unavailable', 'local/1 ok']);
});

test('a chat sends the earlier messages, and a new conversation starts empty', async (t) => {
  const { page, world } = await openSignedIn(t);
  await ask(page, 'one');
  await lastAnswer(page);
  await ask(page, 'two');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 2);

  assert.match(await lastAnswer(page), /"two" \(message 3 of this conversation\)/);
  await page.getByRole('button', { name: 'New conversation' }).click();
  assert.equal(await page.locator('article').count(), 0);
  await ask(page, 'three');
  await lastAnswer(page);

  assert.deepEqual((await world.chats()).map(({ body }) => JSON.parse(body).messages.length), [1, 3, 1]);
});

test('a partial answer that failed or was stopped is part of the next request', async (t) => {
  const { page, world } = await openSignedIn(t);
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  await world.next('compatible', 'stream-error:3');
  await ask(page, 'one');
  await page.locator('.problem').waitFor();
  const release = await world.hold('compatible');
  await ask(page, 'two');
  await page.locator('article:last-child .content', { hasText: /./ }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.stopped').waitFor();
  await release();
  await world.always('compatible', 'status:500');
  await ask(page, 'three');
  await page.locator('article:last-child .problem').waitFor();
  await ask(page, 'four');
  await page.locator('article:nth-child(4) .problem').waitFor();

  const { messages } = JSON.parse((await world.chats()).at(-1).body);
  assert.deepEqual(messages.map(({ role }) => role), ['user', 'assistant', 'user', 'assistant', 'user']);
  assert.deepEqual([messages[0], messages[2], messages[4]].map(({ content }) => content), ['one', 'two', 'four']);
  assert.ok(messages.every(({ content }) => content));
});

test('a chat is sent to the selected provider and model', async (t) => {
  const { page, world } = await openSignedIn(t);
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  await page.locator('#ask').getByLabel('Model').fill('small-model');
  await page.getByLabel('Fallback').uncheck();
  await world.next('compatible', 'status:500');
  await ask(page, 'hello');

  await page.locator('.problem').waitFor();
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['local/1 unavailable']);
  assert.equal(await page.getByLabel('Message').inputValue(), 'hello');
});

test('a typed model is requested from the selected provider', async (t) => {
  const { page, world } = await openSignedIn(t);
  const sent = [];
  page.on('request', (request) => request.url().endsWith('/api/chat/stream') && sent.push(JSON.parse(request.postData())));
  const model = page.locator('#ask').getByLabel('Model');
  await page.locator('#ask').getByLabel('Provider').selectOption('cerebras');
  for (const name of ['gpt-6', 'cerebras/gpt-oss-120b']) {
    await model.fill(name);
    await ask(page, 'hello');
    await lastAnswer(page);
  }
  await model.click();
  await page.getByRole('option', { name: 'gpt-oss-120b cerebras' }).click();
  await ask(page, 'hello');
  await lastAnswer(page);

  assert.deepEqual(sent.map(({ provider, model }) => [provider, model]), [
    ['cerebras', 'gpt-6'],
    // These names imply the provider.
    [undefined, 'cerebras/gpt-oss-120b'],
    [undefined, 'gpt-oss-120b'],
  ]);
  assert.match(await page.locator('.served').first().textContent(), /^cerebras/);
});

test('Escape stops an answer, and no attempt is shown as successful', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.hold('groq');
  await ask(page, 'hello');
  await page.locator('.reasoning:not([hidden])').waitFor();

  await page.keyboard.press('Escape');

  await page.locator('.stopped').waitFor();
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['groq/1 stopped']);
  assert.equal(await page.locator('.trail .shape').count(), 0);
  await page.waitForFunction(() => document.getElementById('under-way').textContent === '0');
  assert.equal(await page.locator('.key:not([data-state=ready])').count(), 0);
});

test('an error counts down to the first ready key and lists the cooldown reason of each key', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.always('groq', 'rate-limited:300s');
  await world.always('cerebras', 'payment-required');
  await world.always('compatible', 'payment-required');
  await ask(page, 'hello');
  await page.getByText(/^all providers failed; a key is ready in [0-9]+ seconds$/i).waitFor();
  assert.equal(await page.locator('.trail li').count(), 6);

  // All keys cool now, so none is asked.
  await ask(page, 'hello again');

  const last = page.locator('article:last-child');
  const problem = last.locator('.problem');
  await problem.waitFor();
  const first = await problem.textContent();
  assert.match(first, /a key is ready in (300|2[0-9][0-9]) seconds$/);
  assert.equal(await last.locator('.trail li').count(), 0);
  const reasons = await last.getByRole('list', { name: 'Keys' }).locator('li').allTextContents();
  assert.deepEqual(
    reasons.map((reason) => reason.replace(/[0-9:]+$/, '…')),
    [
      ...['groq/1', 'groq/2'].map((key) => `${key} rate limited · again in …`),
      ...['cerebras/1', 'cerebras/2', 'local/1', 'local/2'].map((key) => `${key} account blocked · again in …`),
    ],
  );
  await page.waitForFunction((text) => document.querySelector('article:last-child .problem').textContent !== text, first);
});

test('an error names what is awaited, a key or the gateway', async (t) => {
  const { page } = await openSignedIn(t);
  const limited = 'The client alice has reached its limit of 3rpm';
  for (const [code, error, shown] of [
    ['all_providers_failed', 'no', 'no (all providers failed); a key is ready now'],
    ['rate_limited', 'no', 'no (rate limited); a key is ready now'],
    ['unavailable', 'no', 'no (unavailable); try again now'],
    // The page has its own countdown.
    ['client_limited', `${limited}: try again in 1 s`, `${limited} (client limited); try again now`],
  ]) {
    const refused = { status: 503, headers: { 'Retry-After': '1' }, json: { error, code } };
    await page.route('**/api/chat/stream', (route) => route.fulfill(refused));

    await ask(page, 'hello');

    await page.getByText(shown, { exact: true }).waitFor();
  }
});

test('Stop takes the place of Send, and the page announces the stop', async (t) => {
  const { page, world } = await openSignedIn(t);
  await world.hold('groq');
  const place = await page.getByRole('button', { name: 'Send' }).boundingBox();
  await ask(page, 'hello');
  const stop = page.getByRole('button', { name: 'Stop' });
  await page.locator('.reasoning:not([hidden])').waitFor();

  assert.deepEqual(await stop.boundingBox(), place);
  await stop.click();

  await page.locator('.stopped', { hasText: /^Stopped$/ }).waitFor();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await page.waitForFunction(() => document.getElementById('said').textContent === 'Stopped');
});

test('an interrupted attempt is not shown as successful, and its error is scrolled into view', async (t) => {
  const { page, world } = await openSignedIn(t);
  await ask(page, 'line\n\n'.repeat(40));
  await lastAnswer(page);
  await world.next('cerebras', 'stream-error:3');
  await ask(page, 'hello');

  await page.locator('article:last-child .problem').waitFor();
  assert.match(await page.locator('article:last-child .problem').textContent(), /\(interrupted\)$/);
  assert.deepEqual(await page.locator('article:last-child .trail li').allTextContents(), ['cerebras/1 interrupted']);
  assert.equal(await page.locator('article:last-child .trail .shape.ready').count(), 0);
  // The attempts already show the reason.
  assert.equal(await page.locator('article:last-child .reasons').count(), 0);
  const end = ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight;
  assert.ok((await page.locator('#conversation').evaluate(end)) < 2);
});

test('an answer is rendered at most once per frame, regardless of the number of chunks', async (t) => {
  const { page, world } = await openConsole(t, answerWith('word '.repeat(300), 1));
  await enterToken(page, world.token);
  await page.evaluate(() => {
    window.drawn = window.shown = 0;
    const frame = () => requestAnimationFrame(frame, window.shown++);
    frame();
    const parse = DOMParser.prototype.parseFromString;
    DOMParser.prototype.parseFromString = function (...text) {
      window.drawn++;
      return parse.apply(this, text);
    };
  });
  await ask(page, 'hello');

  assert.match(await lastAnswer(page), /^(word ){299}word\s*$/);
  const [drawn, frames] = await page.evaluate(() => [window.drawn, window.shown]);
  // Complete and open blocks are parsed separately, and once more at the end.
  assert.ok(drawn > 0 && drawn <= 2 * (frames + 1), `${drawn} in ${frames} frames`);
});

test('a conversation that is scrolled up stays there during an answer', async (t) => {
  const { page, world } = await openSignedIn(t);
  await ask(page, 'line\n\n'.repeat(40));
  await lastAnswer(page);
  const release = await world.hold('cerebras');
  await ask(page, 'hello');
  await page.locator('article:last-child .reasoning:not([hidden])').waitFor();
  await page.locator('#conversation').evaluate((node) => (node.scrollTop = 0));
  await release();
  await page.waitForSelector('article:last-child .content[aria-busy=false]');

  assert.equal(await page.locator('#conversation').evaluate((node) => node.scrollTop), 0);
});

test('a broken connection is reported with a message of the page, not of the browser', async (t) => {
  const { page } = await openSignedIn(t);
  await page.evaluate(() => {
    const begun = new TextEncoder().encode('data: {"content":"Hel","done":false}\n\n');
    let times = 0;
    const body = new ReadableStream({ pull: (line) => (times++ ? line.error(new TypeError('network error')) : line.enqueue(begun)) });
    const others = window.fetch;
    window.fetch = async (path, options) => (path === 'api/chat/stream' ? new Response(body) : others(path, options));
  });
  await ask(page, 'hello');

  await page.locator('.problem', { hasText: /^The connection to the gateway broke off\.$/ }).waitFor();
});

test('a chat sends the entered system prompt and temperature', async (t) => {
  const { page, world } = await openSignedIn(t);
  await page.getByText('System prompt').click();
  await page.getByLabel('System prompt').fill('Be brief.');
  await page.getByLabel('Temperature').fill('0.333');
  await ask(page, 'hello');
  await lastAnswer(page);
  await ask(page, 'again');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 2);
  await page.getByLabel('System prompt').fill(' ');
  await page.getByLabel('Temperature').fill('');
  await ask(page, 'bare');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 3);

  const chats = (await world.chats()).map(({ body }) => JSON.parse(body));
  const roles = chats.map(({ messages, temperature }) => [temperature, ...messages.map(({ role }) => role)]);
  assert.deepEqual(roles, [
    [0.333, 'system', 'user'],
    [0.333, 'system', 'user', 'assistant', 'user'],
    [undefined, 'user', 'assistant', 'user', 'assistant', 'user'],
  ]);
  assert.equal(chats[0].messages[0].content, 'Be brief.');
});

test('an out-of-range temperature prevents the request', async (t) => {
  const { page, world } = await openSignedIn(t);
  await page.getByLabel('Temperature').fill('3');
  await ask(page, 'hello');

  await page.waitForFunction(() => document.activeElement.id === 'temperature');
  assert.deepEqual(await world.chats(), []);
});

test('an answer and each of its code blocks can be copied', async (t) => {
  const markdown = 'Do **this**:\n\n```sh\necho 1\necho 2\n```\n';
  const { page, world } = await openConsole(t, answerWith(markdown));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await enterToken(page, world.token);
  await ask(page, 'hello');
  await lastAnswer(page);

  assert.equal(await copiedBy(page.getByRole('button', { name: 'Copy answer' })), markdown);
  assert.equal(await copiedBy(page.getByRole('button', { name: 'Copy', exact: true })), 'echo 1\necho 2\n');

  await removeClipboard(page);
  await page.getByRole('button', { name: 'Copy answer' }).click();
  assert.match(await page.evaluate(() => String(getSelection())), /^Do this:\s+echo 1\necho 2/);
});

test('the message field, Send and the keys are visible without scrolling', async (t) => {
  const { page } = await openSignedIn(t);
  await page.setViewportSize({ width: 1280, height: 800 });
  await ask(page, 'line\n\n'.repeat(40));
  await lastAnswer(page);

  for (const part of [page.getByLabel('Message'), page.getByRole('button', { name: 'Send' }), page.locator('#providers')]) {
    const { y, height } = await part.boundingBox();
    assert.ok(y > 0 && y + height <= 800, `${part}: ${y} + ${height}`);
  }
});
