// The pool at a glance: how many keys are in which state, what each state means, and which key is back next.
import { left } from './clock.js';
import { count, element, say, words } from './dom.js';
import { MEANINGS, stateOf, symbol } from './shapes.js';

export class Summary {
  #counts = new Map();
  #waiting = element('strong', { class: 'waiting' });
  #back = element('span');
  #snapshot;

  constructor(root) {
    const states = Object.entries(MEANINGS).map(([state, meaning]) => {
      const number = element('strong', {}, '–');
      this.#counts.set(state, number);
      return element('li', {}, symbol(state), number, element('span', {}, state), element('span', { class: 'help' }, meaning));
    });
    root.append(element('ul', { class: 'legend', 'aria-label': 'States of keys' }, ...states), element('p', {}, this.#back, ' ', this.#waiting));
  }

  show(snapshot) {
    this.#snapshot = snapshot;
    const keys = keysOf(snapshot);
    this.#counts.forEach((number, state) => say(number, String(keys.filter((key) => stateOf(key) === state).length)));
    say(this.#waiting, snapshot.waiting ? `${count(snapshot.waiting, 'request waits', 'requests wait')} for a key.` : '');
    this.tick();
  }

  tick() {
    if (this.#snapshot) {
      const next = nextBack(this.#snapshot);
      say(this.#back, next ? sentence(next) + '.' : 'All keys are ready.');
    }
  }
}

/** The first of the unready keys to be ready again: one that is being probed, else by time. */
export function nextBack(snapshot) {
  const away = keysOf(snapshot).filter((key) => stateOf(key) !== 'ready');
  return away.sort((a, b) => (Date.parse(a.until) || 0) - (Date.parse(b.until) || 0))[0];
}

/** When the key is ready again, and why it is not. */
export function sentence(key) {
  const back = { cooling: 'is back', probing: 'is probed now', retired: 'is tried again' }[stateOf(key)];
  return `${key.key} ${back}${key.until ? ` in ${inWords(key.until)}` : ''}, ${words(key.reason)}${key.foreseen ? ' (foreseen: not refused yet)' : ''}`;
}

function inWords(until) {
  const text = left(until);
  return text.startsWith('0:') && text.length === 4 ? `${Number(text.slice(2))} s` : text;
}

export function keysOf({ providers }) {
  return providers.flatMap(({ keys }) => keys);
}
