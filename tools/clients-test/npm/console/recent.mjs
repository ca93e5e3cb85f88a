// The charts of the last 15 minutes.
import assert from 'node:assert/strict';
import { openConsole, enterToken, test } from '../browser.mjs';
import { gatewayOf, withSnapshots } from './snapshots.mjs';

const BURST = { from: '2026-11-25T11:58:00Z', seconds: 10, requests: { ok: 245, failed: 1, left: 0 }, attempts: 247, failures: { unavailable: 2 } };

async function burst(t) {
  const { page, world } = await openConsole(t, withSnapshots({ ...gatewayOf({}), recent: [BURST] }));
  await enterToken(page, world.token);
  const chart = page.locator('.plot-requests');
  await chart.getByText('245 answered').waitFor();
  return { chart };
}

test('a single failure is visible beside 245 answered requests', async (t) => {
  const { chart } = await burst(t);

  const { width, height } = await chart.locator('.down').boundingBox();

  assert.ok(height >= 4 && width >= 2, `${width} by ${height} pixels`);
});

test('hovering over a bar shows its numbers', async (t) => {
  const { chart } = await burst(t);
  await chart.getByText('at most 246 in 10 s').waitFor();

  const [bar, all] = await Promise.all(['.up', 'svg'].map((part) => chart.locator(part).boundingBox()));
  await chart.locator('svg').hover({ position: { x: bar.x - all.x + bar.width / 2, y: 5 } });

  await chart.getByText(/^[0-9:]{8}: 245 answered, 1 failed$/).waitFor();
});
