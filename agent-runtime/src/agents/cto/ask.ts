import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { askInputSchema, askResultSchema } from '../../contract/ask.ts';
import type { AskInput, AskResult } from '../../contract/ask.ts';
import { AiosError } from '../../errors.ts';
import type { ModelRequest } from '../../providers/model.ts';
import type { RoutedResponse } from '../../router/routed-model.ts';
import type { Operation, OperationContext } from '../agent.ts';

const MAX_OUTPUT_TOKENS = 8_192;

/** One question, one model call. The context is given to the model as data. */
export function createAsk(): Operation<AskInput, AskResult> {
  const system = readFileSync(new URL('./ask-prompt.md', import.meta.url), 'utf8');
  return {
    name: 'ask',
    title: 'Ask',
    description: 'Answers an engineering question, from a given context if there is one.',
    inputSchema: askInputSchema,
    resultSchema: askResultSchema,
    async run(input, context) {
      const startedAt = performance.now();
      const response = await firstAnswer(context, toRequest(system, input, context.taskId));
      const cut = response.finishReason === 'length'
        ? `\n\n[The answer was cut at the model's limit of ${response.usage.output} output tokens. Ask for a part of it, or for a shorter answer.]` : '';
      return { answer: `${response.text.trim()}${cut}`, model: await context.spend(), durationMs: Math.round(performance.now() - startedAt) };
    },
  };
}

/**
 * Answers are journalled, so what earlier attempts got comes back without a call. An attempt goes through those, and ends
 * with the first usable answer or its own first call.
 */
async function firstAnswer(context: OperationContext, request: ModelRequest): Promise<RoutedResponse> {
  const { calls } = await context.spend();
  for (let number = 1; ; number += 1) {
    const response = await context.ask(`answer-${number}`, request);
    if (response.finishReason === 'refused') {
      throw new AiosError('model_refused', `${response.model} declined to answer. Rephrase the question or choose another model.`);
    }
    if (response.text.trim() !== '') return response;
    if ((await context.spend()).calls > calls) {
      throw new AiosError('model_output_invalid', 'The model answered with nothing. Choose another model if this happens again.');
    }
  }
}

function toRequest(system: string, input: AskInput, taskId: string): ModelRequest {
  const question = `Question: ${input.question}`;
  return {
    purpose: 'cto/ask',
    system,
    messages: [{ role: 'user', content: input.context === undefined ? question : `${asData(input.context, taskId)}\n\n${question}` }],
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  };
}

/** The tag depends on the task, so whoever wrote the text cannot close it, and is the same in each attempt. */
function asData(text: string, taskId: string): string {
  const tag = `context-${createHash('sha256').update(taskId).update(text).digest('hex').slice(0, 16)}`;
  return `<${tag}>\n${text}\n</${tag}>`;
}
