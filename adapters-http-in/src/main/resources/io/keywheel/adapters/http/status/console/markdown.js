// Shows an answer's Markdown. What it says is hostile until DOMPurify has looked at it.
import { marked } from './marked.esm.js';

const { DOMPurify } = window;

// HTML is text here, an image is a link to it, and nothing can be filled in.
marked.use({
  tokenizer: { html: () => undefined, tag: () => undefined },
  renderer: { checkbox: ({ checked }) => (checked ? '☑ ' : '☐ ') },
  walkTokens(token) {
    if (token.type === 'image') {
      token.type = 'link';
    } else if (token.type === 'heading') {
      // Below the page's own headings.
      token.depth = Math.min(6, token.depth + 2);
    }
  },
});

const LISTS_AND_TABLES = ['li', 'ol', 'ul', 'table', 'tbody', 'td', 'th', 'thead', 'tr'];
const BLOCKS = ['blockquote', 'h3', 'h4', 'h5', 'h6', 'hr', 'p', 'pre'];
const HARMLESS = {
  ALLOWED_TAGS: ['#text', 'a', 'br', 'code', 'del', 'em', 'strong', ...BLOCKS, ...LISTS_AND_TABLES],
  ALLOWED_ATTR: ['align', 'href', 'start'],
  ALLOWED_URI_REGEXP: /^https?:/i,
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

/** Makes `node` show `text`. What is there already stays: a selection in it, too. */
export function showMarkdown(node, text) {
  const shown = rendered(text);
  let same = 0;
  while (same < shown.length && node.childNodes[same]?.isEqualNode(shown[same])) {
    same++;
  }
  while (node.childNodes.length > same) {
    node.lastChild.remove();
  }
  node.append(...shown.slice(same));
}

function rendered(text) {
  try {
    return [...DOMPurify.sanitize(marked.parse(text), HARMLESS).childNodes];
  } catch {
    // Nested too deeply to be read.
    return [document.createTextNode(text)];
  }
}
