// What a chat from the console may be asked of.
import assert from 'node:assert/strict';
import { arrive, show, test } from '../browser.mjs';
import { gatewayOf, sendingSnapshots } from './snapshots.mjs';

/** The console of a gateway whose providers and models are as the test says at each time. */
async function offered(t, ...providers) {
  const told = { providers, models: providers.map((id) => ({ id: `model-of-${id}`, owned_by: id })) };
  const { page, world } = await arrive(t, async (page) => {
    await sendingSnapshots(page, () => [{ ...gatewayOf(), providers: told.providers.map((id) => ({ id, default_model: 'small', keys: [] })) }]);
    await page.route('**/v1/models', (route) =>
      route.request().headers().authorization ? route.fulfill({ json: { data: told.models } }) : route.continue(),
    );
  });
  await show(page, world.token);
  await page.getByRole('option', { name: `model-of-${providers.at(-1)}` }).waitFor({ state: 'attached' });
  return { page, told, provider: page.locator('#ask').getByLabel('Provider'), model: page.locator('#ask').getByLabel('Model') };
}

test('what was chosen stays chosen when other providers come', async (t) => {
  const { page, told, provider, model } = await offered(t, 'groq', 'local');
  await provider.selectOption('local');
  await model.selectOption('model-of-local');

  told.providers = ['local', 'cerebras'];
  await page.locator('#provider option[value=cerebras]').waitFor({ state: 'attached' });

  assert.deepEqual([await provider.inputValue(), await model.inputValue()], ['local', 'model-of-local']);
});

test('what can no longer be chosen gives way to any', async (t) => {
  const { page, told, provider, model } = await offered(t, 'groq', 'local');
  await provider.selectOption('local');
  await model.selectOption('model-of-local');

  told.providers = ['groq'];
  told.models = told.models.slice(0, 1);
  await page.locator('#provider option[value=local]').waitFor({ state: 'detached' });
  await page.locator('#model option[value=model-of-local]').waitFor({ state: 'detached' });

  assert.deepEqual([await provider.inputValue(), await model.inputValue()], ['', '']);
});

test('virtual models can be chosen of any provider, and auto is the default', async (t) => {
  const { page, told, provider, model } = await offered(t, 'groq');
  told.models = [...['auto', 'smart'].map((id) => ({ id, owned_by: 'keywheel' })), ...told.models];

  await model.focus();

  await page.locator('#model option[value=smart]').waitFor({ state: 'attached' });
  const offers = () => model.locator('option').evaluateAll((options) => options.map(({ value }) => value));
  assert.deepEqual(await offers(), ['', 'smart', 'model-of-groq']);
  await provider.selectOption('groq');
  assert.deepEqual(await offers(), ['', 'model-of-groq']);
});

test('a model that the gateway has learnt of since can be chosen', async (t) => {
  const { page, told, model } = await offered(t, 'groq');
  told.models = [...told.models, { id: 'new-model', owned_by: 'groq' }];

  await model.focus();

  await page.locator('#model option[value=new-model]').waitFor({ state: 'attached' });
});
