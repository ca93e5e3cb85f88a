// The error of a failed request as text, with a countdown to the next attempt.
import { refusal } from './api.js';
import { left, now } from './clock.js';
import { count, element, say, words } from './dom.js';
import { symbol } from './shapes.js';

/** Errors after which the user waits for a key, not for the gateway. */
const WAIT_FOR_A_KEY = ['all_keys_failed', 'all_providers_failed', 'rate_limited'];

/** The end of an error's message, which the countdown replaces. */
const ITS_SECONDS = /: try again in \d+ s$/;

/** Each updates its text, and returns whether it goes on. */
let countdowns = [];

export function tick() {
  countdowns = countdowns.filter((goesOn) => goesOn());
}

export function forget() {
  countdowns = [];
}

/** The error that a response reports. */
export async function errorOf(response) {
  const reported = await refusal(response);
  const later = response.headers.get('Retry-After');
  if (!later) {
    return asError(reported);
  }
  const what = WAIT_FOR_A_KEY.includes(reported.code) ? 'a key is ready' : 'try again';
  const error = asError({ ...reported, error: reported.error.replace(ITS_SECONDS, '') });
  return Object.assign(error, { later: { what, until: now() + 1000 * later } });
}

/** The error that an event of a stream reports. */
export function asError({ error, code, details }) {
  const says = words(code).split(' ').every((word) => error.toLowerCase().includes(word));
  return Object.assign(new Error(says ? error : `${error} (${words(code)})`), { details });
}

/** `; a key is ready in 5 seconds`, then in 4. */
export function untilNextTry({ what, until }) {
  return countingDown(until, () => `; ${what} in ${count(Math.ceil((until - now()) / 1000), 'second')}`, `; ${what} now`);
}

/** The failure of each key, from details by key or by provider. */
export function reasons({ more, upstream, ...details }) {
  const keys = Object.entries(details).flatMap(([name, why]) => (why?.keys ? Object.entries(why.keys) : why?.code ? [[name, why]] : []));
  const shown = keys.map(([key, { code, until }]) => {
    const why = `${key} ${words(code)}`;
    const text = until ? countingDown(Date.parse(until), () => `${why} · again in ${left(until)}`, why) : why;
    return element('li', {}, ...(until ? [symbol(code === 'key_refused' ? 'retired' : 'cooling')] : []), text);
  });
  return element('ul', { class: 'reasons', 'aria-label': 'Keys' }, ...shown, ...(more ? [element('li', {}, `and ${more} more`)] : []));
}

function countingDown(until, text, atLast) {
  const node = element('span');
  const show = () => {
    const goesOn = until > now();
    say(node, goesOn ? text() : atLast);
    return goesOn;
  };
  show();
  countdowns.push(show);
  return node;
}
