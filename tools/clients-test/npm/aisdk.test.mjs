// Vercel's AI SDK over both APIs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import { ANY_INPUT, agents } from './behaviours/agents.mjs';
import { LOCAL_MODEL, sharedWorld } from './worlds.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const STATELESS = { openai: { store: false } };

function family(name, make) {
  return {
    name,
    finish: { stop: 'stop', calls: 'tool-calls' },
    user: (text, data) => ({
      role: 'user',
      content: data ? [{ type: 'text', text }, { type: 'file', data, mediaType: 'image/png' }] : text,
    }),
    async ask(world, { model, messages, tools = [], stream, token = world.token, received }) {
      const request = {
        model: make({ baseURL: `${world.gateway}/v1`, apiKey: token })(model),
        messages,
        maxRetries: 0,
        maxOutputTokens: 1000,
        tools: Object.fromEntries(tools.map((each) => [each, tool({ inputSchema: jsonSchema(ANY_INPUT) })])),
        providerOptions: STATELESS,
      };
      const result = stream ? await streamed(request, received) : await generateText(request);
      const [text, reasoning, called, finish, usage, response] = await Promise.all([
        result.text,
        result.reasoningText,
        result.toolCalls,
        result.finishReason,
        result.usage,
        result.response,
      ]);
      const calls = called.map(({ toolName, input }) => ({ name: toolName, input }));
      return {
        text,
        reasoning,
        calls,
        finish,
        usage: { input: usage.inputTokens, output: usage.outputTokens },
        next: (results) => [
          ...messages,
          ...response.messages,
          {
            role: 'tool',
            content: called.map(({ toolCallId, toolName }, i) => ({
              type: 'tool-result',
              toolCallId,
              toolName,
              output: { type: 'text', value: results[i] },
            })),
          },
        ],
      };
    },
  };
}

async function streamed(request, received) {
  const result = streamText({ ...request, onError() {} });
  for await (const part of result.fullStream) {
    if (part.type === 'error') {
      throw part.error;
    }
    if (part.type === 'text-delta') {
      received.push(part.text);
    }
  }
  return result;
}

agents(family('@ai-sdk/anthropic', createAnthropic));
agents(family('@ai-sdk/openai', createOpenAI));

test('an item reference, which the SDK sends unless store is false, is refused by name', async () => {
  const world = await sharedWorld();
  const model = createOpenAI({ baseURL: `${world.gateway}/v1`, apiKey: world.token })(LOCAL_MODEL);
  const first = await generateText({ model, prompt: 'hello' });
  const messages = [...first.response.messages, { role: 'user', content: 'and now?' }];
  await assert.rejects(generateText({ model, messages, maxRetries: 0 }), { statusCode: 400, message: /item_reference/ });
});
