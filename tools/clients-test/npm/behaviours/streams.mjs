import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, choicesOf, collected, question, textOf } from '../questions.mjs';
import { CEREBRAS_MODEL, GROQ_MODEL, LOCAL_MODEL, ONE_MODEL_OF_EACH, newWorld } from '../worlds.mjs';

export function streams(sdk) {
  async function streamed(t, model, more = {}) {
    const world = await newWorld(t);
    return collected(await sdk.client(world).chat.completions.create(question(model, { stream: true, ...more })));
  }

  for (const model of [...ONE_MODEL_OF_EACH, 'auto']) {
    test(`an answer of ${model} arrives in pieces and ends`, async (t) => {
      const chunks = await streamed(t, model);
      assert.ok(textOf(chunks).endsWith(ANSWER), textOf(chunks));
      assert.ok(choicesOf(chunks).filter(({ delta }) => delta.content).length > 3);
      assert.deepEqual(
        choicesOf(chunks).map((choice) => choice.finish_reason).filter(Boolean),
        ['stop'],
      );
    });
  }

  for (const model of ONE_MODEL_OF_EACH) {
    test(`usage that was asked of ${model} comes in one last chunk without choices`, async (t) => {
      const chunks = await streamed(t, model, { stream_options: { include_usage: true } });
      assert.equal(chunks.filter(({ usage }) => usage).length, 1);
      assert.equal(chunks.filter(({ choices }) => choices.length === 0).length, 1);
      assert.deepEqual(chunks.at(-1).choices, []);
      assert.ok(chunks.at(-1).usage.total_tokens > 0);
    });

    test(`usage that was not asked of ${model} does not come`, async (t) => {
      const chunks = await streamed(t, model);
      assert.ok(chunks.every(({ usage, choices }) => !usage && choices.length === 1));
    });
  }

  test('streamed choices keep apart', async (t) => {
    const chunks = await streamed(t, LOCAL_MODEL, { n: 2 });
    assert.ok(textOf(chunks, 0).endsWith(ANSWER));
    assert.match(textOf(chunks, 1), /choice 2\)\.$/);
  });

  test('streamed logprobs arrive', async (t) => {
    const chunks = await streamed(t, LOCAL_MODEL, { logprobs: true });
    const tokens = choicesOf(chunks).flatMap(({ logprobs }) => logprobs?.content ?? []);
    assert.equal(tokens.map(({ token }) => token).join(''), textOf(chunks));
  });

  test('what only one provider says arrives in its chunks', async (t) => {
    const groq = await streamed(t, GROQ_MODEL);
    assert.match(groq.find(({ x_groq }) => x_groq)?.x_groq.id, /^req_/);
    const cerebras = await streamed(t, CEREBRAS_MODEL);
    assert.equal(cerebras.find(({ time_info }) => time_info)?.time_info.queue_time, 0.004);
    for (const chunks of [groq, cerebras]) {
      assert.ok(choicesOf(chunks).some(({ delta }) => delta.reasoning));
    }
  });
}
