import type { ServerResponse } from 'node:http';
import type { Answer, Behaviour, FailureKind } from './behaviour.ts';
import type { LlmCall } from './call.ts';

/** How a service writes its answers. */
export interface Renderer {
  /** Content type of a stream. */
  readonly streamType: string;
  /** The whole answer as one JSON document. */
  whole(answer: Answer, call: LlmCall): unknown;
  /** The lines of a stream: what comes before the text, a line for each piece of text, and what comes after. */
  lines(answer: Answer, call: LlmCall): { readonly head: readonly string[]; readonly pieces: readonly string[]; readonly tail: readonly string[] };
  error(kind: FailureKind): { readonly status: number; readonly body: unknown };
  /** An error inside a stream. */
  errorLine(kind: FailureKind): string;
  /** The first line of a stream, broken. */
  readonly brokenLine: string;
}

/** Does what a behaviour says. */
export function perform(renderer: Renderer, behaviour: Exclude<Behaviour, { after: unknown }>, call: LlmCall, response: ServerResponse): void {
  if ('fail' in behaviour) {
    const { status, body } = renderer.error(behaviour.fail);
    return sendJson(response, status, body, behaviour.retryAfter === undefined ? {} : { 'retry-after': behaviour.retryAfter });
  }
  const stream = (lines: readonly string[], then: 'end' | 'reset' | 'stall') => sendLines(response, renderer.streamType, lines, then);
  if ('stall' in behaviour) {
    if (!call.stream || behaviour.afterChunks === undefined) return;
    const { head, pieces } = renderer.lines({ text: 'A text that is begun and never told to its end. '.repeat(20) }, call);
    return stream([...head, ...pieces.slice(0, behaviour.afterChunks)], 'stall');
  }
  if ('brokenJson' in behaviour) return call.stream ? stream([renderer.brokenLine], 'end') : sendBroken(response);
  if ('cut' in behaviour || 'failInStream' in behaviour) {
    if (!call.stream) return void response.destroy();
    const { head, pieces } = renderer.lines({ text: behaviour.text }, call);
    const begun = [...head, ...pieces.slice(0, behaviour.afterChunks)];
    return 'cut' in behaviour ? stream(begun, behaviour.cut) : stream([...begun, renderer.errorLine(behaviour.failInStream)], 'end');
  }
  if (!call.stream) return sendJson(response, 200, renderer.whole(behaviour, call));
  const { head, pieces, tail } = renderer.lines(behaviour, call);
  return stream([...head, ...pieces, ...tail], 'end');
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendBroken(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"text": "this is not');
}

/** Sends lines, then ends the answer, cuts the connection or leaves it open. */
function sendLines(response: ServerResponse, type: string, lines: readonly string[], then: 'end' | 'reset' | 'stall'): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (const line of lines) response.write(line);
  if (then === 'end') response.end();
  // Half-closed first, so that what was written arrives; the chunked body then lacks its end.
  if (then === 'reset') response.write('', () => { response.socket?.end(); });
}
