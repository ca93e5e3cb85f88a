// Copies a chat as a curl command, for each of the gateway's APIs.
import { usesToken } from './api.js';
import * as choices from './choices.js';
import { copy } from './clipboard.js';
import { byId } from './dom.js';

const [api, button, command] = ['api', 'copy', 'command'].map(byId);

const BODIES = {
  'api/chat': (asked) => ({ messages: choices.messages(asked), ...choices.made() }),
  'v1/chat/completions': (asked) => ({ model: choices.named(), messages: choices.messages(asked), ...choices.options() }),
  'v1/messages': (asked) => ({
    model: choices.named(),
    max_tokens: 1024,
    ...ifThere('system'),
    messages: [asked],
    ...choices.options(HIGHEST_OF_ANTHROPIC),
  }),
  'v1/responses': ({ content }) => ({ model: choices.named(), ...ifThere('instructions'), input: content, ...choices.options() }),
};
const HIGHEST_OF_ANTHROPIC = 1;

/** Copies what `question` returns, unless that is empty. */
export function start(question) {
  button.addEventListener('click', async () => {
    const text = question();
    if (text && choices.areValid()) {
      await offer(curl(api.value, BODIES[api.value]({ role: 'user', content: text })), button, command);
    }
  });
}

/** Copies a command, or shows it in `field`, selected. */
export async function offer(text, button, field) {
  field.value = text;
  field.hidden = await copy(text, button);
  if (!field.hidden) {
    field.select();
  }
}

/** The command that sends `sent` to a path of the gateway. */
export function curl(path, sent) {
  const token = usesToken() ? ['-H "Authorization: Bearer $KEYWHEEL_TOKEN"'] : [];
  const body = JSON.stringify(sent);
  const address = new URL(path, document.baseURI).href;
  return [`curl ${quoted(address)}`, ...token, "-H 'Content-Type: application/json'", `-d ${quoted(body)}`].join(' \\\n  ');
}

function ifThere(field) {
  const system = choices.systemPrompt();
  return system ? { [field]: system } : {};
}

/** One word of a POSIX shell. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
