import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { statusFailure } from './errors.ts';

/**
 * A `fetch` for the Ollama library, which alone would skip a line that is not JSON, print what it can't read, drop
 * response headers and know no signal: here error statuses and broken lines throw.
 */
export function checkedFetch(endpoint: Endpoint, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    // What was judged to be fit for this server is not for another one that it names.
    const response = await fetch(input, { ...init, redirect: 'manual', signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal });
    if (!response.ok) throw await statusFailure(response, endpoint);
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      throw upstreamError(endpoint, { code: 'model_unavailable', reason: 'it answered with a web page, so something else listens there' });
    }
    if (response.body === null) return response;
    const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(checkLines()).pipeThrough(new TextEncoderStream());
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

/** Lets whole lines pass that are JSON, and fails at the first that is not. */
function checkLines(): TransformStream<string, string> {
  let pending = '';
  const check = (line: string) => { if (line.trim() !== '') JSON.parse(line); };
  return new TransformStream<string, string>({
    transform(chunk, controller) {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop()!;
      for (const line of lines) {
        check(line);
        controller.enqueue(`${line}\n`);
      }
    },
    flush(controller) {
      check(pending);
      controller.enqueue(pending);
    },
  });
}
