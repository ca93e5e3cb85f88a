// Copies a chat as a curl command, for each of the gateway's APIs.
import { usesToken } from './api.js';
import * as choices from './choices.js';
import { announce, byId, say } from './dom.js';

const [api, copy, command] = ['api', 'copy', 'command'].map(byId);
const [OFFER, COPIED_FOR] = [copy.textContent, 2000];

const BODIES = {
  'api/chat': (content) => ({ messages: [{ role: 'user', content }], ...choices.made() }),
  'v1/chat/completions': (content) => ({ model: choices.named(), messages: [{ role: 'user', content }] }),
  'v1/messages': (content) => ({ model: choices.named(), max_tokens: 1024, messages: [{ role: 'user', content }] }),
  'v1/responses': (input) => ({ model: choices.named(), input }),
};

/** Copies what `question` returns, unless that is empty. */
export function start(question) {
  copy.addEventListener('click', async () => {
    const text = question();
    if (!text) {
      return;
    }
    command.value = curl(text);
    try {
      await navigator.clipboard.writeText(command.value);
      command.hidden = true;
      say(copy, 'Copied');
      announce('Copied');
      setTimeout(() => say(copy, OFFER), COPIED_FOR);
    } catch {
      // No clipboard without HTTPS, except on the gateway's own machine.
      command.hidden = false;
      command.select();
    }
  });
}

function curl(text) {
  const token = usesToken() ? ['-H "Authorization: Bearer $KEYWHEEL_TOKEN"'] : [];
  const body = JSON.stringify(BODIES[api.value](text));
  const address = new URL(api.value, document.baseURI).href;
  return [`curl ${quoted(address)}`, ...token, "-H 'Content-Type: application/json'", `-d ${quoted(body)}`].join(' \\\n  ');
}

/** One word of a POSIX shell. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
