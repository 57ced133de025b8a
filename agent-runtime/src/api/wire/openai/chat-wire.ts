import type { Wire } from '../wire.ts';
import { readChatCall } from './request.ts';
import type { ChatCall } from './request.ts';
import { toChatCompletion } from './response.ts';
import { createChatStream } from './stream.ts';

/** OpenAI's chat completions. */
export const CHAT_WIRE: Wire<ChatCall> = {
  read: readChatCall,
  answer: toChatCompletion,
  stream: createChatStream,
  // A comment: the only thing that a client of this wire skips.
  heartbeat: ': keep-alive\n\n',
};
