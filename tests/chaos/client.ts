import { setTimeout as pause } from 'node:timers/promises';
import type { Batch, BatchRequest } from '../../agent-runtime/src/contract/batch.ts';

const KEY = 'chaos-test-key-0123456789';
export const API_KEYS = `chaos:${KEY}`;
const ANSWER_WITHIN_MS = 5_000;
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export interface Client {
  /** Submits it once, however often that has to be tried. */
  submit(request: BatchRequest, idempotencyKey: string): Promise<Batch>;
  get<Body>(path: string): Promise<Body>;
  /** Requests that failed and were made again. */
  retries(): number;
  /** Submissions that had been accepted although their answer was lost. */
  found(): number;
  /** Answers that no client should get, whatever happens. */
  readonly wrong: readonly string[];
}

/** A client that does what it should: every failure is retried, at the next address, under the same key. */
export function createClient(urls: readonly string[]): Client {
  let turn = 0;
  let retries = 0;
  let found = 0;
  const wrong: string[] = [];

  async function call<Body>(path: string, init: RequestInit): Promise<{ readonly status: number; readonly body: Body }> {
    for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const url = urls[turn++ % urls.length]!;
      try {
        const response = await fetch(`${url}${path}`, {
          ...init, headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...init.headers }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
        const text = await response.text();
        if (response.ok) return { status: response.status, body: JSON.parse(text) as Body };
        if (response.status < 500 && response.status !== 429) throw new WrongAnswer(`${init.method} ${path}: HTTP ${response.status} ${text}`);
        if (response.status === 500) wrong.push(`${init.method} ${path}: HTTP 500 ${text}`);
      } catch (error) {
        if (error instanceof WrongAnswer) throw error;
      }
      retries += 1;
      await pause(pauseMs);
    }
  }

  return {
    wrong,
    async submit(request, idempotencyKey) {
      const { status, body } = await call<Batch>('/v1/batches', { method: 'POST', headers: { 'idempotency-key': idempotencyKey }, body: JSON.stringify(request) });
      if (status === 200) found += 1;
      return body;
    },
    get: async <Body>(path: string) => (await call<Body>(path, { method: 'GET' })).body,
    retries: () => retries,
    found: () => found,
  };
}

class WrongAnswer extends Error {}
