import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { ANY_INPUT, RESPONSES_ERRORS, agents } from './behaviours/agents.mjs';
import { LOCAL_MODEL, sharedWorld } from './worlds.mjs';

const client = (world, token = world.token) =>
  new OpenAI({ baseURL: `${world.gateway}/v1`, apiKey: token, maxRetries: 0 });

agents({
  name: 'openai, Responses',
  errors: RESPONSES_ERRORS,
  finish: { stop: 'completed', calls: 'completed' },
  user: (text, data) => ({
    role: 'user',
    content: data
      ? [{ type: 'input_text', text }, { type: 'input_image', image_url: `data:image/png;base64,${data}` }]
      : text,
  }),
  async ask(world, { model, messages, tools = [], stream, token, received }) {
    const offered = tools.map((name) => ({ type: 'function', name, parameters: ANY_INPUT, strict: false }));
    const request = { model, input: messages, tools: offered, store: false };
    const { responses: api } = client(world, token);
    const response = stream
      ? await api.stream(request).on('response.output_text.delta', ({ delta }) => received.push(delta)).finalResponse()
      : await api.create(request);
    if (response.status === 'failed') {
      throw new Error(response.error.message);
    }
    const of = (type) => response.output.filter((item) => item.type === type);
    const calls = of('function_call');
    return {
      text: response.output_text,
      reasoning: of('reasoning').flatMap(({ summary }) => summary.map(({ text }) => text)).join(''),
      calls: calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) })),
      finish: response.status,
      usage: { input: response.usage.input_tokens, output: response.usage.output_tokens },
      next: (results) => [
        ...messages,
        ...response.output,
        ...calls.map(({ call_id }, i) => ({ type: 'function_call_output', call_id, output: results[i] })),
      ],
    };
  },
  errorFields: ({ status, code, message, headers }) => [status, code, message, Number(headers.get('retry-after'))],
});

test('fields that need stored state are refused by name', async () => {
  const world = await sharedWorld();
  const before = await world.chats();
  for (const [field, value] of [['previous_response_id', 'resp_1'], ['store', true], ['background', true]]) {
    const request = client(world).responses.create({ model: LOCAL_MODEL, input: 'hello', [field]: value });
    await assert.rejects(request, { status: 400, param: field });
  }
  assert.deepEqual(await world.chats(), before);
});
