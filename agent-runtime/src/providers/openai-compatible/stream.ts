import type { Pool } from 'undici';
import type { AiosError } from '../../errors.ts';
import type { ModelStreamPart } from '../model.ts';
import { partialUsageOf, withPartialUsage } from '../partial-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { answerFailure, errorIn, toModelError } from './errors.ts';
import { createEventReader } from './event-reader.ts';
import { exchange } from './exchange.ts';
import type { HttpRequest } from './exchange.ts';
import { createReading } from './reading.ts';
import type { ChatCompletion, ChatCompletionChunk } from './wire.ts';

/** Parts that may wait for the reader before the server has to. */
const MOST_WAITING = 1_024;
/** How long a server may keep a connection busy after `[DONE]` before it is closed. */
const AFTERMATH_MS = 1_000;

interface Progress {
  waiting: ModelStreamPart[];
  wake: (() => void) | null;
  state: 'running' | 'ended' | 'failed';
  failure: AiosError | null;
  events: number;
  paused: boolean;
  connected: boolean;
}

/** Posts a request for a streamed completion and reads its events. Whoever leaves it half-way closes the connection. */
export async function* streamCompletion(pool: Pool, request: HttpRequest, signal: AbortSignal, endpoint: Endpoint): AsyncGenerator<ModelStreamPart> {
  const progress: Progress = { waiting: [], wake: null, state: 'running', failure: null, events: 0, paused: false, connected: true };
  const reading = createReading(endpoint.modelId, (part) => progress.waiting.push(part));

  function settle(state: 'ended' | 'failed', error?: unknown): void {
    if (progress.state !== 'running') return;
    progress.state = state;
    if (state === 'ended') progress.waiting.push({ type: 'end', response: reading.end() });
    else progress.failure = toFailure(error);
  }

  /** A request that was turned down cost nothing; what had begun may be billed. */
  function toFailure(error: unknown): AiosError {
    const failure = toModelError(error, endpoint, signal, progress.events > 0);
    return progress.events > 0 || partialUsageOf(failure) !== null ? withPartialUsage(failure, reading.usage()) : failure;
  }

  const reader = createEventReader((data) => {
    if (progress.state !== 'running') return;
    if (data === '[DONE]') {
      if (reading.hasAnswer()) return settle('ended');
      throw upstreamError(endpoint, { code: 'model_stream_cut', reason: 'the stream ended without an answer' });
    }
    const value: unknown = JSON.parse(data);
    const error = errorIn(value, endpoint);
    if (error) throw error;
    progress.events += 1;
    reading.takeChunk(value as ChatCompletionChunk);
  });

  function takeEnd(): void {
    const whole = reader.whole();
    if (whole !== null) {
      // A server that does not stream answers whole.
      if (whole.status < 300 && reading.takeWhole(parsed(whole.text) as ChatCompletion | null)) settle('ended');
      else throw answerFailure(whole, endpoint);
    } else if (reading.isFinished()) settle('ended');
    else if (progress.events > 0) throw upstreamError(endpoint, { code: 'model_stream_cut', reason: 'the stream ended without a finish_reason and without [DONE]' });
    else throw upstreamError(endpoint, { code: 'model_unavailable', reason: 'what it sent is not an event stream' });
  }

  function attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      settle('failed', error);
    }
    progress.wake?.();
  }

  const call = exchange(pool, request, signal, {
    onHead: (status, headers) => reader.head(status, headers),
    onData(chunk) {
      attempt(() => reader.feed(chunk));
      if (progress.waiting.length <= MOST_WAITING || progress.paused) return;
      progress.paused = true;
      call.pause();
    },
    onEnd() {
      progress.connected = false;
      attempt(takeEnd);
    },
    onError(error) {
      progress.connected = false;
      attempt(() => settle('failed', error));
    },
  });

  try {
    for (;;) {
      while (progress.waiting.length > 0) {
        const parts = progress.waiting;
        progress.waiting = [];
        for (const part of parts) yield part;
      }
      if (progress.state === 'failed') throw progress.failure!;
      if (progress.state === 'ended') return;
      if (progress.paused) {
        progress.paused = false;
        call.resume();
      }
      await new Promise<void>((resolve) => { progress.wake = resolve; });
      progress.wake = null;
    }
  } finally {
    if (progress.connected && progress.state === 'ended') setTimeout(() => call.abort(new Error('The answer had ended.')), AFTERMATH_MS).unref();
    else if (progress.connected) call.abort(new Error('The answer is not read any more.'));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
