// The remaining limits of a key, or of all keys in a quota group, for each model.
import { left, now } from './clock.js';
import { count, element, say } from './dom.js';

/** A limit counts as low below this fraction. */
const LOW = 0.2;

/** The limits of the default model, and of others in a list that opens: a key may have fifty models. */
export class Limits {
  #own = element('div');
  #summary = element('summary');
  #others = element('div');
  #details = element('details', {}, this.#summary, this.#others);
  shown = element('div', { class: 'limits' }, this.#own, this.#details);
  #owner;
  #drawn = new Map();
  #built = '';
  #last;

  /** @param owner the key or group whose limits these are */
  constructor(owner) {
    this.#owner = owner;
    this.#details.addEventListener('toggle', () => this.show(...this.#last));
  }

  /** @param models the models of a key */
  show(models, defaultModel) {
    this.#last = [models, defaultModel];
    const limited = models.filter(({ remaining }) => remaining?.length);
    const others = limited.filter(({ model }) => model !== defaultModel);
    this.#details.hidden = !others.length;
    say(this.#summary, `Limits of ${count(others.length, 'other model')}`);
    const seen = (this.#details.open ? limited : limited.filter(({ model }) => model === defaultModel)).map((model) => ({
      ...model,
      remaining: distinct(model.remaining),
    }));
    const built = JSON.stringify(seen.map(({ model, remaining }) => [model, remaining.map(({ bucket }) => bucket)]));
    if (built !== this.#built) {
      this.#build(seen, defaultModel);
      this.#built = built;
    }
    seen.forEach((model) => this.#drawn.get(model.model).show(model));
  }

  tick() {
    this.#drawn.forEach((model) => model.tick());
  }

  #build(seen, defaultModel) {
    this.#drawn = new Map(seen.map((model) => [model.model, new ModelLimits(model, `${this.#owner}, ${model.model}`)]));
    const drawn = [...this.#drawn].map(([model, { shown }]) => ({ model, shown }));
    this.#own.replaceChildren(...drawn.filter(({ model }) => model === defaultModel).map(({ shown }) => shown));
    this.#others.replaceChildren(...drawn.filter(({ model }) => model !== defaultModel).flatMap(({ model, shown }) => [element('p', {}, model), shown]));
  }
}

class ModelLimits {
  #rows;
  #model;

  constructor({ remaining }, owner) {
    this.#rows = remaining.map(({ bucket }) => new Row(bucket, owner));
    this.shown = element('ul', {}, ...this.#rows.map(({ shown }) => shown));
  }

  show(model) {
    this.#model = model;
    this.tick();
  }

  tick() {
    const { remaining, as_of, reason, foreseen } = this.#model;
    // After a refusal, the provider admits no request before the cooldown ends, however much has been refilled.
    const refused = reason === 'rate_limited' && !foreseen;
    remaining.forEach((bucket, i) => this.#rows[i].show({ ...bucket, continuous: bucket.continuous && !refused }, as_of));
  }
}

class Row {
  #meter;
  #part = element('span');
  #count = element('span', { class: 'count' });
  #full = element('span');

  constructor(bucket, owner) {
    const label = bucket.replace('-', '/').replace('minute', 'min');
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

/** Groq names its token limit differently in refusals and in headers. */
function distinct(buckets) {
  const kind = ({ bucket, ...rest }) => JSON.stringify([bucket.split('-')[0], Object.entries(rest)]);
  return [...new Map(buckets.toReversed().map((bucket) => [kind(bucket), bucket])).values()].toReversed();
}

/** The reported remainder, plus the refill since then. */
function leftNow(remaining, limit, from, full, continuous) {
  if (limit === null || full === null || (!continuous && now() < full)) {
    return remaining;
  }
  const part = now() < full ? (now() - from) / (full - from) : 1;
  return Math.floor(remaining + (limit - remaining) * Math.min(1, Math.max(0, part)));
}
