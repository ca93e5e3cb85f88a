import assert from 'node:assert/strict';
import { ANSWER, collected, question, textOf } from '../questions.mjs';
import { CEREBRAS_MODEL, GROQ_MODEL, LOCAL_MODEL, lastingWorld, sharedWorld } from '../worlds.mjs';

export function errors(sdk, test) {
  /** Each of its tests uses another model, because keys or a provider cool down. */
  const troubledWorld = lastingWorld();

  /** Fails whole and streamed: before its first chunk, a stream fails as an answer without a stream. */
  async function failing(client, model, type, check) {
    for (const stream of [false, true]) {
      const error = await client.chat.completions.create(question(model, { stream })).then(
        () => assert.fail('answered'),
        (thrown) => thrown,
      );
      assert.ok(error instanceof type, `${error.stack} is no ${type.name}`);
      await check(error, sdk.detail(error));
    }
  }

  test('a wrong token gets 401', async () => {
    const world = await sharedWorld();
    const before = await world.chats();
    const stranger = sdk.client(world, { apiKey: 'not-a-clients-token' });
    await failing(stranger, LOCAL_MODEL, sdk.errors.AuthenticationError, ({ status }) => assert.equal(status, 401));
    assert.deepEqual(await world.chats(), before);
  });

  test('an unknown model gets 404 with a near match', async () => {
    const client = sdk.client(await sharedWorld());
    await failing(client, 'gpt-oss-120c', sdk.errors.NotFoundError, (error, { code, message }) => {
      assert.equal(code, 'model_not_found');
      assert.match(message, /gpt-oss-120b/);
    });
  });

  test('a rejection keeps the message, param and code of the upstream', async (t) => {
    const world = await sharedWorld();
    await world.always('compatible', 'property-unsupported');
    t.after(world.clear);
    await failing(sdk.client(world), LOCAL_MODEL, sdk.errors.BadRequestError, (error, { message, param, code }) =>
      assert.deepEqual([message, param, code], ["Unknown parameter: 'verbosity'.", 'verbosity', 'unknown_parameter']),
    );
  });

  test('when all keys are rate limited, the error has Retry-After', async (t) => {
    const world = await troubledWorld();
    await world.always('groq', 'rate-limited:300s');
    t.after(world.clear);
    const before = (await world.chats()).length;
    await failing(sdk.client(world), GROQ_MODEL, sdk.errors.RateLimitError, async (error, { code }) => {
      const wait = Number(header(error, 'retry-after'));
      assert.ok(wait >= 200 && wait <= 301, `retry-after: ${wait}`);
      assert.equal(code, 'rate_limit_exceeded');
      // At the second request, the keys are cooling.
      assert.equal((await world.chats()).length, before + 2);
    });
  });

  test('when the provider is down, the status is 503', async (t) => {
    const world = await troubledWorld();
    await world.always('cerebras', 'internal-error');
    t.after(world.clear);
    await failing(sdk.client(world), CEREBRAS_MODEL, sdk.errors.InternalServerError, ({ status }) => assert.equal(status, 503));
  });

  for (const fault of ['cut:after-tokens:3', 'stream-error:3']) {
    test(`a stream that breaks off after content (${fault}) ends with an error`, async () => {
      const world = await sharedWorld();
      await world.next('compatible', fault);
      const before = (await world.chats()).length;
      const chunks = [];
      const ask = () => sdk.client(world).chat.completions.create(question(LOCAL_MODEL, { stream: true }));
      await assert.rejects(async () => collected(await ask(), chunks), sdk.errors.APIError);
      assert.notEqual(textOf(chunks), '');
      assert.ok(!textOf(chunks).includes(ANSWER));
      assert.equal((await world.chats()).length, before + 1);
    });
  }

  test('the SDK retries after Retry-After and succeeds', async () => {
    const world = await troubledWorld();
    await world.next('groq', 'rate-limited:1s', 2);
    const before = (await world.chats()).length;
    const patient = sdk.client(world, { maxRetries: 1 });
    const completion = await patient.chat.completions.create(question('groq/openai/gpt-oss-120b'));
    assert.ok(completion.choices[0].message.content.endsWith(ANSWER));
    assert.equal((await world.chats()).length, before + 3);
  });
}

// A Headers object in some SDKs, a plain one in others.
function header(error, name) {
  return error.headers.get ? error.headers.get(name) : error.headers[name];
}
