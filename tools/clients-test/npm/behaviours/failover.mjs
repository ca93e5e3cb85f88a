import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, collected, question, textOf } from '../questions.mjs';
import { GROQ_MODEL, newWorld } from '../worlds.mjs';

// The client sees an answer and nothing else.
export function failover(sdk) {
  const streamed = (world, model) => sdk.client(world).chat.completions.create(question(model, { stream: true }));

  async function assertTwoKeysWereAsked(world) {
    const keys = (await world.chats()).map(({ key }) => key);
    assert.equal(keys.length, 2);
    assert.notEqual(keys[0], keys[1]);
  }

  test('the next key answers when the first is rate limited', async (t) => {
    const world = await newWorld(t);
    await world.next('groq', 'rate-limit-requests');
    const completion = await sdk.client(world).chat.completions.create(question(GROQ_MODEL));
    assert.ok(completion.choices[0].message.content.endsWith(ANSWER));
    await assertTwoKeysWereAsked(world);
  });

  test('the next key streams a whole answer when the first is rate limited', async (t) => {
    const world = await newWorld(t);
    await world.next('groq', 'rate-limit-tokens');
    const chunks = await collected(await streamed(world, GROQ_MODEL));
    assert.ok(textOf(chunks).endsWith(ANSWER));
    await assertTwoKeysWereAsked(world);
  });

  test('the third provider answers while two are down', async (t) => {
    const world = await newWorld(t);
    await world.always('groq', 'bad-gateway');
    await world.always('cerebras', 'cut:before-head');
    const client = sdk.client(world);
    for (let i = 0; i < 4; i++) {
      const completion = await client.chat.completions.create(question('auto'));
      assert.equal(completion.choices[0].message.content, `compatible/small-model says: ${ANSWER}`);
    }
  });

  for (const fault of ['rate-limit-requests', 'stream-error:0', 'cut:before-content', 'only-done']) {
    test(`a stream that fails before content (${fault}) falls back to the next provider`, async (t) => {
      const world = await newWorld(t);
      await world.next('groq', fault);
      await world.next('compatible', fault);
      const chunks = await collected(await streamed(world, 'auto'));
      assert.ok(textOf(chunks).endsWith(ANSWER), textOf(chunks));
      assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
      assert.equal((await world.chats()).length, 2);
    });
  }
}
