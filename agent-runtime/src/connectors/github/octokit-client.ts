import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { toGitHubError } from './errors.ts';
import type { GitHubFailure } from './errors.ts';
import { attempt } from './attempts.ts';

export interface GitHubOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Undefined: calls go out without one, which a local sample server and public reads allow. */
  readonly token?: string;
  readonly userAgent?: string;
  /** The longest wait for one answer, in ms. Default 30,000. */
  readonly timeoutMs?: number;
  /**
   * Spaces writes as GitHub asks for, so that its secondary limits are not met. Default: unless `apiUrl` is on this
   * machine, where there are none.
   */
  readonly paceWrites?: boolean;
  /** Default the system's clock, in ms since the epoch. */
  readonly now?: () => number;
  /** Default a timer that the signal ends. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** An Octokit whose every request is paced, timed out and tried as `attempt` says, and fails with AiosErrors. */
export async function createOctokit(options: GitHubOptions): Promise<Octokit> {
  const [{ Octokit: Base }, { throttling }] = await Promise.all([
    import('@octokit/rest'), import('@octokit/plugin-throttling'),
  ]);
  const { token, timeoutMs = 30_000, now = Date.now, paceWrites = !isLocal(options.apiUrl) } = options;
  const sleep = options.sleep ?? ((ms, signal) => sleepFor(ms, undefined, { signal }));
  const octokit = new (Base.plugin(throttling))({
    auth: token,
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: options.userAgent ?? 'n8n-nodes-aios',
    log: SILENT,
    request: { fetch: fetchWithin(timeoutMs) },
    // Waiting and trying again is the business of `attempt`, which a signal can end.
    throttle: { enabled: paceWrites, id: options.apiUrl, onRateLimit: () => false, onSecondaryRateLimit: () => false },
  });
  octokit.hook.wrap('request', (request, parameters) => {
    const { url, method } = octokit.request.endpoint(parameters);
    const signal = parameters.request.signal as AbortSignal | undefined;
    return attempt(async () => request(parameters), {
      read: method === 'GET',
      signal,
      sleep,
      toError: (thrown) => toGitHubError(thrown as GitHubFailure, { method, path: new URL(url).pathname, token, now: now() }),
    });
  });
  return octokit;
}

/** Counts from the moment the request leaves, not from its place in the queue. */
function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal == null ? timeout : AbortSignal.any([init.signal, timeout]);
    return fetch(input, { ...init, signal });
  };
}

function isLocal(apiUrl: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(apiUrl).hostname);
}
