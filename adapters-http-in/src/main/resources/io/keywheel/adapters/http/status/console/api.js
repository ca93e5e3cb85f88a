// Sends requests to the gateway. If it requires a token, the page asks for one, and keeps it in this variable only.
import { byId, say } from './dom.js';

let token = null;
let asking = null;
const entries = new EventTarget();

export class NoTokenError extends Error {}

/** As `fetch`, with the token. */
export async function ask(path, options = {}) {
  for (;;) {
    const shown = token;
    const headers = { ...options.headers, ...(shown && { Authorization: `Bearer ${shown}` }) };
    const response = await fetch(path, { ...options, headers, cache: 'no-store', credentials: 'omit' }).catch(
      gone('The gateway does not answer.'),
    );
    // A provider's 401 that is passed on has no such header.
    if (response.status !== 401 || !response.headers.has('WWW-Authenticate')) {
      return response;
    }
    await response.body?.cancel();
    if (token === shown) {
      token = null;
      await askForToken(shown !== null);
    }
  }
}

/** Replaces the browser's message with `text`, unless the page itself aborted the request. */
function gone(text) {
  return (error) => {
    throw error.name === 'AbortError' ? error : new Error(text, { cause: error });
  };
}

/** Whether requests carry a token. */
export function usesToken() {
  return token !== null;
}

/** Whether the page asks for a token, or the user has put off entering one. */
export function isLocked() {
  return asking !== null || !byId('token-button').hidden;
}

/** Resolves when the next token is entered. */
export function untilTokenEntered() {
  return new Promise((resolve) => entries.addEventListener('entered', resolve, { once: true }));
}

/** All waiting requests share one dialog. */
export function askForToken(refused = false) {
  asking ??= dialog(refused).finally(() => (asking = null));
  return asking;
}

function dialog(refused) {
  const [box, form, field, button] = ['token', 'token-form', 'token-field', 'token-button'].map(byId);
  say(byId('token-problem'), refused ? 'The gateway does not accept this token.' : '');
  return new Promise((resolve, reject) => {
    button.hidden = true;
    form.onsubmit = (event) => {
      event.preventDefault();
      token = field.value.trim();
      field.value = '';
      resolve();
      entries.dispatchEvent(new Event('entered'));
      box.close();
    };
    byId('token-later').onclick = () => box.close();
    box.onclose = () => {
      // The close event comes with the next frame; by then the dialog may be open again.
      if (box.open) {
        return;
      }
      field.value = '';
      button.hidden = token !== null;
      reject(new NoTokenError('no token was entered'));
    };
    box.showModal();
  });
}

/** The error of a response, from the gateway or from a proxy in front of it. */
export async function refusal(response) {
  const reported = await response.json().catch(() => null);
  return typeof reported?.error === 'string' ? reported : { error: `status ${response.status}`, code: 'unreadable' };
}

/** The data of server-sent events. `heard` is called for all bytes that arrive, also for comments and partial events. */
export async function* events(response, heard = () => {}) {
  let rest = '';
  for await (const text of texts(response.body)) {
    heard();
    const pieces = (rest + text).split('\n\n');
    rest = pieces.pop();
    for (const piece of pieces) {
      if (piece.startsWith('data: ')) {
        yield JSON.parse(piece.slice(6));
      }
    }
  }
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read = () => reader.read().catch(gone('The connection to the gateway broke off.'));
  try {
    for (let { done, value } = await read(); !done; { done, value } = await read()) {
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
