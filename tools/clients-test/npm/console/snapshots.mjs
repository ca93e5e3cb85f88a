// Pictures of a gateway, as a test wants them.
export const COOLING = { state: 'cooling', reason: 'rate_limited', until: '2100-01-01T00:00:00Z' };

/** The page sees what these are at the time, again and again, once it has a token. */
export function sendingSnapshots(page, pictures) {
  const body = () => pictures().map((picture) => `data: ${JSON.stringify(picture)}\n\n`).join('');
  return page.route('**/api/events', (route) =>
    route.request().headers().authorization ? route.fulfill({ contentType: 'text/event-stream', body: body() }) : route.continue(),
  );
}

/** Prepares a page to see these. */
export function showing(...pictures) {
  return (page) => sendingSnapshots(page, () => pictures);
}

/** A gateway with these keys of Groq. */
export function gatewayOf(...keys) {
  return {
    at: '2026-11-25T12:00:00Z',
    current_provider: 'groq',
    under_way: 0,
    waiting: 0,
    providers: [{ id: 'groq', default_model: 'small', keys: keys.map((key, i) => ({ ...READY, key: `groq/${i + 1}`, ...key })) }],
    recent: [],
  };
}

const READY = { fingerprint: '0badcaf1', state: 'ready', attempts: 0, failures: {}, models: [] };

/** What a provider says is left of one model's limits. */
export function limits(...remaining) {
  return { models: [limited('small', ...remaining)] };
}

export function limited(model, ...remaining) {
  return { model, state: 'ready', pending: 0, full_until: null, as_of: '2026-11-25T11:59:55Z', remaining };
}
