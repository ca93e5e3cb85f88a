import { answers } from './answers.mjs';
import { errors } from './errors.mjs';
import { streams } from './streams.mjs';
import { tools } from './tools.mjs';

/** What every client of OpenAI's wire may rely on, as tests of one of them, which asks `sdk.models`. */
export function all(sdk) {
  for (const behaviours of [answers, streams, tools, errors]) {
    behaviours(sdk);
  }
}
