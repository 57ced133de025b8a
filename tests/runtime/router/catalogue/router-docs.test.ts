import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { routerFileSchema } from '../../../../agent-runtime/src/router/catalogue/router-file.ts';

/** Names of all keys that the file may have, wherever they stand. */
function keysOf(schema: unknown, found = new Set<string>()): Set<string> {
  if (schema instanceof z.ZodObject) {
    for (const [key, inner] of Object.entries(schema.shape)) keysOf(inner, found.add(key));
  } else if (schema instanceof z.ZodArray) {
    keysOf(schema.element, found);
  } else if (schema instanceof z.ZodRecord) {
    keysOf(schema.valueType, found);
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) keysOf(option, found);
  } else if (schema instanceof z.ZodPipe) {
    keysOf(schema.in, found);
  } else if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    keysOf(schema.unwrap(), found);
  }
  return found;
}

test('the docs explain every key of the router file', () => {
  const docs = readFileSync(new URL('../../../../docs/router.md', import.meta.url), 'utf8');
  const explained = new Set([...docs.matchAll(/`([\w.]+)(?:: [^`]*)?`/g)].flatMap(([, name]) => name!.split('.')));
  const keys = keysOf(routerFileSchema);
  expect(keys.size).toBeGreaterThan(80);
  expect([...keys].filter((key) => !explained.has(key))).toEqual([]);
});
