// A page of the console in headless Chromium. A script error, a dialog or a request to another host fails the test.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { newWorld } from './worlds.mjs';

// An import would first search the large file for the names that it exports.
const { chromium } = createRequire(import.meta.url)('playwright-core');

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
  // This saves a fifth of the work of drawing a page, but makes screenshots impossible.
  ...(process.env.KEYWHEEL_CONSOLE_IMAGES ? [] : ['--blink-settings=acceleratedCompositingEnabled=false']),
];

/** A regular expression: only tests with a matching name run. */
const CHOSEN = process.env.KEYWHEEL_CONSOLE_TESTS;

/** Longer than a busy machine needs. With chosen tests, a failure shows sooner. */
const TIMEOUT_MILLIS = CHOSEN ? 10_000 : 120_000;

/** Shared by all tests. */
let browser;
before(async () => {
  const launched = { executablePath: process.env.KEYWHEEL_CHROMIUM, args: FLAGS, timeout: TIMEOUT_MILLIS };
  browser = await chromium.launch(launched);
});
after(() => browser.close());

/** Tests that share what their `open` returns. */
const groups = [];

/** Pages of passed tests. Loading the next test's world in one of them takes half the work of a new page. */
const freePages = [];

/** The gateways of all worlds. A page may send requests to these only. */
const gateways = [];

/** Registers a test. `body` receives the scope of its pages and worlds. */
export function test(name, body) {
  groups.push({ open: (scope) => scope, tests: [[name, body]] });
}

/**
 * Tests that share what `open(scope)` returns, because loading the console costs more than most tests: they run one
 * after the other, in any selection. `reset()` of the shared object undoes what a user could change. A test itself
 * undoes its routes, listeners and replaced functions. After a failed test, the next one opens the object anew.
 *
 * @returns registers such a test
 */
export function sharing(open) {
  const tests = [];
  groups.push({ open, tests });
  return (name, body) => tests.push([name, body]);
}

/** Runs the registered tests, this many groups at a time. */
export function testAll(concurrency) {
  const chosen = groups
    .map(({ open, tests }) => ({ open, tests: tests.filter(([name]) => new RegExp(CHOSEN ?? '').test(name)) }))
    .filter(({ tests }) => tests.length);
  describe('the console', { concurrency }, () => chosen.forEach(describeGroup));
}

function describeGroup({ open, tests }) {
  let scope = null;
  let opened = null;
  describe(tests[0][0], { concurrency: 1 }, () => {
    tests.forEach(([name, body], i) => it(name, async () => {
      let passed = false;
      scope ??= new Scope();
      const { violations } = scope;
      try {
        await opened?.reset();
        opened ??= await open(scope);
        await body(opened);
        assert.deepEqual(violations, []);
        passed = true;
      } finally {
        if (!passed || i === tests.length - 1) {
          const ending = scope;
          scope = opened = null;
          await ending.end(passed);
        }
      }
      // More can arrive until the page is released.
      assert.deepEqual(violations, []);
    }));
  });
}

/** What must end after the tests that share it. */
class Scope {
  /** Script errors, dialogs, foreign requests and violations of the content security policy. */
  violations = [];
  #ends = [];

  /** `end(passed)` is called in the order of registration. */
  after(end) {
    this.#ends.push(end);
  }

  async end(passed) {
    for (const end of this.#ends) {
      await end(passed);
    }
  }
}

/**
 * Opens the console of a new world; no token is entered yet. `before` may change the page permanently, so no other
 * scope uses it again.
 */
export async function openConsole(scope, prepare = () => {}, { before, ...what } = {}) {
  const page = (before ? null : freePages.pop()) ?? (await newPage());
  recordViolations(page, scope.violations);
  // Runs before the world ends, because the page would report a lost gateway.
  scope.after((passed) => (passed ? releasePage(page, !before) : page.context().close()));
  const world = await newWorld(scope, what);
  gateways.push(world.gateway);
  await page.context().setOffline(false);
  await before?.(page);
  await page.goto(world.gateway);
  await prepare(page);
  return { page, world };
}

async function newPage() {
  const context = await browser.newContext();
  context.setDefaultTimeout(TIMEOUT_MILLIS);
  await context.addInitScript(freezeClockDuringScripts);
  return resetPage(await context.newPage());
}

/** Freezes a page's clock during scripts, so that a slow machine does not trigger the fallback from Markdown to text. */
function freezeClockDuringScripts() {
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

/** Undoes what a test may have changed. */
export async function resetPage(page) {
  await page.context().clearPermissions();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null, forcedColors: null });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.mouse.move(0, 0);
  return page;
}

async function releasePage(page, isReusable) {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // It must not send requests to the next world yet.
  await page.context().setOffline(true);
  await resetPage(page);
  // Late violations have arrived by now.
  ['request', 'pageerror', 'dialog', 'console'].forEach((event) => page.removeAllListeners(event));
  await (isReusable ? freePages.push(page) : page.context().close());
}

function recordViolations(page, violations) {
  page.on('pageerror', (error) => violations.push(String(error)));
  page.on('dialog', (dialog) => violations.push(dialog.message()) && dialog.dismiss().catch(() => {}));
  page.on('request', (request) => gateways.some((gateway) => request.url().startsWith(gateway)) || violations.push(request.url()));
  page.on('console', (message) => {
    // Chromium also logs each 401 before a token is entered, and each request to a stopped gateway.
    if (message.type() === 'error' && !/^Failed to load resource: (the server responded with a status of (401|503)|net::ERR_)/.test(message.text())) {
      violations.push(message.text());
    }
  });
}

/** Opens the console of a new world with its token entered. */
export async function openSignedIn(scope, prepare, more) {
  const { page, world } = await openConsole(scope, prepare, more);
  await enterToken(page, world.token);
  await page.waitForSelector('#feed[data-state=live]');
  return { page, world, reset: () => clear(page) };
}

/** Empties the conversation and the fields, as a user could. */
export async function clear(page) {
  await resetPage(page);
  await page.evaluate(() => {
    document.getElementById('anew').click();
    for (const form of document.forms) {
      form.reset();
      form.dispatchEvent(new Event('input'));
    }
    document.getElementById('provider').dispatchEvent(new Event('change'));
    document.querySelectorAll('details[open]').forEach((details) => (details.open = false));
    document.getElementById('command').hidden = true;
    delete navigator.clipboard;
    document.activeElement.blur();
    scrollTo(0, 0);
  });
}

export async function enterToken(page, token) {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Continue' }).click();
}

export async function ask(page, text) {
  // Enter sends nothing during an answer.
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** Waits until `read()` returns the expected value. */
export async function waitUntilEqual(read, expected) {
  for (const until = Date.now() + TIMEOUT_MILLIS; ; await setTimeout(50)) {
    const found = await read();
    if (isDeepStrictEqual(found, expected) || Date.now() > until) {
      return assert.deepEqual(found, expected);
    }
  }
}

let clipboard = Promise.resolve();

/** Presses a copy button and returns the copied text. All pages share one clipboard. */
export function copiedBy(button) {
  clipboard = clipboard.catch(() => {}).then(() => copy(button));
  return clipboard;
}

async function copy(button) {
  const page = button.page();
  // The button's label changes for two seconds, which a busy machine can miss. Here the label stays until it was read.
  await page.evaluate(() => {
    const later = window.setTimeout;
    window.setTimeout = (work, millis, ...rest) => (millis === 2000 ? (window.resetLabel = work) : later(work, millis, ...rest));
  });
  const offer = await button.textContent();
  await button.press('Enter');
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  await page.evaluate(() => window.resetLabel());
  await page.getByRole('button', { name: offer, exact: true }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Simulates a page that was loaded by plain HTTP from another machine. */
export function removeClipboard(page) {
  return page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined }));
}

/** The text of the last answer, once it is complete. */
export async function lastAnswer(page) {
  await page.waitForSelector('article:last-child .content[aria-busy=false]');
  return page.locator('article:last-child .content').textContent();
}
