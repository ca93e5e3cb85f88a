// One question with its answer: the streamed Markdown, the serving key, and the attempts before.
import { events } from './api.js';
import { copy } from './clipboard.js';
import { count, element, words } from './dom.js';
import { asError, errorOf, reasons, untilNextTry } from './failures.js';
import { Markdown } from './markdown.js';
import { symbol } from './shapes.js';

/** Pixels from the end of the conversation within which it follows the answer. */
const AT_THE_END = 40;

/** Drawing takes at most a quarter of the time, however long the answer. */
const REST_AFTER_DRAWING = 3;

export class Answer {
  text = '';
  key = '';
  #conversation;
  #began = performance.now();
  #reasoning = element('p', { dir: 'auto' });
  #thoughts = element('details', { class: 'reasoning', hidden: '' }, element('summary', {}, 'Reasoning'), this.#reasoning);
  #content = element('div', { class: 'content', 'aria-live': 'polite', 'aria-busy': 'true' });
  #markdown = new Markdown(this.#content);
  #facts = element('p', { class: 'served' }, 'Asking …');
  #trail = element('ol', { class: 'trail', 'aria-label': 'Attempts' });
  #copy = element('button', { type: 'button', class: 'small', hidden: '' }, 'Copy answer');
  /** Reasoning that is not drawn yet. */
  #undrawn = '';
  #drawn = 0;
  #drawsUntil = 0;

  /** Adds the answer to the conversation, and scrolls to its end. */
  constructor(asked, conversation) {
    this.#conversation = conversation;
    const foot = element('div', { class: 'foot' }, this.#trail, this.#copy);
    const answer = element('div', { class: 'answer' }, this.#thoughts, this.#content, this.#facts, foot);
    answer.addEventListener('click', ({ target }) => target.tagName === 'BUTTON' && this.#copied(target));
    conversation.append(element('article', {}, element('p', { class: 'asked', dir: 'auto' }, asked), answer));
    conversation.scrollTop = conversation.scrollHeight;
  }

  /** Returns when the answer is complete. */
  async stream(response) {
    this.#following(() => this.#name(response.headers));
    if (!response.ok) {
      throw await errorOf(response);
    }
    const first = performance.now() - this.#began;
    for await (const event of events(response)) {
      if (event.error) {
        throw asError(event);
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
    this.text += content;
    this.#undrawn += reasoning ?? '';
    this.#drawn ||= requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now) {
    this.#drawn = 0;
    if (now < this.#drawsUntil) {
      this.#drawn = requestAnimationFrame((later) => this.#draw(later));
      return;
    }
    const began = performance.now();
    this.#following(() => this.#show());
    this.#drawsUntil = began + (1 + REST_AFTER_DRAWING) * (performance.now() - began);
  }

  #show() {
    if (this.#undrawn) {
      this.#thoughts.hidden = false;
      this.#reasoning.append(this.#undrawn);
      this.#undrawn = '';
    }
    this.#markdown.show(this.text);
  }

  #ended({ finish_reason: finish, tokens }, first) {
    const took = [`first content ${seconds(first)}`, `all ${seconds(performance.now() - this.#began)}`];
    const facts = [...took, ...(tokens ? [count(tokens.total_tokens, 'token')] : []), ...(finish === 'stop' ? [] : [words(finish)])];
    this.#complete(() => this.#facts.append(` · ${facts.join(' · ')}`));
  }

  /** Shows that the answer ended early: `stopped` by the user, or by an error. */
  broke({ message, later, details }, stopped) {
    this.#complete(() => {
      this.#content.after(element('p', { class: stopped ? 'stopped' : 'problem', dir: 'auto' }, message, ...(later ? [untilNextTry(later)] : [])));
      // The key that had begun to answer does not count as a success.
      if (this.#trail.lastChild?.dataset.outcome === 'ok') {
        this.#trail.lastChild.replaceWith(attempt(`${this.key}:${stopped ? 'stopped' : (details?.[this.key]?.code ?? 'interrupted')}`));
      } else if (details) {
        this.#trail.parentNode.after(reasons(details));
      }
      if (!this.key) {
        this.#facts.remove();
      }
    });
  }

  #complete(change) {
    cancelAnimationFrame(this.#drawn);
    this.#following(() => {
      this.#show();
      this.#copy.hidden = !this.text;
      change();
    });
    this.#content.setAttribute('aria-busy', 'false');
  }

  /** A conversation at its end stays at the end; one that the user has scrolled up does not move. */
  #following(change) {
    const { scrollHeight, scrollTop, clientHeight } = this.#conversation;
    change();
    if (scrollHeight - scrollTop - clientHeight < AT_THE_END) {
      this.#conversation.scrollTop = this.#conversation.scrollHeight;
    }
  }

  /** Without a clipboard, the text is selected. */
  async #copied(button) {
    const code = button.closest('.code')?.firstChild;
    if (!(await copy(code ? code.textContent : this.text, button))) {
      getSelection().selectAllChildren(code ?? this.#content);
    }
  }
}

/** A list item for an attempt such as `groq/1:rate_limited`. */
function attempt(text) {
  const [key, outcome = ''] = text.split(/:(?=[^:]*$)/);
  const shape = { ok: ['ready'], stopped: [] }[outcome] ?? ['retired'];
  return element('li', { 'data-outcome': outcome }, ...shape.map(symbol), `${key} ${words(outcome)}`);
}

function seconds(millis) {
  return `${(millis / 1000).toFixed(2)} s`;
}
