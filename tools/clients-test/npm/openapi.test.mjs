import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { newWorld } from './worlds.mjs';

test('the description is an OpenAPI document, says the schema of such documents', async (t) => {
  const world = await newWorld(t);
  const served = await fetch(`${world.gateway}/openapi`, { headers: { authorization: `Bearer ${world.token}` } });
  // Not all that it would do: where others stand beside a $ref, as 3.1 allows, it does not find its way.
  const isValid = new Validator().getAjvValidator('3.1');

  const valid = isValid(await served.json());

  assert.ok(valid, JSON.stringify(isValid.errors));
});
