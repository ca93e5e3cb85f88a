// What a state looks like: a colour, by its class, and a shape, for those who do not tell colours apart.
import { drawing } from './dom.js';

const SHAPES = {
  ready: (r) => drawing('circle', { r }),
  cooling: (r) => drawing('path', { d: `M0 ${-r * 1.15} L${r * 1.1} ${r * 0.8} H${-r * 1.1} Z` }),
  probing: (r) => drawing('path', { d: `M0 ${-r * 1.2} L${r * 1.2} 0 L0 ${r * 1.2} L${-r * 1.2} 0 Z` }),
  retired: (r) => drawing('path', { d: `M${-r} ${-r} L${r} ${r} M${r} ${-r} L${-r} ${r}` }),
};

/** What each state means. */
export const MEANINGS = {
  ready: 'takes requests',
  cooling: 'out of turn for a while',
  probing: 'one request tests it',
  retired: 'its provider refuses it',
};

/** The state of a key of `/api/events`: one of the shapes. */
export function stateOf(key) {
  return key.on_trial ? 'probing' : key.state in SHAPES ? key.state : 'cooling';
}

export function shape(state, radius) {
  const drawn = SHAPES[state](radius);
  drawn.setAttribute('class', `shape ${state}`);
  return drawn;
}

/** The same, to stand beside words that say it. */
export function symbol(state) {
  return drawing('svg', { class: 'symbol', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, shape(state, 5));
}
