// Chats copied as curl commands.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { lastAnswer, openConsole, ask, copiedBy, openSignedIn, test, removeClipboard } from '../browser.mjs';
import { CEREBRAS_MODEL } from '../worlds.mjs';

const APIS = ['api/chat', 'v1/chat/completions', 'v1/messages', 'v1/responses'];
const AUTHORIZATION = '  -H "Authorization: Bearer $KEYWHEEL_TOKEN" \\\n';
const HELLO = '[{"role":"user","content":"hello"}]';
const TRICKY = `It's "so" \\ $HOME \`id\` !!\n'\n'\\''€ %s`;

const copy = (page) => page.getByRole('button', { name: 'Copy as curl' }).press('Enter');
const expected = (world, api, authorization, body) =>
  `curl '${world.gateway}/${api}' \\\n${authorization}  -H 'Content-Type: application/json' \\\n  -d '${body}'`;

test('a message is copied as a curl command for each API, also after it was sent', async (t) => {
  const { page, world } = await openSignedIn(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const bodies = (native, model) => [
    `{"messages":${HELLO},"fallback":true${native}}`,
    `{"model":"${model}","messages":${HELLO}}`,
    `{"model":"${model}","max_tokens":1024,"messages":${HELLO}}`,
    `{"model":"${model}","input":"hello"}`,
  ];
  const copies = async (native, model) => {
    for (const [i, body] of bodies(native, model).entries()) {
      await page.locator('#ask').getByLabel('API').selectOption(APIS[i]);
      assert.equal(await copiedBy(page.getByRole('button', { name: 'Copy as curl' })), expected(world, APIS[i], AUTHORIZATION, body));
    }
  };

  await page.getByLabel('Message').fill('hello');
  await copies('', 'auto');
  await page.locator('#ask').getByLabel('Provider').selectOption('cerebras');
  await ask(page, 'hello');
  await lastAnswer(page);
  await copies(',"provider":"cerebras"', CEREBRAS_MODEL);
  await page.locator('#ask').getByLabel('Provider').selectOption('local');
  const model = page.locator('#ask').getByLabel('Model');
  await model.click();
  await page.getByRole('option', { name: 'small-model' }).click();
  await copies(',"model":"small-model"', 'small-model');
  await model.fill('new-model');
  await copies(',"provider":"local","model":"new-model"', 'local/new-model');
  await model.fill('auto');
  await copies(',"provider":"local","model":"auto"', 'auto');
  assert.ok(await page.getByLabel('curl command').isHidden());
});

test('a curl command has fallback, system prompt and temperature in the format of each API', async (t) => {
  const { page, world } = await openSignedIn(t);
  await removeClipboard(page);
  await page.getByText('System prompt').click();
  await page.getByLabel('System prompt').fill("It's so");
  await page.getByLabel('Temperature').fill('1.5');
  await page.getByLabel('Fallback').uncheck();
  await page.getByLabel('Message').fill('hello');
  const system = { role: 'system', content: "It's so" };
  const [user] = JSON.parse(HELLO);
  const bodies = [
    { messages: [system, user], fallback: false, temperature: 1.5 },
    { model: 'auto', messages: [system, user], fallback: false, temperature: 1.5 },
    // Anthropic's highest temperature is 1.
    { model: 'auto', max_tokens: 1024, system: "It's so", messages: [user], fallback: false, temperature: 1 },
    { model: 'auto', instructions: "It's so", input: 'hello', fallback: false, temperature: 1.5 },
  ];
  for (const [i, api] of APIS.entries()) {
    await page.locator('#ask').getByLabel('API').selectOption(api);
    await copy(page);
    await page.waitForFunction(() => document.activeElement.id === 'command');
    const text = await page.getByLabel('curl command').inputValue();
    assert.deepEqual(JSON.parse(text.match(/-d '([^]*)'$/)[1].replaceAll("'\\''", "'")), bodies[i]);

    const env = { ...process.env, KEYWHEEL_TOKEN: world.token };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s -o /dev/null -w '%{http_code}'`], { env });
    assert.equal(stdout, '200', api);
  }
});

test('without a clipboard the curl command is shown, and it sends the same message from a shell', async (t) => {
  const { page, world } = await openSignedIn(t);
  await removeClipboard(page);
  await page.getByLabel('Message').fill(TRICKY);
  for (const api of APIS) {
    await page.locator('#ask').getByLabel('API').selectOption(api);
    await copy(page);
    const command = page.getByLabel('curl command');
    await page.waitForFunction(() => document.activeElement.id === 'command');
    const text = await command.inputValue();
    assert.ok(!text.includes(world.token));
    assert.equal(await page.evaluate(() => String(getSelection())), text);

    const env = { ...process.env, KEYWHEEL_TOKEN: world.token };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s -o /dev/null -w '%{http_code}'`], { env });

    assert.equal(stdout, '200', api);
  }
  const asked = (await world.chats()).map(({ body }) => JSON.parse(body).messages.at(-1).content);
  assert.deepEqual(asked, Array(APIS.length).fill(TRICKY));
});

test('a curl command has no token if none was entered, and none is made for an empty message', async (t) => {
  const { page, world } = await openConsole(t);
  await page.getByRole('button', { name: 'Later' }).click();
  await removeClipboard(page);
  const command = page.getByLabel('curl command');

  await copy(page);
  assert.ok(await command.isHidden());
  assert.equal(await page.evaluate(() => document.activeElement.id), 'question');

  await page.getByLabel('Message').fill('hello');
  await copy(page);
  await command.waitFor();
  assert.equal(await command.inputValue(), expected(world, 'api/chat', '', `{"messages":${HELLO},"fallback":true}`));
});
