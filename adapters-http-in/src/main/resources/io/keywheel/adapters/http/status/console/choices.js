// What a chat may be asked of: any provider or one, its default model, a virtual model or another.
import { ask } from './api.js';
import { byId, element } from './dom.js';

const [provider, model, fallback] = ['provider', 'model', 'fallback'].map(byId);

let models = [];
let defaults = {};

export function start() {
  provider.addEventListener('change', offerModels);
  // The gateway learns of models as it goes; whoever has not been let in yet is not asked for a token here.
  model.addEventListener('focus', () => provider.length > 1 && learn().catch(() => {}));
}

/** The providers of the pool. */
export async function offer(providers) {
  defaults = Object.fromEntries(providers.map(({ id, default_model: model }) => [id, `${id}/${model}`]));
  change(provider, [option('', 'Any'), ...providers.map(({ id }) => option(id, id))]);
  await learn();
}

/** The part of a request that says what was chosen. */
export function made() {
  // A model of the list needs no provider: a real one has its own, and virtual ones are offered for any provider only.
  const to = model.value ? { model: model.value } : provider.value ? { provider: provider.value } : {};
  return { fallback: fallback.checked, ...to };
}

/** What was chosen as the one name that the APIs below `/v1` take. */
export function named() {
  return model.value || (defaults[provider.value] ?? 'auto');
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
  change(model, [option('', 'Default'), ...offered.map(({ id, owned_by: owner }) => option(id, id, owner))]);
}

/** What was chosen stays so where it still can be, and a list that is open is left alone where nothing is new. */
function change(select, options) {
  const told = (all) => JSON.stringify(Array.from(all, ({ value, title }) => [value, title]));
  if (told(select.options) !== told(options)) {
    const chosen = options.find(({ value }) => value === select.value);
    select.replaceChildren(...options);
    (chosen ?? options[0]).selected = true;
  }
}

function option(value, text, title = '') {
  return element('option', { value, title }, text);
}
