// Puts the page together.
import { askForToken } from './api.js';
import * as chat from './chat.js';
import * as choices from './choices.js';
import * as clock from './clock.js';
import { byId, say } from './dom.js';
import { watch } from './feed.js';
import { Keys } from './keys.js';
import { Plots } from './plots.js';
import { Ring } from './ring.js';

const STATES = { live: 'Live', lost: 'No connection', refused: 'Not live', locked: 'Token needed' };

const parts = [new Ring(byId('ring')), new Keys(byId('providers')), new Plots(byId('plots'))];
let offered = '';

function show(picture) {
  clock.set(picture.at);
  parts.forEach((part) => part.show(picture));
  say(byId('under-way'), String(picture.under_way));
  say(byId('waiting'), String(picture.waiting));
  const providers = picture.providers.map(({ id }) => id).join();
  if (providers !== offered) {
    offered = providers;
    choices.offer(picture.providers).catch(() => (offered = ''));
  }
}

function tell(state, why) {
  byId('feed').dataset.state = state;
  say(byId('feed'), STATES[state] + (why ? `: ${why}` : ''));
}

byId('token-button').addEventListener('click', () => askForToken().catch(() => {}));
chat.start();
clock.eachMoment(() => [...parts, chat].forEach((part) => part.tick()));
watch(show, tell);
