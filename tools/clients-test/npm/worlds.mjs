// Worlds: each a gateway of its own in front of providers of its own, so that no test disturbs another.
import assert from 'node:assert/strict';

export const GROQ_MODEL = 'openai/gpt-oss-20b';
export const CEREBRAS_MODEL = 'cerebras/gpt-oss-120b';
export const LOCAL_MODEL = 'local/small-model';
export const ONE_MODEL_OF_EACH = [GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL];

/** A new one, which ends with the test. */
export async function newWorld(test, what) {
  const { id, gateway, token, control } = await told('POST', process.env.KEYWHEEL_WORLDS, Object.keys(what ?? {}).length ? what : undefined);
  const here = `${process.env.KEYWHEEL_WORLDS}/${id}`;
  let ended = null;
  const end = () => (ended ??= told('DELETE', here));
  test.after(end);
  return {
    gateway,
    token,
    /** Its gateway and its providers stop, before the test does. */
    end,
    /** The next chats of a provider, so many, go wrong in this way. */
    next: (provider, fault, times = 1) => told('POST', `${control}/faults`, { provider, fault, times }),
    /** The next answer of a provider stays at its first piece with content until what is returned is called. */
    async hold(provider) {
      await told('POST', `${here}/${provider}`);
      return () => told('DELETE', `${here}/${provider}`);
    },
    /** Every chat of a provider does. */
    always: (provider, fault) => told('POST', `${control}/faults`, { provider, fault, probability: 1 }),
    /** The chats that the providers have seen, in order. */
    async chats() {
      const all = await told('GET', `${control}/requests`);
      return all.filter(({ path }) => path === '/chat/completions');
    },
  };
}

async function told(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
