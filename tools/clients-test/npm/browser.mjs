// A page of the console in a headless Chromium, which a test watches for what must never happen.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import { newWorld } from './worlds.mjs';

const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

/** One for all tests. */
let browser;
before(async () => (browser = await chromium.launch({ executablePath: process.env.KEYWHEEL_CHROMIUM, args: FLAGS.split(' ') })));
after(() => browser.close());

const tests = [];

/** Says what is tested. */
export function test(name, body) {
  tests.push([name, body]);
}

/** Tests it, so many at a time. */
export function testAll(concurrency) {
  describe('the console', { concurrency }, () => tests.forEach(([name, body]) => it(name, body)));
}

/** The page as somebody sees it who comes to the start page of a new world. */
export async function arrive(test, prepare = () => {}, what) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const alarms = watched(page);
  // Before the world ends: the page would say that it is lost.
  test.after(async () => {
    await context.close();
    assert.deepEqual(alarms, []);
  });
  const world = await newWorld(test, what);
  await prepare(page);
  page.on('request', (request) => request.url().startsWith(world.gateway) || alarms.push(request.url()));
  await page.goto(world.gateway);
  return { page, world };
}

/** Errors, dialogs and refusals of the page's own policy. */
function watched(page) {
  const alarms = [];
  page.on('pageerror', (error) => alarms.push(String(error)));
  page.on('dialog', (dialog) => alarms.push(dialog.message()));
  page.on('console', (message) => {
    // Chromium complains of each answer that is none, as the one before the token is, and of a gateway that has ended.
    if (message.type() === 'error' && !/the server responded with a status of (401|503)|net::ERR_(CONNECTION_REFUSED|INCOMPLETE)/.test(message.text())) {
      alarms.push(message.text());
    }
  });
  return alarms;
}

/** The same, with the token entered. */
export async function enter(test, prepare) {
  const { page, world } = await arrive(test, prepare);
  await show(page, world.token);
  await page.waitForSelector('#feed[data-state=live]');
  return { page, world };
}

export async function show(page, token) {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Continue' }).click();
}

export async function ask(page, text) {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
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
