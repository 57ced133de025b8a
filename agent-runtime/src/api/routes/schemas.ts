import { z } from 'zod';
import { problemSchema } from '../../contract/problem.ts';

export const idParamsSchema = z.object({ id: z.string().min(1).max(200) });

/** A loose object: what is not named here stays in the headers. */
export const idempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z.string().min(1).max(255).optional()
    .describe('The same key with the same body answers with what was accepted first'),
});

/** A JSON answer of a route, for its `response`. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}

/** Failures that any route under /v1 can answer with. */
export const PROBLEMS = {
  400: problem('The request is not valid'),
  401: problem('The API key is missing or wrong'),
  default: problem('Any other failure'),
} as const;

export const PROBLEM_NOT_FOUND = { 404: problem('There is no such thing') } as const;
export const PROBLEM_CONFLICT = { 409: problem('The state does not allow this') } as const;

export const SECURITY = [{ apiKey: [] }];
