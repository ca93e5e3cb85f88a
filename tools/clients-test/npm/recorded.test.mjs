// Undocumented requests, recorded from coding agents; texts are shortened.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sharedWorld } from './worlds.mjs';

const recorded = (name) => JSON.parse(readFileSync(`recorded/${name}.json`, 'utf8'));

/** The events of the answer to a recording, and what the provider received. */
async function replay(world, { path, headers, body }) {
  const response = await fetch(world.gateway + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', authorization: `Bearer ${world.token}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const events = text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
  return { events, received: JSON.parse((await world.chats()).at(-1).body) };
}

for (const [name, last, results] of [
  ['claude-code', 'message_stop', 3],
  ['codex', 'response.completed', 3],
  ['codex-default-model', 'response.completed', 1],
]) {
  test(`the second turn of ${name} is answered by each provider`, async () => {
    const world = await sharedWorld();
    for (let i = 0; i < 3; i++) {
      const { events, received } = await replay(world, recorded(name));
      assert.equal(events.at(-1).type, last);
      const calling = received.messages.findIndex(({ tool_calls }) => tool_calls);
      const ids = received.messages[calling].tool_calls.map(({ id }) => id);
      const answers = received.messages.slice(calling + 1, calling + 1 + results);
      assert.deepEqual(answers.map(({ role }) => role), Array(results).fill('tool'));
      assert.deepEqual(answers.map(({ tool_call_id }) => tool_call_id).sort(), ids.sort());
      assert.ok(received.tools.every(({ type, function: f }) => type === 'function' && f.name && f.parameters));
    }
  });
}

for (const [name, tool, namespace, type, input] of [
  ['codex-default-model', /exec$/, 'functions', 'custom_tool_call', { input: 'text(1)' }],
  ['codex-default-model', /sleep$/, 'clock', 'function_call', { arguments: '{"duration_ms": 1}' }],
  ['codex', /wait_agent$/, 'multi_agent_v1', 'function_call', { arguments: '{"targets": ["a"]}' }],
]) {
  test(`the tool ${namespace}.${tool.source} of ${name} is called by its own name`, async () => {
    const world = await sharedWorld();
    const recording = recorded(name);
    const { received } = await replay(world, recording);
    const offered = received.tools.map((each) => each.function.name).find((each) => tool.test(each));
    const text = `call:${offered} ${input.arguments ?? JSON.stringify(input)}`;
    recording.body.input.push({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

    const { events } = await replay(world, recording);

    const { item } = events.findLast((event) => event.type === 'response.output_item.done');
    assert.deepEqual({ type: item.type, namespace: item.namespace }, { type, namespace });
    assert.match(item.name, tool);
    assert.deepEqual({ ...item, ...input }, item);
  });
}
