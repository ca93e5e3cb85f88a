import assert from 'node:assert/strict';
import { ANSWER, question } from '../questions.mjs';
import { GROQ_MODEL, sharedWorld } from '../worlds.mjs';

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
