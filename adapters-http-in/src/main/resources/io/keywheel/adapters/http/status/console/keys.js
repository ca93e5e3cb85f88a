// The keys in words, provider by provider: what the ring shows, and why.
import { left } from './clock.js';
import { announce, count, element, say, words } from './dom.js';
import { stateOf, symbol } from './shapes.js';

export class Keys {
  #root;
  #built = '';
  #providers = new Map();
  #rows = new Map();
  /** A list that is cut off scrolls, which a keyboard must be able to do, too. */
  #cut = new ResizeObserver((lists) =>
    lists.forEach(({ target }) => (target.tabIndex = target.scrollHeight > target.clientHeight ? 0 : -1)),
  );

  constructor(root) {
    this.#root = root;
  }

  show({ providers, current_provider: current }) {
    const built = JSON.stringify(providers.map(({ id, keys }) => [id, keys.map(({ key }) => key)]));
    if (built !== this.#built) {
      this.#build(providers);
      this.#built = built;
    }
    for (const { id, default_model: model, keys } of providers) {
      const shown = this.#providers.get(id);
      shown.next.hidden = id !== current;
      say(shown.model, model);
      keys.forEach((key) => this.#rows.get(key.key).show(key));
    }
  }

  tick() {
    this.#rows.forEach((row) => row.tick());
  }

  #build(providers) {
    this.#providers.clear();
    this.#rows.clear();
    this.#cut.disconnect();
    const sections = providers.map(({ id, keys }) => {
      const next = element('span', { class: 'next' }, 'next');
      const model = element('span', { class: 'model' });
      this.#providers.set(id, { next, model });
      const rows = keys.map(({ key }) => {
        const row = new Row(key);
        this.#rows.set(key, row);
        return row.shown;
      });
      const list = element('ul', { 'aria-label': `Keys of ${id}` }, ...rows);
      this.#cut.observe(list);
      return element(
        'section',
        { class: 'provider', 'aria-label': `Keys of ${id}` },
        element('h3', {}, element('span', {}, id), ' ', next, model),
        list,
      );
    });
    this.#root.replaceChildren(...sections);
  }
}

class Row {
  #name;
  #key;
  #symbol = element('span', { class: 'symbols' });
  #fingerprint = element('span', { class: 'fingerprint' });
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

  show(key) {
    const [before, now] = [this.#key && stateOf(this.#key), stateOf(key)];
    if (before !== now) {
      this.#symbol.replaceChildren(symbol(now));
      this.shown.dataset.state = now;
      if (before) {
        announce(`${this.#name} is ${now}${key.reason ? ': ' + words(key.reason) : ''}`);
      }
    }
    this.#key = key;
    const failed = Object.values(key.failures).reduce((sum, times) => sum + times, 0);
    say(this.#fingerprint, key.fingerprint);
    say(this.#counts, `${count(key.attempts, 'attempt')}${failed ? `, ${failed.toLocaleString('en')} failed` : ''}`);
    this.tick();
  }

  tick() {
    if (!this.#key) {
      return;
    }
    say(this.#state, sentence(this.#key));
    const others = this.#key.models.filter((model) => stateOf(model) !== stateOf(this.#key));
    while (this.#models.children.length > others.length) {
      this.#models.lastChild.remove();
    }
    others.forEach((model, i) => {
      const item = this.#models.children[i] ?? this.#models.appendChild(element('li'));
      say(item, `${model.model}: ${sentence(model)}`);
    });
  }
}

function sentence(key) {
  const reason = key.reason ? ' · ' + words(key.reason) + (key.foreseen ? ' foreseen' : '') : '';
  switch (stateOf(key)) {
    case 'ready':
      return 'Ready';
    case 'probing':
      return `Probing${reason}`;
    case 'retired':
      return `Retired${reason} · again in ${left(key.until)}`;
    default:
      return `Cooling ${left(key.until)}${reason}`;
  }
}
