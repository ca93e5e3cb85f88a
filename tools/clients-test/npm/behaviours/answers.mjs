import assert from 'node:assert/strict';
import { ANSWER, collected, question, textOf } from '../questions.mjs';
import { GROQ_MODEL, LOCAL_MODEL, sharedWorld } from '../worlds.mjs';

export function answers(sdk, test) {
  for (const model of [...sdk.models, 'auto']) {
    test(`${model} answers a question`, async () => {
      const world = await sharedWorld();
      const completion = await sdk.client(world).chat.completions.create(question(model));
      assert.ok(completion.choices[0].message.content.endsWith(ANSWER));
      assert.equal(completion.choices[0].finish_reason, 'stop');
      const { prompt_tokens, completion_tokens, total_tokens } = completion.usage;
      assert.equal(total_tokens, prompt_tokens + completion_tokens);
    });
  }

  for (const stream of [false, true]) {
    test(`the next key answers after an empty reply, ${stream ? 'streamed' : 'whole'}`, async () => {
      const world = await sharedWorld();
      await world.next('compatible', 'empty-text');
      const before = (await world.chats()).length;
      const answer = await sdk.client(world).chat.completions.create(question(LOCAL_MODEL, { stream }));
      assert.ok(stream ? textOf(await collected(answer)).endsWith(ANSWER) : answer.choices[0].message.content.endsWith(ANSWER));
      assert.equal((await world.chats()).length, before + 2);
    });
  }

  test('models are listed and retrieved by id', async () => {
    const world = await sharedWorld();
    const client = sdk.client(world);
    const { data } = await client.models.list();
    const groq = data.find(({ id }) => id.endsWith(GROQ_MODEL));
    assert.equal(groq.owned_by, 'groq');
    for (const id of ['auto', groq.id]) {
      assert.equal((await client.models.retrieve(id)).id, id);
    }
  });
}
