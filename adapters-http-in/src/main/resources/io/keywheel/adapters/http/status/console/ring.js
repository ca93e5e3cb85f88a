// The ring: all keys by provider, and a hand at the provider whose turn is next.
import { partLeft } from './clock.js';
import { drawing, say } from './dom.js';
import { shape, stateOf } from './shapes.js';

const RING = 104;
const BAND = 133;
const LABEL = 148;
/** The size of the drawing, whose center is 0 0. */
const [WIDTH, HEIGHT] = [580, 340];
const GAP = 0.7;
const LONGEST_NAME = 9;
const MOST_LABELS = 8;
/** Room for a label: its height, and its width for each letter. */
const [LINE, LETTER] = [27, 15];
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

  /** Updates the remaining cooldowns. */
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
    this.#hub = drawing('text', { y: 17, class: 'hub-name' });
    this.#hand = drawing('path', { class: 'hand', d: 'M0 -76 l9 14 h-18 Z' });
    const face = drawing(
      'svg',
      { viewBox: `${-WIDTH / 2} ${-HEIGHT / 2} ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-labelledby': 'ring-title', 'aria-describedby': 'ring-summary' },
      drawing('title', { id: 'ring-title' }, 'The ring of keys'),
      this.#summary,
      drawing('circle', { class: 'track', r: RING }),
      drawing('circle', { class: 'hub', r: 60 }),
      drawing('text', { y: -10, class: 'hub-word' }, 'next'),
      this.#hub,
      this.#hand,
    );
    let angle = (GAP / 2) * step;
    for (const provider of providers) {
      const end = angle + step * (provider.keys.length - 1);
      face.append(drawing('path', { class: 'band', d: arc(BAND, angle - step * 0.4, end + step * 0.4) }));
      this.#middles.set(provider.id, (angle + end) / 2);
      for (const { key } of provider.keys) {
        const mark = new Mark(size, at(RING, angle));
        this.#marks.set(key, mark);
        face.append(mark.drawn);
        angle += step;
      }
      angle += GAP * step;
    }
    if (providers.length <= MOST_LABELS) {
      face.append(...labels([...this.#middles]));
    }
    this.#root.replaceChildren(face);
  }

  /** Turns the hand by the shorter way round. */
  #turnTo(current) {
    const goal = this.#middles.get(current) ?? 0;
    this.#turned += ((((goal - this.#turned) % 360) + 540) % 360) - 180;
    this.#hand.style.transform = `rotate(${this.#turned}deg)`;
  }
}

/** One key on the ring, with its remaining cooldown around it. */
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
    this.#rest.setAttribute('d', part > 0 ? arc(this.#size * 1.75, 0, Math.min(359.9, 360 * part)) : '');
  }
}

/** The providers' names around the ring: each as near to its keys as its neighbours allow, with a line to them. */
function labels(middles) {
  const placed = middles.map(([name, middle]) => ({ name: shortened(name), middle, angle: middle }));
  const pairs = placed.map((label, i) => [label, placed[(i + 1) % placed.length]]).slice(0, placed.length > 2 ? undefined : 1);
  for (let tries = 0; tries < 90; tries++) {
    for (const [a, b] of pairs) {
      const apart = a !== b && overlap(a, b) ? 1 : 0;
      a.angle -= apart;
      b.angle += apart;
    }
  }
  return placed.flatMap(({ name, middle, angle }) => {
    const [x, y] = at(LABEL, angle);
    const text = drawing('text', { x, y: y + 8, class: `provider-name ${side(x)}` }, name);
    return Math.abs(angle - middle) < 4 ? [text] : [drawing('path', { class: 'leader', d: `M${at(BAND, middle)} L${at(LABEL - 4, angle)}` }), text];
  });
}

/** On which side of its point a label is: labels at the sides extend outwards. */
function side(x) {
  return x > LABEL / 4 ? 'right' : x < -LABEL / 4 ? 'left' : 'middle';
}

function overlap(a, b) {
  const [[ax, ay], [bx, by]] = [a, b].map(({ name, angle }) => {
    const [x, y] = at(LABEL, angle);
    const width = name.length * LETTER;
    return [[{ right: x, left: x - width, middle: x - width / 2 }[side(x)], width], y];
  });
  return Math.abs(ay - by) < LINE && ax[0] < bx[0] + bx[1] + LETTER && bx[0] < ax[0] + ax[1] + LETTER;
}

/** A point on a circle; degrees count clockwise from the top. */
function at(radius, degrees) {
  const angle = ((degrees - 90) * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)].map((number) => +number.toFixed(2));
}

function arc(radius, from, to) {
  const large = to - from > 180 ? 1 : 0;
  return `M${at(radius, from)} A${radius} ${radius} 0 ${large} 1 ${at(radius, to)}`;
}

function shortened(name) {
  return name.length > LONGEST_NAME ? name.slice(0, LONGEST_NAME - 1) + '…' : name;
}

function summed({ id, keys }) {
  return `${id}: ${keys.filter((key) => key.state === 'ready').length} of ${keys.length} keys ready`;
}
