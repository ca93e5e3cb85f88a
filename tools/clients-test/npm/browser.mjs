// A page of the console in a headless Chromium, which a test watches for what must never happen.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';
import { newWorld } from './worlds.mjs';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
  // So a page is drawn with a fifth less work, and cannot be pictured.
  ...(process.env.KEYWHEEL_CONSOLE_IMAGES ? [] : ['--blink-settings=acceleratedCompositingEnabled=false']),
];

/** Longer than any machine needs: what is waited for comes, or the test fails late. */
const PATIENCE = 120_000;

/** One for all tests. */
let browser;
before(async () => {
  const launched = { executablePath: process.env.KEYWHEEL_CHROMIUM, args: FLAGS, timeout: PATIENCE };
  browser = await chromium.launch(launched);
});
after(() => browser.close());

const tests = [];
const passed = new WeakSet();

/** Pages whose tests have passed: the next test has another world on one, which costs half of what a new page does. */
const free = [];

/** The gateways of all worlds: a page speaks to no other address. */
const gateways = [];

/** Says what is tested. */
export function test(name, body) {
  tests.push([name, body]);
}

/** Tests it, so many at a time. */
export function testAll(concurrency) {
  const tested = (body) => (t) => body(t).then(() => passed.add(t));
  describe('the console', { concurrency }, () => tests.forEach(([name, body]) => it(name, tested(body))));
}

/**
 * The start page of a new world, before a token is entered. With `before`,
 * which changes it for good, no other test gets it.
 */
export async function arrive(test, prepare = () => {}, { before, ...what } = {}) {
  const page = (before ? null : free.pop()) ?? (await newPage());
  const alarms = watched(page);
  // Before the world ends: the page would say that it is lost.
  test.after(() => leave(page, passed.has(test) && !before, alarms));
  const world = await newWorld(test, what);
  gateways.push(world.gateway);
  await page.context().setOffline(false);
  await before?.(page);
  await page.goto(world.gateway);
  await prepare(page);
  return { page, world };
}

async function newPage() {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(unhurried);
  return initial(await context.newPage());
}

/** Freezes a page's clock during scripts, so that a slow machine does not trigger the fallback from Markdown to text. */
function unhurried() {
  const [now, task] = [performance.now.bind(performance), new MessageChannel()];
  let began = null;
  task.port1.onmessage = () => (began = null);
  performance.now = () => {
    if (began === null) {
      task.port2.postMessage(null);
      began = now();
    }
    return began;
  };
}

/** As a test finds it, whatever another did. */
async function initial(page) {
  await page.context().clearPermissions();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.mouse.move(0, 0);
  return page;
}

async function leave(page, isFine, alarms) {
  ['request', 'pageerror', 'dialog', 'console'].forEach((event) => page.removeAllListeners(event));
  if (isFine && !alarms.length) {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    // It does not speak to a world of another test.
    await page.context().setOffline(true);
    free.push(await initial(page));
  } else {
    await page.context().close();
  }
  assert.deepEqual(alarms, []);
}

/** Errors, dialogs and refusals of the page's own policy. */
function watched(page) {
  const alarms = [];
  page.on('pageerror', (error) => alarms.push(String(error)));
  page.on('dialog', (dialog) => alarms.push(dialog.message()));
  page.on('request', (request) => gateways.some((gateway) => request.url().startsWith(gateway)) || alarms.push(request.url()));
  page.on('console', (message) => {
    // Chromium complains of each answer that is none, as the one before the token is, and of a gateway that has ended.
    if (message.type() === 'error' && !/^Failed to load resource: (the server responded with a status of (401|503)|net::ERR_)/.test(message.text())) {
      alarms.push(message.text());
    }
  });
  return alarms;
}

/** The same, with the token entered. */
export async function enter(test, prepare, more) {
  const { page, world } = await arrive(test, prepare, more);
  await show(page, world.token);
  await page.waitForSelector('#feed[data-state=live]');
  return { page, world };
}

export async function show(page, token) {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Continue' }).click();
}

export async function ask(page, text) {
  // Until the last answer has ended, Enter sends nothing.
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** Waits until what is read is as expected. */
export async function becomes(read, expected) {
  for (const until = Date.now() + PATIENCE; ; await setTimeout(50)) {
    const found = await read();
    if (isDeepStrictEqual(found, expected) || Date.now() > until) {
      return assert.deepEqual(found, expected);
    }
  }
}

let clipboard = Promise.resolve();

/** What a button copies, which says so meanwhile. The clipboard is one for all pages. */
export function copied(button) {
  clipboard = clipboard.catch(() => {}).then(() => copying(button));
  return clipboard;
}

async function copying(button) {
  const page = button.page();
  // The button says it for two seconds, which are soon over for a page that stands still: they last until it was seen.
  await page.evaluate(() => {
    const later = window.setTimeout;
    window.setTimeout = (work, millis, ...rest) => (millis === 2000 ? (window.unsay = work) : later(work, millis, ...rest));
  });
  const offer = await button.textContent();
  await button.press('Enter');
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  await page.evaluate(() => window.unsay());
  await page.getByRole('button', { name: offer, exact: true }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** As a page is that came by plain HTTP from another machine. */
export function withoutClipboard(page) {
  return page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
}

/** What the last answer says, once it is there. */
export async function answered(page) {
  await page.waitForSelector('article:last-child .content[aria-busy=false]');
  return page.locator('article:last-child .content').textContent();
}

/** Prepares a page to get this answer to every chat, in chunks of so many characters. */
export function answering(text, size = text.length) {
  const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')).map((content) => ({ content, done: false }));
  const last = { content: '', done: true, finish_reason: 'stop', tokens: null };
  const body = [...chunks, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const headers = { 'X-Keywheel-Key': 'groq/1', 'X-Keywheel-Model': 'small', 'X-Keywheel-Attempts': 'groq/1:ok' };
  return (page) => page.route('**/api/chat/stream', (route) => route.fulfill({ contentType: 'text/event-stream', headers, body }));
}
