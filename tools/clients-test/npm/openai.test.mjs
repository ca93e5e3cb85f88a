import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { all } from './behaviours/all.mjs';
import { fields } from './behaviours/fields.mjs';
import { ANSWER, question } from './questions.mjs';
import { GROQ_MODEL, ONE_MODEL_OF_EACH, sharedWorld } from './worlds.mjs';

const sdk = {
  name: 'openai',
  errors: OpenAI,
  models: ONE_MODEL_OF_EACH,
  client: (world, more = {}) =>
    new OpenAI({ baseURL: `${world.gateway}/v1`, apiKey: world.token, maxRetries: 0, ...more }),
  detail: (error) => ({ ...error.error, code: error.code, param: error.param }),
};

all(sdk);
fields(sdk);

test('a stream is put together by the SDK itself', async () => {
  const client = sdk.client(await sharedWorld());
  const completion = await client.chat.completions.stream(question(GROQ_MODEL)).finalChatCompletion();
  assert.ok(completion.choices[0].message.content.endsWith(ANSWER));
});
