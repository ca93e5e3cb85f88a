// The last chats as a table, the latest first. A row opens to its attempts.
import { count, element, say, words } from './dom.js';
import { Refresh } from './refresh.js';
import { Row } from './request.js';

const [SHORTEST_WAIT, LONGEST_WAIT] = [2000, 10_000];

const COLUMNS = [
  ['Time', 'c-time'],
  ['Client', 'c-client'],
  ['API', 'c-api'],
  ['Model', 'c-model'],
  ['Provider', 'c-provider'],
  ['Outcome', 'c-outcome'],
  ['Attempts', 'number c-tries'],
  ['Tokens in', 'number c-in'],
  ['Tokens out', 'number c-out'],
  ['First content', 'number c-first'],
  ['Duration', 'number c-took'],
];
const FILTERS = { client: 'Client', api: 'API', model: 'Model', provider: 'Provider', outcome: 'Outcome' };

export class Requests {
  #rows = [];
  /** The latest result, while the table must not move. */
  #held = null;
  #refresh;
  #only = null;
  #filters = {};
  #id = element('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
  #pause = element('button', { type: 'button' }, 'Pause');
  #fresh = element('button', { type: 'button', class: 'fresh', hidden: '' });
  #said = element('p', { class: 'help', role: 'status' });
  #body = element('tbody');
  #frame = element('div', { class: 'rows', role: 'group', 'aria-labelledby': 'requests-heading', tabindex: '0' });

  constructor(root) {
    const heads = COLUMNS.map(([name, kind]) => element('th', { scope: 'col', class: kind }, name));
    this.#frame.append(
      element('a', { class: 'skip', href: '#usage' }, 'Skip to usage'),
      element('table', { class: 'requests', 'aria-labelledby': 'requests-heading' }, element('thead', {}, element('tr', {}, ...heads)), this.#body),
    );
    const selects = Object.entries(FILTERS).map(([name, label]) => {
      const select = element('select', {}, element('option', { value: '' }, 'All'));
      this.#filters[name] = select;
      return element('label', {}, `${label} `, select);
    });
    const filters = element('form', { class: 'filters', 'aria-label': 'Filters' }, ...selects, element('label', {}, 'Request id ', this.#id));
    filters.addEventListener('input', () => {
      this.#said.ariaLive = 'polite';
      this.#filter();
    });
    filters.addEventListener('submit', (event) => event.preventDefault());
    this.#pause.addEventListener('click', () => this.#toggle());
    this.#fresh.addEventListener('click', () => this.#release());
    const acts = element('div', { class: 'acts' }, this.#said, this.#fresh, this.#pause);
    root.append(filters, acts, this.#frame);
    root.hidden = false;
    this.#refresh = new Refresh(root, [SHORTEST_WAIT, LONGEST_WAIT], {
      path: () => 'api/requests',
      take: ({ requests }, headers) => this.#take(requests, headers.get('X-Keywheel-Client')),
      refused: (why) => {
        this.#said.ariaLive = 'polite';
        say(this.#said, why);
      },
    });
  }

  show(snapshot) {
    this.#refresh.show(snapshot);
  }

  tick() {
    if (this.#held && !this.#mustStay()) {
      this.#release();
    }
    this.#refresh.tick();
  }

  #take(requests, only) {
    this.#only = only;
    // A screen reader does not announce each new number of requests.
    this.#said.ariaLive = 'off';
    // Several requests may be equal in all that is shown.
    const seen = new Map();
    const texts = requests.map((request) => {
      const text = JSON.stringify(request);
      seen.set(text, (seen.get(text) ?? 0) + 1);
      return `${text} ${seen.get(text)}`;
    });
    const known = new Set(this.#rows.map(({ text }) => text));
    const fresh = texts.filter((text) => !known.has(text)).length;
    // Fewer requests than before mean that the gateway has restarted, or that the client is another one.
    const anew = texts.length < this.#rows.length;
    this.#held = { requests, texts };
    if (fresh === 0 && !anew) {
      this.#held = null;
      this.#tell();
    } else if (anew || !this.#mustStay()) {
      this.#release();
    } else {
      this.#fresh.hidden = false;
      say(this.#fresh, `Show ${count(fresh, 'new request')}`);
    }
  }

  /** Whether the user reads the rows, or points at one. */
  #mustStay() {
    return this.#frame.scrollTop > 0 || this.#rows.some((row) => row.isOpen) || this.#body.matches(':hover');
  }

  #release() {
    const { requests, texts } = this.#held;
    this.#held = null;
    this.#fresh.hidden = true;
    const known = new Map(this.#rows.map((row) => [row.text, row]));
    const kept = new Set(texts);
    this.#rows.filter(({ text }) => !kept.has(text)).forEach((row) => row.remove());
    this.#rows = requests.map((request, i) => known.get(texts[i]) ?? new Row(request, texts[i], COLUMNS));
    // A slow request is inserted between others. Existing rows do not move, and keep the focus.
    let next = null;
    for (const row of this.#rows.toReversed()) {
      if (!known.has(row.text)) {
        this.#body.insertBefore(row.shown, next);
      }
      next = row.shown;
    }
    this.#offer();
    this.#filter();
  }

  /** A filter offers each value that a row has, and the chosen one. */
  #offer() {
    for (const [name, select] of Object.entries(this.#filters)) {
      const values = new Set([...this.#rows.map(({ request }) => request[name]), select.value]);
      const [all, ...offered] = select.options;
      offered.filter(({ value }) => !values.has(value)).forEach((option) => option.remove());
      [all, ...offered].forEach(({ value }) => values.delete(value));
      select.append(...[...values].map((value) => element('option', { value }, name === 'outcome' ? words(value) : value)));
    }
  }

  #filter() {
    const wanted = Object.entries(this.#filters).map(([name, select]) => [name, select.value]);
    const id = this.#id.value.trim();
    for (const row of this.#rows) {
      row.hide(!row.request.id.includes(id) || wanted.some(([name, value]) => value && row.request[name] !== value));
    }
    this.#tell();
  }

  #tell() {
    const shown = this.#rows.filter((row) => !row.shown.hidden).length;
    const all = this.#rows.length;
    const rows = shown === all ? count(all, 'request') : `${shown} of ${count(all, 'request')}`;
    say(this.#said, all ? `${rows}${this.#only ? `, only those of ${this.#only}` : ''}` : 'No requests yet.');
    this.#frame.hidden = shown === 0;
  }

  #toggle() {
    this.#refresh.isPaused = !this.#refresh.isPaused;
    say(this.#pause, this.#refresh.isPaused ? 'Resume' : 'Pause');
    this.#refresh.anew();
  }
}
