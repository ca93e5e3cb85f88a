import Groq from 'groq-sdk';
import { all } from './behaviours/all.mjs';
import { GROQ_MODEL } from './worlds.mjs';

// The SDK adds /openai/v1 to the base URL.
all({
  name: 'groq-sdk',
  errors: Groq,
  models: [GROQ_MODEL],
  client: (world, more = {}) => new Groq({ baseURL: world.gateway, apiKey: world.token, maxRetries: 0, ...more }),
  detail: (error) => error.error.error,
});
