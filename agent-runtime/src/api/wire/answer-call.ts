import type { FastifyReply, FastifyRequest } from 'fastify';
import { AiosError } from '../../errors.ts';
import type { RoutedModel } from '../../router/routed-model.ts';
import { asAiosError } from '../plugins/problems.ts';
import { answerHeaders, streamHeaders } from './answer-headers.ts';
import { readCallHeaders } from './call-headers.ts';
import { defaultOutputTokens } from './default-output-tokens.ts';
import type { EventStream, EventStreams } from './event-streams.ts';
import { isCut } from './while-here.ts';
import type { WhileHere } from './while-here.ts';
import type { Wire, WireCall } from './wire.ts';

/** What the endpoints of all wires work with. */
export interface WireServices {
  readonly router: RoutedModel;
  readonly streams: EventStreams;
  readonly whileHere: WhileHere;
}

/** Answers one call of a wire, streamed or not. What fails before the first byte is thrown; later it is an event of the stream. */
export function answerCall<Call extends WireCall>(
  request: FastifyRequest, reply: FastifyReply, wire: Wire<Call>, { router, streams, whileHere }: WireServices,
): Promise<unknown> {
  const call = wire.read(request.body, (model) => defaultOutputTokens(router.models(), model));
  const { routing, scope } = readCallHeaders(request.headers, call.model, request.tenant);
  return whileHere(reply, async (signal) => {
    if (call.stream) return answerStream({ request, reply, wire, call, streams, parts: { router, routing, scope, signal } });
    const response = await router.generate(call.request, { signal, routing, scope });
    reply.headers(answerHeaders(request.id, response));
    return wire.answer(response);
  });
}

interface StreamedCall<Call extends WireCall> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly wire: Wire<Call>;
  readonly call: Call;
  readonly streams: EventStreams;
  readonly parts: { readonly router: RoutedModel; readonly signal: AbortSignal } & ReturnType<typeof readCallHeaders>;
}

async function answerStream<Call extends WireCall>({ request, reply, wire, call, streams, parts }: StreamedCall<Call>): Promise<void> {
  const { router, signal, routing, scope } = parts;
  const translator = wire.stream(call);
  let start = { model: '', decisionId: '' };
  let events: EventStream | undefined;
  try {
    const answer = router.stream(call.request, { signal, routing, scope, onStart: (started) => { start = started; } });
    for await (const part of answer) {
      let text = '';
      if (events === undefined) {
        // An answer without pieces says who gave it in its end.
        if (start.model === '' && part.type === 'end') start = part.response;
        reply.hijack();
        events = streams.open(reply.raw, streamHeaders(request.id, start.model, start.decisionId), wire.heartbeat);
        text = translator.start(start.model, start.decisionId);
      }
      if (part.type === 'end') return events.end(text + translator.end(part.response));
      text += translator.part(part);
      const slow = text === '' ? undefined : events.write(text);
      if (slow !== undefined) await slow;
      if (signal.aborted) throw signal.reason;
    }
    throw new AiosError('internal', 'The router ended a stream without its end. Please report this.');
  } catch (thrown) {
    if (events === undefined || (signal.aborted && !isCut(signal))) throw thrown;
    const error = asAiosError(isCut(signal) ? signal.reason : thrown, request);
    if (error.kind === 'bug') request.log.error({ err: thrown, reqId: request.id }, 'stream failed');
    events.end(translator.failed(error, request.id));
  }
}
