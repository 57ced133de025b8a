import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Answer, DecidedBehaviour, FailureKind } from './behaviour.ts';
import type { LlmCall } from './call.ts';

/** How a service writes its answers. */
export interface Renderer {
  /** Content type of a stream. */
  readonly streamType: string;
  /** The whole answer as one JSON document. */
  whole(answer: Answer, call: LlmCall): unknown;
  /** The lines of a stream: what comes before the content, a line for each piece of it, and what comes after. */
  lines(answer: Answer, call: LlmCall): { readonly head: readonly string[]; readonly pieces: readonly string[]; readonly tail: readonly string[] };
  error(kind: FailureKind): { readonly status: number; readonly body: unknown };
  /** An error inside a stream. */
  errorLine(kind: FailureKind): string;
  /** The first line of a stream, broken. */
  readonly brokenLine: string;
}

type Ending = 'end' | 'reset' | 'stall';

/** Does what a behaviour says. */
export async function perform(renderer: Renderer, behaviour: DecidedBehaviour, call: LlmCall, response: ServerResponse): Promise<void> {
  if ('fail' in behaviour) {
    const { status, body } = renderer.error(behaviour.fail);
    return sendJson(response, status, body, { ...behaviour.headers, ...(behaviour.retryAfter === undefined ? {} : { 'retry-after': behaviour.retryAfter }) });
  }
  if ('status' in behaviour) {
    const text = typeof behaviour.body === 'string' ? behaviour.body : JSON.stringify(behaviour.body);
    const type = text.trimStart().startsWith('<') ? 'text/html' : 'application/json';
    response.writeHead(behaviour.status, { 'content-type': type, ...behaviour.headers });
    return void response.end(text);
  }
  if ('bytes' in behaviour) {
    const bytes = Buffer.from(behaviour.bytes as string);
    return sendPieces(response, behaviour.type ?? renderer.streamType, pieces(bytes, behaviour.chunkBytes ?? [bytes.length]), behaviour.then ?? 'end');
  }
  const stream = (lines: readonly string[], then: Ending) => sendPieces(response, renderer.streamType, lines, then);
  if ('stall' in behaviour) {
    if (!call.stream || behaviour.afterChunks === undefined) return;
    const { head, pieces: begun } = renderer.lines({ text: 'A text that is begun and never told to its end. '.repeat(20) }, call);
    return stream([...head, ...begun.slice(0, behaviour.afterChunks)], 'stall');
  }
  if ('brokenJson' in behaviour) return call.stream ? stream([renderer.brokenLine], 'end') : sendBroken(response);
  if ('failInStream' in behaviour) {
    if (!call.stream) return void response.destroy();
    return stream([...begunLines(renderer, behaviour.text, behaviour.afterChunks, call), renderer.errorLine(behaviour.failInStream)], 'end');
  }
  if ('cut' in behaviour) {
    if ('afterBytes' in behaviour) {
      const bytes = bytesOf(renderer, behaviour.answer, call).subarray(0, behaviour.afterBytes);
      return sendPieces(response, call.stream ? renderer.streamType : 'application/json', [bytes], behaviour.cut);
    }
    return call.stream ? stream(begunLines(renderer, behaviour.text, behaviour.afterChunks, call), behaviour.cut) : void response.destroy();
  }
  if (!call.stream) return sendJson(response, 200, renderer.whole(behaviour, call));
  if (behaviour.chunkBytes) return sendPieces(response, renderer.streamType, pieces(bytesOf(renderer, behaviour, call), behaviour.chunkBytes), 'end');
  return stream(linesOf(renderer, behaviour, call), 'end');
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function linesOf(renderer: Renderer, answer: Answer, call: LlmCall): readonly string[] {
  const { head, pieces: content, tail } = renderer.lines(answer, call);
  return [...head, ...content, ...tail];
}

function begunLines(renderer: Renderer, text: string, count: number, call: LlmCall): readonly string[] {
  const { head, pieces: content } = renderer.lines({ text }, call);
  return [...head, ...content.slice(0, count)];
}

function bytesOf(renderer: Renderer, answer: Answer, call: LlmCall): Buffer {
  return Buffer.from(call.stream ? linesOf(renderer, answer, call).join('') : JSON.stringify(renderer.whole(answer, call)));
}

/** Bytes in pieces of the given sizes, over and over. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    cut.push(bytes.subarray(from, from + size));
    from += size;
  }
  return cut;
}

function sendBroken(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"text": "this is not');
}

/** Sends lines as they are, bytes each in a packet of its own; then ends the answer, cuts the connection or leaves it open. */
async function sendPieces(response: ServerResponse, type: string, parts: readonly (string | Buffer)[], then: Ending): Promise<void> {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (const part of parts) {
    response.write(part);
    if (typeof part !== 'string') await setImmediate();
  }
  if (then === 'end') response.end();
  // Half-closed first, so that what was written arrives; the chunked body then lacks its end.
  if (then === 'reset') response.write('', () => { response.socket?.end(); });
}
