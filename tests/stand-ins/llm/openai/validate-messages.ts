import { isRecord } from '../call.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** What is wrong with the turns of a chat, or null: their form, and that each tool call is answered at once. */
export function problemOfMessages(messages: readonly unknown[]): string | null {
  let unanswered = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const place = `messages[${index}]`;
    if (!isRecord(message) || !ROLES.includes(String(message.role))) return `Invalid value: '${place}.role'.`;
    if (message.role === 'tool') {
      if (!unanswered.delete(String(message.tool_call_id))) return `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`;
    } else if (unanswered.size > 0) {
      return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${[...unanswered].join(', ')}`;
    }
    const problem = problemOfContent(message, place);
    if (problem !== null) return problem;
    if (message.tool_calls === undefined) continue;
    if (message.role !== 'assistant' || !Array.isArray(message.tool_calls) || message.tool_calls.length === 0) return `Invalid '${place}.tool_calls'.`;
    if (!message.tool_calls.every(isToolCall)) return `Invalid '${place}.tool_calls'.`;
    unanswered = new Set(message.tool_calls.map((call: { id: string }) => call.id));
  }
  return unanswered.size === 0 ? null : `An assistant message with 'tool_calls' must be followed by tool messages. Missing: ${[...unanswered].join(', ')}`;
}

function isToolCall(call: unknown): boolean {
  return isRecord(call) && call.type === 'function' && typeof call.id === 'string' && call.id !== '' && isRecord(call.function)
    && typeof call.function.name === 'string' && typeof call.function.arguments === 'string';
}

function problemOfContent({ role, content, tool_calls: calls }: Readonly<Record<string, unknown>>, place: string): string | null {
  if (typeof content === 'string') return null;
  if (role === 'assistant' && (content === null || content === undefined)) return calls === undefined ? `Invalid '${place}.content': null.` : null;
  if (!Array.isArray(content) || content.length === 0) return `Invalid type for '${place}.content'.`;
  for (const [index, part] of content.entries()) {
    const valid = isRecord(part) && (part.type === 'text' ? typeof part.text === 'string' : part.type === 'image_url' && role === 'user' && isRecord(part.image_url)
      && /^(https?:\/\/|data:image\/[a-z+]+;base64,[A-Za-z0-9+/]+={0,2}$)/.test(String(part.image_url.url)));
    if (!valid) return `Invalid '${place}.content[${index}]'.`;
  }
  return null;
}
