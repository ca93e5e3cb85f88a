// The state of the connection to the gateway, and a banner if the gateway does not answer or no key is ready.
import { now } from './clock.js';
import { byId, element, say } from './dom.js';
import { stateOf } from './shapes.js';
import { keysOf, nextBack, sentence } from './summary.js';

const STATES = { connecting: 'Connecting', live: 'Live', lost: 'The gateway does not answer', refused: 'Not live', locked: 'Token needed' };

/** The states in which the shown keys are out of date. */
const STALE = ['lost', 'refused', 'locked'];

/** In milliseconds. For a shorter pause, the banner would only flicker. */
const SHORTEST_PAUSE = 1000;

/** A text with a countdown, which screen readers do not read aloud each second. */
class Line {
  #text = element('span');
  #countdown = element('span', { 'aria-hidden': 'true' });

  constructor(root) {
    root.replaceChildren(element('span', {}, this.#text, this.#countdown));
  }

  say(text, countdown = '') {
    say(this.#text, text);
    say(this.#countdown, countdown);
  }
}

export class Banner {
  #root = byId('banner');
  #line = new Line(this.#root);
  #feed = new Line(byId('feed'));
  #state = 'connecting';
  #why = '';
  #retryAt = 0;
  #seenAt = 0;
  #snapshot;

  show(snapshot) {
    this.#snapshot = snapshot;
    this.tick();
  }

  /** Called when the gateway has sent anything: the shown state is current. */
  heard() {
    this.#seenAt = Date.now();
  }

  /** @param retryAt when the page reconnects, by the browser's clock; 0 if it does not */
  tell(state, why = '', retryAt = 0) {
    [this.#state, this.#why, this.#retryAt] = [state, why, retryAt];
    byId('feed').dataset.state = state;
    this.tick();
  }

  tick() {
    const isGone = STALE.includes(this.#state);
    const seconds = Math.ceil((this.#retryAt - Date.now()) / 1000);
    this.#feed.say(STATES[this.#state] + (this.#why && `: ${this.#why}`), isGone && seconds > 0 ? `; retrying in ${seconds} s` : '');
    document.body.toggleAttribute('data-stale', isGone);
    const seen = isGone && this.#snapshot ? new Date(this.#seenAt).toTimeString().slice(0, 8) : '';
    say(byId('seen'), seen && `Last seen ${seen}`);
    const next = !isGone && this.#snapshot && this.#nextOfNone();
    this.#root.hidden = !next && this.#state !== 'lost';
    if (next) {
      this.#line.say(`No key is ready${isOfModel(next) ? ' for its default model' : ''}`, `: ${sentence(next)}.`);
    } else {
      this.#line.say(`The gateway does not answer.${seen && ` The page shows it as it was at ${seen}.`}`);
    }
  }

  /** If no key is ready, the one that is ready next. */
  #nextOfNone() {
    const keys = keysOf(this.#snapshot);
    const isDue = ({ until }) => Date.parse(until) - now() <= SHORTEST_PAUSE;
    const isOver = keys.some((key) => stateOf(key) === 'ready') || (this.#root.hidden && keys.some(isDue));
    return isOver ? null : nextBack(this.#snapshot);
  }
}

/** Whether other models of the key may be used. */
function isOfModel({ known }) {
  return known?.every(({ scope }) => scope.endsWith('_and_model'));
}
