import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { sharedWorld } from './worlds.mjs';

async function served(path) {
  const world = await sharedWorld();
  return fetch(`${world.gateway}${path}`, { headers: { authorization: `Bearer ${world.token}` } });
}

// Runs Redocly's linter by the rules of redocly.yaml, once for all documents, because it takes long to start. Returns the
// violated rules of each.
function lint(t, ...documents) {
  const directory = mkdtempSync(join(tmpdir(), 'openapi-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = documents.map((_, i) => join(directory, `${i}.yaml`));
  files.forEach((file, i) => writeFileSync(file, documents[i]));
  const words = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--config=redocly.yaml', '--format=json', ...files];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
  const found = stdout.split(/(?<=^\})(?=\{$)/m).map((json) => JSON.parse(json).problems.map(({ ruleId }) => ruleId));
  assert.equal(found.length, documents.length, stdout + stderr);
  return found;
}

test('the document matches the schema of OpenAPI documents', async () => {
  const response = await served('/openapi');
  // Only its schema: the validator's other checks fail if a $ref has siblings, which 3.1 allows.
  const isValid = new Validator().getAjvValidator('3.1');

  const valid = isValid(await response.json());

  assert.ok(valid, JSON.stringify(isValid.errors));
});

test('the document passes the linter, which finds a missing operationId, a duplicate one, and a description that a comma cuts off', async (t) => {
  const response = await served('/openapi.yaml');
  const text = await response.text();
  let faulty = text;
  for (const [before, after] of [
    ['      operationId: keys\n', ''],
    ['operationId: models\n', 'operationId: chat\n'],
    [/description: "([^"\n]*, [^"\n]*)"/, 'description: $1'],
  ]) {
    const changed = faulty.replace(before, after);
    assert.notEqual(changed, faulty);
    faulty = changed;
  }

  const [found, planted] = lint(t, text, faulty);

  assert.deepEqual(found, []);
  assert.deepEqual(new Set(planted), new Set(['operation-operationId', 'operation-operationId-unique', 'struct']));
});
