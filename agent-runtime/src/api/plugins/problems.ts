import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../contract/problem.ts';
import { AiosError, ERRORS } from '../../errors.ts';
import type { FieldIssue } from '../../errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Makes every failure of the app an RFC 9457 problem document, unknown addresses included. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AiosError, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(
    new AiosError('not_found', `There is no ${request.method} ${pathOf(request)}. The API is described at /docs.`), request, reply));
}

/** Answers with the problem document of any thrown value; what is a bug goes to the log with its stack. */
export function sendProblem(
  thrown: unknown, request: FastifyRequest, reply: FastifyReply, document: (error: AiosError) => object = toProblem,
): FastifyReply {
  const error = asAiosError(thrown, request);
  if (error.kind === 'bug') request.log.error({ err: thrown, reqId: request.id }, 'request failed');
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="aios"');
  // What cannot be routed passes no hook.
  reply.header('x-request-id', request.id);
  // Of the file that was to be sent, which this is not.
  reply.removeHeader('content-disposition');
  // A string, so that the response schema of the route does not apply.
  return reply.code(error.status).header('content-type', `${PROBLEM_TYPE}; charset=utf-8`).send(JSON.stringify(document(error)));
}

export function toProblem(error: AiosError): Problem {
  return {
    type: `urn:aios:problem:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    kind: error.kind,
    ...(error.issues.length > 0 ? { issues: [...error.issues] } : {}),
  };
}

/** What Fastify and its plugins throw, as the caller is told it. Nothing of a bug is told but that it happened. */
export function asAiosError(thrown: unknown, request: FastifyRequest): AiosError {
  if (thrown instanceof AiosError && thrown.kind !== 'bug') return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalidRequest(thrown.validationContext ?? 'request', thrown.validation);
  const code = codeOf(thrown);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AiosError('payload_too_large', `The body is larger than ${megabytes(request)} MB. Send fewer tasks in a batch, a smaller diff, or fewer images.`);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AiosError('unsupported_media_type', 'Send the body as JSON with the header "Content-Type: application/json".');
  }
  if (thrown instanceof Error && 'statusCode' in thrown && Number(thrown.statusCode) < 500) {
    return new AiosError('invalid_request', sentence(thrown.message));
  }
  return new AiosError('internal', `The runtime failed while answering. Its log says more under the request id ${request.id}.`);
}

function invalidRequest(
  place: string, validation: readonly { readonly instancePath: string; readonly message?: string }[],
): AiosError {
  const prefix = place === 'body' ? '' : `${place}.`;
  const issues: FieldIssue[] = validation.map(({ instancePath, message }) => ({
    path: `${prefix}${instancePath.slice(1).replaceAll('/', '.')}`.replace(/\.$/, ''), message: message ?? 'is not valid',
  }));
  const listed = issues.slice(0, 3).map(({ path, message }) => `${path === '' ? 'The body' : path}: ${message}`).join('; ');
  const more = issues.length > 3 ? ` (and ${issues.length - 3} more)` : '';
  return new AiosError('invalid_request', `${listed}${more}.`, { issues });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

function megabytes(request: FastifyRequest): number {
  return Math.floor((request.routeOptions.bodyLimit ?? 0) / 1_048_576);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Without the query, which can hold a secret. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/';
}
