// Watches the gateway while somebody watches the page: a hidden one gives its place to others.
import { ask, events, NoTokenError, untilTokenEntered } from './api.js';

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** Calls `show` with each picture, and `tell` with how the watching goes. */
export async function watch(show, tell) {
  let wait = SHORTEST_WAIT;
  for (;;) {
    await untilVisible();
    const stop = new AbortController();
    const whenHidden = () => document.hidden && stop.abort();
    document.addEventListener('visibilitychange', whenHidden);
    try {
      const response = await ask('api/events', { signal: stop.signal });
      if (!response.ok) {
        throw new Error(`the gateway answered ${response.status}`);
      }
      for await (const picture of events(response)) {
        tell('live');
        wait = SHORTEST_WAIT;
        drawn(show, picture);
      }
    } catch (error) {
      if (error instanceof NoTokenError) {
        tell('locked');
        await untilTokenEntered();
        continue;
      }
    } finally {
      document.removeEventListener('visibilitychange', whenHidden);
    }
    if (!document.hidden) {
      tell('lost');
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(LONGEST_WAIT, 2 * wait);
    }
  }
}

/** What goes wrong in drawing is no fault of the connection, and is not to pass for one. */
function drawn(show, picture) {
  try {
    show(picture);
  } catch (error) {
    reportError(error);
  }
}

function untilVisible() {
  return document.hidden ? new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true })) : null;
}
