// The last quarter of an hour in small plots, a bar for each ten seconds.
import { now } from './clock.js';
import { drawing, element, say, words } from './dom.js';

const SECONDS = 10;
const BARS = 90;
const HEIGHT = 40;

/** The lowest bar: a single failure beside hundreds of successes stays visible. */
const LEAST = 2.5;

/** Attempts whose client disconnected are neither successes nor failures. */
const LEFT = 'cancelled';
const failures = ({ failures: kinds }) =>
  Object.entries(kinds).reduce((all, [kind, times]) => (kind === LEFT ? all : all + times), 0);
const successes = (slice) => slice.attempts - failures(slice) - (slice.failures[LEFT] ?? 0);

export class Plots {
  #slices;
  #drawnAt = 0;
  #plots = [
    new Plot('Requests', { up: (slice) => slice.requests.ok, down: (slice) => slice.requests.failed }, (slices) => {
      const [ok, failed, left] = ['ok', 'failed', 'left'].map((how) => sum(slices, ({ requests }) => requests[how]));
      return [`${ok.toLocaleString('en')} answered`, `${failed.toLocaleString('en')} failed`].concat(
        left ? [`${left.toLocaleString('en')} left by their client`] : [],
      );
    }),
    new Plot('Attempts', { up: successes, down: failures }, (slices) => [
      `${sum(slices, successes).toLocaleString('en')} answered`,
      `${sum(slices, failures).toLocaleString('en')} failed`,
    ]),
    new Plot('Failures', { up: failures, down: () => 0 }, kinds),
  ];

  constructor(root) {
    root.replaceChildren(...this.#plots.map(({ shown }) => shown));
  }

  show({ recent }) {
    this.#slices = recent;
    this.#draw();
  }

  /** Moves the bars on with time. */
  tick() {
    if (Math.floor(now() / (1000 * SECONDS)) !== this.#drawnAt) {
      this.#draw();
    }
  }

  #draw() {
    if (!this.#slices) {
      return;
    }
    this.#drawnAt = Math.floor(now() / (1000 * SECONDS));
    const bars = new Array(BARS).fill(null);
    for (const slice of this.#slices) {
      const place = BARS - 1 - (this.#drawnAt - Math.floor(Date.parse(slice.from) / (1000 * SECONDS)));
      if (place >= 0 && place < BARS) {
        bars[place] = slice;
      }
    }
    this.#plots.forEach((plot) => plot.show(bars));
  }
}

class Plot {
  #of;
  #said;
  #name;
  #up = drawing('path', { class: 'up' });
  #zero = drawing('path', { class: 'zero' });
  #down = drawing('path', { class: 'down' });
  #picture = drawing('svg', { viewBox: `0 0 ${BARS} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' });
  #caption = element('span');
  #facts = element('ul', { class: 'facts' }, element('li', {}, '–'));
  #bars = [];
  /** The index of the bar under the pointer. */
  #pointed = -1;

  constructor(name, of, said) {
    this.#name = name;
    this.#of = of;
    this.#said = said;
    this.#picture.append(this.#up, this.#down, this.#zero);
    this.#picture.setAttribute('aria-label', name);
    this.#picture.addEventListener('pointermove', ({ offsetX }) => this.#point(Math.floor((offsetX / this.#picture.clientWidth) * BARS)));
    this.#picture.addEventListener('pointerleave', () => this.#point(-1));
    this.shown = element(
      'figure',
      { class: `plot plot-${name.toLowerCase()}` },
      element('figcaption', {}, element('h3', {}, name), this.#facts),
      this.#picture,
      element('p', { class: 'axis', 'aria-hidden': 'true' }, element('span', {}, '−15 min'), this.#caption, element('span', {}, 'now')),
    );
  }

  /** Successes grow up from the line, failures down. */
  show(bars) {
    const ups = bars.map((slice) => (slice ? this.#of.up(slice) : 0));
    const downs = bars.map((slice) => (slice ? this.#of.down(slice) : 0));
    const [up, down] = [Math.max(...ups), Math.max(...downs)];
    const scale = (HEIGHT - 2 * LEAST) / Math.max(1, up + down);
    const height = (value) => (value ? Math.max(LEAST, value * scale) : 0);
    const line = HEIGHT - height(down);
    this.#up.setAttribute('d', columns(ups, line, (value) => -height(value)));
    this.#down.setAttribute('d', columns(downs, line, height));
    this.#zero.setAttribute('d', `M0 ${line}H${BARS}`);
    const facts = this.#said(bars.filter((slice) => slice));
    if (this.#facts.textContent !== facts.join('')) {
      this.#facts.replaceChildren(...facts.map((fact) => element('li', {}, fact)));
    }
    this.#picture.setAttribute('aria-label', `${this.#name} in the last 15 minutes: ${facts.join(', ')}`);
    this.#bars = bars;
    this.#point(this.#pointed);
  }

  /** Shows the values of the bar under the pointer, else those of the highest bar. */
  #point(place) {
    this.#pointed = place;
    const slice = this.#bars[place];
    const most = Math.max(0, ...this.#bars.map((bar) => (bar ? this.#of.up(bar) + this.#of.down(bar) : 0)));
    const all = most ? `at most ${most.toLocaleString('en')} in ${SECONDS} s` : '';
    say(this.#caption, slice ? `${new Date(slice.from).toTimeString().slice(0, 8)}: ${this.#said([slice]).join(', ')}` : all);
  }
}

function columns(values, line, height) {
  return values.map((value, x) => (value ? `M${x + 0.1} ${line}h.8v${height(value).toFixed(2)}h-.8Z` : '')).join('');
}

function kinds(slices) {
  const sums = new Map();
  for (const [kind, times] of slices.flatMap((slice) => Object.entries(slice.failures))) {
    if (kind !== LEFT) {
      sums.set(kind, (sums.get(kind) ?? 0) + times);
    }
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a);
  return sorted.length ? sorted.map(([kind, times]) => `${times.toLocaleString('en')} ${words(kind)}`) : ['none'];
}

function sum(slices, value) {
  return slices.reduce((all, slice) => all + value(slice), 0);
}
