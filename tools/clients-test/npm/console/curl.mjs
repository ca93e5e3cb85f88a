// Chats copied as curl commands.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask, copiedBy, lastAnswer, removeClipboard, waitUntilEqual } from '../browser.mjs';
import { onLiveGateway } from './pages.mjs';
import { CEREBRAS_MODEL } from '../worlds.mjs';

const APIS = ['api/chat', 'v1/chat/completions', 'v1/messages', 'v1/responses'];
/** The two ways in which a body names provider and model. */
const BOTH_FORMS = APIS.slice(0, 2);
const AUTHORIZATION = '  -H "Authorization: Bearer $KEYWHEEL_TOKEN" \\\n';
const HELLO = '[{"role":"user","content":"hello"}]';
const TRICKY = `It's "so" \\ $HOME \`id\` !!\n'\n'\\''€ %s`;

const copy = (page) => page.getByRole('button', { name: 'Copy as curl' }).press('Enter');
const expected = (world, api, authorization, body) =>
  `curl '${world.gateway}/${api}' \\\n${authorization}  -H 'Content-Type: application/json' \\\n  -d '${body}'`;

onLiveGateway('a message is copied as a curl command for each API, also after it was sent', async ({ page, world }) => {
  const button = page.getByRole('button', { name: 'Copy as curl' });
  const command = page.getByLabel('curl command');
  const bodies = (native, model) => [
    `{"messages":${HELLO},"fallback":true${native}}`,
    `{"model":"${model}","messages":${HELLO}}`,
    `{"model":"${model}","max_tokens":1024,"messages":${HELLO}}`,
    `{"model":"${model}","input":"hello"}`,
  ];
  const copies = async (native, model, apis = APIS) => {
    for (const [i, body] of bodies(native, model).entries()) {
      if (apis.includes(APIS[i])) {
        await page.locator('#ask').getByLabel('API').selectOption(APIS[i]);
        await copy(page);
        await waitUntilEqual(() => command.inputValue(), expected(world, APIS[i], AUTHORIZATION, body));
      }
    }
  };

  await page.getByLabel('Message').fill('hello');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  assert.equal(await copiedBy(button), expected(world, APIS[0], AUTHORIZATION, bodies('', '')[0]));
  assert.ok(await command.isHidden());
  await removeClipboard(page);
  await copies('', 'auto');
  await page.locator('#ask').getByLabel('Provider').selectOption('cerebras');
  await ask(page, 'hello');
  await lastAnswer(page);
  await copies(',"provider":"cerebras"', CEREBRAS_MODEL);
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  const model = page.locator('#ask').getByLabel('Model');
  await model.click();
  await page.getByRole('option', { name: 'small-model' }).click();
  await copies(',"model":"small-model"', 'small-model', BOTH_FORMS);
  await model.fill('new-model');
  await copies(',"provider":"local","model":"new-model"', 'local/new-model', BOTH_FORMS);
  await model.fill('auto');
  await copies(',"provider":"local","model":"auto"', 'auto', BOTH_FORMS);
});

onLiveGateway('a curl command sends the message and the options from a shell, in the format of each API', async ({ page, world }) => {
  await removeClipboard(page);
  await page.getByText('System prompt').click();
  await page.getByLabel('System prompt').fill("It's so");
  await page.getByLabel('Temperature').fill('1.5');
  await page.getByLabel('Fallback').uncheck();
  await page.getByLabel('Message').fill(TRICKY);
  const before = (await world.chats()).length;
  const system = { role: 'system', content: "It's so" };
  const user = { role: 'user', content: TRICKY };
  const bodies = [
    { messages: [system, user], fallback: false, temperature: 1.5 },
    { model: 'auto', messages: [system, user], fallback: false, temperature: 1.5 },
    // Anthropic's highest temperature is 1.
    { model: 'auto', max_tokens: 1024, system: "It's so", messages: [user], fallback: false, temperature: 1 },
    { model: 'auto', instructions: "It's so", input: TRICKY, fallback: false, temperature: 1.5 },
  ];
  for (const [i, api] of APIS.entries()) {
    await page.locator('#ask').getByLabel('API').selectOption(api);
    await copy(page);
    await page.waitForFunction(() => document.activeElement.id === 'command');
    const text = await page.getByLabel('curl command').inputValue();
    assert.deepEqual(JSON.parse(text.match(/-d '([^]*)'$/)[1].replaceAll("'\\''", "'")), bodies[i]);
    assert.ok(!text.includes(world.token));
    assert.equal(await page.evaluate(() => String(getSelection())), text);

    const env = { ...process.env, KEYWHEEL_TOKEN: world.token };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s -o /dev/null -w '%{http_code}'`], { env });
    assert.equal(stdout, '200', api);
  }
  const asked = (await world.chats()).slice(before).map(({ body }) => JSON.parse(body).messages.at(-1).content);
  assert.deepEqual(asked, Array(APIS.length).fill(TRICKY));
});
