import type { RoutedResponse } from '../../router/routed-model.ts';

const NOT_IN_A_HEADER = /[^\x20-\x7e]/;

/** Which model answers, and under which decision: what is known when the first byte is sent. */
export function startHeaders(requestId: string, model: string, decisionId: string): Record<string, string> {
  return { 'x-request-id': requestId, 'request-id': requestId, 'x-aios-model': headerValue(model), 'x-aios-decision-id': headerValue(decisionId) };
}

export function streamHeaders(requestId: string, model: string, decisionId: string): Record<string, string> {
  const headers = startHeaders(requestId, model, decisionId);
  headers['content-type'] = 'text/event-stream; charset=utf-8';
  headers['cache-control'] = 'no-store';
  headers['x-accel-buffering'] = 'no';
  return headers;
}

export function answerHeaders(requestId: string, { model, decisionId, costUsd, costStatus }: Pick<RoutedResponse, 'model' | 'decisionId' | 'costUsd' | 'costStatus'>) {
  const headers = startHeaders(requestId, model, decisionId);
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['x-aios-cost-status'] = costStatus;
  if (costUsd !== null) headers['x-aios-cost-usd'] = String(costUsd);
  return headers;
}

function headerValue(text: string): string {
  return NOT_IN_A_HEADER.test(text) ? encodeURI(text) : text;
}
