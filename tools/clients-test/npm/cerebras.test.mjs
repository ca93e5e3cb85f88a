import Cerebras from '@cerebras/cerebras_cloud_sdk';
import { all } from './behaviours/all.mjs';
import { CEREBRAS_MODEL } from './worlds.mjs';

// It adds /v1 to the base URL by itself, and each new client asks once for /v1/tcp_warming.
all({
  errors: Cerebras,
  models: [CEREBRAS_MODEL],
  client: (world, more = {}) => new Cerebras({ baseURL: world.gateway, apiKey: world.token, maxRetries: 0, ...more }),
  detail: (error) => error.error.error,
});
