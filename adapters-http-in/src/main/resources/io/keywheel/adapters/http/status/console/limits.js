// What is left of the limits that a key, or all keys of a quota group, have for one model.
import { left, now } from './clock.js';
import { element, say } from './dom.js';

/** A limit counts as low below this part of it. */
const LOW = 0.2;

export class Limits {
  shown = element('ul', { class: 'limits' });
  #owner;
  #rows = new Map();
  #buckets = [];
  #asOf;

  /** @param owner the key or group whose limits these are */
  constructor(owner) {
    this.#owner = owner;
  }

  /** @param model one of the `models` of a key; undefined if the provider reported nothing for it */
  show(model) {
    this.#buckets = model?.remaining ?? [];
    this.#asOf = model?.as_of;
    const names = this.#buckets.map(({ bucket }) => bucket);
    if (names.join() !== [...this.#rows.keys()].join()) {
      this.#rows = new Map(names.map((name) => [name, new Row(this.#owner, name)]));
      this.shown.replaceChildren(...[...this.#rows.values()].map(({ shown }) => shown));
    }
    this.tick();
  }

  tick() {
    this.#buckets.forEach((bucket) => this.#rows.get(bucket.bucket).show(bucket, this.#asOf));
  }
}

class Row {
  #meter;
  #part = element('span');
  #count = element('span', { class: 'count' });
  #full = element('span', { class: 'full' });

  constructor(owner, name) {
    const label = name.replace('-', '/').replace('minute', 'min');
    this.#meter = element('span', { class: 'meter', role: 'meter', 'aria-label': `${label} left for ${owner}` }, this.#part);
    this.shown = element('li', {}, element('span', {}, label), this.#meter, this.#count, this.#full);
  }

  show({ limit, remaining, reset_seconds: reset, continuous }, asOf) {
    const full = reset === null ? null : Date.parse(asOf) + 1000 * reset;
    const rest = leftNow(remaining, limit, Date.parse(asOf), full, continuous);
    this.#meter.hidden = limit === null;
    if (limit !== null) {
      this.#meter.ariaValueNow = rest;
      this.#meter.ariaValueMax = limit;
      this.#meter.classList.toggle('low', rest < LOW * limit);
      this.#part.style.width = `${(100 * rest) / Math.max(1, limit)}%`;
    }
    say(this.#count, rest.toLocaleString('en') + (limit === null ? '' : ` of ${limit.toLocaleString('en')}`) + ' left');
    say(this.#full, full === null || full <= now() ? '' : `full in ${left(full)}`);
  }
}

/** As reported, plus what has come back since. */
function leftNow(remaining, limit, from, full, continuous) {
  if (limit === null || full === null || (!continuous && now() < full)) {
    return remaining;
  }
  const part = now() < full ? (now() - from) / (full - from) : 1;
  return Math.floor(remaining + (limit - remaining) * Math.min(1, Math.max(0, part)));
}
