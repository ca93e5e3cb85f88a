// Shows an answer's Markdown, which is hostile until DOMPurify has sanitized it.
import { element } from './dom.js';
import { marked } from './marked.esm.js';

const { DOMPurify } = window;

// HTML is shown as text, and checkboxes become characters.
marked.use({
  tokenizer: { html: () => undefined, tag: () => undefined },
  renderer: { checkbox: ({ checked }) => (checked ? '☑ ' : '☐ ') },
});

/** An image becomes a link to it, and headings rank below those of the page. */
function adapted(token) {
  if (token.type === 'image') {
    token.type = 'link';
  } else if (token.type === 'heading') {
    token.depth = Math.min(6, token.depth + 2);
  }
}

const LISTS_AND_TABLES = ['li', 'ol', 'ul', 'table', 'tbody', 'td', 'th', 'thead', 'tr'];
const BLOCKS = ['blockquote', 'h3', 'h4', 'h5', 'h6', 'hr', 'p', 'pre'];
const HARMLESS = {
  ALLOWED_TAGS: ['#text', 'a', 'br', 'code', 'del', 'em', 'strong', ...BLOCKS, ...LISTS_AND_TABLES],
  ALLOWED_ATTR: ['align', 'href', 'start'],
  ALLOWED_URI_REGEXP: /^https?:/i,
  // Otherwise, DOMPurify compares these with the pattern, too.
  ADD_URI_SAFE_ATTR: ['align', 'start'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.hasAttribute?.('href')) {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
  }
});

/** A malicious text can take any time to parse: if this is exceeded twice in a row, the rest is shown as plain text. */
const LONGEST_MILLIS = 250;

/** Characters that are parsed together; more only if one block is longer. */
const PIECE = 2000;

/** The tokens at the end that more text can still change: a block, and the space after it. */
const OPEN_BLOCKS = 2;

/** An element that shows Markdown as it grows. Complete blocks are not redrawn, which keeps selections in them. */
export class Markdown {
  #node;
  #read = 0;
  #kept = 0;
  #piece = PIECE;
  #wasLong = false;
  #slow = false;

  constructor(node) {
    this.#node = node;
  }

  show(text) {
    const lines = text.replace(/\r\n?/g, '\n');
    while (!this.#slow && lines.length - this.#read > this.#piece) {
      this.#add(lines.slice(this.#read, this.#read + this.#piece));
    }
    if (!this.#slow) {
      this.#add(lines.slice(this.#read));
    }
    if (this.#slow) {
      this.#replaceOpen([element('p', { class: 'plain', dir: 'auto' }, lines.slice(this.#read))]);
    }
  }

  #add(text) {
    const began = performance.now();
    try {
      const tokens = marked.lexer(text);
      const [complete, open] = [tokens.slice(0, -OPEN_BLOCKS), tokens.slice(-OPEN_BLOCKS)];
      const nodes = rendered(complete);
      this.#replaceOpen([...nodes, ...rendered(open)]);
      this.#kept += nodes.length;
      this.#read += complete.reduce((sum, { raw }) => sum + raw.length, 0);
      const long = performance.now() - began > LONGEST_MILLIS;
      this.#slow = long && this.#wasLong;
      this.#wasLong = long;
      if (!long) {
        this.#piece = complete.length ? PIECE : 2 * this.#piece;
      }
    } catch {
      // For example, the text nests too deeply.
      this.#slow = true;
    }
  }

  #replaceOpen(nodes) {
    while (this.#node.childNodes.length > this.#kept) {
      this.#node.lastChild.remove();
    }
    this.#node.append(...nodes);
  }
}

function rendered(tokens) {
  marked.walkTokens(tokens, adapted);
  const { children, childNodes } = copyable(DOMPurify.sanitize(marked.parser(tokens), HARMLESS));
  [...children].forEach((block) => (block.dir = 'auto'));
  return [...childNodes];
}

function copyable(fragment) {
  for (const pre of fragment.querySelectorAll('pre')) {
    pre.tabIndex = 0;
    const block = element('div', { class: 'code' });
    pre.replaceWith(block);
    block.append(pre, element('button', { type: 'button', class: 'small' }, 'Copy'));
  }
  return fragment;
}
