// The token dialog of the console.
import assert from 'node:assert/strict';
import { lastAnswer, openConsole, ask, enterToken, test } from '../browser.mjs';

test('the page asks for a token, accepts the right one, and stores it nowhere', async (t) => {
  const { page, world } = await openConsole(t);
  assert.equal(page.url(), `${world.gateway}/console`);
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

test('a wrong token shows no figures, and the right token can be entered later', async (t) => {
  const { page, world } = await openConsole(t);
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

test('a token entered for a chat also opens the event stream', async (t) => {
  const { page, world } = await openConsole(t);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByText('Token needed').waitFor();

  await ask(page, 'hello');
  await enterToken(page, world.token);

  await page.waitForSelector('#feed[data-state=live]');
  assert.match(await lastAnswer(page), /You asked "hello"/);
});
