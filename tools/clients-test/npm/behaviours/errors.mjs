import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, collected, question, textOf } from '../questions.mjs';
import { GROQ_MODEL, LOCAL_MODEL, newWorld } from '../worlds.mjs';

export function errors(sdk) {
  // An error before the first chunk of a stream is the same as without a stream.
  const forms = {
    whole: (client, model) => client.chat.completions.create(question(model)),
    streamed: async (client, model) =>
      collected(await client.chat.completions.create(question(model, { stream: true }))),
  };

  for (const [form, ask] of Object.entries(forms)) {
    async function failing(client, model, type) {
      const error = await ask(client, model).then(
        () => assert.fail('answered'),
        (thrown) => thrown,
      );
      assert.ok(error instanceof type, `${error.stack} is no ${type.name}`);
      return { error, detail: sdk.detail(error) };
    }

    test(`a wrong token gets 401 (${form})`, async (t) => {
      const world = await newWorld(t);
      const stranger = sdk.client(world, { apiKey: 'not-a-clients-token' });
      const { error } = await failing(stranger, LOCAL_MODEL, sdk.errors.AuthenticationError);
      assert.equal(error.status, 401);
      assert.deepEqual(await world.chats(), []);
    });

    test(`an unknown model gets 404 with a near match (${form})`, async (t) => {
      const client = sdk.client(await newWorld(t));
      const { detail } = await failing(client, 'gpt-oss-120c', sdk.errors.NotFoundError);
      assert.equal(detail.code, 'model_not_found');
      assert.match(detail.message, /gpt-oss-120b/);
    });

    test(`a rejection keeps the message, param and code of the upstream (${form})`, async (t) => {
      const world = await newWorld(t);
      await world.next('compatible', 'property-unsupported');
      const { detail } = await failing(sdk.client(world), LOCAL_MODEL, sdk.errors.BadRequestError);
      assert.equal(detail.message, "Unknown parameter: 'verbosity'.");
      assert.equal(detail.param, 'verbosity');
      assert.equal(detail.code, 'unknown_parameter');
    });

    test(`when all keys are rate limited, the error has Retry-After (${form})`, async (t) => {
      const world = await newWorld(t);
      await world.always('groq', 'rate-limited:300s');
      const { error, detail } = await failing(sdk.client(world), GROQ_MODEL, sdk.errors.RateLimitError);
      const wait = Number(header(error, 'retry-after'));
      assert.ok(wait >= 200 && wait <= 301, `retry-after: ${wait}`);
      assert.equal(detail.code, 'rate_limit_exceeded');
      assert.equal((await world.chats()).length, 2);
    });

    test(`when the provider is down, the status is 503 (${form})`, async (t) => {
      const world = await newWorld(t);
      await world.always('groq', 'internal-error');
      const { error } = await failing(sdk.client(world), GROQ_MODEL, sdk.errors.InternalServerError);
      assert.equal(error.status, 503);
    });
  }

  for (const fault of ['cut:after-tokens:3', 'stream-error:3']) {
    test(`a stream that breaks off after content (${fault}) ends with an error`, async (t) => {
      const world = await newWorld(t);
      await world.next('compatible', fault);
      const chunks = [];
      const ask = () => sdk.client(world).chat.completions.create(question(LOCAL_MODEL, { stream: true }));
      await assert.rejects(async () => collected(await ask(), chunks), sdk.errors.APIError);
      assert.notEqual(textOf(chunks), '');
      assert.ok(!textOf(chunks).includes(ANSWER));
      assert.equal((await world.chats()).length, 1);
    });
  }

  test('the SDK retries after Retry-After and succeeds', async (t) => {
    const world = await newWorld(t);
    await world.next('groq', 'rate-limited:1s', 2);
    const patient = sdk.client(world, { maxRetries: 1 });
    const completion = await patient.chat.completions.create(question(GROQ_MODEL));
    assert.ok(completion.choices[0].message.content.endsWith(ANSWER));
    assert.equal((await world.chats()).length, 3);
  });
}

// A Headers object in some SDKs, a plain one in others.
function header(error, name) {
  return error.headers.get ? error.headers.get(name) : error.headers[name];
}
