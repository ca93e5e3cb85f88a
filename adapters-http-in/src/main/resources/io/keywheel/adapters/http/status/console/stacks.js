// Stacked bars, one for each day, with the values of a day under the pointer.
import { element } from './dom.js';

const HEIGHT = 220;
const WIDEST_BAR = 56;

/** The width of the labels on the left, and the gap between the pointer and the values. */
const [AXIS, GAP] = [48, 12];
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const dark = matchMedia('(prefers-color-scheme: dark)');

export class Stacks {
  #days = [];
  #series = [];
  #plot = null;
  #tip = element('div', { class: 'tip', 'aria-hidden': 'true', hidden: '' });
  #canvas = element('div', { class: 'canvas' });
  shown = element('figure', { class: 'stacks', role: 'img' }, this.#canvas, this.#tip);

  constructor() {
    new ResizeObserver(() => this.shown.clientWidth !== (this.#plot?.width ?? 0) && this.#draw()).observe(this.shown);
    dark.addEventListener('change', () => this.#draw());
  }

  /** @param series `{ name, color, values }`, the largest first, each with a value for each day */
  show(days, series, label) {
    this.#days = days;
    this.#series = series;
    this.shown.setAttribute('aria-label', label);
    this.#draw();
  }

  #draw() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#tip.hidden = true;
    const width = this.shown.clientWidth;
    if (!width || !this.#days.length) {
      return;
    }
    const style = getComputedStyle(this.shown);
    const color = (name) => style.getPropertyValue(name).trim();
    // Each bar stands on the ones before it: the tallest is drawn first, and the others over it.
    const sums = this.#days.map(() => 0);
    // An empty bar would hide the axis.
    const stacked = this.#series.map(({ values }) => values.map((value, i) => (sums[i] += value) || null)).reverse();
    const bars = window.uPlot.paths.bars({ size: [0.72, WIDEST_BAR] });
    const series = this.#series.map(({ color: name }) => ({ fill: color(name), stroke: color('--sheet'), width: 1, paths: bars, points: { show: false } }));
    const axis = { stroke: color('--muted'), font: `12px ${style.fontFamily}`, ticks: { show: false } };
    this.#plot = new window.uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: { x: { time: false, range: [-0.6, this.#days.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(1, most) * 1.05] } },
        axes: [
          { ...axis, size: 28, space: 56, incrs: [1, 2, 7, 14, 28], grid: { show: false }, values: (_, splits) => splits.map((i) => this.#days[i]?.slice(5) ?? '') },
          { ...axis, size: AXIS, incrs: integers(), grid: { stroke: color('--line'), width: 1 }, values: (_, splits) => splits.map((value) => compact.format(value)) },
        ],
        series: [{}, ...series.reverse()],
        hooks: { setCursor: [(plot) => this.#point(plot)] },
      },
      [this.#days.map((_, i) => i), ...stacked],
      this.#canvas,
    );
  }

  #point({ cursor: { idx: day, left }, width }) {
    this.#tip.hidden = left < 0 || day === null || day === undefined;
    if (this.#tip.hidden) {
      return;
    }
    const parts = this.#series.filter(({ values }) => values[day]);
    const all = parts.reduce((sum, { values }) => sum + values[day], 0);
    const line = (name, value, color) => element('tr', {}, element('td', {}, swatch(color), name), element('td', { class: 'number' }, value.toLocaleString('en')));
    this.#tip.replaceChildren(
      element('strong', {}, this.#days[day]),
      element('table', {}, ...parts.reverse().map(({ name, color, values }) => line(name, values[day], color)), ...(parts.length === 1 ? [] : [line('All', all)])),
    );
    const [beside, wide] = [AXIS + left + GAP, this.#tip.offsetWidth];
    const x = beside + wide <= width ? beside : Math.max(0, AXIS + left - GAP - wide);
    this.#tip.style.transform = `translateX(${Math.round(x)}px)`;
  }
}

/** The colour of a series beside its name. */
export function swatch(color) {
  const shown = element('span', { class: 'swatch' });
  if (color) {
    shown.style.background = `var(${color})`;
  }
  return shown;
}

function integers() {
  return Array.from({ length: 16 }, (_, i) => 10 ** i).flatMap((power) => [power, 2 * power, 5 * power]);
}
