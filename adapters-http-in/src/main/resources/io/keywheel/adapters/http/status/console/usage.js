// The usage by day: as stacked bars, as totals, and as a file.
import { ask, refusal } from './api.js';
import { element, say } from './dom.js';
import { Refresh } from './refresh.js';
import { Stacks, swatch } from './stacks.js';

const [SHORTEST_WAIT, LONGEST_WAIT] = [5000, 60_000];
const [MOST_COLORS, MOST_ROWS, FEWEST_DAYS] = [6, 30, 7];
const DAY = 24 * 3600 * 1000;
const OTHERS = '--series-others';

const GROUPS = { client: 'Client', model: 'Model', provider: 'Provider' };
const MEASURES = {
  requests: ['Requests', ({ requests }) => requests],
  failures: ['Failures', ({ failures }) => failures],
  tokens: ['Tokens', (row) => row.input_tokens + row.output_tokens],
  input: ['Tokens in', (row) => row.input_tokens],
  output: ['Tokens out', (row) => row.output_tokens],
};
const SUMS = ['requests', 'failures', 'input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'duration_ms'];

export class Usage {
  #refresh;
  #rows = [];
  /** The group of the rows; another one may be chosen, but not loaded yet. */
  #by;
  #days = [];
  #from = element('input', { type: 'date' });
  #to = element('input', { type: 'date' });
  #group = choice(GROUPS);
  #measure = choice(Object.fromEntries(Object.entries(MEASURES).map(([name, [label]]) => [name, label])));
  #said = element('p', { class: 'help', role: 'status' });
  #save = element('button', { type: 'button' }, 'Download CSV');
  #stacks = new Stacks();
  #sums = element('div', { class: 'rows', role: 'group', 'aria-label': 'Sums', tabindex: '0' });
  #byDay = element('div', { class: 'rows', role: 'group', 'aria-label': 'Each day', tabindex: '0' });
  #numbers = element('div', {}, this.#stacks.shown, this.#sums, element('details', {}, element('summary', {}, 'Each day in numbers'), this.#byDay));
  /** Whether the user has chosen the days. */
  #chosen = false;

  constructor(root) {
    const labels = { From: this.#from, To: this.#to, By: this.#group, Show: this.#measure };
    const form = element('form', { class: 'filters', 'aria-label': 'Usage' }, ...Object.entries(labels).map(([name, field]) => element('label', {}, `${name} `, field)));
    form.addEventListener('submit', (event) => event.preventDefault());
    for (const field of [this.#from, this.#to]) {
      field.addEventListener('change', () => {
        this.#chosen = true;
        this.#refresh.anew();
      });
    }
    this.#group.addEventListener('change', () => this.#refresh.anew());
    this.#measure.addEventListener('change', () => this.#draw());
    this.#save.addEventListener('click', () => this.#download().catch(() => say(this.#said, 'The file could not be read.')));
    this.#numbers.hidden = this.#save.hidden = true;
    root.append(form, element('div', { class: 'acts' }, this.#said, this.#save), this.#numbers);
    root.hidden = false;
    this.#refresh = new Refresh(root, [SHORTEST_WAIT, LONGEST_WAIT], {
      path: () => this.#query(`${this.#group.value},day`),
      take: (usage, headers) => this.#take(usage, headers.get('X-Keywheel-Client')),
      refused: (why) => say(this.#said, why),
    });
  }

  show(snapshot) {
    this.#refresh.show(snapshot);
  }

  tick() {
    this.#refresh.tick();
  }

  #query(by) {
    const days = this.#chosen ? Object.entries({ from: this.#from.value, to: this.#to.value }).filter(([, day]) => day) : [];
    return `api/usage?${new URLSearchParams([['by', by], ...days])}`;
  }

  #take({ from, to, rows }, only) {
    this.#by = this.#group.value;
    this.#rows = rows.map((row) => ({ ...row, name: row[this.#by] || 'no key asked' }));
    this.#days = days(this.#chosen ? from : rows.reduce((first, { day }) => (day < first ? day : first), earlier(to, FEWEST_DAYS - 1)), to);
    if (!this.#chosen) {
      [this.#from.value, this.#to.value] = [this.#days[0], to];
    }
    const own = only ? `Only what ${only} used. ` : '';
    say(this.#said, own + (rows.length ? 'Days are in UTC.' : this.#chosen ? 'No usage in these days.' : 'No usage yet.'));
    this.#numbers.hidden = this.#save.hidden = rows.length === 0;
    this.#draw();
  }

  #draw() {
    const [label, measure] = MEASURES[this.#measure.value];
    const names = sorted(this.#rows, measure);
    const colors = new Map(names.map(([name], i) => [name, i < MOST_COLORS ? `--series-${i + 1}` : OTHERS]));
    const places = new Map(this.#days.map((day, i) => [day, i]));
    const series = new Map();
    for (const row of this.#rows) {
      const color = colors.get(row.name);
      const name = color === OTHERS ? 'others' : row.name;
      if (!series.has(name)) {
        series.set(name, { name, color, values: this.#days.map(() => 0), sum: 0 });
      }
      series.get(name).values[places.get(row.day)] += measure(row);
      series.get(name).sum += measure(row);
    }
    const shown = [...series.values()].sort((a, b) => (a.color === OTHERS) - (b.color === OTHERS) || b.sum - a.sum);
    this.#stacks.show(this.#days, shown, `${label} by ${this.#by} and day, from ${this.#days[0]} to ${this.#days.at(-1)}`);
    this.#sums.replaceChildren(sumTable(GROUPS[this.#by], names, colors));
    this.#byDay.replaceChildren(dayTable(label, this.#days, shown));
  }

  async #download() {
    const response = await ask(this.#query('day,client,model,provider'), { headers: { Accept: 'text/csv' } });
    if (!response.ok) {
      say(this.#said, (await refusal(response)).error);
      return;
    }
    const address = URL.createObjectURL(await response.blob());
    const link = element('a', { href: address, download: `keywheel-usage-${this.#days[0]}-${this.#days.at(-1)}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

function choice(options) {
  return element('select', {}, ...Object.entries(options).map(([value, label]) => element('option', { value }, label)));
}

function earlier(day, days) {
  return new Date(Date.parse(day) - days * DAY).toISOString().slice(0, 10);
}

/** Each day of a range in UTC, where all days have 24 hours. */
function days(from, to) {
  const count = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1);
  return Array.from({ length: count }, (_, i) => earlier(to, count - 1 - i));
}

/** The totals of each name, the largest first. */
function sorted(rows, measure) {
  const sums = new Map();
  for (const row of rows) {
    const sum = sums.get(row.name) ?? Object.fromEntries(SUMS.map((name) => [name, 0]));
    SUMS.forEach((name) => (sum[name] += row[name]));
    sums.set(row.name, sum);
  }
  return [...sums].sort(([, a], [, b]) => measure(b) - measure(a));
}

function sumTable(group, names, colors) {
  const heads = [group, 'Requests', 'Failures', 'Tokens in', 'Cached', 'Tokens out', 'Reasoning', 'Mean duration'];
  const cells = (sum) => [
    ...SUMS.slice(0, -1).map((name) => sum[name].toLocaleString('en')),
    sum.requests ? `${(sum.duration_ms / sum.requests / 1000).toFixed(2)} s` : '–',
  ];
  const line = (head, sum) => element('tr', {}, head, ...cells(sum).map((cell) => element('td', { class: 'number' }, cell)));
  const total = ([, a], [, b]) => ['', Object.fromEntries(SUMS.map((name) => [name, a[name] + b[name]]))];
  const rows = names.slice(0, MOST_ROWS).map(([name, sum]) => line(element('th', { scope: 'row' }, swatch(colors.get(name)), name), sum));
  const rest = names.slice(MOST_ROWS);
  if (rest.length) {
    rows.push(line(element('th', { scope: 'row' }, swatch(OTHERS), `${rest.length} more`), rest.reduce(total)[1]));
  }
  const foot = names.length > 1 ? [element('tfoot', {}, line(element('th', { scope: 'row' }, swatch(), 'All'), names.reduce(total)[1]))] : [];
  return element('table', { class: 'sums', 'aria-label': 'Sums' }, head(heads), element('tbody', {}, ...rows), ...foot);
}

function dayTable(label, all, series) {
  const rows = all
    .map((day, i) => [day, series.map(({ values }) => values[i])])
    .filter(([, values]) => values.some((value) => value))
    .reverse()
    .map(([day, values]) => element('tr', {}, element('th', { scope: 'row' }, day), ...values.map((value) => element('td', { class: 'number' }, value.toLocaleString('en')))));
  return element('table', { class: 'days', 'aria-label': `${label} by day` }, head(['Day', ...series.map(({ name }) => name)]), element('tbody', {}, ...rows));
}

function head(names) {
  return element('thead', {}, element('tr', {}, ...names.map((name, i) => element('th', { scope: 'col', class: i ? 'number' : '' }, name))));
}
