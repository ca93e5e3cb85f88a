import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER } from '../questions.mjs';
import { CEREBRAS_MODEL, GROQ_MODEL, LOCAL_MODEL, ONE_MODEL_OF_EACH, lastingWorld, sharedWorld } from '../worlds.mjs';

/** Errors as the Messages API names them: status and type. */
export const MESSAGES_ERRORS = {
  'a wrong token': [401, 'authentication_error'],
  'an unknown model': [404, 'not_found_error'],
  'a rejection by the provider': [400, 'invalid_request_error'],
  'too large a body': [413, 'request_too_large'],
  'limited keys': [429, 'rate_limit_error'],
  'a provider that is down': [529, 'overloaded_error'],
};

/** Errors as the Responses API names them: status and code. */
export const RESPONSES_ERRORS = {
  'a wrong token': [401, 'invalid_api_key'],
  'an unknown model': [404, 'model_not_found'],
  'a rejection by the provider': [400, 'unknown_parameter'],
  'too large a body': [413, 'body_too_large'],
  'limited keys': [429, 'rate_limit_exceeded'],
  'a provider that is down': [503, 'all_keys_failed'],
};

export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const CALLS = [
  { name: 'weather', input: { city: 'Saint-Tropez', days: 3 } },
  { name: 'clock', input: {} },
];
const CALLS_PROMPT = CALLS.map(({ name, input }) => `call:${name} ${JSON.stringify(input)}`).join('\n');

/**
 * The behaviour that agents rely on at each API, as tests of one SDK.
 *
 * `sdk.user(text, image)` makes a message. `sdk.ask(world, {model, messages, tools, stream, token, received})` sends
 * messages and returns {text, reasoning, calls, finish, usage, next}. `next(results)` returns the conversation with the
 * results of the calls. Text chunks of a stream are added to `received`. `sdk.errorFields(error)` returns
 * [status, name, message, retryAfter]; an SDK without `errors` has no types of errors.
 */
export function agents(sdk) {
  const ask = (world, model, more) => sdk.ask(world, { model, messages: [sdk.user('hello')], received: [], ...more });
  const forms = [false, true].map((stream) => [stream, `${sdk.name}, ${stream ? 'streamed' : 'whole'}`]);

  for (const [stream, form] of forms) {
    test(`each provider and auto answer (${form})`, async () => {
      const world = await sharedWorld();
      for (const model of [...ONE_MODEL_OF_EACH, 'auto', 'claude-any']) {
        const received = [];
        const answer = await ask(world, model, { stream, received });
        assert.ok(answer.text.endsWith(ANSWER), answer.text);
        assert.equal(answer.finish, sdk.finish.stop);
        assert.ok(answer.usage.input > 0 && answer.usage.output > 0, JSON.stringify(answer.usage));
        assert.equal(Boolean(answer.reasoning), !answer.text.startsWith('compatible'));
        if (stream) {
          assert.equal(received.join(''), answer.text);
          assert.ok(received.length > 3);
        }
      }
    });

    test(`the next key answers after an empty reply (${form})`, async () => {
      const world = await sharedWorld();
      await world.next('compatible', 'empty-text');
      const before = (await world.chats()).length;
      const answer = await ask(world, LOCAL_MODEL, { stream });
      assert.ok(answer.text.endsWith(ANSWER), answer.text);
      assert.equal((await world.chats()).length, before + 2);
    });

    test(`parallel tool calls and their results round-trip (${form})`, async () => {
      const world = await sharedWorld();
      for (const model of ONE_MODEL_OF_EACH) {
        const request = { tools: ['weather', 'clock'], stream };
        const first = await ask(world, model, { ...request, messages: [sdk.user(CALLS_PROMPT)] });
        assert.equal(first.finish, sdk.finish.calls);
        assert.deepEqual(first.calls.map(({ name, input }) => ({ name, input })), CALLS);
        const second = await ask(world, model, { ...request, messages: first.next(['sunny', 'noon']) });
        assert.match(second.text, /The tool said "noon" \(message 4/);
        const { messages } = JSON.parse((await world.chats()).at(-1).body);
        assert.deepEqual(messages.slice(2).map(({ content }) => content), ['sunny', 'noon']);
      }
    });
  }

  test(`an image is sent upstream (${sdk.name})`, async () => {
    const world = await sharedWorld();
    await ask(world, LOCAL_MODEL, { messages: [sdk.user('hello', PIXEL)] });
    const chat = (await world.chats()).at(-1);
    const parts = JSON.parse(chat.body).messages.at(-1).content;
    assert.equal(parts.find(({ type }) => type === 'image_url').image_url.url, `data:image/png;base64,${PIXEL}`);
  });

  /** Each of its tests uses another provider, because the keys or the provider cool down. */
  const troubledWorld = lastingWorld();

  const failures = [
    ['a wrong token', sharedWorld, null, LOCAL_MODEL, { token: 'not-a-clients-token' }, 0],
    ['an unknown model', sharedWorld, null, 'gpt-oss-120c', {}, 0],
    ['too large a body', sharedWorld, null, LOCAL_MODEL, { messages: [sdk.user('a'.repeat(600_000))] }, 0],
    ['a rejection by the provider', sharedWorld, ['compatible', 'property-unsupported'], LOCAL_MODEL, {}, 1],
    ['limited keys', troubledWorld, ['groq', 'rate-limited:300s'], GROQ_MODEL, {}, 2],
    ['a provider that is down', troubledWorld, ['cerebras', 'internal-error'], CEREBRAS_MODEL, {}, 2],
  ];
  for (const [name, where, fault, model, more, upstream] of sdk.errors ? failures : []) {
    test(`${name} has its own error type, whole and streamed (${sdk.name})`, async (t) => {
      const world = await where();
      if (fault) {
        await world.always(...fault);
        t.after(world.clear);
      }
      const before = (await world.chats()).length;
      for (const stream of [false, true]) {
        const error = await ask(world, model, { stream, ...more }).then(
          () => assert.fail('answered'),
          (thrown) => thrown,
        );
        const [status, type, message, wait] = sdk.errorFields(error);
        assert.deepEqual([status, type], sdk.errors[name], error.stack);
        assert.ok(name !== 'a rejection by the provider' || /Unknown parameter: 'verbosity'/.test(message), message);
        assert.ok(name !== 'limited keys' || (wait >= 200 && wait <= 301), `retry-after: ${wait}`);
        // At the second request, the keys are cooling.
        assert.ok(stream || (await world.chats()).length === before + upstream);
      }
    });
  }

  test(`a stream that breaks off after content ends with an error (${sdk.name})`, async () => {
    const world = await sharedWorld();
    await world.next('compatible', 'cut:after-tokens:3');
    const before = (await world.chats()).length;
    const received = [];
    await assert.rejects(ask(world, LOCAL_MODEL, { stream: true, received }));
    assert.notEqual(received.join(''), '');
    assert.ok(!received.join('').includes(ANSWER));
    assert.equal((await world.chats()).length, before + 1);
  });
}

/** The schema of either tool: any object. */
export const ANY_INPUT = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'number' } } };
