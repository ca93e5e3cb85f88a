// The options of a chat: provider, model and their help texts.
import assert from 'node:assert/strict';
import { openConsole, ask, waitUntilEqual, enterToken, test, removeClipboard } from '../browser.mjs';
import { gatewayOf, sendSnapshots } from './snapshots.mjs';

/** Opens the console of a gateway whose providers and models the test may change. */
async function openChoices(t, ...providers) {
  const gateway = { providers, defaultModel: 'small', models: providers.map((id) => ({ id: `model-of-${id}`, owned_by: id })) };
  const { page, world } = await openConsole(t, async (page) => {
    await sendSnapshots(page, () => [{ ...gatewayOf(), providers: gateway.providers.map((id) => ({ id, default_model: gateway.defaultModel, keys: [] })) }]);
    await page.route('**/v1/models', (route) =>
      route.request().headers().authorization ? route.fulfill({ json: { data: gateway.models } }) : route.continue(),
    );
  });
  // Waits until the models are loaded, so that only a later load has changed ones.
  const modelsLoaded = page.waitForResponse((response) => response.url().endsWith('/v1/models') && response.ok());
  await enterToken(page, world.token);
  await (await modelsLoaded).finished();
  const [provider, model] = [page.locator('#ask').getByLabel('Provider'), page.locator('#ask').getByLabel('Model')];
  await page.locator(`#provider option[value=${providers.at(-1)}]`).waitFor({ state: 'attached' });
  return { page, gateway, provider, model };
}

/** Opens the list and waits until it has these names. */
async function assertOffered(page, model, ...names) {
  await model.click();
  await waitUntilEqual(() => page.locator('#models li > :first-child').allTextContents(), ['Default', ...names]);
}

test('a model list opened before the models are loaded shows them once loaded', async (t) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const { page, world } = await openConsole(t, (page) =>
    page.route('**/v1/models', async (route) => {
      await held;
      await route.continue();
    }),
  );
  await enterToken(page, world.token);
  await page.locator('#ask').getByLabel('Model').click();

  release();

  await page.locator('#models li').nth(1).waitFor();
});

test('the selection stays when the providers change', async (t) => {
  const { page, gateway, provider, model } = await openChoices(t, 'groq', 'local');
  await provider.selectOption('local');
  await assertOffered(page, model, 'model-of-local');
  await page.getByRole('option', { name: 'model-of-local' }).click();

  gateway.providers = ['local', 'cerebras'];
  await page.locator('#provider option[value=cerebras]').waitFor({ state: 'attached' });

  assert.deepEqual([await provider.inputValue(), await model.inputValue()], ['local', 'model-of-local']);
});

test('a curl command names the default model that a provider has since a reload', async (t) => {
  const { page, gateway, provider } = await openChoices(t, 'groq');
  await removeClipboard(page);
  await provider.selectOption('groq');
  await page.locator('#ask').getByLabel('API').selectOption('v1/responses');
  await page.getByLabel('Message').fill('hello');

  gateway.defaultModel = 'large';
  await page.locator('.provider .model').getByText('large').waitFor();
  await page.getByRole('button', { name: 'Copy as curl' }).press('Enter');

  assert.match(await page.getByLabel('curl command').inputValue(), /"model":"groq\/large"/);
});

test('a selection that is no longer available is reset', async (t) => {
  const { page, gateway, provider, model } = await openChoices(t, 'groq', 'local');
  await provider.selectOption('local');
  await assertOffered(page, model, 'model-of-local');
  await page.getByRole('option', { name: 'model-of-local' }).click();

  gateway.models = gateway.models.slice(0, 1);
  gateway.providers = ['groq'];
  await page.locator('#provider option[value=local]').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.getElementById('model').value === '');

  assert.equal(await provider.inputValue(), '');
});

test('virtual models are listed first, and only if no provider is selected', async (t) => {
  const { page, gateway, provider, model } = await openChoices(t, 'groq');
  gateway.models = [...gateway.models, ...['auto', 'smart', 'speech'].map((id) => ({ id, owned_by: 'keywheel' }))];

  // An operator may give a chat model any name, even `speech`.
  await assertOffered(page, model, 'smart', 'speech', 'model-of-groq');
  assert.deepEqual(await page.locator('#models .note').allTextContents(), ['', 'virtual', 'virtual', 'groq']);
  await provider.selectOption('groq');
  await assertOffered(page, model, 'model-of-groq');
});

test('a model added after the page was loaded can be selected', async (t) => {
  const { page, gateway, model } = await openChoices(t, 'groq');
  gateway.models = [...gateway.models, { id: 'new-model', owned_by: 'groq' }];

  await model.focus();

  await assertOffered(page, model, 'model-of-groq', 'new-model');
});

test('a model id prefixed with the selected provider is requested there, although another provider lists the id', async (t) => {
  const { page, gateway, provider, model } = await openChoices(t, 'groq', 'local');
  gateway.models = [{ id: 'groq/compound', owned_by: 'local' }];
  await provider.selectOption('local');
  await assertOffered(page, model, 'groq/compound');
  await provider.selectOption('groq');
  await model.fill('groq/compound');
  const sent = page.waitForRequest('**/api/chat/stream');

  await ask(page, 'hello');

  const { provider: asked, model: named } = (await sent).postDataJSON();
  assert.deepEqual([asked, named], ['groq', 'groq/compound']);
});

test('transcription, speech, embedding and moderation models are not openChoices for chats', async (t) => {
  const { page, gateway, model } = await openChoices(t, 'groq');
  const others = ['whisper-large-v3', 'playai-tts', 'gpt-4o-transcribe', 'canopylabs/orpheus-v1-english', 'meta-llama/llama-prompt-guard-2-22m'];
  const embeddings = ['text-embedding-3-small', 'omni-moderation-latest', 'gpt-image-1', 'rerank-2'];
  const chats = ['vanguard-7b', 'attsp-chat', 'openai/gpt-oss-safeguard-20b'];
  gateway.models = [...others, ...embeddings, ...chats].map((id) => ({ id, owned_by: 'groq' }));

  await assertOffered(page, model, ...chats);
});

test('the model list is searched and selected from by keyboard', async (t) => {
  const { page, gateway, model } = await openChoices(t, 'groq', 'local');
  gateway.models = ['big-a', 'small-a', 'big-b'].map((id, i) => ({ id, owned_by: ['groq', 'local'][i % 2] }));
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

test('each field of the form has a help text beside it', async (t) => {
  const { page } = await openChoices(t, 'groq');
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
