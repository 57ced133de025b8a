import { describe, expect, test } from '@jest/globals';
import { readMessageCall } from '../../../../agent-runtime/src/api/wire/anthropic/request.ts';
import { asJsonSchema } from '../../../../agent-runtime/src/api/wire/json-schema.ts';
import { readChatCall } from '../../../../agent-runtime/src/api/wire/openai/request.ts';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';

function pathOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AiosError)) throw error;
    expect(error.status).toBe(400);
    expect(error.message.startsWith(`${error.issues[0]!.path}: `)).toBe(true);
    return error.issues[0]!.path;
  }
  throw new Error('it was accepted');
}

describe('a JSON Schema is refused by the path of what is wrong', () => {
  test.each<[string, object]>([
    ['s.enum', { enum: 'notalist' }], ['s.enum', { enum: [] }], ['s.type', { type: [] }], ['s.type', { type: null }],
    ['s.minLength', { type: 'string', minLength: -1 }], ['s.maxItems', { maxItems: 1.5 }], ['s.minimum', { minimum: '3' }], ['s.exclusiveMaximum', { exclusiveMaximum: true }],
    ['s.multipleOf', { multipleOf: 0 }], ['s.uniqueItems', { uniqueItems: 'yes' }], ['s.description', { description: 7 }],
    ['s.properties.a.pattern', { properties: { a: { type: 'string', pattern: '(' } } }], ['s.patternProperties.[', { patternProperties: { '[': {} } }],
    ['s.required', { required: [1] }], ['s.required', { required: 'a' }], ['s.properties', { properties: [] }], ['s.properties.a', { properties: { a: 'string' } }],
    ['s.items.enum', { items: { enum: {} } }], ['s.items[1].type', { items: [{}, { type: 'x' }] }], ['s.prefixItems[0].minItems', { prefixItems: [{ minItems: -2 }] }],
    ['s.anyOf', { anyOf: {} }], ['s.anyOf', { anyOf: [] }], ['s.anyOf[1].type', { anyOf: [{}, { type: 'x' }] }], ['s.not.type', { not: { type: 'x' } }],
    ['s.additionalProperties.type', { additionalProperties: { type: 'x' } }], ['s.additionalProperties', { additionalProperties: 'no' }],
    ['s.dependentRequired.a', { dependentRequired: { a: 'b' } }], ['s.dependencies.a', { dependencies: { a: 3 } }],
    ['s.$defs.x.type', { $defs: { x: { type: 'x' } } }], ['s.definitions', { definitions: [] }],
    ['s.$ref', { $ref: '#/$defs/x' }], ['s.$ref', { $ref: 3 }], ['s.$ref', { $ref: '#/$defs/x/enum', $defs: { x: { enum: ['a'] } } }], ['s.$ref', { $ref: '#/%zz' }],
    ['s.$ref', { $ref: '#/constructor' }], ['s.$ref', { $ref: '#nowhere' }], ['s.properties.a.items.$ref', { properties: { a: { items: { $ref: '#/$defs/x' } } }, $defs: { y: {} } }],
  ])('%s', (path, schema) => {
    expect(pathOf(() => asJsonSchema(schema, 's'))).toBe(path);
  });

  test('nested too deeply', () => {
    const deep = Array.from({ length: 5_000 }).reduce<object>((inner) => ({ not: inner }), {});
    expect(pathOf(() => asJsonSchema(deep, 's'))).toMatch(/^s(\.not)+$/);
  });

  test('at every place where one is given', () => {
    const wrong = { type: 'object', properties: { a: { $ref: '#/$defs/gone' } } };
    const at = 'properties.a.$ref';
    const user = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] };
    const chat = (more: object) => pathOf(() => readChatCall({ ...user, ...more }, () => 9));
    const message = (more: object) => pathOf(() => readMessageCall({ ...user, ...more }));
    expect(chat({ tools: [{ type: 'function', function: { name: 'x', parameters: wrong } }] })).toBe(`tools[0].function.parameters.${at}`);
    expect(chat({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: wrong } } })).toBe(`response_format.json_schema.schema.${at}`);
    expect(message({ tools: [{ name: 'x', input_schema: wrong }] })).toBe(`tools[0].input_schema.${at}`);
    expect(message({ output_config: { format: { type: 'json_schema', schema: wrong } } })).toBe(`output_config.format.schema.${at}`);
  });
});

describe('a JSON Schema is taken as it is', () => {
  test.each<[string, object]>([
    ['with references', { $ref: '#/$defs/a~1b', $defs: { 'a/b': { properties: { next: { $ref: '#' }, by: { $ref: '#here' } } }, here: { $anchor: 'here' }, '%': { $ref: '#/$defs/%25' } } }],
    ['with references of a part with an address of its own', { $defs: { a: { $id: 'https://example.org/a', $defs: { inner: {} }, items: { $ref: '#/$defs/inner' }, contains: { $ref: '#/$defs/b' } }, b: true } }],
    ['with a reference to another document', { $ref: 'https://json-schema.org/draft/2020-12/schema' }],
    ['of older drafts', { $schema: 'http://json-schema.org/draft-07/schema#', definitions: { a: { $id: '#a' } }, items: [{ $ref: '#a' }], dependencies: { a: ['b'], c: { required: ['d'] } } }],
    ['with words that are only data', { const: { type: 'x' }, default: { $ref: '#/gone' }, enum: [{ enum: 3 }, null], examples: [{ pattern: '(' }] }],
    ['with properties that are called like keywords', { properties: { enum: { type: 'string' }, $ref: { type: 'string' }, pattern: true, required: { type: 'boolean' } } }],
    ['with unknown keywords', { nullable: true, 'x-order': ['a'], example: 3, discriminator: { propertyName: 'a' } }],
    ['with patterns', { pattern: '^[\\w-.]+$', patternProperties: { '^\\p{L}+$': false } }],
    ['with bounds', { minLength: 0, maxLength: 10, minimum: -1.5, exclusiveMaximum: 1e9, multipleOf: 0.01, uniqueItems: true, type: ['string', 'null'], required: [] }],
  ])('%s', (_, schema) => {
    expect(asJsonSchema(schema, 's')).toBe(schema);
  });
});
