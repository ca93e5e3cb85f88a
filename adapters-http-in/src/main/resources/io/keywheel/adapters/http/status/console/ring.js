// The ring: all keys by provider, and a hand at the provider whose turn is next.
import { partLeft } from './clock.js';
import { drawing, say } from './dom.js';
import { shape, stateOf } from './shapes.js';

const MIDDLE = 200;
const RING = 150;
const BAND = 184;
const GAP = 0.7;
const LONGEST_NAME = 9;
const SMALLEST_WITH_REST = 7;
const CALM = matchMedia('(prefers-reduced-motion: reduce)');

export class Ring {
  #root;
  #built = '';
  #marks = new Map();
  #middles = new Map();
  #hand;
  #turned = 0;
  #hub;
  #summary;

  constructor(root) {
    this.#root = root;
  }

  show({ providers, current_provider: current }) {
    const built = JSON.stringify(providers.map(({ id, keys }) => [id, keys.map(({ key }) => key)]));
    if (built !== this.#built) {
      this.#build(providers);
      this.#built = built;
    }
    providers.flatMap(({ keys }) => keys).forEach((key) => this.#marks.get(key.key).show(key));
    this.#turnTo(current);
    say(this.#hub, shortened(current));
    say(this.#summary, `${providers.map(summed).join('; ')}. ${current} is next.`);
  }

  /** Time has gone by. */
  tick() {
    this.#marks.forEach((mark) => mark.tick());
  }

  #build(providers) {
    this.#marks.clear();
    this.#middles.clear();
    const keys = providers.reduce((sum, provider) => sum + provider.keys.length, 0);
    const step = 360 / (keys + GAP * providers.length);
    const size = Math.min(12, Math.max(2, (RING * Math.PI * step) / 180 / 3));
    this.#summary = drawing('desc', { id: 'ring-summary' });
    this.#hub = drawing('text', { x: MIDDLE, y: MIDDLE + 16, class: 'hub-name' });
    this.#hand = drawing('path', { class: 'hand', d: `M${MIDDLE} ${MIDDLE - 68} l9 15 h-18 Z` });
    const face = drawing(
      'svg',
      { viewBox: '0 0 400 400', role: 'img', 'aria-labelledby': 'ring-title', 'aria-describedby': 'ring-summary' },
      drawing('title', { id: 'ring-title' }, 'The ring of keys'),
      this.#summary,
      drawing('circle', { class: 'track', cx: MIDDLE, cy: MIDDLE, r: RING }),
      drawing('circle', { class: 'hub', cx: MIDDLE, cy: MIDDLE, r: 52 }),
      drawing('text', { x: MIDDLE, y: MIDDLE - 8, class: 'hub-word' }, 'next'),
      this.#hub,
      this.#hand,
    );
    let angle = (GAP / 2) * step;
    for (const provider of providers) {
      const end = angle + step * (provider.keys.length - 1);
      const middle = (angle + step * provider.keys.length + angle - step) / 2;
      face.append(drawing('path', { class: 'band', d: arc(BAND, angle - step * 0.4, end + step * 0.4) }));
      if (providers.length <= 8) {
        const [x, y] = at(107, middle);
        face.append(drawing('text', { x, y: y + 4, class: 'provider-name' }, shortened(provider.id)));
      }
      this.#middles.set(provider.id, middle);
      for (const { key } of provider.keys) {
        const mark = new Mark(size, at(RING, angle));
        this.#marks.set(key, mark);
        face.append(mark.drawn);
        angle += step;
      }
      angle += GAP * step;
    }
    this.#root.replaceChildren(face);
  }

  /** By the shorter way round. */
  #turnTo(current) {
    const goal = this.#middles.get(current) ?? 0;
    this.#turned += ((((goal - this.#turned) % 360) + 540) % 360) - 180;
    this.#hand.style.transform = `rotate(${this.#turned}deg)`;
  }
}

/** One key on the ring, with what is left of its rest around it. */
class Mark {
  #size;
  #state = '';
  #key;
  #rest = drawing('path', { class: 'rest' });

  constructor(size, [x, y]) {
    this.#size = size;
    this.drawn = drawing('g', { class: 'mark', transform: `translate(${x} ${y})` }, this.#rest);
  }

  show(key) {
    const state = stateOf(key);
    if (state !== this.#state) {
      this.drawn.replaceChildren(shape(state, this.#size), this.#rest);
      this.#state = state;
    }
    if (this.#key && this.#key.attempts !== key.attempts && !CALM.matches) {
      this.drawn.firstChild.animate([{ opacity: 0.25 }, { opacity: 1 }], { duration: 600 });
    }
    this.#key = key;
    this.tick();
  }

  tick() {
    const rests = this.#state === 'cooling' && this.#key.until && this.#size >= SMALLEST_WITH_REST;
    const part = rests ? partLeft(this.#key.since, this.#key.until) : 0;
    this.#rest.setAttribute('d', part > 0 ? arc(this.#size * 1.75, 0, Math.min(359.9, 360 * part), 0) : '');
  }
}

/** A point on a circle: 0 degrees is the top, and they count clockwise. */
function at(radius, degrees, middle = MIDDLE) {
  const angle = ((degrees - 90) * Math.PI) / 180;
  return [middle + radius * Math.cos(angle), middle + radius * Math.sin(angle)].map((number) => +number.toFixed(2));
}

function arc(radius, from, to, middle = MIDDLE) {
  const large = to - from > 180 ? 1 : 0;
  return `M${at(radius, from, middle)} A${radius} ${radius} 0 ${large} 1 ${at(radius, to, middle)}`;
}

function shortened(name) {
  return name.length > LONGEST_NAME ? name.slice(0, LONGEST_NAME - 1) + '…' : name;
}

function summed({ id, keys }) {
  return `${id}: ${keys.filter((key) => key.state === 'ready').length} of ${keys.length} keys ready`;
}
