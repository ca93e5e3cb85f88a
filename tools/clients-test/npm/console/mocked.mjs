// A console that receives its snapshots and answers from the test instead of the gateway.
import { clear, enterToken, openConsole } from '../browser.mjs';
import { gatewayOf } from './snapshots.mjs';

/**
 * `show(snapshot)` shows a snapshot. `answer(path, body, how)` sets the answer to each request to a path, with any
 * query or this one, as JSON or text. `sent(path)` returns the bodies of these requests. Other requests reach the
 * gateway of the world.
 */
export async function openMocked(scope, more) {
  const { page, world } = await openConsole(scope, (page) => page.evaluate(replaceGateway), more);
  await enterToken(page, world.token);
  let shown = 0;
  const mocked = {
    page,
    world,
    /** Returns when the snapshot is drawn. */
    show: (snapshot) => page.evaluate((drawn) => window.show(drawn), { ...snapshot, under_way: snapshot.under_way || ++shown }),
    answer: (path, body, how = {}) =>
      page.evaluate((given) => window.answers.set(...given), [path, { ...how, body: typeof body === 'string' ? body : JSON.stringify(body) }]),
    sent: (path) => page.evaluate((to) => window.sent.filter(([each]) => each === to).map(([, body]) => body), path),
    async reset() {
      await page.evaluate((none) => {
        window.answers = new Map(none);
        window.sent = [];
      }, NONE);
      await clear(page);
      await mocked.show({ ...gatewayOf(), providers: [] });
    },
  };
  await mocked.reset();
  return mocked;
}

const NONE = Object.entries({
  'v1/models': { data: [] },
  'api/requests': { requests: [] },
  'api/usage': { from: '2026-11-24', to: '2026-11-25', rows: [] },
}).map(([path, body]) => [path, { body: JSON.stringify(body) }]);

/** Runs in the page. */
function replaceGateway() {
  const asked = window.fetch;
  const events = new TransformStream();
  const line = events.writable.getWriter();
  window.fetch = async (path, options) => {
    window.sent.push([path, options.body && JSON.parse(options.body)]);
    const answer = path === 'api/events' ? { body: events.readable } : await (window.answers.get(path) ?? window.answers.get(path.split('?')[0]));
    return answer ? new Response(answer.body, answer) : asked(path, options);
  };
  window.answers = new Map();
  window.sent = [];
  window.show = async (snapshot) => {
    line.write(new TextEncoder().encode(`data: ${JSON.stringify(snapshot)}\n\n`));
    // The page draws this number last.
    while (document.getElementById('under-way').textContent !== String(snapshot.under_way)) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
}

/** The path of chats, and an answer to one in chunks of `size` characters, for `answer(...)`. */
export function chatAnswer(text, size = text.length) {
  const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')).map((content) => ({ content, done: false }));
  return streamed([...chunks, { content: '', done: true, finish_reason: 'stop', tokens: null }]);
}

/** The path of chats, and an answer of these events. */
export function streamed(events, key = 'groq/1') {
  const headers = { 'X-Keywheel-Key': key, 'X-Keywheel-Model': 'small', 'X-Keywheel-Attempts': `${key}:ok` };
  return ['api/chat/stream', events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), { headers }];
}
