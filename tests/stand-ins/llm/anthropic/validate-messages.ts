import { isRecord } from '../call.ts';

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const ID = /^[\w-]+$/;

/** What is wrong with the turns, or null: their blocks, and that each tool call is answered in the next turn. */
export function problemOfMessages(messages: unknown): string | null {
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  let unanswered = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const place = `messages.${index}`;
    if (!isRecord(message) || !['user', 'assistant'].includes(String(message.role))) return `${place}.role: Input should be 'user' or 'assistant'`;
    const { role, content } = message;
    if (typeof content === 'string' ? content === '' : !Array.isArray(content) || content.length === 0) return `${place}.content: must be non-empty`;
    const blocks: unknown[] = Array.isArray(content) ? content : [];
    for (const [at, block] of blocks.entries()) {
      const problem = isRecord(block) ? problemOfBlock(block, String(role)) : 'Input should be an object';
      if (problem !== null) return `${place}.content.${at}: ${problem}`;
    }
    const previous = messages[index - 1] as { role?: unknown } | undefined;
    if (role === 'user') {
      const results = blocks.filter((block) => isRecord(block) && block.type === 'tool_result') as { tool_use_id: string }[];
      const unknown = results.find(({ tool_use_id: id }) => !unanswered.delete(id));
      if (unknown) return `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unknown.tool_use_id}`;
      const other = blocks.findIndex((block) => isRecord(block) && block.type !== 'tool_result');
      if (other !== -1 && other < results.length) return `${place}: \`tool_result\` blocks must come first`;
    }
    const next = messages[index + 1] as { role?: unknown } | undefined;
    if (role === 'user' && next?.role !== 'user' && unanswered.size > 0) return missing(place, unanswered);
    if (role === 'assistant') {
      const calls = blocks.filter((block) => isRecord(block) && block.type === 'tool_use') as { id: string }[];
      unanswered = new Set([...(previous?.role === 'assistant' ? unanswered : []), ...calls.map(({ id }) => id)]);
    }
  }
  if (unanswered.size > 0) return missing(`messages.${messages.length - 1}`, unanswered);
  if (messages[0].role !== 'user') return 'messages: first message must use the "user" role';
  return messages.at(-1).role === 'user' ? null : 'This model does not support assistant message prefill. The conversation must end with a user message.';
}

function missing(place: string, ids: ReadonlySet<string>): string {
  return `${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}`;
}

function problemOfBlock(block: Readonly<Record<string, unknown>>, role: string): string | null {
  switch (block.type) {
    case 'text': return typeof block.text === 'string' && block.text !== '' ? null : 'text content blocks must be non-empty';
    case 'image': return role === 'user' ? problemOfImage(block.source) : 'images are only allowed in user turns';
    case 'tool_use':
      if (role !== 'assistant') return '`tool_use` blocks can only be in `assistant` messages';
      return ID.test(String(block.id)) && typeof block.name === 'string' && isRecord(block.input) ? null : 'tool_use.input: Input should be an object';
    case 'tool_result': return role === 'user' ? problemOfResult(block) : '`tool_result` blocks can only be in `user` messages';
    case 'thinking':
      return role === 'assistant' && typeof block.thinking === 'string' && typeof block.signature === 'string' && block.signature !== '' ? null : 'Invalid `signature` in `thinking` block';
    case 'redacted_thinking': return role === 'assistant' && typeof block.data === 'string' && block.data !== '' ? null : 'Invalid `data` in `redacted_thinking` block';
    default: return `Input tag '${String(block.type)}' found`;
  }
}

function problemOfResult({ tool_use_id: id, content, is_error: isError }: Readonly<Record<string, unknown>>): string | null {
  if (!ID.test(String(id))) return 'tool_result.tool_use_id: String should match pattern';
  if (isError !== undefined && typeof isError !== 'boolean') return 'tool_result.is_error: Input should be a valid boolean';
  if (content === undefined || typeof content === 'string') return null;
  if (!Array.isArray(content)) return 'tool_result.content: Input should be a valid list';
  const problems = content.map((block: unknown) => (isRecord(block) && ['text', 'image'].includes(String(block.type)) ? problemOfBlock(block, 'user') : 'unknown block'));
  return problems.find((problem) => problem !== null) ?? null;
}

function problemOfImage(source: unknown): string | null {
  if (!isRecord(source)) return 'image.source: Field required';
  if (source.type === 'url') return /^https?:\/\//.test(String(source.url)) ? null : 'image.source.url: Only HTTP(S) URLs are supported';
  if (source.type !== 'base64' || !IMAGE_TYPES.includes(String(source.media_type))) return 'image.source.base64.media_type: Input is not known';
  return /^[A-Za-z0-9+/]+={0,2}$/.test(String(source.data)) ? null : 'image.source.base64: invalid base64 data';
}
