// The options of a chat: provider, model, fallback, temperature and system prompt.
import { ask, isLocked } from './api.js';
import { Combobox } from './combobox.js';
import { byId, element } from './dom.js';

const [provider, model, fallback, temperature, system] = ['provider', 'model', 'fallback', 'temperature', 'system'].map(byId);
const list = new Combobox(model, byId('models'));

/** The gateway does not know the purpose of a model; these names are not for chats. */
const NO_CHAT = /whisper|transcri|orpheus|(^|[-/])(tts|asr|stt|speech|guard|moderation|embed\w*|rerank\w*|image|dall-e)([-/]|$)/i;
const OURS = 'keywheel';

let models = [];
let defaults = {};

export function start() {
  provider.addEventListener('change', offerModels);
  // The gateway discovers models over time. If the user has put off entering a token, this must not ask for one.
  model.addEventListener('focus', () => isLocked() || learn().catch(() => {}));
}

/** Sets the providers of the pool. */
export async function offer(providers) {
  defaults = Object.fromEntries(providers.map(({ id, default_model: model }) => [id, `${id}/${model}`]));
  const chosen = provider.value;
  provider.replaceChildren(option('', 'Any'), ...providers.map(({ id }) => option(id, id)));
  provider.value = providers.some(({ id }) => id === chosen) ? chosen : '';
  await learn();
}

/** The fields of a request to `/api/chat` with the chosen options. */
export function made() {
  const at = chosen() && isNamedByModel() ? '' : provider.value;
  return { fallback: fallback.checked, ...(at && { provider: at }), ...(chosen() && { model: chosen() }), ...sampling() };
}

/** The options beside model and messages, as the APIs below `/v1` take them. */
export function options(highest) {
  return { ...(!fallback.checked && { fallback: false }), ...sampling(highest) };
}

/** The chosen temperature; empty for the provider's default. */
function sampling(highest = Infinity) {
  return temperature.value === '' ? {} : { temperature: Math.min(highest, temperature.valueAsNumber) };
}

/** The system prompt; empty for none. */
export function systemPrompt() {
  return system.value.trim() && system.value;
}

/** The messages, after the system prompt if there is one. */
export function messages(...said) {
  return systemPrompt() ? [{ role: 'system', content: systemPrompt() }, ...said] : said;
}

/** The chosen model and provider as one name, as the APIs below `/v1` take it. */
export function named() {
  if (!chosen()) {
    return defaults[provider.value] ?? 'auto';
  }
  // These APIs have no name for a virtual model at one provider.
  return !provider.value || isNamedByModel() || isOf(OURS) ? chosen() : `${provider.value}/${chosen()}`;
}

/** Whether the temperature is in its range; if not, the browser reports it. */
export function areValid() {
  return temperature.reportValidity();
}

function chosen() {
  return model.value.trim();
}

/** Whether the model's name implies the chosen provider: in the list, or as `provider/model`. */
function isNamedByModel() {
  // A listed id may begin with the name of another provider.
  const isListed = models.some(({ id }) => id === chosen());
  return isOf(provider.value) || (!isListed && chosen().startsWith(`${provider.value}/`));
}

function isOf(owner) {
  return models.some(({ id, owned_by: its }) => id === chosen() && its === owner);
}

async function learn() {
  const response = await ask('v1/models');
  if (response.ok) {
    models = (await response.json()).data;
  }
  offerModels();
}

function offerModels() {
  const offered = models.filter(({ id, owned_by: owner }) => (provider.value ? owner === provider.value : id !== 'auto'));
  const virtual = offered.filter(({ owned_by: owner }) => owner === OURS);
  const real = offered.filter(({ id, owned_by: owner }) => owner !== OURS && !NO_CHAT.test(id));
  list.offer([
    { value: '', text: 'Default', note: '' },
    ...virtual.map(({ id }) => ({ value: id, text: id, note: 'virtual' })),
    ...real.map(({ id, owned_by: owner }) => ({ value: id, text: id, note: owner })),
  ]);
}

function option(value, text) {
  return element('option', { value }, text);
}
