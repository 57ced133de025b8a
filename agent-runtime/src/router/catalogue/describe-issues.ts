import type { z } from 'zod';
import { didYouMean } from './near-names.ts';

export interface PathProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** For `safeParse`: says of each key that a schema does not know which ones it does. */
export const nameNearKeys: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const known = keysOf(issue.inst);
  return issue.keys.map((key) => `is not a key of this section.${didYouMean(key, known) || ` It has ${known.join(', ')}.`}`).join('\n');
};

function keysOf(schema: unknown): string[] {
  const { shape, keyType } = (schema ?? {}) as Partial<z.ZodObject> & { readonly keyType?: Partial<z.ZodEnum> };
  return shape ? Object.keys(shape) : (keyType?.options ?? []).map(String);
}

/** One problem for each thing to mend. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): PathProblem[] {
  return issues.flatMap((issue): PathProblem[] => {
    switch (issue.code) {
      case 'unrecognized_keys': {
        const messages = issue.message.split('\n');
        return issue.keys.map((key, index) => ({ path: [...issue.path, key], message: messages[index]! }));
      }
      case 'invalid_key': return describeIssues(issue.issues.map((inner) => ({ ...inner, path: issue.path })));
      case 'invalid_union': {
        const branch = meant(issue.errors);
        if (branch === null) break;
        return describeIssues(branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
      }
      default: break;
    }
    return [{ path: issue.path, message: worded(issue.message) }];
  });
}

/** Of the branches of a union the one that the value has the form of; null: none. */
function meant(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  return branches.find((branch) => branch.length > 0 && branch.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys')) ?? null;
}

function worded(message: string): string {
  const missing = /^Invalid input: expected (.*), received undefined$/.exec(message);
  if (missing) return `is missing (${missing[1]})`;
  return message.replace(/^Invalid (input|option): expected /, 'must be ').replace(/^Too (small|big): expected \w+ to /, 'must ').replace(/^Invalid input$/, 'has the wrong form');
}
