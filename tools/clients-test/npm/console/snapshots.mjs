// Snapshots as `/api/events` sends them, made by a test.
export const COOLING = { state: 'cooling', reason: 'rate_limited', until: '2100-01-01T00:00:00Z' };

/** The snapshot of a gateway with these Groq keys. */
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

/** The remaining limits of one model. */
export function limits(...remaining) {
  return { models: [limited('small', ...remaining)] };
}

export function limited(model, ...remaining) {
  return { model, state: 'ready', pending: 0, full_until: null, as_of: '2026-11-25T11:59:55Z', remaining };
}
