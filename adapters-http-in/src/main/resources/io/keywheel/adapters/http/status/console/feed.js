// Follows the gateway's events while the page is visible; a hidden page frees its slot for others.
import { ask, events, NoTokenError, refusal, untilTokenEntered } from './api.js';
import { byId } from './dom.js';

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** In milliseconds. The gateway sends an event or a comment every 15 seconds. */
const LONGEST_SILENCE = 40_000;

/** In milliseconds. After a longer jump of this machine's clock, countdowns need the gateway's time again. */
const LONGEST_JUMP = 2000;

/** Calls `show` with each snapshot, `heard` for all bytes, and `tell` with the connection's state, the reason, and the next attempt. */
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
        // The end of a stream is not an error; reconnecting shows whether there is one.
        ended = ['connecting'];
        connection.watchClock();
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

/** A connection to the gateway, aborted when the page is hidden, after a long silence, or after a jump of the clock. */
class Connection {
  #stop = new AbortController();
  #silence;
  #jumps;
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
    // While the token dialog is open, the silence may be longer.
    this.#silence = setTimeout(() => (byId('token').open ? this.stands() : this.#stop.abort()), LONGEST_SILENCE);
  }

  /** From the answer on: before, the request may wait for a token, and its end would look like a lost gateway. */
  watchClock() {
    const began = clockOffset();
    this.#jumps = setInterval(() => Math.abs(clockOffset() - began) > LONGEST_JUMP && this.#stop.abort(), 1000);
  }

  end() {
    clearTimeout(this.#silence);
    clearInterval(this.#jumps);
    document.removeEventListener('visibilitychange', this.#whenHidden);
  }
}

/** Changes if this machine's clock is set, or if the machine sleeps. */
function clockOffset() {
  return Date.now() - performance.now();
}

/** An error in drawing is reported, because it must not count as an error of the connection. */
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
