import type { IncomingHttpHeaders } from 'node:http';

/** A request as a stand-in received it. */
export interface RecordedRequest {
  readonly method: string;
  /** Still percent-encoded, without the query: `/repos/acme/shop/pulls/7`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as text. */
  readonly text: string;
  /** What the stand-in answered; 0 when the connection was cut. */
  status: number;
}

/** An answer: an object is sent as JSON, a string as it is. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A call that the real service would not have understood, or an answer that it would not have given. */
export interface Violation {
  readonly request: string;
  readonly problem: string;
}

/** Throws when there were violations, listing them all. */
export function assertNone(violations: readonly Violation[], service: string): void {
  if (violations.length === 0) return;
  const lines = violations.map(({ request, problem }) => `  ${request}: ${problem}`);
  throw new Error(`${violations.length} violation(s) of ${service}'s published contract:\n${lines.join('\n')}`);
}
