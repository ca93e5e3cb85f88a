import { test } from 'node:test';
import { answers } from './answers.mjs';
import { errors } from './errors.mjs';
import { streams } from './streams.mjs';
import { tools } from './tools.mjs';

/** The behaviour that each client of chat completions relies on, as tests of the SDK `sdk.name` with each of `sdk.models`. */
export function all(sdk) {
  for (const behaviours of [answers, streams, tools, errors]) {
    behaviours(sdk, (name, body) => test(`${name} (${sdk.name})`, body));
  }
}
