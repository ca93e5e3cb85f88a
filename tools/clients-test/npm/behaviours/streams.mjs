import assert from 'node:assert/strict';
import { ANSWER, choicesOf, collected, question, textOf } from '../questions.mjs';
import { sharedWorld } from '../worlds.mjs';

export function streams(sdk, test) {
  async function streamed(model, more = {}) {
    const world = await sharedWorld();
    return collected(await sdk.client(world).chat.completions.create(question(model, { stream: true, ...more })));
  }

  for (const model of [...sdk.models, 'auto']) {
    test(`${model} streams several chunks and one finish reason`, async () => {
      const chunks = await streamed(model);
      assert.ok(textOf(chunks).endsWith(ANSWER), textOf(chunks));
      assert.ok(choicesOf(chunks).filter(({ delta }) => delta.content).length > 3);
      assert.deepEqual(
        choicesOf(chunks).map((choice) => choice.finish_reason).filter(Boolean),
        ['stop'],
      );
    });
  }

  for (const model of sdk.models) {
    test(`requested usage of ${model} is in one last chunk without choices`, async () => {
      const chunks = await streamed(model, { stream_options: { include_usage: true } });
      assert.equal(chunks.filter(({ usage }) => usage).length, 1);
      assert.equal(chunks.filter(({ choices }) => choices.length === 0).length, 1);
      assert.deepEqual(chunks.at(-1).choices, []);
      assert.ok(chunks.at(-1).usage.total_tokens > 0);
    });

    test(`usage of ${model} is omitted unless requested`, async () => {
      const chunks = await streamed(model);
      assert.ok(chunks.every(({ usage, choices }) => !usage && choices.length === 1));
    });
  }
}
