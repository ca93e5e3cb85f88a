// A chat with any key of the pool. Each question is sent with the conversation so far.
import { Answer } from './answer.js';
import { ask } from './api.js';
import * as choices from './choices.js';
import * as curl from './curl.js';
import { announce, byId } from './dom.js';
import * as failures from './failures.js';

const [form, question, conversation, nothingYet] = ['ask', 'question', 'conversation', 'nothing-yet'].map(byId);
const [send, stop, anew] = ['send', 'stop', 'anew'].map(byId);

let said = [];
let lastAsked = '';
let running = null;

export const tick = failures.tick;

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
  byId('chat').addEventListener('keydown', ({ key, isComposing }) => {
    // Escape first ends a composed character, or closes an explanation.
    if (key === 'Escape' && !isComposing && !document.querySelector('.term details[open]')) {
      running?.abort();
    }
  });
  stop.addEventListener('click', () => running?.abort());
  anew.addEventListener('click', beginAnew);
  choices.start();
  curl.start(toCopy);
}

/** The question in the field, else the last one asked; without both, the browser points at the field. */
function toCopy() {
  const text = question.value.trim() ? question.value : lastAsked;
  if (!text) {
    question.value = '';
    question.reportValidity();
  }
  return text;
}

function beginAnew() {
  said = [];
  lastAsked = '';
  failures.forget();
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
  nothingYet.remove();
  const answer = new Answer(text, conversation);
  announce('Asking');
  try {
    await answer.stream(await request(choices.messages(...said, asked)));
    announce(`Answered by ${answer.key}`);
  } catch (error) {
    const stopped = error.name === 'AbortError';
    answer.broke(stopped ? new Error('Stopped') : error, stopped);
    announce(stopped ? 'Stopped' : 'Failed');
    // Without an answer, the question returns to the field.
    question.value ||= answer.text ? '' : text;
  }
  // A partial answer stays on the page, so the next question may refer to it.
  if (answer.text) {
    said.push(asked, { role: 'assistant', content: answer.text });
  }
  running = null;
  show(false);
}

function show(busy) {
  // The user may have gone elsewhere meanwhile: only the focus of a button that disappears moves to the field.
  const isLost = [send, stop].includes(document.activeElement);
  anew.disabled = busy;
  send.hidden = busy;
  stop.hidden = !busy;
  form.setAttribute('aria-busy', String(busy));
  if (isLost) {
    question.focus();
  }
}

function request(messages) {
  return ask('api/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ messages, ...choices.made() }),
    signal: running.signal,
  });
}
