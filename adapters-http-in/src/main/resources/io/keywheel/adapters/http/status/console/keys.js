// The keys as text, by provider and quota group: their states, the reasons, and their remaining limits.
import { left, now } from './clock.js';
import { announce, count, element, say, words } from './dom.js';
import { Limits } from './limits.js';
import { stateOf, symbol } from './shapes.js';

/** A longer list is always cut off, so that the browser may estimate the height of hidden rows. */
const MOST_AT_ONCE = 20;

/** In milliseconds. A screen reader would fall behind more frequent announcements, or those of more keys. */
const BETWEEN_ANNOUNCEMENTS = 10_000;
const MOST_ANNOUNCED = 5;

export class Keys {
  #root;
  #built = '';
  #providers = new Map();
  #rows = new Map();
  /** The limits, by the first key of each group. */
  #limits = new Map();
  #foreseen = element('p', { class: 'help' });
  #nextAnnouncement = 0;
  /** A list that is cut off scrolls, so it must accept the keyboard focus. */
  #cut = new ResizeObserver((lists) =>
    lists.forEach(({ target }) => (target.tabIndex = target.scrollHeight > target.clientHeight ? 0 : -1)),
  );

  constructor(root) {
    this.#root = root;
  }

  show({ providers, current_provider: current }) {
    const built = JSON.stringify(providers.map(({ id, keys }) => [id, keys.map(({ key, group }) => [key, group])]));
    if (built !== this.#built) {
      this.#build(providers);
      this.#built = built;
    }
    const isForeseen = providers.some(({ keys }) => keys.some(({ foreseen }) => foreseen));
    say(this.#foreseen, isForeseen ? 'Foreseen: the limit is used up, but no request was refused yet.' : '');
    for (const { id, default_model: model, keys } of providers) {
      const shown = this.#providers.get(id);
      shown.next.hidden = id !== current;
      say(shown.model, model);
      for (const key of keys) {
        this.#rows.get(key.key).show(key, model);
        this.#limits.get(key.key)?.show(key.models, model);
      }
    }
  }

  tick() {
    this.#rows.forEach((row) => row.tick());
    this.#limits.forEach((limits) => limits.tick());
    this.#announce();
  }

  /** A state that has changed back meanwhile is not announced. */
  #announce() {
    const changed = [...this.#rows.values()].filter((row) => row.hasChanged);
    if (changed.length && performance.now() >= this.#nextAnnouncement) {
      this.#nextAnnouncement = performance.now() + BETWEEN_ANNOUNCEMENTS;
      const texts = changed.map((row) => row.takeChange());
      announce((texts.length > MOST_ANNOUNCED ? numbers(changed) : texts).join('; '));
    }
  }

  #build(providers) {
    const before = this.#rows;
    this.#rows = new Map();
    this.#providers.clear();
    this.#limits.clear();
    this.#nextAnnouncement = 0;
    this.#cut.disconnect();
    const sections = providers.map(({ id, keys }) => {
      const next = element('span', { class: 'next', title: 'The next request without a model goes to this provider first' }, 'next');
      const model = element('span', { class: 'model', title: 'Its default model: the states and limits are those for it' });
      this.#providers.set(id, { next, model });
      const groups = [...Map.groupBy(keys, ({ key, group }) => group ?? key).values()];
      const size = keys.length > MOST_AT_ONCE ? 'many' : 'few';
      const list = element('ul', { class: size, 'aria-label': `Keys of ${id}` }, ...groups.map((group) => this.#group(group)));
      this.#cut.observe(list);
      return element(
        'section',
        { class: 'provider', 'aria-label': `Keys of ${id}` },
        element('h3', {}, element('span', {}, id), ' ', next, model),
        list,
      );
    });
    this.#root.replaceChildren(...sections, this.#foreseen);
    // Changes that were not announced yet stay so.
    this.#rows.forEach((row, key) => (row.announced = before.get(key)?.announced));
  }

  /** The row of a key with separate limits, or the rows of keys that share them. */
  #group(keys) {
    const rows = keys.map(({ key }) => {
      const row = new Row(key);
      this.#rows.set(key, row);
      return row.shown;
    });
    const [{ key, group }] = keys;
    const shared = keys.length > 1;
    const name = group?.startsWith('#') ? '' : ` ${group}`;
    const limits = new Limits(shared ? `quota group${name}` : key);
    this.#limits.set(key, limits);
    if (!shared) {
      rows[0].append(limits.shown);
      return rows[0];
    }
    const title = element('p', { class: 'group-name' }, element('strong', {}, `Quota group${name}`), ' ', 'These keys share one limit.');
    return element('li', { class: 'group' }, title, element('ul', { 'aria-label': `Keys of quota group${name}` }, ...rows), limits.shown);
  }
}

/** How many of these rows are in each state. */
function numbers(rows) {
  const states = Map.groupBy(rows, (row) => row.shown.dataset.state);
  return Array.from(states, ([state, those]) => `${count(those.length, 'key is', 'keys are')} ${state}`);
}

class Row {
  /** The state that was announced last, or shown first. */
  announced;
  #name;
  #key;
  #model;
  #symbol = element('span', { class: 'symbols' });
  #fingerprint = element('span', { class: 'fingerprint', title: 'Fingerprint of the key' });
  #state = element('span', { class: 'state' });
  #counts = element('span', { class: 'counted' });
  #models = element('ul', { class: 'models' });

  constructor(name) {
    this.#name = name;
    this.shown = element(
      'li',
      { class: 'key' },
      this.#symbol,
      element('span', { class: 'name' }, name, ' ', this.#fingerprint),
      this.#state,
      this.#counts,
      this.#models,
    );
  }

  show(key, model) {
    const now = stateOf(key);
    this.announced ??= now;
    if (this.shown.dataset.state !== now) {
      this.#symbol.replaceChildren(symbol(now));
      this.shown.dataset.state = now;
    }
    [this.#key, this.#model] = [key, model];
    // An attempt whose client disconnected is not a failure of the key.
    const failed = Object.entries(key.failures).reduce((sum, [kind, times]) => (kind === 'cancelled' ? sum : sum + times), 0);
    say(this.#fingerprint, key.fingerprint);
    say(this.#counts, `${brief(key.attempts)} ${key.attempts === 1 ? 'attempt' : 'attempts'}${failed ? `, ${brief(failed)} failed` : ''}`);
    this.tick();
  }

  get hasChanged() {
    return this.announced !== this.shown.dataset.state;
  }

  /** The text to announce. The row's state then counts as announced. */
  takeChange() {
    this.announced = this.shown.dataset.state;
    return `${this.#name} is ${this.announced}${this.#key.reason ? ': ' + words(this.#key.reason) : ''}`;
  }

  tick() {
    if (!this.#key) {
      return;
    }
    const own = this.#key.models.find(({ model }) => model === this.#model);
    say(this.#state, sentence({ ...this.#key, full_until: own?.full_until }));
    const others = this.#key.models.filter((model) => model !== own && stateOf(model) !== stateOf(this.#key));
    while (this.#models.children.length > others.length) {
      this.#models.lastChild.remove();
    }
    others.forEach((model, i) => {
      const item = this.#models.children[i] ?? this.#models.appendChild(element('li'));
      say(item, `${model.model}: ${sentence(model)}`);
    });
  }
}

/** Short enough for the space beside other texts: `12.3K`. */
function brief(number) {
  return number.toLocaleString('en', number < 10_000 ? {} : { notation: 'compact', maximumFractionDigits: 1 });
}

/** The state for one model, as text. */
function sentence(state) {
  const reason = state.reason ? ' · ' + words(state.reason) + (state.foreseen ? ' (foreseen)' : '') : '';
  switch (stateOf(state)) {
    case 'ready':
      return Date.parse(state.full_until) > now() ? `Ready · at its limit of calls, ${left(state.full_until)} at most` : 'Ready';
    case 'probing':
      return `Probing${reason}`;
    case 'retired':
      return `Retired · next try in ${left(state.until)}`;
    default:
      return `Cooling ${left(state.until)}${reason}`;
  }
}
