import { expect, test } from '@jest/globals';
import { argumentsObject, toolArguments } from '../../../agent-runtime/src/providers/tool-arguments.ts';

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

test('arguments that are no object are handed on as text', () => {
  expect(toolArguments(' ')).toEqual({});
  expect(toolArguments('{"a":[1]}')).toEqual({ a: [1] });
  for (const text of ['{"a":', '[1]', 'null', '"a"', nested(100_000)]) {
    expect(argumentsObject(text)).toBeNull();
    expect(toolArguments(text)).toEqual({ invalid_arguments: text });
  }
});

test('what is nested deeper than any tool takes is no arguments: written as JSON again it would overflow the stack', () => {
  expect(argumentsObject(nested(200))).not.toBeNull();
  expect(argumentsObject(nested(202))).toBeNull();
  expect(argumentsObject(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)).toBeNull();
});
