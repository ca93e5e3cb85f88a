// What a chat is asked of, and how: any provider or one, its default model, a virtual model or another, and the rest.
import { ask } from './api.js';
import { Combobox } from './combobox.js';
import { byId, element } from './dom.js';

const [provider, model, fallback, temperature, system] = ['provider', 'model', 'fallback', 'temperature', 'system'].map(byId);
const list = new Combobox(model, byId('models'));

/** The gateway does not know what a model is for; these say by their name that it is no chat. */
const NO_CHAT = /whisper|transcri|orpheus|(^|[-/])(tts|asr|stt|speech|guard|moderation|embed\w*|rerank\w*|image|dall-e)([-/]|$)/i;
const OURS = 'keywheel';

let models = [];
let defaults = {};

export function start() {
  provider.addEventListener('change', offerModels);
  // The gateway learns of models as it goes. Before a token is entered, none is asked for here.
  model.addEventListener('focus', () => provider.length > 1 && learn().catch(() => {}));
}

/** The providers of the pool. */
export async function offer(providers) {
  defaults = Object.fromEntries(providers.map(({ id, default_model: model }) => [id, `${id}/${model}`]));
  const chosen = provider.value;
  provider.replaceChildren(option('', 'Any'), ...providers.map(({ id }) => option(id, id)));
  provider.value = providers.some(({ id }) => id === chosen) ? chosen : '';
  await learn();
}

/** The part of a request to `/api/chat` that says what was chosen. */
export function made() {
  const at = chosen() && isNamedByModel() ? '' : provider.value;
  return { fallback: fallback.checked, ...(at && { provider: at }), ...(chosen() && { model: chosen() }), ...sampling() };
}

/** The chosen temperature, unless it is the provider's own. */
export function sampling(highest = Infinity) {
  return temperature.value === '' ? {} : { temperature: Math.min(highest, temperature.valueAsNumber) };
}

/** Empty: none. */
export function systemPrompt() {
  return system.value.trim() && system.value;
}

/** What was said, after the system prompt if there is one. */
export function messages(...said) {
  return systemPrompt() ? [{ role: 'system', content: systemPrompt() }, ...said] : said;
}

/** What was chosen as the one name that the APIs below `/v1` take. */
export function named() {
  if (!chosen()) {
    return defaults[provider.value] ?? 'auto';
  }
  // They have no name for a virtual model at one provider.
  return !provider.value || isNamedByModel() || isOf(OURS) ? chosen() : `${provider.value}/${chosen()}`;
}

/** Whether what is filled in is in its range; if not, the page says so. */
export function areValid() {
  return temperature.reportValidity();
}

function chosen() {
  return model.value.trim();
}

/** Whether the model says the chosen provider by itself: as one of the list, or as `provider/model`. */
function isNamedByModel() {
  // An id may begin with the name of another provider that has one.
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
