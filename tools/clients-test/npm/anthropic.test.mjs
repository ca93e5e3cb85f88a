import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ANY_INPUT, MESSAGES_ERRORS, agents } from './behaviours/agents.mjs';
import { GROQ_MODEL, LOCAL_MODEL, sharedWorld } from './worlds.mjs';

// The SDK adds /v1 to the base URL.
const client = (world, token = world.token) => new Anthropic({ baseURL: world.gateway, apiKey: token, maxRetries: 0 });

const image = (data) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } });

agents({
  name: '@anthropic-ai/sdk',
  errors: MESSAGES_ERRORS,
  finish: { stop: 'end_turn', calls: 'tool_use' },
  user: (text, data) => ({ role: 'user', content: data ? [image(data), { type: 'text', text }] : text }),
  async ask(world, { model, messages, tools = [], stream, token, received }) {
    const offered = tools.map((name) => ({ name, description: name, input_schema: ANY_INPUT }));
    const request = { model, messages, max_tokens: 1000, tools: offered };
    const { messages: api } = client(world, token);
    const message = stream
      ? await api.stream(request).on('text', (text) => received.push(text)).finalMessage()
      : await api.create(request);
    const of = (type) => message.content.filter((block) => block.type === type);
    const calls = of('tool_use');
    return {
      text: of('text').map(({ text }) => text).join(''),
      reasoning: of('thinking').map(({ thinking }) => thinking).join(''),
      calls,
      finish: message.stop_reason,
      usage: { input: message.usage.input_tokens, output: message.usage.output_tokens },
      next: (results) => [
        ...messages,
        { role: 'assistant', content: message.content },
        {
          role: 'user',
          content: calls.map(({ id }, i) => ({ type: 'tool_result', tool_use_id: id, content: results[i] })),
        },
      ],
    };
  },
  errorFields: ({ status, type, apiMessage, headers }) => [status, type, apiMessage, Number(headers.get('retry-after'))],
});

test('tokens are counted without asking a provider', async () => {
  const world = await sharedWorld();
  const before = await world.chats();
  const messages = [{ role: 'user', content: 'hello '.repeat(100) }];
  const { input_tokens } = await client(world).messages.countTokens({ model: LOCAL_MODEL, messages });
  assert.ok(input_tokens > 90 && input_tokens < 300, String(input_tokens));
  assert.deepEqual(await world.chats(), before);
});

test('the models are listed', async () => {
  const world = await sharedWorld();
  const ids = (await client(world).models.list()).data.map(({ id }) => id);
  assert.ok(ids.includes('auto') && ids.includes(GROQ_MODEL), ids.join());
});

test('the tool runner, which continues a stored thread, sends the whole conversation', async () => {
  const world = await sharedWorld();
  const weather = { name: 'weather', description: 'weather', input_schema: ANY_INPUT, parse: (input) => input, run: () => 'sunny' };
  const messages = [{ role: 'user', content: 'call:weather {}' }];
  await client(world).beta.messages.toolRunner({ model: LOCAL_MODEL, max_tokens: 100, messages, tools: [weather] });
  const { body } = (await world.chats()).at(-1);
  assert.deepEqual(JSON.parse(body).messages.map(({ role }) => role), ['user', 'assistant', 'tool']);
});

test('a failed tool result is marked as an error upstream', async () => {
  const world = await sharedWorld();
  const use = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} };
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'no such city', is_error: true };
  await client(world).messages.create({
    model: LOCAL_MODEL,
    max_tokens: 100,
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: [use] },
      { role: 'user', content: [result] },
    ],
  });
  const chat = (await world.chats()).at(-1);
  assert.match(JSON.parse(chat.body).messages.at(-1).content, /error.*no such city/is);
});
