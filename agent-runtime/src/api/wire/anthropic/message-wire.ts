import type { Wire } from '../wire.ts';
import { readMessageCall } from './request.ts';
import { toMessage } from './response.ts';
import { createMessageStream } from './stream.ts';

/** Anthropic's messages. */
export const MESSAGE_WIRE: Wire = {
  read: readMessageCall,
  answer: toMessage,
  stream: createMessageStream,
  heartbeat: 'event: ping\ndata: {"type":"ping"}\n\n',
};
