import type { ImagePart, Message, MessagePart, ModelRequest, TextPart, ToolDefinition } from '../../providers/model.ts';

/**
 * A text of a request. `json` must stay valid JSON when something in it is replaced; `fixed` cannot be changed without
 * breaking the request: names, identifiers, addresses.
 */
export interface RequestText {
  readonly text: string;
  readonly kind: 'text' | 'json' | 'fixed';
  /** Written by the user of the conversation: what it says about itself counts. */
  readonly own: boolean;
  /** Texts of one number stand directly behind one another for whoever reads the request. */
  readonly group: number;
  /** A model's thinking, which still has the placeholders of the turn that it was thought in. */
  readonly thought?: true;
  /** A signature, or what only a provider can read: only what no accident puts there is looked for. */
  readonly sealed?: true;
}

/** All texts of a request, those of tools last so that a longer conversation begins as it did before; and whether it has images. */
export function readTexts(request: ModelRequest): { readonly texts: RequestText[]; readonly images: number } {
  const texts: RequestText[] = [];
  let fixed = '';
  let images = 0;
  let group = 0;
  const sealed: string[] = [];
  const add = (text: string, kind: 'text' | 'json', own: boolean) => { texts.push({ text, kind, own, group }); };
  const addAlone = (text: string, kind: 'text' | 'json') => {
    group += 1;
    add(text, kind, false);
  };
  const addImage = ({ source }: ImagePart) => {
    images += 1;
    if (source.kind === 'url') fixed += `${source.url}\n`;
  };
  add(request.system, 'text', false);
  for (const { role, content } of request.messages) {
    group += 1;
    const own = role === 'user';
    if (typeof content === 'string') add(content, 'text', own);
    else {
      for (const part of content) {
        if (part.type === 'text') add(part.text, 'text', own);
        else if (part.type === 'reasoning') {
          group += 1;
          texts.push({ text: part.text, kind: 'text', own: false, group, thought: true });
          if (part.signature) sealed.push(part.signature);
          if (part.redactedData) sealed.push(part.redactedData);
          group += 1;
        } else if (part.type === 'image') addImage(part);
        else if (part.type === 'tool-call') {
          fixed += `${part.id}\n${part.name}\n`;
          group += 1;
          add(part.argumentsText, 'json', false);
          group += 1;
        } else {
          fixed += `${part.callId}\n${part.toolName ?? ''}\n`;
          group += 1;
          if (typeof part.content === 'string') add(part.content, 'text', false);
          else for (const piece of part.content) if (piece.type === 'text') add(piece.text, 'text', false); else addImage(piece);
          group += 1;
        }
      }
    }
  }
  for (const stop of request.stopSequences ?? []) addAlone(stop, 'text');
  if (request.endUser !== undefined) addAlone(request.endUser, 'text');
  for (const tool of request.tools ?? []) {
    fixed += `${tool.name}\n`;
    addAlone(tool.description ?? '', 'text');
    addAlone(JSON.stringify(tool.inputSchema), 'json');
  }
  if (request.outputSchema !== undefined) {
    fixed += `${request.outputSchema.name}\n`;
    addAlone(JSON.stringify(request.outputSchema.jsonSchema), 'json');
  }
  if (fixed !== '') texts.push({ text: fixed, kind: 'fixed', own: false, group: -1 });
  for (const text of sealed) {
    group += 1;
    texts.push({ text, kind: 'fixed', own: false, group, ...(looksSealed(text) ? { sealed: true } : {}) });
  }
  return { texts, images };
}

/** Base64 of something binary is long and mixed. Whatever else stands where it should is read like any text. */
function looksSealed(text: string): boolean {
  return text.length >= SHORTEST_SEALED && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text);
}

const SHORTEST_SEALED = 64;

/** The request with other texts, given in the order of `readTexts`. Parts that have become empty are left out. */
export function writeTexts(request: ModelRequest, texts: readonly string[]): ModelRequest {
  let at = 0;
  const next = (): string => texts[at++]!;
  const pieces = (content: readonly (TextPart | ImagePart)[]) => content
    .map((piece) => (piece.type === 'text' ? { before: piece.text, piece: { ...piece, text: next() } } : { before: '', piece }))
    .filter(({ before, piece }) => piece.type === 'image' || piece.text !== '' || before === '').map(({ piece }) => piece);
  const writePart = (part: MessagePart): readonly MessagePart[] => {
    switch (part.type) {
      case 'image': return [part];
      case 'text': return pieces([part]);
      case 'reasoning': return [{ ...part, text: next() }];
      case 'tool-call': return [{ ...part, argumentsText: next() }];
      case 'tool-result': return [{ ...part, content: typeof part.content === 'string' ? next() : pieces(part.content) }];
    }
  };
  const system = next();
  const messages = request.messages.map((message): Message => (
    { ...message, content: typeof message.content === 'string' ? next() : message.content.flatMap(writePart) }));
  return {
    ...request, system, messages,
    ...(request.stopSequences === undefined ? {} : { stopSequences: request.stopSequences.map(next) }),
    ...(request.endUser === undefined ? {} : { endUser: next() }),
    ...(request.tools === undefined ? {} : { tools: request.tools.map((tool): ToolDefinition => {
      const description = next();
      return { ...tool, ...(tool.description === undefined ? {} : { description }), inputSchema: JSON.parse(next()) };
    }) }),
    ...(request.outputSchema === undefined ? {} : { outputSchema: { ...request.outputSchema, jsonSchema: JSON.parse(next()) } }),
  };
}

/** Texts without a conversation, as a request that can be judged: one turn each. */
export function requestOfTexts(texts: readonly string[]): ModelRequest {
  return { purpose: 'embeddings', system: '', messages: texts.map((content) => ({ role: 'user', content })), maxOutputTokens: 1 };
}
