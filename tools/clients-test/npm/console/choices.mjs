// The options of a chat: provider, model and their help texts.
import assert from 'node:assert/strict';
import { ask, removeClipboard, sharing, waitUntilEqual } from '../browser.mjs';
import { openMocked } from './mocked.mjs';
import { gatewayOf } from './snapshots.mjs';

/** Registers a test of a console whose providers and models it may change. */
const onForm = sharing(async (scope) => {
  const mocked = await openMocked(scope);
  const { page, show, answer } = mocked;
  const offer = (ids, defaultModel = 'small') => show({ ...gatewayOf(), providers: ids.map((id) => ({ id, default_model: defaultModel, keys: [] })) });
  const list = (...models) => answer('v1/models', { data: models.map(([id, owner]) => ({ id, owned_by: owner })) });
  const [provider, model] = [page.locator('#ask').getByLabel('Provider'), page.locator('#ask').getByLabel('Model')];
  return { ...mocked, offer, list, provider, model };
});

/** Opens the list and waits until it has these names. */
async function assertOffered(page, model, ...names) {
  await model.click();
  await waitUntilEqual(() => page.locator('#models li > :first-child').allTextContents(), ['Default', ...names]);
}

onForm('a model list opened before the models are loaded shows them once loaded', async ({ page, offer, model }) => {
  await page.evaluate(() => window.answers.set('v1/models', new Promise((resolve) => (window.release = resolve))));
  await offer(['groq']);
  await assertOffered(page, model);

  await page.evaluate(() => window.release({ body: '{"data": [{"id": "one", "owned_by": "groq"}]}' }));

  await page.locator('#models li').nth(1).waitFor();
});

onForm('a selection stays while it is offered, and is reset when it is not', async ({ page, offer, list, provider, model }) => {
  await list(['model-of-groq', 'groq'], ['model-of-local', 'local']);
  await offer(['groq', 'local']);
  await provider.selectOption('local');
  await assertOffered(page, model, 'model-of-local');
  await page.getByRole('option', { name: 'model-of-local' }).click();

  await offer(['local', 'cerebras']);
  await page.locator('#provider option[value=cerebras]').waitFor({ state: 'attached' });
  await assertOffered(page, model, 'model-of-local');
  assert.deepEqual([await provider.inputValue(), await model.inputValue()], ['local', 'model-of-local']);

  await list(['model-of-groq', 'groq']);
  await offer(['groq']);
  await page.waitForFunction(() => document.getElementById('model').value === '');
  assert.equal(await provider.inputValue(), '');
});

onForm('a curl command names the default model that a provider has since a reload', async ({ page, offer, provider }) => {
  await offer(['groq']);
  await removeClipboard(page);
  await provider.selectOption('groq');
  await page.locator('#ask').getByLabel('API').selectOption('v1/responses');
  await page.getByLabel('Message').fill('hello');

  await offer(['groq'], 'large');
  await page.getByRole('button', { name: 'Copy as curl' }).press('Enter');

  assert.match(await page.getByLabel('curl command').inputValue(), /"model":"groq\/large"/);
});

onForm('virtual models are listed first, and only if no provider is selected', async ({ page, offer, list, provider, model }) => {
  // An operator may give a chat model any name, even `speech`.
  await list(['model-of-groq', 'groq'], ...['auto', 'smart', 'speech'].map((id) => [id, 'keywheel']));
  await offer(['groq']);

  await assertOffered(page, model, 'smart', 'speech', 'model-of-groq');
  assert.deepEqual(await page.locator('#models .note').allTextContents(), ['', 'virtual', 'virtual', 'groq']);
  await provider.selectOption('groq');
  await assertOffered(page, model, 'model-of-groq');
});

onForm('a model added after the page was loaded can be selected', async ({ page, offer, list, model }) => {
  await list(['model-of-groq', 'groq']);
  await offer(['groq']);
  await assertOffered(page, model, 'model-of-groq');
  await model.blur();
  await list(['model-of-groq', 'groq'], ['new-model', 'groq']);

  await model.focus();

  await assertOffered(page, model, 'model-of-groq', 'new-model');
});

onForm('an option that the keyboard has reached stays active when more models are loaded', async ({ page, offer, list, model }) => {
  await list(['reached', 'groq']);
  await offer(['groq']);
  await assertOffered(page, model, 'reached');
  await model.blur();
  await page.evaluate(() => window.answers.set('v1/models', new Promise((resolve) => (window.release = resolve))));
  await model.press('ArrowDown');
  await model.press('ArrowDown');

  await page.evaluate(() => window.release({ body: '{"data": [{"id": "first", "owned_by": "groq"}, {"id": "reached", "owned_by": "groq"}]}' }));
  await page.getByRole('option', { name: 'first' }).waitFor();
  await model.press('Enter');

  assert.equal(await model.inputValue(), 'reached');
});

onForm('a model id prefixed with the selected provider is requested there, although another provider lists the id', async ({ page, offer, list, provider, model, sent }) => {
  await list(['groq/compound', 'local']);
  await offer(['groq', 'local']);
  await provider.selectOption('local');
  await assertOffered(page, model, 'groq/compound');
  await provider.selectOption('groq');
  await model.fill('groq/compound');

  await ask(page, 'hello');

  await waitUntilEqual(async () => (await sent('api/chat/stream')).map(({ provider, model }) => [provider, model]), [['groq', 'groq/compound']]);
});

onForm('transcription, speech, embedding and moderation models are not offered for chats', async ({ page, offer, list, model }) => {
  const others = ['whisper-large-v3', 'playai-tts', 'gpt-4o-transcribe', 'canopylabs/orpheus-v1-english', 'meta-llama/llama-prompt-guard-2-22m'];
  const embeddings = ['text-embedding-3-small', 'omni-moderation-latest', 'gpt-image-1', 'rerank-2'];
  const chats = ['vanguard-7b', 'attsp-chat', 'openai/gpt-oss-safeguard-20b'];
  await list(...[...others, ...embeddings, ...chats].map((id) => [id, 'groq']));
  await offer(['groq']);

  await assertOffered(page, model, ...chats);
});

onForm('the model list is searched and selected from by keyboard', async ({ page, offer, list: listModels, model }) => {
  await listModels(['big-a', 'groq'], ['small-a', 'local'], ['big-b', 'groq']);
  await offer(['groq', 'local']);
  const list = page.getByRole('listbox');
  await model.focus();
  assert.ok(await list.isHidden());

  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: 'big-b' }).waitFor();
  await page.keyboard.type('BIG');
  assert.deepEqual(await page.locator('#models li > :first-child').allTextContents(), ['big-a', 'big-b']);
  await page.keyboard.press('ArrowUp');
  const active = await model.getAttribute('aria-activedescendant');
  assert.equal(await page.locator(`#${active}`).textContent(), 'big-b groq');
  await page.keyboard.press('Enter');
  assert.deepEqual([await model.inputValue(), await list.isHidden()], ['big-b', true]);

  await page.keyboard.press('ArrowDown');
  assert.equal(await list.locator('li').count(), 4);
  assert.equal(await list.getByRole('option', { selected: true }).textContent(), 'big-b groq');
  await page.keyboard.press('Escape');
  assert.deepEqual([await model.inputValue(), await list.isHidden(), await model.getAttribute('aria-expanded')], ['big-b', true, 'false']);

  // By its provider, too.
  await model.fill('local');
  assert.deepEqual(await page.locator('#models li > :first-child').allTextContents(), ['small-a']);
  await page.keyboard.press('Tab');
  assert.deepEqual([await model.inputValue(), await list.isHidden()], ['local', true]);
});

onForm('each field of the form has a help text beside it', async ({ page }) => {
  for (const word of ['provider', 'virtual model', 'temperature', 'fallback']) {
    const mark = page.locator('summary', { hasText: `What is a ${word}?` });
    const text = page.locator('.term details', { has: mark }).locator('p');
    assert.ok(await text.isHidden());
    await mark.focus();
    await page.keyboard.press('Enter');
    assert.ok(await text.isVisible());
    // Only one is open.
    assert.equal(await page.locator('.term details[open]').count(), 1);
  }

  for (const close of [() => page.keyboard.press('Escape'), () => page.getByRole('heading', { name: 'Chat' }).click()]) {
    await close();
    assert.equal(await page.locator('.term details[open]').count(), 0);
    await page.locator('.term summary').first().click();
    assert.equal(await page.locator('.term details[open]').count(), 1);
  }
});
