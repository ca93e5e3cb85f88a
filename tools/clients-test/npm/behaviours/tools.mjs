import assert from 'node:assert/strict';
import { choicesOf, collected } from '../questions.mjs';
import { sharedWorld } from '../worlds.mjs';

const ARGUMENTS = '{"city": "Saint-Tropez", "days": 3}';

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};

function callingQuestion(model, ...rest) {
  return { model, messages: [{ role: 'user', content: `call:weather ${ARGUMENTS}` }, ...rest], tools: [WEATHER] };
}

/** Joins the fragments of the one call in a stream. */
function assembled(chunks) {
  const call = { id: '', type: 'function', function: { name: '', arguments: '' } };
  for (const { delta } of choicesOf(chunks)) {
    for (const part of delta.tool_calls ?? []) {
      assert.equal(part.index, 0);
      call.id ||= part.id ?? '';
      call.function.name += part.function?.name ?? '';
      call.function.arguments += part.function?.arguments ?? '';
    }
  }
  return call;
}

function assertCalled(call) {
  assert.ok(call.id);
  assert.equal(call.function.name, 'weather');
  assert.equal(call.function.arguments, ARGUMENTS);
}

function result(call) {
  return { role: 'tool', tool_call_id: call.id, content: 'sunny' };
}

export function tools(sdk, test) {
  for (const model of sdk.models) {
    test(`${model} calls a tool and answers its result`, async () => {
      const { completions } = sdk.client(await sharedWorld()).chat;
      const first = (await completions.create(callingQuestion(model))).choices[0];
      assert.equal(first.finish_reason, 'tool_calls');
      assert.equal(first.message.tool_calls.length, 1);
      const [call] = first.message.tool_calls;
      assertCalled(call);
      const second = await completions.create(callingQuestion(model, first.message, result(call)));
      assert.match(second.choices[0].message.content, /The tool said "sunny" \(message 3/);
    });

    test(`a streamed tool call of ${model} is assembled from its fragments`, async () => {
      const { completions } = sdk.client(await sharedWorld()).chat;
      const chunks = await collected(await completions.create({ ...callingQuestion(model), stream: true }));
      assert.equal(choicesOf(chunks).at(-1).finish_reason, 'tool_calls');
      const call = assembled(chunks);
      assertCalled(call);
      const said = { role: 'assistant', content: null, tool_calls: [call] };
      const second = await completions.create(callingQuestion(model, said, result(call)));
      assert.match(second.choices[0].message.content, /The tool said "sunny"/);
    });
  }
}
