// The charts of the last 15 minutes.
import assert from 'node:assert/strict';
import { onPool } from './pages.mjs';
import { gatewayOf } from './snapshots.mjs';

const BURST = { from: '2026-11-25T11:58:00Z', seconds: 10, requests: { ok: 245, failed: 1, left: 0 }, attempts: 247, failures: { unavailable: 2 } };

onPool('a single failure is visible beside 245 answered requests, and hovering over a bar shows its numbers', async ({ page, show }) => {
  await show({ ...gatewayOf({}), recent: [BURST] });
  const chart = page.locator('.plot-requests');
  await chart.getByText('245 answered').waitFor();
  await chart.getByText('at most 246 in 10 s').waitFor();

  const { width, height } = await chart.locator('.down').boundingBox();
  assert.ok(height >= 4 && width >= 2, `${width} by ${height} pixels`);

  const [bar, all] = await Promise.all(['.up', 'svg'].map((part) => chart.locator(part).boundingBox()));
  await chart.locator('svg').hover({ position: { x: bar.x - all.x + bar.width / 2, y: 5 } });

  await chart.getByText(/^[0-9:]{8}: 245 answered, 1 failed$/).waitFor();
});
