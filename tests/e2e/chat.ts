/** One line of what n8n's chat gets while an answer is streamed. */
export interface ChatEvent {
  readonly type: 'begin' | 'item' | 'end' | 'error';
  readonly content?: string;
  readonly metadata?: { readonly nodeName?: string };
}

/** The events of a streamed chat answer, as they come. */
export async function* readChat(response: Response): AsyncGenerator<ChatEvent> {
  if (!response.ok || response.body === null) throw new Error(`the chat answered ${response.status}: ${await response.text()}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as ChatEvent;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as ChatEvent;
}
