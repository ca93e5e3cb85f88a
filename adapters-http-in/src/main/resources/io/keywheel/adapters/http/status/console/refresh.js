// Loads a section again when a chat has ended, while the section is visible, and when the user asks for it.
import { ask, isLocked, NoTokenError, refusal } from './api.js';

export class Refresh {
  isPaused = false;
  #waits;
  #uses;
  #ended = null;
  #inSight = false;
  #reading = false;
  #due = false;
  #asked = false;
  #version = 0;
  #next = 0;
  #readAt = -Infinity;

  /**
   * @param waits in milliseconds: the least between two requests, and the most if no chat is known to have ended
   * @param uses `path()` is what to load, `take(json, headers)` shows it, and `refused(sentence)` shows an error
   */
  constructor(section, waits, uses) {
    this.#waits = waits;
    this.#uses = uses;
    new IntersectionObserver((entries) => (this.#inSight = entries.at(-1).isIntersecting)).observe(section);
  }

  /** Another count in the latest slices means that another chat has ended. */
  show({ recent }) {
    const ended = JSON.stringify(recent.slice(-2));
    this.#due ||= ended !== this.#ended;
    this.#ended = ended;
  }

  tick() {
    const now = performance.now();
    const isDue = this.#due || now - this.#readAt > this.#waits[1];
    const isSeen = this.#inSight && !document.hidden && !this.isPaused;
    // While locked, a request would open the dialog that the user has closed.
    const isTime = this.#ended !== null && isDue && now >= this.#next && !isLocked();
    if ((this.#asked || isTime) && isSeen && !this.#reading) {
      this.#go(now);
    }
  }

  /** Loads another path for the user, even while locked; the result of a pending request is dropped. */
  anew() {
    this.#version++;
    this.#asked = true;
    this.tick();
  }

  async #go(now) {
    this.#reading = true;
    this.#due = this.#asked = false;
    this.#readAt = now;
    const version = this.#version;
    try {
      const show = await this.#read();
      if (version === this.#version) {
        // A slow request is repeated less often, because it burdens the gateway.
        const end = performance.now();
        this.#next = Math.max(now + this.#waits[0], Math.min(now + 10 * (end - now), end + this.#waits[1]));
        show();
      }
    } catch (error) {
      reportError(error);
    }
    this.#reading = false;
  }

  /** Returns a function that shows the result. If the gateway does not answer, only the banner shows it. After its failure, the section is due again. */
  async #read() {
    const { path, take, refused } = this.#uses;
    try {
      const response = await ask(path());
      const answer = await (response.ok ? response.json() : refusal(response));
      this.#due ||= response.status >= 500;
      return () => (response.ok ? take(answer, response.headers) : refused(answer.error));
    } catch (error) {
      this.#due = true;
      // What the user asked for meanwhile would open the dialog again.
      this.#asked &&= !(error instanceof NoTokenError);
      return () => error instanceof NoTokenError && (this.#next = 0);
    }
  }
}
