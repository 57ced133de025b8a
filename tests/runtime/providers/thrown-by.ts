import { AiosError } from '../../../agent-runtime/src/errors.ts';
import type { ModelStreamPart } from '../../../agent-runtime/src/providers/model.ts';

/** The AiosError that a promise is rejected with. Anything else is a failure of the test. */
export async function thrownBy(promise: Promise<unknown>): Promise<AiosError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AiosError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

export async function partsOf(stream: AsyncIterable<ModelStreamPart>): Promise<ModelStreamPart[]> {
  const parts: ModelStreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
