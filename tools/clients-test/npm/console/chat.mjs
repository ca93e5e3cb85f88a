// Chats from the console.
import assert from 'node:assert/strict';
import { ask, copiedBy, lastAnswer, openSignedIn, removeClipboard, test } from '../browser.mjs';
import { assertAccessible } from './axe.mjs';
import { chatAnswer, streamed } from './mocked.mjs';
import { inConversation, onLiveGateway } from './pages.mjs';
import { gatewayOf } from './snapshots.mjs';

const CHAT = 'api/chat/stream';
const LONG = 'line\n\n'.repeat(40);

const pixelsToEnd = ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight;

test('a chat streams its answer and shows its key and attempts', async (scope) => {
  const { page, world } = await openSignedIn(scope);
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

inConversation('a chat sends the earlier messages, and a new conversation starts empty', async ({ page, answer, sent }) => {
  await answer(...chatAnswer('well'));
  await ask(page, 'one');
  await lastAnswer(page);
  await ask(page, 'two');
  await page.waitForFunction(() => document.querySelectorAll('.content[aria-busy=false]').length === 2);

  await page.getByRole('button', { name: 'New conversation' }).click();
  assert.equal(await page.locator('article').count(), 0);
  await ask(page, 'three');
  await lastAnswer(page);

  const user = (content) => ({ role: 'user', content });
  const asked = (await sent(CHAT)).map(({ messages }) => messages);
  assert.deepEqual(asked, [[user('one')], [user('one'), { role: 'assistant', content: 'well' }, user('two')], [user('three')]]);
});

test('a partial answer that failed or was stopped is part of the next request', async (scope) => {
  const { page, world } = await openSignedIn(scope);
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

inConversation('a failed chat was sent to the selected provider and model, shows its attempts, and returns to the field', async ({ page, show, answer, sent }) => {
  const local = { ...gatewayOf().providers[0], id: 'local' };
  await show({ ...gatewayOf({}), providers: [local] });
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  await page.locator('#ask').getByLabel('Model').fill('small-model');
  await page.getByLabel('Fallback').uncheck();
  await answer(CHAT, { error: 'no', code: 'all_keys_failed' }, { status: 503, headers: { 'X-Keywheel-Attempts': 'local/1:unavailable' } });
  await ask(page, 'hello');

  await page.locator('.problem').waitFor();
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['local/1 unavailable']);
  assert.equal(await page.getByLabel('Message').inputValue(), 'hello');
  const [{ messages, ...options }] = await sent(CHAT);
  assert.deepEqual(options, { fallback: false, provider: 'local', model: 'small-model' });
});

inConversation('a typed model is requested from the selected provider', async ({ page, show, answer, sent }) => {
  await answer(...chatAnswer('well'));
  await answer('v1/models', { data: [{ id: 'gpt-oss-120b', owned_by: 'cerebras' }] });
  const provider = { ...gatewayOf().providers[0], id: 'cerebras' };
  await show({ ...gatewayOf(), providers: [provider] });
  const model = page.locator('#ask').getByLabel('Model');
  await page.locator('#ask').getByLabel('Provider').selectOption('cerebras');
  await model.click();
  await page.getByRole('option', { name: 'gpt-oss-120b cerebras' }).waitFor();
  for (const name of ['gpt-6', 'cerebras/gpt-oss-120b']) {
    await model.fill(name);
    await ask(page, 'hello');
    await lastAnswer(page);
  }
  await model.click();
  await page.getByRole('option', { name: 'gpt-oss-120b cerebras' }).click();
  await ask(page, 'hello');
  await lastAnswer(page);

  assert.deepEqual((await sent(CHAT)).map(({ provider, model }) => [provider, model]), [
    ['cerebras', 'gpt-6'],
    // These names imply the provider.
    [undefined, 'cerebras/gpt-oss-120b'],
    [undefined, 'gpt-oss-120b'],
  ]);
});

onLiveGateway('Stop takes the place of Send; it and Escape stop an answer, and no attempt is shown as successful', async ({ page, world }) => {
  const stop = page.getByRole('button', { name: 'Stop' });
  await page.locator('#ask').getByLabel('Provider').selectOption('groq');
  for (const stopNow of [() => stop.click(), () => page.keyboard.press('Escape'), () => page.locator('#conversation').press('Escape')]) {
    const release = await world.hold('groq');
    const place = await page.getByRole('button', { name: 'Send' }).boundingBox();
    await ask(page, 'hello');
    await page.locator('article:last-child .reasoning:not([hidden])').waitFor();
    assert.deepEqual(await stop.boundingBox(), place);

    await stopNow();

    const last = page.locator('article:last-child');
    await last.locator('.stopped', { hasText: /^Stopped$/ }).waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
    // On a quick machine, "Asking" is announced together with it.
    await page.waitForFunction(() => document.getElementById('said').textContent.endsWith('Stopped'));
    assert.match((await last.locator('.trail li').allTextContents()).join(), /^groq\/[12] stopped$/);
    assert.equal(await last.locator('.trail .shape').count(), 0);
    await page.waitForFunction(() => document.getElementById('under-way').textContent === '0');
    assert.equal(await page.locator('.key:not([data-state=ready])').count(), 0);
    await release();
  }
});

onLiveGateway('Escape stops no answer if it closes an explanation or ends the composition of a character', async ({ page, world }) => {
  await page.locator('#ask').getByLabel('Provider').selectOption('groq');
  const release = await world.hold('groq');
  await ask(page, 'hello');
  await page.locator('article:last-child .reasoning:not([hidden])').waitFor();

  await page.locator('#question').dispatchEvent('keydown', { key: 'Escape', isComposing: true });
  await page.locator('.term summary').first().click();
  await page.keyboard.press('Escape');
  await page.locator('.term details:not([open])').first().waitFor({ state: 'attached' });
  await release();

  assert.match(await lastAnswer(page), /You asked "hello"/);
});

test('an error counts down to the first ready key and lists the cooldown reason of each key', async (scope) => {
  const { page, world } = await openSignedIn(scope);
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

inConversation('an error names what is awaited, a key or the gateway', async ({ page, answer }) => {
  const limited = 'The client alice has reached its limit of 3rpm';
  for (const [code, error, shown] of [
    ['all_providers_failed', 'no', 'no (all providers failed); a key is ready now'],
    ['rate_limited', 'no', 'no (rate limited); a key is ready now'],
    ['all_keys_failed', 'All keys of groq failed', 'All keys of groq failed; a key is ready now'],
    ['unavailable', 'no', 'no (unavailable); try again now'],
    // The page has its own countdown.
    ['client_limited', `${limited}: try again in 1 s`, `${limited} (client limited); try again now`],
  ]) {
    await answer(CHAT, { error, code }, { status: 503, headers: { 'Retry-After': '1' } });

    await ask(page, 'hello');

    await page.getByText(shown, { exact: true }).waitFor();
  }
});

inConversation('a rejection lists its key as not cooling, and the fields of the provider not as a key', async ({ page, answer }) => {
  const details = { 'groq/1': { code: 'rejected' }, upstream: { status: 400, code: 'bad_value' } };
  await answer(CHAT, { error: 'no', code: 'rejected', details }, { status: 400 });
  await ask(page, 'hello');

  const reasons = page.locator('article:last-child .reasons');
  await reasons.waitFor();
  assert.deepEqual(await reasons.locator('li').allTextContents(), ['groq/1 rejected']);
  assert.equal(await reasons.locator('.shape').count(), 0);
});

inConversation('an interrupted attempt is not shown as successful, and its error is scrolled into view', async ({ page, answer }) => {
  const error = { error: 'the stream ended early', code: 'interrupted', details: { 'cerebras/1': { code: 'interrupted' } }, done: true };
  await answer(...streamed([{ content: LONG, done: false }, error], 'cerebras/1'));
  await ask(page, 'hello');

  await page.locator('article:last-child .problem').waitFor();
  assert.match(await page.locator('article:last-child .problem').textContent(), /\(interrupted\)$/);
  assert.deepEqual(await page.locator('article:last-child .trail li').allTextContents(), ['cerebras/1 interrupted']);
  assert.equal(await page.locator('article:last-child .trail .shape.ready').count(), 0);
  // The attempts already show the reason.
  assert.equal(await page.locator('article:last-child .reasons').count(), 0);
  assert.ok((await page.locator('#conversation').evaluate(pixelsToEnd)) < 2);
});

inConversation('an answer that the gateway ends is not shown as the failure of its key', async ({ page, answer }) => {
  const error = { error: 'the gateway is shutting down', code: 'unavailable', details: {}, done: true };
  await answer(...streamed([{ content: 'Hel', done: false }, error]));
  await ask(page, 'hello');

  await page.locator('.problem', { hasText: 'the gateway is shutting down (unavailable)' }).waitFor();
  assert.deepEqual(await page.locator('.trail li').allTextContents(), ['groq/1 interrupted']);
});

inConversation('an answer is rendered at most once per frame, regardless of the number of chunks', async ({ page, answer }) => {
  await answer(...chatAnswer('word '.repeat(300), 1));
  await page.evaluate(() => {
    window.drawn = window.shown = 0;
    const frame = () => window.shown++ < 1000 && requestAnimationFrame(frame);
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

inConversation('reasoning is rendered at most once per frame, regardless of the number of chunks', async ({ page, answer }) => {
  await answer(...streamed([...Array(300).fill({ content: '', reasoning: 'word ', done: false }), { content: 'Hello', done: true, finish_reason: 'stop', tokens: null }]));
  await page.evaluate(() => {
    window.shown = 0;
    const frame = () => window.shown++ < 1000 && requestAnimationFrame(frame);
    frame();
  });
  await ask(page, 'hello');
  await lastAnswer(page);

  const reasoning = page.locator('.reasoning p');
  assert.equal(await reasoning.textContent(), 'word '.repeat(300));
  const [drawn, frames] = await reasoning.evaluate(({ childNodes }) => [childNodes.length, window.shown]);
  assert.ok(drawn <= frames + 1, `${drawn} in ${frames} frames`);
});

onLiveGateway('a conversation that is scrolled up stays there during an answer', async ({ page, world }) => {
  await ask(page, LONG);
  await lastAnswer(page);
  await page.locator('#ask').getByLabel('Provider').selectOption('cerebras');
  const release = await world.hold('cerebras');
  await ask(page, 'hello');
  await page.locator('article:last-child .reasoning:not([hidden])').waitFor();
  await page.locator('#conversation').evaluate((node) => (node.scrollTop = 0));
  await release();
  await page.waitForSelector('article:last-child .content[aria-busy=false]');

  assert.equal(await page.locator('#conversation').evaluate((node) => node.scrollTop), 0);
});

inConversation('a conversation follows an answer after many attempts', async ({ page, answer }) => {
  const [path, body, { headers }] = chatAnswer(LONG);
  const failed = Array.from({ length: 40 }, (_, i) => `groq/${i + 2}:rate_limited`);
  await answer(path, body, { headers: { ...headers, 'X-Keywheel-Attempts': [...failed, 'groq/1:ok'].join(', ') } });
  await ask(page, LONG);
  await lastAnswer(page);

  assert.ok((await page.locator('#conversation').evaluate(pixelsToEnd)) < 2);
});

onLiveGateway('the end of an answer moves the focus only from a button that disappears', async ({ page, world }) => {
  await page.locator('#ask').getByLabel('Provider').selectOption('groq');
  for (const [part, focused] of [['temperature', 'temperature'], ['stop', 'question']]) {
    const release = await world.hold('groq');
    await ask(page, 'hello');
    await page.locator('article:last-child .reasoning:not([hidden])').waitFor();
    await page.locator(`#${part}`).focus();
    await release();
    await page.getByRole('button', { name: 'Send' }).waitFor();

    assert.equal(await page.evaluate(() => document.activeElement.id), focused);
  }
});

onLiveGateway('axe reports no violation during a streamed answer, which is marked as busy', async ({ page, world }) => {
  await page.locator('#ask').getByLabel('Provider').selectOption('groq');
  const release = await world.hold('groq');
  await ask(page, 'hello');
  await page.locator('.reasoning:not([hidden]), .content:not(:empty)').first().waitFor();

  assert.equal(await page.locator('#ask').getAttribute('aria-busy'), 'true');
  await assertAccessible(page);
  assert.ok(await page.getByRole('button', { name: 'Stop' }).isVisible());
  await release();
  await lastAnswer(page);
});

inConversation('a broken connection is reported with a message of the page, not of the browser', async ({ page }) => {
  await page.evaluate(() => {
    const begun = new TextEncoder().encode('data: {"content":"Hel","done":false}\n\n');
    let times = 0;
    const body = new ReadableStream({ pull: (line) => (times++ ? line.error(new TypeError('network error')) : line.enqueue(begun)) });
    window.answers.set('api/chat/stream', { body });
  });
  await ask(page, 'hello');

  await page.locator('.problem', { hasText: /^The connection to the gateway broke off\.$/ }).waitFor();
});

inConversation('a chat sends the entered system prompt and temperature', async ({ page, answer, sent }) => {
  await answer(...chatAnswer('well'));
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

  const chats = await sent(CHAT);
  const roles = chats.map(({ messages, temperature }) => [temperature, ...messages.map(({ role }) => role)]);
  assert.deepEqual(roles, [
    [0.333, 'system', 'user'],
    [0.333, 'system', 'user', 'assistant', 'user'],
    [undefined, 'user', 'assistant', 'user', 'assistant', 'user'],
  ]);
  assert.equal(chats[0].messages[0].content, 'Be brief.');
});

inConversation('an out-of-range temperature prevents the request', async ({ page, sent }) => {
  await page.getByLabel('Temperature').fill('3');
  await ask(page, 'hello');

  await page.waitForFunction(() => document.activeElement.id === 'temperature');
  assert.deepEqual(await sent(CHAT), []);
});

inConversation('an answer and each of its code blocks can be copied', async ({ page, answer }) => {
  const markdown = 'Do **this**:\n\n```sh\necho 1\necho 2\n```\n';
  await answer(...chatAnswer(markdown));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ask(page, 'hello');
  await lastAnswer(page);

  assert.equal(await copiedBy(page.getByRole('button', { name: 'Copy answer' })), markdown);
  assert.equal(await copiedBy(page.getByRole('button', { name: 'Copy', exact: true })), 'echo 1\necho 2\n');

  await removeClipboard(page);
  await page.getByRole('button', { name: 'Copy answer' }).click();
  assert.match(await page.evaluate(() => String(getSelection())), /^Do this:\s+echo 1\necho 2/);
});

inConversation('a list begins with its number, and the columns of a table are aligned', async ({ page, answer }) => {
  await answer(...chatAnswer('2. two\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |'));
  await ask(page, 'hello');
  await lastAnswer(page);

  assert.equal(await page.locator('.content ol').getAttribute('start'), '2');
  const cells = await page.locator('.content td').evaluateAll((all) => all.map((cell) => cell.getAttribute('align')));
  assert.deepEqual(cells, ['right', 'center']);
});

inConversation('the message field, Send and the keys are visible without scrolling', async ({ page, show, answer }) => {
  await show(gatewayOf(...Array(6).fill({})));
  await page.setViewportSize({ width: 1280, height: 800 });
  await answer(...chatAnswer(LONG));
  await ask(page, LONG);
  await lastAnswer(page);

  for (const part of [page.getByLabel('Message'), page.getByRole('button', { name: 'Send' }), page.locator('#providers')]) {
    const { y, height } = await part.boundingBox();
    assert.ok(y > 0 && y + height <= 800, `${part}: ${y} + ${height}`);
  }
});

inConversation('at 200 % zoom, open fields leave the conversation and each other their room', async ({ page, show }) => {
  await show(gatewayOf(...Array(40).fill({})));
  await page.setViewportSize({ width: 960, height: 540 });
  await page.getByText('System prompt').click();
  await removeClipboard(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('hello');
  await page.locator('#copy').click();
  await page.locator('#command').waitFor();

  const box = (part) => page.locator(part).boundingBox();
  const [conversation, command, chat, provider, model] = await Promise.all(['#conversation', '#command', '#chat', '#provider', '#model'].map(box));
  assert.ok(conversation.height >= 100, `${conversation.height} pixels`);
  assert.ok(command.y + command.height <= chat.y + chat.height);
  assert.ok(provider.x + provider.width <= model.x);
});

inConversation('the chosen provider is not cut off in a narrow form', async ({ page, show }) => {
  const pool = gatewayOf({});
  await show({ ...pool, providers: [{ ...pool.providers[0], id: 'cerebras' }] });
  // The width for the longest name.
  const lacking = (select) => {
    const { offsetWidth: had } = select;
    select.style.width = 'max-content';
    const lacks = select.offsetWidth - had;
    select.style.width = '';
    return lacks;
  };
  for (const width of [320, 520, 600, 720, 960, 1060]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForFunction((wide) => innerWidth === wide, width);
    const lacks = await page.locator('#provider').evaluate(lacking);
    assert.ok(lacks <= 0, `${width} pixels: ${lacks}`);
  }
});

onLiveGateway('the marker of the next provider moves with each chat', async ({ page }) => {
  const next = () => page.locator('.provider:has(.next:not([hidden]))').getAttribute('aria-label');
  const first = await next();

  await ask(page, 'hello');

  await page.waitForFunction((before) => document.querySelector('.provider:has(.next:not([hidden]))').ariaLabel !== before, first);
  const [, provider] = (await next()).match(/^Keys of (.+)$/);
  assert.ok((await page.locator('#ring desc').textContent()).endsWith(`${provider} is next.`));
});
