// Reads something again when a chat has ended, while it is in sight.
import { ask, refusal } from './api.js';

export class Refresh {
  isPaused = false;
  #waits;
  #uses;
  #ended = null;
  #inSight = false;
  #reading = false;
  #due = false;
  #version = 0;
  #next = 0;
  #readAt = -Infinity;

  /**
   * @param waits in milliseconds: between two readings, whatever happens, and where nothing is known to have happened
   * @param uses `path()` is what to read, `take(json, headers)` shows it, and `refused(sentence)` that it was not given
   */
  constructor(section, waits, uses) {
    this.#waits = waits;
    this.#uses = uses;
    new IntersectionObserver((entries) => (this.#inSight = entries.at(-1).isIntersecting)).observe(section);
  }

  /** The gateway shows what has ended in the last seconds: another count is another chat. */
  show({ recent }) {
    const ended = JSON.stringify(recent.slice(-2));
    this.#due ||= ended !== this.#ended;
    this.#ended = ended;
  }

  tick() {
    const now = performance.now();
    const isDue = this.#due || now - this.#readAt > this.#waits[1];
    if (this.#ended !== null && isDue && now >= this.#next && this.#inSight && !document.hidden && !this.isPaused && !this.#reading) {
      this.#go(now);
    }
  }

  /** Something else is asked for: what is being read is not shown any more. */
  anew() {
    this.#version++;
    this.#due = true;
    this.#next = 0;
    this.tick();
  }

  async #go(now) {
    this.#reading = true;
    this.#due = false;
    this.#readAt = now;
    const version = this.#version;
    try {
      const show = await this.#read();
      if (version === this.#version) {
        // What takes long is a burden to the gateway.
        this.#next = now + Math.max(this.#waits[0], 10 * (performance.now() - now));
        show();
      }
    } catch (error) {
      reportError(error);
    }
    this.#reading = false;
  }

  /** What is to be done with what was read. Of a gateway that does not answer, the page speaks elsewhere. */
  async #read() {
    const { path, take, refused } = this.#uses;
    try {
      const response = await ask(path());
      const answer = await (response.ok ? response.json() : refusal(response));
      return () => (response.ok ? take(answer, response.headers) : refused(answer.error));
    } catch {
      return () => {};
    }
  }
}
