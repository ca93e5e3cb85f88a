// A row of the table of requests, and its details.
import { curl, offer, quoted } from './curl.js';
import { element, words } from './dom.js';

const PROMPT = 'Your prompt';

/** Outcomes of disconnected clients, which are not the gateway's failures. */
const LEFT = ['client_gone', 'cancelled'];

const native = ({ provider, model }) => ({ messages: [{ role: 'user', content: PROMPT }], ...(provider && { provider }), ...(model && { model }) });
const named = ({ provider, model }) => (provider && model ? `${provider}/${model}` : model || 'auto');
const completion = (request) => ({ model: named(request), messages: [{ role: 'user', content: PROMPT }] });
const message = (request) => ({ model: named(request), max_tokens: 1024, messages: [{ role: 'user', content: PROMPT }] });
const response = (request) => ({ model: named(request), input: PROMPT });
const streamed = (body) => (request) => ({ ...body(request), stream: true });

/** For a chat on a WebSocket, curl uses the streaming API. */
const COMMANDS = {
  json: ['api/chat', native],
  sse: ['api/chat/stream', native],
  websocket: ['api/chat/stream', native],
  openai: ['v1/chat/completions', completion],
  openai_stream: ['v1/chat/completions', streamed(completion)],
  messages: ['v1/messages', message],
  messages_stream: ['v1/messages', streamed(message)],
  responses: ['v1/responses', response],
  responses_stream: ['v1/responses', streamed(response)],
};

export class Row {
  isOpen = false;
  #button;
  #details = null;

  /** @param text identifies the request */
  constructor(request, text, columns) {
    this.request = request;
    this.text = text;
    const time = element('time', { datetime: request.time, title: request.time }, clockTime(request.time));
    this.#button = element('button', { type: 'button', class: 'opens', 'aria-expanded': 'false' }, time);
    const cells = [
      this.#button,
      request.client,
      request.api,
      request.model,
      request.provider,
      words(request.outcome),
      String(request.attempts),
      request.input_tokens.toLocaleString('en'),
      request.output_tokens.toLocaleString('en'),
      seconds(request.first_content_ms),
      seconds(request.duration_ms),
    ];
    this.shown = element('tr', { class: mood(request.outcome) }, ...cells.map((cell, i) => element('td', { class: columns[i][1] }, cell)));
    this.shown.addEventListener('click', () => getSelection().isCollapsed && this.#toggle(columns.length));
  }

  hide(hidden) {
    this.shown.hidden = hidden;
    if (this.#details) {
      this.#details.hidden = hidden || !this.isOpen;
    }
  }

  remove() {
    this.shown.remove();
    this.#details?.remove();
  }

  #toggle(width) {
    this.isOpen = !this.isOpen;
    this.#button.setAttribute('aria-expanded', String(this.isOpen));
    if (!this.#details) {
      this.#details = element('tr', { class: 'details' }, element('td', { colspan: width }, details(this.request)));
      this.shown.after(this.#details);
    }
    this.#details.hidden = !this.isOpen;
  }
}

function details(request) {
  const facts = [
    fact('Request', request.id),
    fact('Status', request.status),
    fact('API', `${request.api}, /${request.api === 'websocket' ? 'api/chat/ws' : command(request)[0]}`),
    fact('Model', request.model || '–'),
    // The columns that a small screen hides.
    fact('Provider', request.provider || '–', 'c-hidden'),
    fact('Tokens', `${request.input_tokens.toLocaleString('en')} in, ${request.output_tokens.toLocaleString('en')} out`, 'c-hidden'),
    fact('First content', seconds(request.first_content_ms), 'c-hidden'),
  ];
  const list = element('dl', { class: 'facts' }, ...facts);
  return element('div', {}, list, request.trail.length ? attempts(request) : element('p', { class: 'help' }, 'No key was asked.'), ...copying(request));
}

function fact(name, value, kind = '') {
  return element('div', { class: kind }, element('dt', {}, name), element('dd', {}, String(value)));
}

function attempts({ trail, attempts: all }) {
  const missing = all - trail.length;
  const rows = trail.map(({ key, model, outcome, wait_ms: wait, duration_ms: took }, i) => {
    const place = missing && i === trail.length - 1 ? all : i + 1;
    const cells = [['c-place', String(place)], ['c-slot', key], ['c-model', model], ['c-outcome', words(outcome)], [`number c-waited ${wait ? '' : 'none'}`, wait ? seconds(wait) : '–'], ['number c-took', seconds(took)]];
    return element('tr', { class: mood(outcome) }, ...cells.map(([kind, cell]) => element('td', { class: kind }, cell)));
  });
  if (missing) {
    rows.splice(-1, 0, element('tr', {}, element('td', { colspan: 6 }, `and ${missing} more`)));
  }
  const heads = ['', 'Key', 'Model', 'Outcome', 'Waited', 'Took'].map((name, i) =>
    name ? element('th', { scope: 'col', class: i > 3 ? 'number' : '' }, name) : element('td'),
  );
  return element('table', { class: 'attempts' }, element('caption', { class: 'unseen' }, 'Attempts'), element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows));
}

function command({ api }) {
  return COMMANDS[api] ?? COMMANDS.json;
}

function copying(request) {
  const [path, body] = command(request);
  const button = element('button', { type: 'button' }, 'Copy as curl');
  const field = element('textarea', { class: 'shell', rows: '6', readonly: '', 'aria-label': 'curl command', hidden: '' });
  button.addEventListener('click', () => {
    // `:` and not a comment, which zsh does not accept when typed or pasted.
    const about = `Request ${request.id} of ${request.client} at ${request.time}; its prompt is not stored`;
    offer(`: ${quoted(about)}\n${curl(path, body(request))}`, button, field);
  });
  const note = element('span', { class: 'help' }, `Prompts are not stored: the command sends “${PROMPT}” to the same API and model.`);
  return [element('div', { class: 'acts' }, button, note), field];
}

function mood(outcome) {
  return outcome === 'ok' ? 'ok' : LEFT.includes(outcome) ? 'left' : 'failed';
}

/** In the browser's time zone, with the date if it is not today. */
function clockTime(time) {
  const date = new Date(time);
  const clock = date.toLocaleTimeString('sv');
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString('sv').slice(5)} ${clock.slice(0, 5)}`;
}

function seconds(millis) {
  return millis === null ? '–' : `${(millis / 1000).toFixed(2)} s`;
}
