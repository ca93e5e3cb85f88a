// The token dialog of the console.
import assert from 'node:assert/strict';
import { ask, enterToken, lastAnswer, openConsole, removeClipboard, resetPage, sharing } from '../browser.mjs';
import { assertAccessible } from './axe.mjs';

/** Registers a test of a page without a token. */
const withoutToken = sharing(async (scope) => {
  const { page, world } = await openConsole(scope);
  return { page, world, reset: () => resetPage(page).then(() => page.reload()) };
});

withoutToken('the page asks for a token, accepts the right one, and stores it nowhere', async ({ page, world }) => {
  assert.equal(page.url(), `${world.gateway}/console`);
  await page.getByRole('heading', { name: 'This gateway requires a token' }).waitFor();
  await assertAccessible(page);
  // The browser's close event comes with the next frame. The test replaces it with a late one.
  await page.locator('#token').evaluate((box) => box.addEventListener('close', (event) => event.isTrusted && event.stopImmediatePropagation(), true));

  await enterToken(page, 'a-wrong-token');
  await page.getByText('The gateway does not accept this token.').waitFor();
  await page.locator('#token').dispatchEvent('close');
  assert.notEqual(await page.locator('#feed').textContent(), 'Token needed');
  await enterToken(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.equal(await page.locator('.key').count(), 6);
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href]));
  assert.ok(!kept.includes(world.token), kept);
  assert.equal(await page.locator('#token-field').inputValue(), '');

  await page.reload();

  await page.getByRole('heading', { name: 'This gateway requires a token' }).waitFor();
});

withoutToken('a wrong token shows no figures, and the right token can be entered later', async ({ page, world }) => {
  await enterToken(page, 'a-wrong-token');
  await page.getByText('The gateway does not accept this token.').waitFor();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('Token needed').waitFor();
  assert.deepEqual(await page.locator('.facts').allTextContents(), ['–', '–', '–']);
  assert.equal(await page.locator('.plot svg').first().getAttribute('aria-label'), 'Requests');

  await page.getByRole('button', { name: 'Enter token' }).click();
  await enterToken(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
});

withoutToken('choosing a group of the usage asks for a token that the user has put off', async ({ page }) => {
  await page.getByRole('button', { name: 'Later' }).click();
  const usage = page.getByRole('form', { name: 'Usage' });
  await usage.scrollIntoViewIfNeeded();

  await usage.getByLabel('By').selectOption('Model');

  await page.getByLabel('Access token').waitFor();
});

withoutToken('without a token, a curl command has none, and a chat asks for one, which also opens the event stream', async ({ page, world }) => {
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('Token needed').waitFor();
  await removeClipboard(page);
  const copy = page.getByRole('button', { name: 'Copy as curl' });
  const command = page.getByLabel('curl command');

  await copy.press('Enter');
  assert.ok(await command.isHidden());
  assert.equal(await page.evaluate(() => document.activeElement.id), 'question');
  await page.getByLabel('Message').fill('hello');
  await copy.press('Enter');
  await command.waitFor();
  const body = '{"messages":[{"role":"user","content":"hello"}],"fallback":true}';
  assert.equal(await command.inputValue(), `curl '${world.gateway}/api/chat' \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`);

  await ask(page, 'hello');
  await enterToken(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.match(await lastAnswer(page), /You asked "hello"/);
});
