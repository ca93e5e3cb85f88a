// Watches the gateway while somebody watches the page: a hidden one gives its place to others.
import { ask, events, NoTokenError, refusal, untilTokenEntered } from './api.js';
import { byId } from './dom.js';

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** The gateway says something every 15 seconds, and be it a comment. */
const LONGEST_SILENCE = 40_000;

/** Calls `show` with each snapshot, `heard` for all that comes, and `tell` with how the watching goes: why, and when it goes on. */
export async function watch({ show, tell, heard }) {
  let wait = SHORTEST_WAIT;
  for (;;) {
    await untilVisible();
    const connection = new Connection();
    let ended = ['lost'];
    try {
      const response = await ask('api/events', { signal: connection.signal });
      if (!response.ok) {
        ended = ['refused', (await refusal(response)).error];
      } else {
        // One that ends is no sign of trouble; whether there is any shows when the page connects again.
        ended = ['connecting'];
        const stands = () => {
          connection.stands();
          heard();
        };
        for await (const snapshot of events(response, stands)) {
          tell('live');
          wait = SHORTEST_WAIT;
          drawn(show, snapshot);
        }
      }
    } catch (error) {
      if (error instanceof NoTokenError) {
        tell('locked');
        await untilTokenEntered();
        continue;
      }
    } finally {
      connection.end();
    }
    if (!document.hidden) {
      tell(ended[0], ended[1], Date.now() + wait);
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(LONGEST_WAIT, 2 * wait);
    }
  }
}

/** To the gateway: given up when the page is hidden, or when nothing comes though it did not end. */
class Connection {
  #stop = new AbortController();
  #silence;
  #whenHidden = () => document.hidden && this.#stop.abort();

  constructor() {
    document.addEventListener('visibilitychange', this.#whenHidden);
    this.stands();
  }

  get signal() {
    return this.#stop.signal;
  }

  stands() {
    clearTimeout(this.#silence);
    // Somebody who looks for the token may be silent for longer.
    this.#silence = setTimeout(() => (byId('token').open ? this.stands() : this.#stop.abort()), LONGEST_SILENCE);
  }

  end() {
    clearTimeout(this.#silence);
    document.removeEventListener('visibilitychange', this.#whenHidden);
  }
}

/** What goes wrong in drawing is no fault of the connection, and is not to pass for one. */
function drawn(show, snapshot) {
  try {
    show(snapshot);
  } catch (error) {
    reportError(error);
  }
}

function untilVisible() {
  return document.hidden ? new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true })) : null;
}
