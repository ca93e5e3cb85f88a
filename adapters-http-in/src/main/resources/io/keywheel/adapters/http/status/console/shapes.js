// The look of a state: a colour, by its class, and a shape, for users who cannot tell colours apart.
import { drawing } from './dom.js';

const SHAPES = {
  ready: (r) => drawing('circle', { r }),
  cooling: (r) => drawing('path', { d: `M0 ${-r * 1.15} L${r * 1.1} ${r * 0.8} H${-r * 1.1} Z` }),
  probing: (r) => drawing('path', { d: `M0 ${-r * 1.2} L${r * 1.2} 0 L0 ${r * 1.2} L${-r * 1.2} 0 Z` }),
  retired: (r) => drawing('path', { d: `M${-r} ${-r} L${r} ${r} M${r} ${-r} L${-r} ${r}` }),
};

/** The meaning of each state. */
export const MEANINGS = {
  ready: 'takes requests',
  cooling: 'out of turn for a while',
  probing: 'one request probes it',
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

/** The shape as an icon, beside a text with the state. */
export function symbol(state) {
  return drawing('svg', { class: 'symbol', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, shape(state, 5));
}
