// Worlds: a gateway with its own simulated providers for each test.
import assert from 'node:assert/strict';
import { after } from 'node:test';

export const GROQ_MODEL = 'openai/gpt-oss-20b';
export const CEREBRAS_MODEL = 'cerebras/gpt-oss-120b';
export const LOCAL_MODEL = 'local/small-model';
export const ONE_MODEL_OF_EACH = [GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL];

const lasting = [];
after(() => Promise.all(lasting.map(async (world) => (await world).end())));

/** Makes a world for several tests at the first call, and returns it at each. */
export function lastingWorld() {
  let world = null;
  return () => {
    if (!world) {
      world = newWorld({ after() {} });
      lasting.push(world);
    }
    return world;
  };
}

/** The world of all tests after which no key or provider is cooling. */
export const sharedWorld = lastingWorld();

/** Starts a world that ends with the test, or with the scope of several. */
export async function newWorld(test, what) {
  const { id, gateway, token, control } = await send('POST', process.env.KEYWHEEL_WORLDS, Object.keys(what ?? {}).length ? what : undefined);
  const here = `${process.env.KEYWHEEL_WORLDS}/${id}`;
  let ended = null;
  const end = () => (ended ??= send('DELETE', here));
  test.after(end);
  return {
    gateway,
    token,
    /** Stops gateway and providers before the end of the test. */
    end,
    /** The next `times` chats of a provider fail with this fault. */
    next: (provider, fault, times = 1) => send('POST', `${control}/faults`, { provider, fault, times }),
    /** The next answer of a provider stops after its first content. The returned function releases it. */
    async hold(provider) {
      await send('POST', `${here}/${provider}`);
      return () => send('DELETE', `${here}/${provider}`);
    },
    /** Each chat of a provider fails with this fault. */
    always: (provider, fault) => send('POST', `${control}/faults`, { provider, fault, probability: 1 }),
    /** No chat fails any more. */
    clear: () => send('DELETE', `${control}/faults`),
    /** The chats that the providers received, in order. */
    async chats() {
      const all = await send('GET', `${control}/requests`);
      return all.filter(({ path }) => path === '/chat/completions');
    },
  };
}

async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
