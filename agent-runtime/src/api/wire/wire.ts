import type { AiosError } from '../../errors.ts';
import type { RoutedResponse } from '../../router/routed-model.ts';
import type { ContentStreamPart, ModelRequest } from '../../providers/model.ts';

/** A request of some wire in the router's form. */
export interface WireCall {
  /** As the caller wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly request: ModelRequest;
}

/** Turns the parts of one streamed answer into server-sent events. Each method gives text to send, which may be empty. */
export interface StreamTranslator {
  start(model: string, decisionId: string): string;
  part(part: ContentStreamPart): string;
  /** What is left to say, the end of the stream included. */
  end(response: RoutedResponse): string;
  /** Says that the answer broke off; nothing follows it. */
  failed(error: AiosError, requestId: string): string;
}

/** One API that other clients speak, over the router. */
export interface Wire<Call extends WireCall = WireCall> {
  /** Throws `invalid_request` or `unsupported_parameter`, naming the field. */
  read(body: unknown, defaultMaxTokens: (model: string) => number): Call;
  /** The whole answer, as JSON text. */
  answer(response: RoutedResponse): string;
  stream(call: Call): StreamTranslator;
  /** What may be sent at any time and means nothing, so that proxies keep the connection. */
  readonly heartbeat: string;
}

/** How a wire says that something failed. */
export interface WireErrors {
  status(error: AiosError): number;
  /** JSON text. */
  body(error: AiosError, requestId: string): string;
}
