import { checkInputSchema, checkResultSchema } from '../../contract/check.ts';
import type { CheckInput, CheckResult } from '../../contract/check.ts';
import type { Operation } from '../agent.ts';

const MAX_OUTPUT_TOKENS = 16;

/** Does nothing but go the way of every task: through the queue and a worker, by the router to a model, and home. */
export function createCheck(): Operation<CheckInput, CheckResult> {
  return {
    name: 'check',
    title: 'Check',
    description: 'Goes the way of every task, with as many short model calls as asked for, and writes nothing outside.',
    inputSchema: checkInputSchema,
    resultSchema: checkResultSchema,
    async run({ modelCalls }, context) {
      for (let number = 1; number <= modelCalls; number += 1) {
        await context.ask(`call-${number}`, {
          purpose: 'system/check', system: 'Answer with one word.', messages: [{ role: 'user', content: `Check number ${number}. Answer with: ok` }],
          maxOutputTokens: MAX_OUTPUT_TOKENS,
        });
      }
      return { attempt: context.attempt, model: await context.spend() };
    },
  };
}
