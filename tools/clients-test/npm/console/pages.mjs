// Pages that many tests share.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { openSignedIn, sharing } from '../browser.mjs';
import { openMocked } from './mocked.mjs';

/** Registers a test that shows snapshots. */
export const onPool = sharing(openMocked);

/** Registers a test of a conversation with mocked answers. These run beside those of the pool. */
export const inConversation = sharing(openMocked);

/** Registers a test with a real gateway, whose keys stay ready. */
export const onLiveGateway = sharing(openSignedIn);

/**
 * Registers a test of what the page shows of three chats on one UTC day: two of groq, of which the first, `r-1`, finds
 * the limit of a key used up, and one of cerebras.
 */
export const onUsedGateway = sharing(async (scope) => {
  const opened = await openSignedIn(scope);
  const left = DAY - (Date.now() % DAY);
  await (left < 120_000 && setTimeout(left));
  await opened.world.next('groq', 'rate-limited:900s');
  const first = await chat(opened.world, 'r-1');
  assert.equal(first.headers.get('X-Keywheel-Attempts'), 'groq/1:rate_limited, groq/2:ok');
  await chat(opened.world, 'r-2');
  await chat(opened.world, 'r-3', 'cerebras');
  return opened;
});

const DAY = 24 * 3600 * 1000;

/** A chat of another client program. */
export function chat(world, id, provider = 'groq') {
  return fetch(`${world.gateway}/api/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.token}`, 'X-Request-Id': id },
    body: JSON.stringify({ provider, messages: [{ role: 'user', content: 'hello' }] }),
  });
}
