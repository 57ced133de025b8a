import { NO_USAGE } from '../../contract/usage.ts';
import { AiosError } from '../../errors.ts';
import { callAborted } from '../call-aborted.ts';
import type { Model, ModelRequest, ModelResponse } from '../model.ts';
import { NO_MODEL_ANSWER, NO_TOOLS } from './ask.ts';
import { reviewByRules } from './review.ts';

/** Rules in the place of a language model, for a runtime that has none. It says so in whatever it answers. */
export function createOfflineModel(): Model {
  return {
    id: 'offline/rules',
    provider: 'offline',
    endpoint: '',
    abilities: { tools: false, images: false, jsonSchema: false, streaming: true },
    contextWindow: 100_000_000,
    maxOutputTokens: 1_000_000,
    offline: true,
    async generate(request, { signal }) {
      if (signal.aborted) throw callAborted(signal, 'rules');
      return answer(request);
    },
    async* stream(request, { signal }) {
      if (signal.aborted) throw callAborted(signal, 'rules');
      const response = answer(request);
      yield { type: 'text', text: response.text };
      yield { type: 'end', response };
    },
  };
}

function answer(request: ModelRequest): ModelResponse {
  return { text: textFor(request), finishReason: 'stop', usage: NO_USAGE, modelId: 'rules' };
}

function textFor(request: ModelRequest): string {
  if (request.outputSchema?.name === 'review_findings') return JSON.stringify(reviewByRules(request));
  if (request.outputSchema === undefined && request.jsonObject !== true) return (request.tools?.length ?? 0) > 0 ? `${NO_MODEL_ANSWER}\n\n${NO_TOOLS}` : NO_MODEL_ANSWER;
  throw new AiosError('model_not_configured', `${request.purpose} needs a language model and none is configured. Set ANTHROPIC_API_KEY, `
    + 'OLLAMA_MODELS, or OPENAI_API_KEY or OPENAI_BASE_URL with OPENAI_MODELS.');
}
