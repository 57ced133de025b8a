import { expect, test } from '@jest/globals';
import { keySettingsSchema } from '../../../../agent-runtime/src/router/catalogue/key-settings.ts';
import { createPermissions } from '../../../../agent-runtime/src/router/catalogue/permissions.ts';
import { entry } from '../candidates.ts';

const of = (keys: object) => createPermissions(keySettingsSchema.parse(keys));
const model = entry('org/model-1', { aliases: ['fast'] });

test('without a section every key may do everything', () => {
  const permissions = of({});
  expect(permissions.model('anyone', model)).toBe(true);
  expect(permissions.policy('anyone', 'best')).toBe(true);
  expect(permissions.isAdmin('anyone')).toBe(true);
  expect(permissions.team('anyone')).toBeUndefined();
});

test.each([
  [['*'], true], [['house/*'], true], [['house/org/model-1'], true], [['fast'], true], [['*/model-?'], true], [['house/{org,other}/*'], true],
  [['other/*'], false], [['model-1'], false], [['*', '!house/*'], false], [['!other/*'], true], [['!fast'], false], [['#fast'], false],
])('models %j: %p', (models, allowed) => {
  const answer = of({ ci: { models } }).model('ci', model);
  expect(answer).toEqual(allowed || 'The API key "ci" may not use house/org/model-1.');
});

test('what the star says holds for keys that are not named, and only for them', () => {
  const permissions = of({ '*': { models: ['other/*'], team: 'guests' }, ci: { team: 'builders', admin: true, policies: ['cheapest'] } });
  expect(permissions.model('stranger', model)).not.toBe(true);
  expect(permissions.team('stranger')).toBe('guests');
  expect(permissions.isAdmin('stranger')).toBe(false);
  expect(permissions.model('ci', model)).toBe(true);
  expect(permissions.team('ci')).toBe('builders');
  expect(permissions.isAdmin('ci')).toBe(true);
  expect(permissions.policy('ci', 'best')).toBe('The API key "ci" may not use the policy "best", only cheapest.');
});

test('a key that is called like a property of objects has no rights by that', () => {
  expect(of({ ci: { admin: true } }).isAdmin('constructor')).toBe(false);
  expect(of({ ci: { admin: true } }).team('__proto__')).toBeUndefined();
});

test('a section cannot name a key __proto__, which would be left out and restrict nobody', () => {
  expect(() => of(JSON.parse('{ "__proto__": { "admin": true } }') as object)).toThrow('must not name a key __proto__');
});
