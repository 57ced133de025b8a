import type { ContentBlockParam, MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages/messages.js';

const MARKER = { type: 'ephemeral' as const };
const CHARACTERS_A_TOKEN = 4;

/**
 * Marks where the prompt cache may end: after the tools, after the system text and, of a conversation that goes on, after
 * its last two turns of the user (what an earlier call wrote is found from the older one). A prompt of a single turn is
 * not marked there: its text may never come again, and writing is dearer than not caching. Prefixes shorter than
 * `leastTokens`, which are not cached anyway, stay unmarked.
 */
export function withCacheMarkers(params: MessageCreateParamsBase, leastTokens: number): MessageCreateParamsBase {
  const least = leastTokens * CHARACTERS_A_TOKEN;
  const toolsLength = params.tools === undefined ? 0 : JSON.stringify(params.tools).length;
  const systemLength = toolsLength + lengthOf(params.system);
  const marked = { ...params };
  if (params.tools !== undefined && toolsLength >= least) {
    marked.tools = params.tools.with(-1, { ...params.tools.at(-1)!, cache_control: MARKER } as (typeof params.tools)[number]);
  }
  if (Array.isArray(params.system) && params.system.length > 0 && systemLength >= least) {
    marked.system = params.system.with(-1, { ...params.system.at(-1)!, cache_control: MARKER });
  }
  if (!params.messages.some(({ role }) => role === 'assistant')) return marked;
  const lengths = params.messages.map(({ content }) => lengthOf(content));
  let prefix = systemLength + lengths.reduce((sum, length) => sum + length, 0);
  let left = 2;
  const messages = [...params.messages];
  for (let index = messages.length - 1; index >= 0 && left > 0 && prefix >= least; index -= 1) {
    const message = messages[index]!;
    if (message.role === 'user') {
      messages[index] = { ...message, content: markLast(message.content) };
      left -= 1;
    }
    prefix -= lengths[index]!;
  }
  return { ...marked, messages };
}

function markLast(content: string | ContentBlockParam[]): ContentBlockParam[] {
  const blocks: ContentBlockParam[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return blocks.with(-1, { ...blocks.at(-1)!, cache_control: MARKER } as ContentBlockParam);
}

function lengthOf(content: MessageCreateParamsBase['system'] | readonly ContentBlockParam[]): number {
  if (content === undefined) return 0;
  if (typeof content === 'string') return content.length;
  return content.reduce((sum, block) => sum + lengthOfBlock(block), 0);
}

function lengthOfBlock(block: ContentBlockParam): number {
  switch (block.type) {
    case 'text': return block.text.length;
    case 'thinking': return block.thinking.length;
    case 'tool_use': return JSON.stringify(block.input).length;
    case 'tool_result': return lengthOf(block.content as string | ContentBlockParam[] | undefined);
    default: return 0;
  }
}
