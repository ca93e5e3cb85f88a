import Cerebras from '@cerebras/cerebras_cloud_sdk';
import { all } from './behaviours/all.mjs';
import { CEREBRAS_MODEL } from './worlds.mjs';

// The SDK adds /v1 to the base URL, and each new client requests /v1/tcp_warming once.
all({
  name: '@cerebras/cerebras_cloud_sdk',
  errors: Cerebras,
  models: [CEREBRAS_MODEL],
  client: (world, more = {}) => new Cerebras({ baseURL: world.gateway, apiKey: world.token, maxRetries: 0, ...more }),
  detail: (error) => error.error.error,
});
