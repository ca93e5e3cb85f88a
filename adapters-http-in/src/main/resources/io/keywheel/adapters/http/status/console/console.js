// Assembles the page.
import { askForToken } from './api.js';
import { Banner } from './banner.js';
import * as chat from './chat.js';
import * as choices from './choices.js';
import * as clock from './clock.js';
import { byId, say } from './dom.js';
import { watch } from './feed.js';
import { Keys } from './keys.js';
import { Plots } from './plots.js';
import { Requests } from './requests.js';
import { Ring } from './ring.js';
import { Summary } from './summary.js';
import { Usage } from './usage.js';

const banner = new Banner();
const parts = [
  new Ring(byId('ring')),
  new Summary(byId('summary')),
  new Keys(byId('providers')),
  new Plots(byId('plots')),
  new Requests(byId('requests')),
  new Usage(byId('usage')),
  banner,
];
let offered = '';

function show(snapshot) {
  clock.set(snapshot.at);
  parts.forEach((part) => part.show(snapshot));
  say(byId('under-way'), String(snapshot.under_way));
  say(byId('waiting'), String(snapshot.waiting));
  const providers = snapshot.providers.map(({ id, default_model: model }) => `${id}/${model}`).join();
  if (providers !== offered) {
    offered = providers;
    choices.offer(snapshot.providers).catch(() => (offered = ''));
  }
}

/** Closes the explanation of a term, by Escape or by a click elsewhere. */
function closeExplanations({ type, key, target }) {
  const open = document.querySelector('.term details[open]');
  if (open && (type === 'click' ? !open.contains(target) : key === 'Escape')) {
    open.open = false;
  }
}

document.addEventListener('click', closeExplanations);
document.addEventListener('keydown', closeExplanations);
byId('token-button').addEventListener('click', () => askForToken().catch(() => {}));
chat.start();
clock.eachMoment(() => [...parts, chat].forEach((part) => part.tick()));
watch({ show, tell: (...how) => banner.tell(...how), heard: () => banner.heard() });
