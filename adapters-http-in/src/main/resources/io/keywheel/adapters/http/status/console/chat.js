// A chat with the keys in rotation, streamed, with the trail of keys that led to the answer.
import { ask, events, refusal } from './api.js';
import * as choices from './choices.js';
import { left, now } from './clock.js';
import * as curl from './curl.js';
import { announce, byId, count, element, say, words } from './dom.js';
import { showMarkdown } from './markdown.js';
import { symbol } from './shapes.js';

const [form, question] = ['ask', 'question'].map(byId);
const [conversation, send, cancel, anew] = ['conversation', 'send', 'cancel', 'anew'].map(byId);
const nothingYet = byId('nothing-yet');

/** Where it is a key that is waited for, and not the gateway. */
const WAIT_FOR_A_KEY = ['all_keys_failed', 'all_providers_failed', 'rate_limited'];

/** What was asked and answered, for the next request. */
let said = [];
let lastAsked = '';
let running = null;

/** What counts down in the answers: each says whether it still does. */
let countdowns = [];

export function tick() {
  countdowns = countdowns.filter((goesOn) => goesOn());
}

export function start() {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!running && question.value.trim()) {
      converse(question.value);
    }
  });
  question.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener('keydown', (event) => event.key === 'Escape' && running?.abort());
  cancel.addEventListener('click', () => running?.abort());
  anew.addEventListener('click', beginAnew);
  choices.start();
  curl.start(toCopy);
}

/** The question in the field, or the last one asked; with neither, the field is pointed at. */
function toCopy() {
  const text = question.value.trim() ? question.value : lastAsked;
  if (!text) {
    question.value = '';
    question.reportValidity();
  }
  return text;
}

function beginAnew() {
  said = countdowns = [];
  lastAsked = '';
  conversation.replaceChildren(nothingYet);
  anew.disabled = true;
  question.focus();
}

async function converse(text) {
  running = new AbortController();
  question.value = '';
  lastAsked = text;
  show(true);
  const asked = { role: 'user', content: text };
  const answer = new Answer(text);
  nothingYet.remove();
  conversation.append(answer.shown);
  conversation.scrollTop = conversation.scrollHeight;
  announce('Asking');
  try {
    await answer.stream(await request([...said, asked]));
    said.push(asked, { role: 'assistant', content: answer.text });
    announce(`Answered by ${answer.key}`);
  } catch (error) {
    const cancelled = error.name === 'AbortError';
    answer.broke(cancelled ? new Error('Cancelled') : error, cancelled);
    announce(cancelled ? 'Cancelled' : 'Failed');
    // Nothing came of it: it is there to be sent again.
    question.value ||= answer.text ? '' : text;
  }
  running = null;
  show(false);
}

function show(busy) {
  anew.disabled = send.disabled = busy;
  cancel.hidden = !busy;
  form.setAttribute('aria-busy', String(busy));
  question.focus();
}

function request(messages) {
  return ask('api/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ messages, ...choices.made() }),
    signal: running.signal,
  });
}

class Answer {
  text = '';
  key = '';
  #began = performance.now();
  #reasoning = element('p');
  #thoughts = element('details', { class: 'reasoning', hidden: '' }, element('summary', {}, 'Reasoning'), this.#reasoning);
  #content = element('div', { class: 'content', 'aria-live': 'polite', 'aria-busy': 'true' });
  #facts = element('p', { class: 'served' }, 'Asking …');
  #trail = element('ol', { class: 'trail', 'aria-label': 'Attempts' });

  constructor(asked) {
    const answer = element('div', { class: 'answer' }, this.#thoughts, this.#content, this.#facts, this.#trail);
    this.shown = element('article', {}, element('p', { class: 'asked' }, asked), answer);
  }

  async stream(response) {
    this.#name(response.headers);
    if (!response.ok) {
      throw await failure(response);
    }
    const first = performance.now() - this.#began;
    for await (const event of events(response)) {
      if (event.error) {
        throw failed(event);
      }
      this.#add(event);
      if (event.done) {
        this.#ended(event, first);
        return;
      }
    }
    throw new Error('the answer ended before it was complete');
  }

  #name(headers) {
    this.key = headers.get('X-Keywheel-Key') ?? '';
    this.#facts.replaceChildren(...(this.key ? [element('strong', {}, this.key), ` · ${headers.get('X-Keywheel-Model')}`] : []));
    const attempts = headers.get('X-Keywheel-Attempts')?.split(', ') ?? [];
    this.#trail.replaceChildren(...attempts.map(attempt));
  }

  #add({ content, reasoning }) {
    const below = conversation.scrollHeight - conversation.scrollTop - conversation.clientHeight;
    this.text += content;
    showMarkdown(this.#content, this.text);
    if (reasoning) {
      this.#thoughts.hidden = false;
      this.#reasoning.append(reasoning);
    }
    // Whoever has scrolled up to read is left there.
    if (below < 40) {
      conversation.scrollTop = conversation.scrollHeight;
    }
  }

  #ended({ finish_reason: finish, tokens }, first) {
    this.#content.setAttribute('aria-busy', 'false');
    const took = [`first content ${seconds(first)}`, `all ${seconds(performance.now() - this.#began)}`];
    const facts = [...took, ...(tokens ? [count(tokens.total_tokens, 'token')] : []), ...(finish === 'stop' ? [] : [words(finish)])];
    this.#facts.append(` · ${facts.join(' · ')}`);
  }

  broke({ message, later, details }, meant) {
    this.#content.setAttribute('aria-busy', 'false');
    this.#facts.before(element('p', { class: meant ? 'cancelled' : 'problem' }, message, ...(later ? [counted(later)] : [])));
    this.#trail.after(...(details ? [reasons(details)] : []));
    if (!this.key) {
      this.#facts.remove();
    }
  }
}

/** What went wrong, and the word for it where that says more. */
function sentence({ error, code }) {
  return error.toLowerCase().includes(words(code)) ? error : `${error} (${words(code)})`;
}

function failed(told) {
  return Object.assign(new Error(sentence(told)), { details: told.details });
}

async function failure(response) {
  const told = await refusal(response);
  const later = response.headers.get('Retry-After');
  const what = WAIT_FOR_A_KEY.includes(told.code) ? 'a key is ready' : 'try again';
  return Object.assign(failed(told), later && { later: { what, until: now() + 1000 * later } });
}

/** `; a key is ready in 5 seconds`, then in 4. */
function counted({ what, until }) {
  return countingDown(until, () => `; ${what} in ${count(Math.ceil((until - now()) / 1000), 'second')}`, `; ${what} now`);
}

/** Why no key answered, by key, from details that are by key or by provider. */
function reasons({ more, ...details }) {
  const keys = Object.entries(details).flatMap(([name, why]) => (why?.keys ? Object.entries(why.keys) : why?.code ? [[name, why]] : []));
  const shown = keys.map(([key, { code, until }]) => {
    const why = `${key} ${words(code)}`;
    const text = until ? countingDown(Date.parse(until), () => `${why} · again in ${left(until)}`, why) : why;
    return element('li', {}, symbol(code === 'key_refused' ? 'retired' : 'cooling'), text);
  });
  return element('ul', { class: 'reasons', 'aria-label': 'Keys' }, ...shown, ...(more ? [element('li', {}, `and ${more} more`)] : []));
}

function countingDown(until, text, atLast) {
  const node = element('span');
  const show = () => {
    const goesOn = until > now();
    say(node, goesOn ? text() : atLast);
    return goesOn;
  };
  show();
  countdowns.push(show);
  return node;
}

/** One of `groq/1:rate_limited`. */
function attempt(text) {
  const [key, outcome = ''] = text.split(/:(?=[^:]*$)/);
  return element('li', {}, symbol(outcome === 'ok' ? 'ready' : 'retired'), `${key} ${words(outcome)}`);
}

function seconds(millis) {
  return `${(millis / 1000).toFixed(2)} s`;
}
