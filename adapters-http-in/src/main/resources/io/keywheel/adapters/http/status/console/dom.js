// Makes and changes elements. All strings go in as text: nothing here reads markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; strings among them become text. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function drawing(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Changes a text only where it differs, so that a screen reader does not repeat it. */
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** In milliseconds. A screen reader repeats an equal text only if there was none for a moment. */
const PAUSE = 100;

const unsaid = [];

/** Announces a text to screen readers, together with all others of the same moment. */
export function announce(text) {
  if (unsaid.push(text) === 1) {
    say(byId('said'), '');
    setTimeout(() => say(byId('said'), unsaid.splice(0).join('; ')), PAUSE);
  }
}

/** A label such as `rate_limited`, with spaces. */
export function words(label) {
  return String(label).replaceAll('_', ' ');
}

export function count(number, one, many = one + 's') {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
