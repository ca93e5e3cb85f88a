import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, choicesOf, collected, question, textOf } from '../questions.mjs';
import { CEREBRAS_MODEL, GROQ_MODEL, LOCAL_MODEL, sharedWorld } from '../worlds.mjs';

/** Fields that the gateway passes on unchanged. */
export function fields(sdk) {
  async function streamed(model, more = {}) {
    const world = await sharedWorld();
    return collected(await sdk.client(world).chat.completions.create(question(model, { stream: true, ...more })));
  }

  test('fields that only groq sends are passed on', async () => {
    const world = await sharedWorld();
    const completion = await sdk.client(world).chat.completions.create(question(GROQ_MODEL));
    assert.match(completion.x_groq.id, /^req_/);
    assert.equal(completion.service_tier, 'on_demand');
    assert.equal(completion.usage.queue_time, 0.005);
    assert.ok(completion.choices[0].message.reasoning);
  });

  test('fields that only cerebras sends are passed on', async () => {
    const world = await sharedWorld();
    const completion = await sdk
      .client(world)
      .chat.completions.create(question(CEREBRAS_MODEL, { service_tier: 'flex' }));
    assert.equal(completion.time_info.queue_time, 0.004);
    assert.equal(completion.service_tier, 'flex');
  });

  test('several choices have their logprobs', async () => {
    const world = await sharedWorld();
    const completion = await sdk.client(world).chat.completions.create(question(LOCAL_MODEL, { n: 2, logprobs: true }));
    assert.equal(completion.choices.length, 2);
    for (const choice of completion.choices) {
      assert.equal(choice.logprobs.content.map(({ token }) => token).join(''), choice.message.content);
    }
    assert.match(completion.choices[1].message.content, /choice 2/);
  });

  test('reasoning_content of a compatible provider is passed on', async () => {
    const world = await sharedWorld();
    const completion = await sdk.client(world).chat.completions.create(question('local/thinking-model'));
    assert.ok(completion.choices[0].message.reasoning_content);
  });

  // JavaScript cannot represent these numbers. They replace numbers of the same length in the text of the body.
  test('numbers in the request are passed on unchanged', async () => {
    const world = await sharedWorld();
    const exact = (url, init) =>
      fetch(url, { ...init, body: init.body?.replace('1000000000000001', '9007199254740993').replace('5.25', '1.10') });
    const client = sdk.client(world, { fetch: exact });
    await client.chat.completions.create(question(LOCAL_MODEL, { big: 1000000000000001, price: 5.25 }));
    const chat = (await world.chats()).at(-1);
    assert.match(chat.body, /"big":\s*9007199254740993[,}]/);
    assert.match(chat.body, /"price":\s*1\.10[,}]/);
  });

  test('numbers in the answer are passed on unchanged', async () => {
    const world = await sharedWorld();
    const response = await sdk
      .client(world)
      .chat.completions.create(question(LOCAL_MODEL, { logprobs: true }))
      .asResponse();
    assert.match(await response.text(), /-0\.01005033585350144118/);
  });

  test('streamed choices are kept apart', async () => {
    const chunks = await streamed(LOCAL_MODEL, { n: 2 });
    assert.ok(textOf(chunks, 0).endsWith(ANSWER));
    assert.match(textOf(chunks, 1), /choice 2\)\.$/);
  });

  test('streamed logprobs are passed on', async () => {
    const chunks = await streamed(LOCAL_MODEL, { logprobs: true });
    const tokens = choicesOf(chunks).flatMap(({ logprobs }) => logprobs?.content ?? []);
    assert.equal(tokens.map(({ token }) => token).join(''), textOf(chunks));
  });

  test('provider-specific fields of chunks are passed on', async () => {
    const groq = await streamed(GROQ_MODEL);
    assert.match(groq.find(({ x_groq }) => x_groq)?.x_groq.id, /^req_/);
    const cerebras = await streamed(CEREBRAS_MODEL);
    assert.equal(cerebras.find(({ time_info }) => time_info)?.time_info.queue_time, 0.004);
    for (const chunks of [groq, cerebras]) {
      assert.ok(choicesOf(chunks).some(({ delta }) => delta.reasoning));
    }
  });
}
