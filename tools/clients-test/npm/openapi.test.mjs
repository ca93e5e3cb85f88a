import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { newWorld } from './worlds.mjs';

async function served(t, path) {
  const world = await newWorld(t);
  return fetch(`${world.gateway}${path}`, { headers: { authorization: `Bearer ${world.token}` } });
}

// Runs Redocly's linter on the text of a document, by the rules of redocly.yaml.
function lint(t, text) {
  const directory = mkdtempSync(join(tmpdir(), 'openapi-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'openapi.yaml');
  writeFileSync(file, text);
  const words = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--config=redocly.yaml', '--format=json', file];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return spawnSync(process.execPath, words, { encoding: 'utf8', env });
}

test('the document matches the schema of OpenAPI documents', async (t) => {
  const response = await served(t, '/openapi');
  // Only its schema: the validator's other checks fail if a $ref has siblings, which 3.1 allows.
  const isValid = new Validator().getAjvValidator('3.1');

  const valid = isValid(await response.json());

  assert.ok(valid, JSON.stringify(isValid.errors));
});

test('the document passes the linter', async (t) => {
  const response = await served(t, '/openapi.yaml');

  const linted = lint(t, await response.text());

  assert.equal(linted.status, 0, linted.stdout + linted.stderr);
});

test('the linter finds a missing operationId, a duplicate one, and a description that a comma cuts off', async (t) => {
  const response = await served(t, '/openapi.yaml');
  let text = await response.text();
  const rules = ['operation-operationId', 'operation-operationId-unique', 'struct'];
  for (const [before, after] of [
    ['      operationId: keys\n', ''],
    ['operationId: models\n', 'operationId: chat\n'],
    [/description: "([^"\n]*, [^"\n]*)"/, 'description: $1'],
  ]) {
    const faulty = text.replace(before, after);
    assert.notEqual(faulty, text);
    text = faulty;
  }

  const linted = lint(t, text);

  assert.equal(linted.status, 1, linted.stderr);
  const found = new Set(JSON.parse(linted.stdout).problems.map(({ ruleId }) => ruleId));
  assert.deepEqual(found, new Set(rules));
});
