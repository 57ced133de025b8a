import { argumentsOf, countOf, piecesOf, textOfAnswer, usageOf } from '../behaviour.ts';
import type { Answer, FailureKind } from '../behaviour.ts';
import type { LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { vectorOf } from '../vector-of.ts';

const shared = {
  error: (kind: FailureKind) => ({ status: ERRORS[kind][0], body: { error: ERRORS[kind][1] } }),
  errorLine: (kind: FailureKind) => `${JSON.stringify({ error: ERRORS[kind][1] })}\n`,
  brokenLine: '{"model":"llama3","message":{"role":\n',
};

export const OLLAMA_CHAT: Renderer = {
  ...shared,
  streamType: 'application/x-ndjson',
  whole: (answer, call) => ({ ...part(call, { content: textOfAnswer(answer), ...thinking(thoughtOf(answer)), ...toolCalls(answer) }), ...ending(answer, call) }),
  lines: (answer, call) => ({
    head: [],
    pieces: [
      ...piecesOf(thoughtOf(answer)).map((text) => line({ ...part(call, { content: '', thinking: text }), done: false })),
      ...piecesOf(textOfAnswer(answer)).map((text) => line({ ...part(call, { content: text }), done: false })),
      // Each call comes whole.
      ...(answer.toolCalls ?? []).map((toolCall) => line({ ...part(call, { content: '', ...toolCalls({ toolCalls: [toolCall] }) }), done: false })),
    ],
    tail: [line({ ...part(call, { content: '' }), ...ending(answer, call) })],
  }),
};

export const OLLAMA_EMBEDDINGS: Renderer = {
  ...shared,
  streamType: 'application/json',
  whole: (answer, call) => ({
    model: call.model, total_duration: 1_000_000, load_duration: 1_000,
    embeddings: call.messages.map(({ content }) => vectorOf(content, typeof call.body.dimensions === 'number' ? call.body.dimensions : 8)),
    ...(answer.usage === 'none' ? {} : { prompt_eval_count: call.messages.reduce((sum, { content }) => sum + countOf(content), 0) }),
  }),
  lines: () => ({ head: [], pieces: [], tail: [] }),
};

function part(call: LlmCall, message: object) {
  return { model: call.model, created_at: new Date().toISOString(), message: { role: 'assistant', ...message } };
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function thoughtOf({ thoughts = [] }: Answer): string {
  return thoughts.map((thought) => ('text' in thought ? thought.text : '')).join('');
}

function thinking(text: string) {
  return text === '' ? {} : { thinking: text };
}

function toolCalls({ toolCalls: calls }: Answer) {
  if (!calls) return {};
  return { tool_calls: calls.map((call) => ({ ...(call.id === undefined ? {} : { id: call.id }), function: { name: call.name, arguments: JSON.parse(argumentsOf(call)) as unknown } })) };
}

function ending(answer: Answer, call: LlmCall) {
  const usage = usageOf(answer, countOf(call.system) + call.messages.reduce((sum, { content }) => sum + countOf(content), 0));
  const counts = answer.usage === 'none' ? {} : { prompt_eval_count: usage.input, eval_count: usage.output };
  return { done: true, done_reason: answer.finish === 'length' ? 'length' : 'stop', total_duration: 1_000_000, load_duration: 1_000, ...counts };
}

const ERRORS: Readonly<Record<FailureKind, readonly [number, string]>> = {
  'rate-limited': [429, 'rate limit exceeded'],
  overloaded: [503, 'server busy, please try again.  maximum pending requests exceeded'],
  unauthorized: [401, 'unauthorized'],
  forbidden: [403, 'access denied'],
  billing: [402, 'this model requires a subscription'],
  'not-found': [404, 'model \'none\' not found'],
  'bad-request': [400, 'invalid options: num_ctx'],
  'context-too-long': [400, 'the input length exceeds the context length'],
  refused: [400, 'the request was refused'],
  'server-error': [500, 'llama runner process has terminated: exit status 2'],
};
